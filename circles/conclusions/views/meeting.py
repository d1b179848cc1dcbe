"""One meeting, one address, three states: prepare, going on, looking back."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from circles import clock
from circles.conclusions import queries, services
from circles.conclusions.errors import MeetingNotBegun
from circles.conclusions.forms import ConclusionForm
from circles.conclusions.views.blueprint import bp
from circles.extensions import db
from circles.ids import new_token
from circles.meetings import agenda
from circles.meetings import queries as meetings
from circles.meetings.access import meeting_for
from circles.meetings.models import Meeting
from circles.meetings.services.turns import next_in_line
from circles.membership.access import circle_for
from circles.membership.models import Circle
from circles.membership.queries import standing_charter
from circles.people.access import signed_in_person
from circles.people.models import Person
from circles.policy import allow, signed_in
from circles.web import choices

COURSES = {"gewoon": "usual", "eerste": "first", "laatste": "last"}
MOST_EXTRA = 60  # minutes that one step may be lengthened by


@bp.get("/bijeenkomst/<meeting_id>")
@allow(signed_in)
def meeting(meeting_id: str) -> ResponseReturnValue:
    """Before: prepare. From Begin: the steps and what we keep. Afterwards: looking back."""
    me = signed_in_person()
    return _page(me, meeting_for(me, meeting_id))


@bp.post("/bijeenkomst/<meeting_id>/conclusies")
@allow(signed_in)
def record(meeting_id: str) -> ResponseReturnValue:
    """Keeps something. The same draft sent twice is kept once."""
    me, now = signed_in_person(), clock.now()
    meeting = meeting_for(me, meeting_id)
    circle = circle_for(me, meeting.circle.public_id)
    form = _form(circle)
    if not form.validate_on_submit():
        return _page(me, meeting, form, circle), 422
    people = {seat.person.public_id: seat.person for seat in circle.open_seats}
    try:
        services.record(
            meeting,
            me,
            kind=form.kind.data or "insight",
            text=form.text.data or "",
            note=form.note.data or "",
            owner=people.get(form.owner.data or ""),
            due_on=form.due_on.data,
            case_owner=people.get(form.case_owner.data or ""),
            client_id=form.client_id.data,
            now=now,
        )
    except MeetingNotBegun:
        db.session.rollback()
        form.text.errors = [_("Vastleggen kan vanaf het moment dat jullie beginnen.")]
        return _page(me, meeting_for(me, meeting_id), form), 422
    db.session.commit()
    address = url_for(
        ".meeting",
        meeting_id=meeting_id,
        bewaard=form.client_id.data or None,
        stap=request.args.get("stap"),
        verloop=request.args.get("verloop"),
    )
    return redirect(address + "#vast", 303)


def _page(
    me: Person, meeting: Meeting, form: ConclusionForm | None = None, circle: Circle | None = None
) -> str:
    now = clock.now()
    circle = circle or circle_for(me, meeting.circle.public_id)
    state = _state(meeting, now)
    form = form or _form(circle)
    form.client_id.data = form.client_id.data or new_token()[:32]
    return render_template(
        f"conclusions/meeting_{state}.html",
        meeting=meeting,
        circle=circle,
        form=form,
        kept=queries.kept_at(meeting),
        intentions=[
            row for row in queries.open_intentions([circle.id]) if row.meeting_id != meeting.id
        ],  # those of this meeting stand among what was kept
        saved=request.args.get("bewaard"),
        following=meetings.next_meeting(circle.id, meeting.starts_at) if state != "before" else None,
        now=now,
        **_OF_STATE[state](meeting, circle, now),
    )


def _before(meeting: Meeting, circle: Circle, now: datetime) -> dict[str, Any]:
    return {
        "next_in_line": next_in_line(circle, now),
        "answers": meetings.answers_to([meeting])[meeting.id],
        "charter": standing_charter(circle),
        "preparations": meetings.preparations_for(meeting),
        **_course(meeting, circle),
    }


def _during(meeting: Meeting, circle: Circle, now: datetime) -> dict[str, Any]:
    """Where the conversation is: as the address says, else as the clock says."""
    course = _course(meeting, circle)
    steps, begun_at = course["steps"], meeting.begun_at or meeting.starts_at
    number = _number("stap", most=len(steps)) or agenda.step_at(steps, begun_at, now)
    extra = _number("meer", most=MOST_EXTRA)
    ends = agenda.ends(steps, begun_at)
    ends[number - 1] += timedelta(minutes=extra)
    return {
        "charter": standing_charter(circle),
        "preparations": meetings.preparations_for(meeting),
        "number": number,
        "extra": extra,
        "ends": ends,
        "next_in_line": next_in_line(circle, now),
        "seconds_left": round((ends[number - 1] - now).total_seconds()),
        **course,
    }


def _off(_meeting: Meeting, _circle: Circle, _now: datetime) -> dict[str, Any]:
    return {}


def _after(meeting: Meeting, circle: Circle, now: datetime) -> dict[str, Any]:
    return {"present": meetings.attendance_at(meeting), "next_in_line": next_in_line(circle, now)}


_OF_STATE = {"before": _before, "during": _during, "after": _after, "off": _off}


def _course(meeting: Meeting, circle: Circle) -> dict[str, Any]:
    """The script that fits, or the one that was asked for: a circle may bend it in one step."""
    asked = request.args.get("verloop", "")
    script = COURSES.get(asked) or agenda.script_for(
        comes_first=queries.comes_first(meeting), has_ended=circle.has_ended
    )
    return {
        "script": script,
        "course": asked if asked in COURSES else None,
        "steps": agenda.steps(script, _minutes(meeting)),
    }


def _state(meeting: Meeting, now: datetime) -> str:
    if meeting.state in {"skipped", "cancelled"}:
        return "off"
    if meeting.state == "held" or (meeting.state == "planned" and meeting.ends_at <= now):
        return "after"
    return "during" if meeting.state == "begun" else "before"


def _minutes(meeting: Meeting) -> int:
    return round((meeting.ends_at - meeting.starts_at).total_seconds() / 60)


def _number(name: str, *, most: int) -> int:
    """A whole number from the address, 0 when it is none or beyond `most`."""
    typed = request.args.get(name, "")
    return int(typed) if len(typed) < 4 and typed.isdecimal() and int(typed) <= most else 0


def _form(circle: Circle) -> ConclusionForm:
    form = ConclusionForm()
    people = [(seat.person.public_id, seat.person.name) for seat in circle.open_seats]
    form.owner.choices = choices(("", _("wij samen")), *people)
    form.case_owner.choices = choices(("", _("niemand in het bijzonder")), *people)
    return form
