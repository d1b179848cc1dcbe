"""Answering: on a page, or by the link in the mail without signing in."""

from __future__ import annotations

import sqlalchemy as sa
from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import joinedload

from circles import clock, links
from circles.extensions import db
from circles.meetings.access import meeting_for
from circles.meetings.errors import MeetingIsOver, MeetingMoved
from circles.meetings.forms import AnswerForm
from circles.meetings.models import ANSWERS, Meeting, Reply
from circles.meetings.services import replies
from circles.meetings.views.blueprint import bp
from circles.membership.models import Seat
from circles.people.access import signed_in_person
from circles.people.models import Person
from circles.policy import allow, by_link, signed_in
from circles.web import inside


@bp.route("/bijeenkomst/<meeting_id>/antwoord", methods=["PUT", "POST"])
@allow(signed_in)
def answer(meeting_id: str) -> ResponseReturnValue:
    """My answer, from any page of the app."""
    me, form = signed_in_person(), AnswerForm()
    meeting = meeting_for(me, meeting_id)
    if not form.validate_on_submit():
        flash(next(iter(form.errors.values()))[0], "error")
        return redirect(url_for("conclusions.meeting", meeting_id=meeting_id), 303)
    try:
        _note(meeting, me, form, way="web")
    except MeetingIsOver:
        db.session.rollback()
        flash(_("Deze bijeenkomst is voorbij of gaat niet door."), "error")
    except MeetingMoved:
        db.session.rollback()
        flash(
            _("Deze bijeenkomst is intussen verzet. Kijk naar de nieuwe tijd en antwoord opnieuw."), "error"
        )
    else:
        db.session.commit()
        flash(thanks(form.answer.data or ""))
    return redirect(
        inside(request.form.get("next")) or url_for("conclusions.meeting", meeting_id=meeting_id), 303
    )


@bp.get("/antwoord/<token>")
@allow(by_link)
def answer_by_link(token: str) -> ResponseReturnValue:
    """Date, time and the choice made ready. No names, and looking changes nothing."""
    meeting, person, seated = _read(token)
    given = db.session.scalar(
        sa.select(Reply).where(Reply.meeting_id == meeting.id, Reply.person_id == person.id)
    )
    current = given.answer if given and given.for_starts_at == meeting.starts_at else None
    choice = request.args.get("keuze") if request.args.get("keuze") in ANSWERS else current or "yes"
    return render_template(
        "meetings/answer.html", meeting=meeting, zone=person.wall_zone, token=token, choice=choice, current=current,
        open=seated and meeting.is_open and clock.now() < meeting.ends_at, seated=seated,
        done=bool(request.args.get("klaar")), moved=bool(request.args.get("verzet")),
    )  # fmt: skip


@bp.post("/antwoord/<token>")
@allow(by_link)
def save_answer_by_link(token: str) -> ResponseReturnValue:
    """Notes the answer; the token is the permission, no session needed."""
    meeting, person, seated = _read(token)
    form = AnswerForm()
    if not seated or not form.validate_on_submit():
        return redirect(url_for(".answer_by_link", token=token), 303)
    try:
        _note(meeting, person, form, way="link")
    except MeetingIsOver:
        db.session.rollback()
        return redirect(url_for(".answer_by_link", token=token), 303)
    except MeetingMoved:
        db.session.rollback()
        return redirect(url_for(".answer_by_link", token=token, keuze=form.answer.data, verzet=1), 303)
    db.session.commit()
    return redirect(url_for(".answer_by_link", token=token, klaar=1), 303)


def thanks(answer: str) -> str:
    """What is said after an answer; not coming is met kindly."""
    words = {"yes": _("Fijn, tot dan."), "maybe": _("Goed, laat het gerust later weten.")}
    return str(words.get(answer, _("Fijn dat je het laat weten.")))


def _note(meeting: Meeting, person: Person, form: AnswerForm, *, way: str) -> None:
    replies.answer(
        meeting,
        person,
        answer=form.answer.data or "",
        note=form.note.data,
        way=way,
        now=clock.now(),
        for_starts_at=form.for_starts_at,
    )


def _read(token: str) -> tuple[Meeting, Person, bool]:
    meeting_id, person_id = links.read("answer", token) or abort(404)
    meeting = db.session.scalar(
        sa.select(Meeting).where(Meeting.public_id == meeting_id).options(joinedload(Meeting.circle))
    ) or abort(404)
    person = db.session.scalar(
        sa.select(Person).where(Person.public_id == person_id, Person.disabled_at.is_(None))
    ) or abort(404)
    seated = db.session.scalar(
        sa.select(Seat.id).where(
            Seat.circle_id == meeting.circle_id, Seat.person_id == person.id, Seat.left_at.is_(None)
        )
    )
    return meeting, person, seated is not None
