"""What is settled for the whole organisation."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from circles.database import EditedMeanwhile
from circles.extensions import db
from circles.people.access import signed_in_person
from circles.people.errors import MayOnlyBeRaised
from circles.people.models import Organisation
from circles.people.services import settings
from circles.people.views.administration.forms import OrganisationForm
from circles.people.views.blueprint import bp
from circles.policy import administrator, allow


@bp.route("/beheer/instellingen", methods=["GET", "POST"])
@allow(administrator)
def organisation_settings() -> ResponseReturnValue:
    """Name, zone, holidays, language, who may sign up, the smallest group, working time, name of the hotspot."""
    organisation = signed_in_person().organisation
    form = OrganisationForm(
        obj=organisation,
        mail_domains="\n".join(settings.domains_of(organisation)),
        based_on=settings.edition(organisation),
    )
    form.offer(organisation)
    if not form.validate_on_submit():
        return _page(form, organisation, 422 if form.is_submitted() else 200)
    try:
        settings.change(
            organisation, form.values(), domains=form.domain_names, based_on=form.based_on.data or ""
        )
    except MayOnlyBeRaised:
        db.session.rollback()
        form.k.errors = [_("Dit getal kan alleen omhoog. Nu is het %(k)s.", k=organisation.k)]
        return _page(form, organisation, 422)
    except EditedMeanwhile:
        db.session.rollback()
        db.session.refresh(organisation)
        form.based_on.data = settings.edition(organisation)
        return _page(form, organisation, 409)
    db.session.commit()
    flash(_("Bewaard."))
    return redirect(url_for(".organisation_settings"), 303)


def _page(form: OrganisationForm, organisation: Organisation, status: int) -> ResponseReturnValue:
    meanwhile = form.meanwhile(organisation, settings.domains_of(organisation)) if status == 409 else None
    page = "people/administration/settings.html"
    return render_template(page, form=form, organisation=organisation, meanwhile=meanwhile), status
