"""Moving, skipping, adding, beginning; and the file for one's own calendar."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from circles import clock, formats
from circles.clean import whole_number
from circles.database import EditedMeanwhile
from circles.extensions import db
from circles.meetings import ics, queries
from circles.meetings.access import meeting_for
from circles.meetings.errors import InThePast, MeetingIsOver, TooEarly
from circles.meetings.forms import WhenForm
from circles.meetings.models import Meeting
from circles.meetings.services import around, changing
from circles.meetings.views.blueprint import bp
from circles.membership.access import circle_for
from circles.membership.services.stages import must_plan
from circles.people.access import signed_in_person
from circles.policy import allow, signed_in
from circles.web import undoable


@bp.route("/bijeenkomst/<meeting_id>/verzetten", methods=["GET", "POST"])
@allow(signed_in)
def move(meeting_id: str) -> ResponseReturnValue:
    """Another day, time or place; says beforehand who will be told."""
    me, now = signed_in_person(), clock.now()
    meeting = meeting_for(me, meeting_id)
    form = WhenForm(data=_as_typed(meeting)).bind(zone=meeting.circle.zone, now=now)
    status, conflict = 200, None
    if form.validate_on_submit():
        try:
            change = changing.reschedule(
                meeting,
                me,
                starts_at=form.starts_at,
                ends_at=form.ends_at,
                place=form.place.data or "",
                based_on=whole_number(form.based_on.data),
                now=now,
            )
        except EditedMeanwhile:
            db.session.rollback()
            conflict, status = meeting_for(me, meeting_id), 409
            form.based_on.data = str(conflict.version)
        except (MeetingIsOver, InThePast):
            db.session.rollback()
            return _over(meeting_id)
        else:
            db.session.commit()
            if change:
                undo = url_for(
                    "membership.undo", circle_id=meeting.circle.public_id, change_id=change.public_id
                )
                undoable(_("Verzet. Over een minuut krijgt iedereen een bijgewerkte uitnodiging."), undo)
            return redirect(url_for("conclusions.meeting", meeting_id=meeting_id), 303)
    elif form.is_submitted():
        status = 422
    circle = circle_for(me, meeting.circle.public_id)
    page = render_template(
        "meetings/move.html",
        meeting=meeting,
        form=form,
        told=sum(not seat.is_paused for seat in circle.open_seats),
        conflict=conflict,
        shared=queries.when_together(circle, form.minutes.data, now),
    )
    return page, status


@bp.post("/bijeenkomst/<meeting_id>/overslaan")
@allow(signed_in)
def skip(meeting_id: str) -> ResponseReturnValue:
    """Not this time."""
    me = signed_in_person()
    meeting = meeting_for(me, meeting_id)
    try:
        change = changing.skip(meeting, me, clock.now())
    except MeetingIsOver:
        db.session.rollback()
        return _over(meeting_id)
    db.session.commit()
    undo = url_for("membership.undo", circle_id=meeting.circle.public_id, change_id=change.public_id)
    undoable(_("Deze keer slaan jullie over. Iedereen krijgt over een minuut bericht."), undo)
    return redirect(url_for(".circle", circle_id=meeting.circle.public_id), 303)


@bp.route("/cirkel/<circle_id>/bijeenkomsten", methods=["GET", "POST"])
@allow(signed_in)
def add(circle_id: str) -> ResponseReturnValue:
    """An extra date, or the only way to plan for a circle without a rhythm."""
    me, now = signed_in_person(), clock.now()
    circle = circle_for(me, circle_id)
    must_plan(circle)
    form = WhenForm(data={"place": circle.place}).bind(zone=circle.zone, now=now)
    if form.validate_on_submit():
        changing.add_meeting(
            circle, me, starts_at=form.starts_at, ends_at=form.ends_at, place=form.place.data or "", now=now
        )
        db.session.commit()
        flash(_("Gepland. Iedereen krijgt een uitnodiging."))
        return redirect(url_for(".circle", circle_id=circle_id), 303)
    shared = queries.when_together(circle, form.minutes.data, now)
    page = render_template("meetings/add.html", circle=circle, form=form, shared=shared)
    return page, 422 if form.is_submitted() else 200


@bp.post("/bijeenkomst/<meeting_id>/begin")
@allow(signed_in)
def start(meeting_id: str) -> ResponseReturnValue:
    """We begin."""
    meeting = meeting_for(signed_in_person(), meeting_id)
    try:
        changing.begin(meeting, clock.now())
    except TooEarly:
        db.session.rollback()
        flash(_("Beginnen kan vanaf een half uur van tevoren."), "error")
    except MeetingIsOver:
        db.session.rollback()
        return _over(meeting_id)
    else:
        db.session.commit()
    return redirect(url_for("conclusions.meeting", meeting_id=meeting_id), 303)


@bp.post("/bijeenkomst/<meeting_id>/geweest")
@allow(signed_in)
def confirm(meeting_id: str) -> ResponseReturnValue:
    """Did we meet? Yes or no."""
    meeting = meeting_for(signed_in_person(), meeting_id)
    said = request.form.get("geweest")
    if said not in {"ja", "nee"}:
        abort(400)
    try:
        changing.confirm(meeting, held=said == "ja", now=clock.now())
    except MeetingIsOver:
        db.session.rollback()
    else:
        db.session.commit()
        flash(_("Dank je, dat is genoteerd."))
    return redirect(url_for("conclusions.meeting", meeting_id=meeting_id), 303)


@bp.post("/bijeenkomst/<meeting_id>/voorbereiding")
@allow(signed_in)
def prepare(meeting_id: str) -> ResponseReturnValue:
    """My own note, and whether I would like to bring something in."""
    me = signed_in_person()
    meeting = meeting_for(me, meeting_id)
    note = (request.form.get("note") or "")[:6000]
    around.prepare(meeting, me, note=note, brings=bool(request.form.get("brings")), now=clock.now())
    db.session.commit()
    flash(_("Bewaard. Je notitie zie alleen jij."))
    return redirect(url_for("conclusions.meeting", meeting_id=meeting_id), 303)


@bp.post("/bijeenkomst/<meeting_id>/aanwezig")
@allow(signed_in)
def attendance(meeting_id: str) -> ResponseReturnValue:
    """Who was there, as one of us remembers it."""
    me = signed_in_person()
    meeting = meeting_for(me, meeting_id)
    there = set(request.form.getlist("aanwezig"))
    seated = {seat.person_id: seat.person.public_id in there for seat in meeting.circle.open_seats}
    around.note_attendance(meeting, seated, me, clock.now())
    db.session.commit()
    flash(_("Genoteerd. Iedereen mag dit voor zichzelf verbeteren."))
    return redirect(url_for("conclusions.meeting", meeting_id=meeting_id), 303)


@bp.get("/bijeenkomst/<meeting_id>.ics")
@allow(signed_in)
def calendar_file(meeting_id: str) -> ResponseReturnValue:
    """One meeting for one's own calendar."""
    meeting = meeting_for(signed_in_person(), meeting_id)
    return Response(
        ics.feed([meeting.vevent], name="Vakcirkel"),
        mimetype="text/calendar",
        headers={"Content-Disposition": "attachment; filename=vakcirkel.ics"},
    )


def _as_typed(meeting: Meeting) -> dict[str, Any]:
    starts = formats.local(meeting.starts_at, meeting.circle.zone)
    minutes = round((meeting.ends_at - meeting.starts_at).total_seconds() / 60)
    return {
        "on": starts.date(),
        "at": starts.time(),
        "minutes": str(minutes),
        "place": meeting.place,
        "based_on": str(meeting.version),
    }


def _over(meeting_id: str) -> ResponseReturnValue:
    flash(_("Deze bijeenkomst is al begonnen of voorbij."), "error")
    return redirect(url_for("conclusions.meeting", meeting_id=meeting_id), 303)
