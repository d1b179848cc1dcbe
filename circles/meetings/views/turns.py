"""Who leads and who records."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from circles import clock
from circles.extensions import db
from circles.meetings import queries
from circles.meetings.access import meeting_for
from circles.meetings.errors import TurnsMoved
from circles.meetings.models import TURNS
from circles.meetings.services import planning, swapping
from circles.meetings.services import turns as services
from circles.meetings.views.blueprint import bp
from circles.membership.access import circle_for, seat_of
from circles.membership.services.stages import must_go_on
from circles.people.access import signed_in_person
from circles.policy import allow, signed_in
from circles.web import undoable


@bp.get("/bijeenkomst/<meeting_id>/beurten")
@allow(signed_in)
def turns(meeting_id: str) -> ResponseReturnValue:
    """Both turns of this meeting, who could take them, what I could swap, and who is next."""
    me, now = signed_in_person(), clock.now()
    meeting = meeting_for(me, meeting_id)
    circle = circle_for(me, meeting.circle.public_id)
    coming = queries.coming_meetings([circle.id], now)
    answers = queries.answers_to([meeting, *coming])
    return render_template(
        "meetings/turns.html",
        meeting=meeting,
        circle=circle,
        seat=seat_of(circle, me),
        answers=answers[meeting.id],
        next_in_line=services.next_in_line(circle, now),
        swaps=swapping.swaps_at(meeting, coming, me, answers),
    )


@bp.post("/bijeenkomst/<meeting_id>/beurten")
@allow(signed_in)
def give_turn(meeting_id: str) -> ResponseReturnValue:
    """Takes a turn, hands it over, or leaves it open."""
    me = signed_in_person()
    meeting = meeting_for(me, meeting_id)
    role = next((role for role in TURNS if role == request.form.get("rol")), None) or abort(400)
    if not meeting.is_open:
        flash(_("Deze bijeenkomst is voorbij of gaat niet door."), "error")
        return redirect(url_for("conclusions.meeting", meeting_id=meeting_id), 303)
    taking = {s.person.public_id: s.person for s in meeting.circle.open_seats if not s.is_paused}
    to = request.form.get("aan", "")
    if to and to not in taking:
        flash(_("Die collega neemt geen deel meer. Kies iemand anders."), "error")
        return redirect(url_for(".turns", meeting_id=meeting_id), 303)
    services.give_turn(meeting, role, taking.get(to), me, clock.now())
    db.session.commit()
    flash(_("Genoteerd."))
    return redirect(url_for(".turns", meeting_id=meeting_id), 303)


@bp.post("/bijeenkomst/<meeting_id>/beurten/ruilen")
@allow(signed_in)
def swap(meeting_id: str) -> ResponseReturnValue:
    """I give mine and take theirs; they are told."""
    me, now = signed_in_person(), clock.now()
    meeting = meeting_for(me, meeting_id)
    circle = circle_for(me, meeting.circle.public_id)
    coming = queries.coming_meetings([circle.id], now)
    offered = swapping.swaps_at(meeting, coming, me, queries.answers_to(coming))
    chosen = next((pair for pair in offered if pair.name == request.form.get("ruil")), None)
    try:
        change = swapping.swap(chosen, me, now) if chosen else None
    except TurnsMoved:
        db.session.rollback()
        change = None
    if change is None:
        flash(_("De beurten zijn intussen anders verdeeld. Kijk wat er nu kan."), "error")
        return redirect(url_for(".turns", meeting_id=meeting_id), 303)
    db.session.commit()
    undo = url_for("membership.undo", circle_id=circle.public_id, change_id=change.public_id)
    undoable(_("Geruild. Je collega krijgt bericht."), undo)
    return redirect(url_for(".turns", meeting_id=meeting_id), 303)


@bp.post("/cirkel/<circle_id>/voorlopig-niet")
@allow(signed_in)
def not_for_now(circle_id: str) -> ResponseReturnValue:
    """I'd rather not lead or record for now; no reason asked. Or: I will again."""
    me = signed_in_person()
    circle = circle_for(me, circle_id)
    must_go_on(circle)
    seat = seat_of(circle, me)
    role, willing = request.form.get("rol"), request.form.get("wel") == "1"
    if role not in TURNS:
        abort(400)
    if role == "host":
        seat.hosts = willing
    else:
        seat.scribes = willing
    db.session.flush()
    planning.arrange(circle, clock.now())
    db.session.commit()
    flash(_("Genoteerd. Je kunt dit altijd weer omzetten."))
    return redirect(url_for(".circle", circle_id=circle_id), 303)
