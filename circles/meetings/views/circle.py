"""The circle's own page."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from circles import clock
from circles.meetings import queries
from circles.meetings.services.turns import next_in_line
from circles.meetings.views.blueprint import bp
from circles.membership import queries as membership
from circles.membership.access import circle_for, seat_of
from circles.membership.models import SEATS, Circle
from circles.membership.services.changes import is_theirs, may_undo
from circles.people.access import signed_in_person
from circles.policy import allow, signed_in


@bp.get("/cirkel/<circle_id>")
@allow(signed_in)
def circle(circle_id: str) -> ResponseReturnValue:
    """Who sits here, when we meet, what about, whose turn it is, and what changed."""
    me, now = signed_in_person(), clock.now()
    circle = circle_for(me, circle_id)
    coming = queries.coming_meetings([circle.id], now)
    seat = seat_of(circle, me)
    changes = membership.recent_changes(circle, now)
    return render_template(
        _page(circle),
        circle=circle,
        seat=seat,
        undelivered=queries.undelivered_in([circle], now) if seat.is_convener else [],
        coming=coming,
        answers=queries.answers_to(coming),
        held=queries.held_meetings(circle.id),
        cadence=queries.cadence_of(circle.id),
        charter=membership.standing_charter(circle),
        asks=membership.open_asks_of(circle),
        changes=[
            (
                change,
                not circle.has_ended
                and may_undo(change, now)
                and change.kind != "left"
                and is_theirs(change, me),
            )
            for change in changes
        ],
        next_in_line=next_in_line(circle, now),
        free=SEATS - len(circle.open_seats),
        waiting=circle.n_waiting,
        now=now,
    )


def _page(circle: Circle) -> str:
    """A circle that rests or has ended shows what still makes sense, and nothing else."""
    if circle.has_ended:
        return "meetings/circle_ended.html"
    return "meetings/circle_resting.html" if circle.rests else "meetings/circle.html"
