"""Pages that say what went wrong."""

from __future__ import annotations

from flask import Response, render_template, session
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, SecurityError
from werkzeug.wrappers import Response as AnyResponse

from circles.extensions import db


def stale_form(_error: CSRFError) -> tuple[str, int]:
    session.modified = True  # a fresh token goes out with the answer
    message = _("Deze pagina was te lang open. Ga terug, ververs de pagina en probeer het nog eens.")
    return render_template("errors/400.html", message=message), 400


def error_page(error: HTTPException) -> tuple[str, int] | AnyResponse:
    code = error.code or 500
    if code < 400:
        return error.get_response()
    if isinstance(error, SecurityError):  # a host that is not ours: no address can be made for it
        return Response("400 Bad Request", 400, mimetype="text/plain")
    db.session.rollback()
    known = {400, 403, 404, 405, 409, 413, 429, 500, 503}
    return render_template(f"errors/{code if code in known else 400}.html", message=None), code
