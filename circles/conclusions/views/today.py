"""Vandaag: the next meeting, my answer, my turn, and what I could do now."""

from __future__ import annotations

from datetime import datetime

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from circles import clock, formats
from circles.conclusions import queries
from circles.conclusions.views.blueprint import bp
from circles.conclusions.views.tasks import tasks_for
from circles.meetings import queries as meetings
from circles.membership import queries as membership
from circles.membership.mails import invitation_token
from circles.membership.models import SEATS
from circles.people.access import signed_in_person
from circles.people.models import Person
from circles.policy import allow, signed_in
from circles.themes.queries import preoccupations_of


@bp.get("/")
@allow(signed_in)
def today() -> ResponseReturnValue:
    """One page for now. Who has no circle yet gets three steps instead."""
    me, now = signed_in_person(), clock.now()
    circles = membership.circles_of(me)
    circles = [circle for circle in circles if not circle.has_ended] or circles
    if not circles:
        return _welcome(me, now)
    opened = meetings.open_meetings([circle.id for circle in circles])
    coming = [meeting for meeting in opened if meeting.ends_at > now]
    first = coming[0] if coming else None
    going_on = next((circle for circle in circles if circle.plans), circles[0])
    circle = next((circle for circle in circles if first and circle.id == first.circle_id), going_on)
    held = meetings.held_meetings(circle.id, limit=2)
    return render_template(
        "conclusions/today.html",
        greeting=greeting(me, now),
        circle=circle,
        circles=circles,
        meeting=first,
        coming=[meeting for meeting in coming if meeting.circle_id == circle.id],
        answers=meetings.answers_to(coming[:1]),
        held=held,
        tasks=tasks_for(me, circles, opened=opened, held=held, now=now),
        kept=queries.latest_of(circle, limit=2),
        free=SEATS - len(circle.open_seats) if circle.plans else 0,
        now=now,
    )


def _welcome(me: Person, now: datetime) -> str:
    """Three steps, each with a tick once it is done."""
    waiting = membership.open_invitations_for(me, now)
    asked = [ask.circle.name for ask in membership.asks_of(me)]
    asked += [place.circle.name for place in membership.waiting_of(me)]
    return render_template(
        "conclusions/welcome.html",
        greeting=greeting(me, now),
        invitations=[(row, invitation_token(row)) for row in waiting],
        asked=asked,
        done=[
            me.profession is not None or me.department is not None,
            bool(asked),
            bool(preoccupations_of(me.id)),
        ],
    )


def greeting(person: Person, now: datetime) -> str:
    """By the person's own wall clock."""
    hour, name = formats.local(now, person.wall_zone).hour, person.first_name
    if hour < 12:
        return str(_("Goedemorgen %(name)s", name=name))
    return str(_("Goedemiddag %(name)s", name=name) if hour < 18 else _("Goedenavond %(name)s", name=name))
