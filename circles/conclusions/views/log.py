"""The log, and one conclusion in it."""

from __future__ import annotations

from itertools import groupby

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from circles import clock
from circles.clean import whole_number
from circles.conclusions import queries, services
from circles.conclusions.access import conclusion_for, own_conclusion_for, removed_for, situation_of
from circles.conclusions.choices import choices_for
from circles.conclusions.errors import GoneForGood, NotYours
from circles.conclusions.forms import EditForm
from circles.conclusions.models import DELETED_FOR, INTENTION_STATES, KINDS, Conclusion
from circles.conclusions.views.blueprint import bp
from circles.database import EditedMeanwhile
from circles.extensions import db
from circles.meetings.models import Meeting
from circles.people.access import signed_in_person
from circles.policy import allow, signed_in
from circles.web import inside, undoable

NARROWED_BY = ("zoek", "cirkel", "soort", "thema", "keer", "wie")


@bp.get("/logboek")
@allow(signed_in)
def log() -> ResponseReturnValue:
    """What my circles kept: by date or by theme, narrowed down, searched in the opened texts."""
    me = signed_in_person()
    sought = {name: request.args.get(name) or None for name in NARROWED_BY}
    found = queries.log_of(
        me,
        circle=sought["cirkel"],
        kind=sought["soort"] if sought["soort"] in KINDS else None,
        theme=sought["thema"],
        meeting=sought["keer"],
        recorder=sought["wie"],
        words=(sought["zoek"] or "")[:100],
    )
    by_theme = request.args.get("per") == "thema"
    return render_template(
        "conclusions/log.html",
        groups=_by_theme(found) if by_theme else _by_date(found),
        by_theme=by_theme,
        total=len(found),
        sought=sought,
        filtered=any(sought.values()),
        circles=queries.circles_in_log(me),
        choices=choices_for(me),
        mine=queries.circles_sat_in(me),
        kinds=KINDS,
    )


def _by_date(found: list[Conclusion]) -> list[tuple[Meeting, list[Conclusion]]]:
    return [(meeting, list(rows)) for meeting, rows in groupby(found, lambda row: row.meeting)]


def _by_theme(found: list[Conclusion]) -> list[tuple[Meeting, list[Conclusion]]]:
    """Each theme once, the latest talked about first; its title as it was then. What had no theme comes last."""
    themes: dict[int | None, list[Conclusion]] = {}
    for row in found:
        themes.setdefault(row.meeting.theme_id if row.meeting.subject == "theme" else None, []).append(row)
    groups = [(rows[0].meeting, rows) for theme, rows in themes.items() if theme is not None]
    return groups + [(rows[0].meeting, rows) for theme, rows in themes.items() if theme is None]


@bp.get("/logboek/verwijderd")
@allow(signed_in)
def removed() -> ResponseReturnValue:
    """What was taken out of the log less than thirty days ago, to bring it back."""
    rows = removed_for(signed_in_person(), clock.now())
    return render_template("conclusions/removed.html", rows=rows, kept_for=DELETED_FOR)


@bp.get("/conclusie/<conclusion_id>")
@allow(signed_in)
def conclusion(conclusion_id: str) -> ResponseReturnValue:
    """One conclusion with its earlier texts."""
    me = signed_in_person()
    found = conclusion_for(me, conclusion_id)
    return render_template(
        "conclusions/conclusion.html",
        conclusion=found,
        versions=queries.earlier_versions(found),
        mine=_mine(found),
    )


@bp.route("/conclusie/<conclusion_id>/wijzigen", methods=["GET", "POST"])
@allow(signed_in)
def edit(conclusion_id: str) -> ResponseReturnValue:
    """Other words. Two at once are shown both texts, and nothing is lost."""
    me = signed_in_person()
    found = own_conclusion_for(me, conclusion_id)
    if found.deleted_at and request.method != "POST":
        abort(404)
    form = EditForm(obj=found, based_on=str(found.version))
    status, conflict = 200, None
    if form.validate_on_submit():
        try:
            services.edit(
                found,
                me,
                kind=form.kind.data or found.kind,
                text=form.text.data or "",
                note=form.note.data or "",
                based_on=whole_number(form.based_on.data),
                now=clock.now(),
            )
        except EditedMeanwhile:
            db.session.rollback()
            conflict, status = own_conclusion_for(me, conclusion_id), 409
            form.based_on.data = str(conflict.version)
        else:
            db.session.commit()
            flash(_("Bewaard. De eerdere tekst blijft te lezen."))
            return redirect(url_for(".conclusion", conclusion_id=conclusion_id), 303)
    elif form.is_submitted():
        status = 422
    return render_template("conclusions/edit.html", conclusion=found, form=form, conflict=conflict), status


@bp.post("/conclusie/<conclusion_id>/verwijderen")
@allow(signed_in)
def delete(conclusion_id: str) -> ResponseReturnValue:
    """Out of the log; it can be brought back for thirty days."""
    me = signed_in_person()
    found = own_conclusion_for(me, conclusion_id)
    services.delete(found, me, clock.now())
    db.session.commit()
    undoable(
        _("Verwijderd. Dertig dagen lang kan het terug."), url_for(".restore", conclusion_id=conclusion_id)
    )
    return redirect(url_for(".meeting", meeting_id=found.meeting.public_id), 303)


@bp.post("/conclusie/<conclusion_id>/terug")
@allow(signed_in)
def restore(conclusion_id: str) -> ResponseReturnValue:
    """Back into the log."""
    me = signed_in_person()
    found = own_conclusion_for(me, conclusion_id)
    try:
        services.restore(found, me, clock.now())
    except (GoneForGood, NotYours):
        db.session.rollback()
        abort(404)
    db.session.commit()
    flash(_("Het staat er weer."))
    return redirect(url_for(".conclusion", conclusion_id=conclusion_id), 303)


@bp.post("/conclusie/<conclusion_id>/terugnemen")
@allow(signed_in)
def withdraw(conclusion_id: str) -> ResponseReturnValue:
    """It came from my situation, and I take it back; also after leaving."""
    me = signed_in_person()
    services.withdraw(situation_of(me, conclusion_id), me, clock.now())
    db.session.commit()
    flash(_("Teruggenomen. Het staat niet meer in het logboek."))
    return redirect(url_for(".log"), 303)


@bp.post("/conclusie/<conclusion_id>/voornemen")
@allow(signed_in)
def settle(conclusion_id: str) -> ResponseReturnValue:
    """Done, let go, for later, or open again."""
    found = own_conclusion_for(signed_in_person(), conclusion_id)
    state = request.form.get("stand")
    if found.deleted_at:
        abort(404)
    if found.kind != "intention" or state not in INTENTION_STATES:
        abort(400)
    services.settle_intention(found, state, clock.now())
    db.session.commit()
    words = {
        "done": _("Gedaan. Mooi."),
        "released": _("Losgelaten. Dat mag."),
        "later": _("Het komt de volgende keer terug."),
    }
    flash(words.get(state, _("Het staat weer open.")))
    back = inside(request.form.get("next"))
    return redirect(back or url_for(".conclusion", conclusion_id=conclusion_id), 303)


def _mine(conclusion: Conclusion) -> bool:
    """Whether I sit in its circle now, and so may change it."""
    me = signed_in_person()
    return any(seat.person_id == me.id for seat in conclusion.circle.open_seats)
