"""A list from a file: looked at first, then taken in by the worker while the page tells how far it is."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext as _n

from circles import clock
from circles.clean import clean_line
from circles.extensions import db
from circles.people import importing
from circles.people.access import signed_in_person, upload_for
from circles.people.errors import UploadClosed
from circles.people.models import ListUpload
from circles.people.services import listing, uploads
from circles.people.views.administration.forms import UploadForm, say
from circles.people.views.administration.invitees import restoring
from circles.people.views.blueprint import bp
from circles.policy import administrator, allow
from circles.web import undoable

AROUND_THE_FILE = 20_000  # bytes of a form beside the file in it
MOST_NAMED = 20


@bp.url_value_preprocessor
def let_the_list_through(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """This one route takes 5 MB. Runs before anything looks at the form."""
    if endpoint == "people.upload_list":
        request.max_content_length = importing.MOST_BYTES + AROUND_THE_FILE


@bp.route("/beheer/mensen/bestand", methods=["GET", "POST"])
@allow(administrator)
def upload_list() -> ResponseReturnValue:
    """Reads a file. Without errors there is something to look at; the list does not change yet."""
    me, form = signed_in_person(), UploadForm()
    if form.validate_on_submit():
        db.session.commit()  # no transaction is held while reading
        reading = importing.read_list(form.file.data.read())
        if not reading.errors:
            name = clean_line(form.file.data.filename or "", 120)
            upload = uploads.keep(me.organisation, reading.rows, file_name=name, now=clock.now())
            db.session.commit()
            return redirect(url_for(".uploaded_list", upload_id=upload.public_id), 303)
        form.file.errors = [_("Er is niets veranderd. Verbeter het bestand en kies het opnieuw.")]
        form.remarks = [say(remark) for remark in reading.errors]
    return render_template(
        "people/administration/upload.html", form=form
    ), 422 if form.is_submitted() else 200


@bp.get("/beheer/mensen/bestand/<upload_id>")
@allow(administrator)
def uploaded_list(upload_id: str) -> ResponseReturnValue:
    """What the file would do; after confirming how far it is; at the end who was not in it."""
    upload = _upload(upload_id)
    progress = uploads.progress(upload)
    if progress.stage in {"preview", "failed"}:
        outlook = uploads.outlook(upload)
        return render_template(
            "people/administration/preview.html",
            upload=upload,
            outlook=outlook,
            went_wrong=progress.stage == "failed",
        )
    absent = uploads.absent(upload) if progress.stage == "done" else []
    return render_template(
        "people/administration/progress.html",
        upload=upload,
        progress=progress,
        absent=absent,
        most_named=MOST_NAMED,
    )


@bp.get("/beheer/mensen/bestand/<upload_id>/voortgang")
@allow(administrator)
def list_progress(upload_id: str) -> ResponseReturnValue:
    """The piece of that page that moves. 204 while it is as it was seen; at the end the page loads anew."""
    upload = _upload(upload_id)
    progress = uploads.progress(upload)
    if request.args.get("gezien") == f"{progress.stage}-{progress.done}":
        return "", 204
    page = render_template("people/administration/_progress.html", upload=upload, progress=progress)
    return page, 200, {} if progress.stage in {"waiting", "inviting"} else {"HX-Refresh": "true"}


@bp.post("/beheer/mensen/bestand/<upload_id>/akkoord")
@allow(administrator)
def confirm_list(upload_id: str) -> ResponseReturnValue:
    """Hands the file to the worker."""
    upload = _upload(upload_id)
    try:
        uploads.confirm(upload, clock.now())
    except UploadClosed:
        db.session.rollback()
        flash(_("Dit bestand is langer dan een uur geleden gekozen. Kies het opnieuw."), "error")
        return redirect(url_for(".upload_list"), 303)
    db.session.commit()
    return redirect(url_for(".uploaded_list", upload_id=upload_id), 303)


@bp.post("/beheer/mensen/bestand/<upload_id>/weg")
@allow(administrator)
def drop_list(upload_id: str) -> ResponseReturnValue:
    """Leaves everything as it was, and forgets the file."""
    try:
        uploads.drop(_upload(upload_id))
    except UploadClosed:
        db.session.rollback()
        return redirect(url_for(".uploaded_list", upload_id=upload_id), 303)
    db.session.commit()
    flash(_("Er is niets veranderd."))
    return redirect(url_for(".invitation_list"), 303)


@bp.post("/beheer/mensen/bestand/<upload_id>/rest-intrekken")
@allow(administrator)
def withdraw_absent(upload_id: str) -> ResponseReturnValue:
    """Takes everybody off the list who was not in the file and did not say yes."""
    upload, now = _upload(upload_id), clock.now()
    if uploads.progress(upload).stage != "done":
        abort(404)
    gone = listing.withdraw(uploads.absent(upload), now)
    db.session.commit()
    words = _n(
        "Eén persoon staat niet meer op de lijst.", "%(num)s mensen staan niet meer op de lijst.", gone
    )
    if gone:
        undoable(words, restoring(upload.organisation_id, now))
    return redirect(url_for(".invitation_list"), 303)


def _upload(upload_id: str) -> ListUpload:
    since: datetime = clock.now() - uploads.KEPT
    return upload_for(signed_in_person(), upload_id, since)
