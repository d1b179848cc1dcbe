"""The collection, one theme, and *dit houdt me bezig*."""

from __future__ import annotations

from itertools import groupby

import sqlalchemy as sa
from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from circles import clock, formats
from circles.extensions import db
from circles.people.access import signed_in_person
from circles.policy import allow, signed_in
from circles.themes import queries, services
from circles.themes.access import theme_for
from circles.themes.frameworks import FRAMEWORKS
from circles.themes.models import Theme
from circles.themes.views.blueprint import bp
from circles.web import inside


@bp.get("/themas")
@allow(signed_in)
def index() -> ResponseReturnValue:
    """All themes that are ready, by framework."""
    me = signed_in_person()
    versions = queries.ready_themes(me.organisation_id, formats.language())
    groups = [
        (framework_name(letter), list(rows))
        for letter, rows in groupby(versions, lambda v: v.theme.framework)
    ]
    return render_template(
        "themes/index.html",
        groups=groups,
        marked=queries.preoccupations_of(me.id),
        hotspot=queries.open_hotspot(me.organisation_id),
    )


@bp.get("/thema/<theme_id>")
@allow(signed_in)
def theme(theme_id: str) -> ResponseReturnValue:
    """One theme, as a page to read and a card to print."""
    me = signed_in_person()
    theme = theme_for(me, theme_id)
    version = queries.current_version(theme, formats.language()) or abort(404)
    marked = theme.id in queries.preoccupations_of(me.id)
    return render_template("themes/theme.html", theme=theme, version=version, marked=marked)


@bp.post("/thema/<theme_id>/bezig")
@allow(signed_in)
def preoccupies(theme_id: str) -> ResponseReturnValue:
    """Marks a theme *dit houdt me bezig*, or takes the mark away."""
    me = signed_in_person()
    theme = theme_for(me, theme_id)
    services.mark_preoccupation(me, theme, on=request.form.get("aan") == "1", now=clock.now())
    db.session.commit()
    return redirect(inside(request.form.get("next")) or url_for(".theme", theme_id=theme.public_id), 303)


@bp.route("/ik/themas", methods=["GET", "POST"])
@allow(signed_in)
def mine() -> ResponseReturnValue:
    """What keeps me busy: the themes I marked, all in one list."""
    me = signed_in_person()
    versions = queries.ready_themes(me.organisation_id, formats.language())
    marked = queries.preoccupations_of(me.id)
    if request.method == "POST":
        wanted = set(request.form.getlist("thema"))
        for theme in db.session.scalars(sa.select(Theme).where(Theme.id.in_([v.theme_id for v in versions]))):
            services.mark_preoccupation(me, theme, on=theme.public_id in wanted, now=clock.now())
        db.session.commit()
        flash(_("Bewaard. Je cirkel ziet hoeveel mensen een thema noemen, niet wie."))
        return redirect(url_for(".mine"), 303)
    return render_template("themes/mine.html", versions=versions, marked=marked)


def framework_name(letter: str) -> str:
    """A framework's name in the reader's language; our own themes have none."""
    if letter not in FRAMEWORKS:
        return str(_("Van onszelf"))
    nl, en = FRAMEWORKS[letter]
    return nl if formats.language() == "nl" else en
