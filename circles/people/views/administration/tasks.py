"""Taken: only what needs somebody's attention."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa
from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from circles import clock, links
from circles.extensions import db
from circles.formats import local
from circles.mail import services as mail_services
from circles.mail.models import OutboxMail
from circles.mail.queries import undeliverable
from circles.people import queries
from circles.people.access import signed_in_person
from circles.people.services import departments, organisations
from circles.people.views.blueprint import bp
from circles.policy import administrator, allow

ANSWERS_WITHIN = timedelta(days=30)
MOST_SHOWN = 20
# What has lost its use by the time somebody looks. Anything else may be sent once more.
OVER = {"sign_in_code", "meeting_reminder", "record_reminder", "held_question"}


@dataclass(frozen=True)
class DeadMail:
    """A mail that could not be delivered: to whom, and of which kind; never what it says."""

    mail: OutboxMail
    token: str
    again: bool  # whether sending it once more makes sense


@bp.get("/beheer")
@allow(administrator)
def administration() -> ResponseReturnValue:
    """Mail that did not arrive, people who never answered, departments without a number. Else one sentence."""
    me, now = signed_in_person(), clock.now()
    quarter = organisations.quarter_of(local(now, me.organisation.zone))
    counted = departments.head_counts(me.organisation_id, [quarter])
    uncounted = [
        row for row in queries.departments_of(me.organisation_id) if (row.id, quarter) not in counted
    ]
    return render_template(
        "people/administration/tasks.html",
        dead=[_dead(mail) for mail in undeliverable(me.organisation_id, limit=MOST_SHOWN)],
        unanswered=queries.never_answered(me.organisation_id, now - ANSWERS_WITHIN),
        uncounted=uncounted,
        quarter=quarter,
    )


@bp.post("/beheer/mail/<token>/opnieuw")
@allow(administrator)
def mail_again(token: str) -> ResponseReturnValue:
    """Queues a mail that could not be delivered once more."""
    mail = _mail(token)
    if mail.kind in OVER or not mail_services.try_again(mail, clock.now()):
        db.session.rollback()
        flash(_("Deze mail kan niet nog eens verstuurd worden."), "error")
    else:
        db.session.commit()
        flash(_("We proberen het opnieuw. Lukt het weer niet, dan staat de mail hier terug."))
    return redirect(url_for(".administration"), 303)


@bp.post("/beheer/mail/<token>/weg")
@allow(administrator)
def mail_aside(token: str) -> ResponseReturnValue:
    """Takes a mail off this page; it is not sent."""
    mail_services.set_aside(_mail(token))
    db.session.commit()
    flash(_("Weggehaald. De mail wordt niet meer verstuurd."))
    return redirect(url_for(".administration"), 303)


def _dead(mail: OutboxMail) -> DeadMail:
    again = mail.kind not in OVER and mail.text != ""
    return DeadMail(mail, links.sign("dead_mail", str(mail.id)), again)


def _mail(token: str) -> OutboxMail:
    ids = links.read("dead_mail", token) or abort(404)
    found = db.session.scalar(
        sa.select(OutboxMail).where(
            OutboxMail.id == int(ids[0]), OutboxMail.organisation_id == signed_in_person().organisation_id
        )
    )
    return found or abort(404)
