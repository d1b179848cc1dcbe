"""The hotspot's workbench: drafting, publishing and letting themes rest."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from circles import clock, formats
from circles.clean import whole_number
from circles.database import EditedMeanwhile
from circles.extensions import db
from circles.people.access import signed_in_person
from circles.policy import allow
from circles.themes import queries, services
from circles.themes.access import curated_theme_for, hotspot, hotspot_for
from circles.themes.errors import NothingToPublish, NotYetEnoughCurators
from circles.themes.forms import ThemeForm, filled_with
from circles.themes.models import STAGES, Theme
from circles.themes.views.blueprint import bp


@bp.get("/hotspot")
@allow(hotspot)
def workbench() -> ResponseReturnValue:
    """Themes by stage, and whether the shutters are open."""
    me = signed_in_person()
    versions = queries.curated_themes(me.organisation_id, formats.language())
    by_stage = {stage: [v for v in versions if v.theme.stage == stage] for stage in STAGES}
    return render_template(
        "themes/workbench.html",
        circle=hotspot_for(me),
        by_stage=by_stage,
        questions=queries.questions_to(me.organisation_id),
        told=queries.standing_narrative(me.organisation_id),
    )


@bp.post("/hotspot/luiken")
@allow(hotspot)
def shutters() -> ResponseReturnValue:
    """Opens the shutters: from now on circles may ask."""
    services.open_shutters(hotspot_for(signed_in_person()), clock.now())
    db.session.commit()
    flash(_("De luiken zijn open. Vanaf nu weten cirkels jullie te vinden."))
    return redirect(url_for(".workbench"), 303)


@bp.route("/hotspot/thema/nieuw", methods=["GET", "POST"])
@allow(hotspot)
def begin() -> ResponseReturnValue:
    """A theme of one's own."""
    me = signed_in_person()
    form = ThemeForm(language=formats.language()) if request.method == "GET" else ThemeForm()
    if form.validate_on_submit():
        theme = services.begin_theme(me.organisation_id, clock.now())
        services.write_draft(
            theme, me, language=form.language.data, texts=form.texts(), based_on=0, now=clock.now()
        )
        db.session.commit()
        flash(_("Bewaard als concept. Alleen de hotspot ziet het, tot jullie het publiceren."))
        return redirect(url_for(".edit", theme_id=theme.public_id, taal=form.language.data), 303)
    return render_template("themes/edit.html", form=form, theme=None, newest=None), _status(form)


@bp.route("/hotspot/thema/<theme_id>/wijzigen", methods=["GET", "POST"])
@allow(hotspot)
def edit(theme_id: str) -> ResponseReturnValue:
    """Edits one language of a theme; two at once are shown both texts."""
    me = signed_in_person()
    theme = curated_theme_for(me, theme_id)
    language = request.values.get("language") or request.args.get("taal") or formats.language()
    newest = queries.newest_version(theme, language if language in {"nl", "en"} else "nl")
    form = filled_with(newest, language) if request.method == "GET" else ThemeForm()
    if form.validate_on_submit():
        return _save(theme, form)
    return render_template("themes/edit.html", form=form, theme=theme, newest=newest), _status(form)


@bp.post("/hotspot/thema/<theme_id>/publiceren")
@allow(hotspot)
def publish(theme_id: str) -> ResponseReturnValue:
    """Makes the drafts what circles see."""
    me = signed_in_person()
    theme = curated_theme_for(me, theme_id)
    try:
        services.publish(theme, hotspot_for(me), clock.now())
    except NotYetEnoughCurators:
        db.session.rollback()
        flash(_("Publiceren kan vanaf twee leden van de hotspot. Nodig eerst een collega uit."), "error")
        return redirect(url_for(".workbench"), 303)
    except NothingToPublish:
        db.session.rollback()
        flash(_("Er is niets nieuws om te publiceren."), "error")
        return redirect(url_for(".workbench"), 303)
    db.session.commit()
    flash(_("Gepubliceerd. Cirkels krijgen dit thema nu voorgesteld."))
    return redirect(url_for(".theme", theme_id=theme.public_id), 303)


@bp.post("/hotspot/thema/<theme_id>/rust")
@allow(hotspot)
def rest(theme_id: str) -> ResponseReturnValue:
    """Lets a theme rest, or brings it back."""
    theme = curated_theme_for(signed_in_person(), theme_id)
    if request.values.get("terug"):
        services.bring_back(theme)
        flash(_("Het thema is er weer."))
    else:
        services.let_rest(theme)
        flash(
            _("Het thema rust. Wie er al over sprak, kan het blijven lezen."),
            f"undo:{url_for('.rest', theme_id=theme.public_id, terug=1)}",
        )
    db.session.commit()
    return redirect(url_for(".workbench"), 303)


def _save(theme: Theme, form: ThemeForm) -> ResponseReturnValue:
    try:
        services.write_draft(
            theme,
            signed_in_person(),
            language=form.language.data,
            texts=form.texts(),
            based_on=whole_number(form.based_on.data),
            now=clock.now(),
        )
    except EditedMeanwhile as meanwhile:
        db.session.rollback()
        form.based_on.raw_data = None
        form.based_on.data = str(meanwhile.current.number)  # type: ignore[attr-defined]
        return render_template(
            "themes/edit.html", form=form, theme=theme, newest=meanwhile.current, conflict=True
        ), 409
    db.session.commit()
    flash(_("Bewaard als concept. Alleen de hotspot ziet het, tot jullie het publiceren."))
    return redirect(url_for(".edit", theme_id=theme.public_id, taal=form.language.data), 303)


def _status(form: ThemeForm) -> int:
    return 422 if form.is_submitted() else 200
