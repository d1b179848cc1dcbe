"""Choosing what a meeting is about."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from circles import clock, formats
from circles.clean import whole_number
from circles.database import EditedMeanwhile
from circles.extensions import db
from circles.meetings import queries
from circles.meetings.access import meeting_for
from circles.meetings.errors import MeetingIsOver
from circles.meetings.forms import SubjectForm
from circles.meetings.models import Meeting
from circles.meetings.services import subjects
from circles.meetings.views.blueprint import bp
from circles.meetings.views.words import reason_words
from circles.people.access import signed_in_person
from circles.policy import allow, signed_in
from circles.themes.access import theme_for
from circles.themes.queries import ready_themes


@bp.route("/bijeenkomst/<meeting_id>/thema", methods=["GET", "POST"])
@allow(signed_in)
def subject(meeting_id: str) -> ResponseReturnValue:
    """Three proposals with a reason, all themes, an own question, or no theme at all."""
    me, now = signed_in_person(), clock.now()
    meeting = meeting_for(me, meeting_id)
    form = SubjectForm(data={"based_on": str(meeting.version), "question": meeting.question})
    status, conflict = 200, False
    if form.validate_on_submit():
        kind, _colon, theme_id = (form.subject.data or "").partition(":")
        theme = theme_for(me, theme_id) if kind == "theme" else None
        based_on = whole_number(form.based_on.data)
        try:
            subjects.choose_subject(
                meeting,
                me,
                subject=kind,
                theme=theme,
                question=form.question.data or "",
                based_on=based_on,
                now=now,
            )
        except EditedMeanwhile:
            db.session.rollback()
            meeting, conflict, status = meeting_for(me, meeting_id), True, 409
            form.based_on.data = str(meeting.version)
        except MeetingIsOver:
            db.session.rollback()
            flash(_("Deze bijeenkomst is al begonnen of voorbij."), "error")
            return redirect(url_for("conclusions.meeting", meeting_id=meeting_id), 303)
        else:
            db.session.commit()
            flash(_("Gekozen. De anderen krijgen bericht, en kunnen het een dag lang ongedaan maken."))
            return redirect(url_for("conclusions.meeting", meeting_id=meeting_id), 303)
    elif form.is_submitted():
        status = 422
    return _page(meeting, form, conflict=conflict), status


def _page(meeting: Meeting, form: SubjectForm, *, conflict: bool) -> str:
    now, language = clock.now(), formats.language()
    others = queries.coming_meetings([meeting.circle_id], now)
    versions = ready_themes(meeting.organisation_id, language)
    by_theme = {version.theme_id: version for version in versions}
    proposals = subjects.propose_themes(meeting, language=language, now=now, others=others)
    offered = [
        (by_theme[item.theme_id], reason_words(item)) for item in proposals if item.theme_id in by_theme
    ]
    rest = [version for version in versions if meeting.circle.kind == "team" or not version.theme.team_only]
    return render_template(
        "meetings/subject.html", meeting=meeting, form=form, offered=offered, versions=rest, conflict=conflict
    )
