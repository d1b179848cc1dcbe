"""Circles that want to be found: free seats, when and where they meet, and who is missing there."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from circles import clock
from circles.meetings import queries
from circles.meetings.views.blueprint import bp
from circles.membership import queries as membership
from circles.people.access import signed_in_person
from circles.policy import allow, signed_in


@bp.get("/cirkels/zoeken")
@allow(signed_in)
def find() -> ResponseReturnValue:
    """Circles with free seats, without anybody's name."""
    me = signed_in_person()
    found = membership.findable_circles(me)
    ids = [item.circle.id for item in found]
    return render_template(
        "meetings/find.html",
        found=found,
        asked={ask.circle_id for ask in membership.asks_of(me)},
        cadences=queries.cadences_of(ids),
        next_starts=queries.next_starts(ids, clock.now()),
    )
