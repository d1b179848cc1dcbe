"""Whether the app and its worker live, for the machines that watch them."""

from __future__ import annotations

import sqlalchemy as sa
from flask import Blueprint, Flask, jsonify
from flask.typing import ResponseReturnValue

from circles import clock
from circles.extensions import db
from circles.mail import queries
from circles.policy import allow, anyone

bp = Blueprint("mail", __name__)


def init_app(app: Flask) -> None:
    """Adds `/healthz`."""
    app.register_blueprint(bp)


@bp.get("/healthz")
@allow(anyone)
def healthz() -> ResponseReturnValue:
    """200 while the database answers and a worker's heart beats; else 503 with the reason, and no secrets."""
    try:
        beat = queries.last_heartbeat()
    except sa.exc.SQLAlchemyError:
        db.session.rollback()
        return jsonify(status="failing", reason="the database does not answer"), 503
    if beat is None or clock.now() - beat > queries.HEART_STOPS_AFTER:
        return jsonify(status="failing", reason="no worker has been heard of for two minutes"), 503
    return jsonify(status="ok")
