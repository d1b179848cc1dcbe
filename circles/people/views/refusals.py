"""What is noted when somebody asks for a page of a role that they do not have."""

from __future__ import annotations

from flask import Response, g, request

from circles import clock
from circles.extensions import db
from circles.people.services import trail
from circles.web import aside


def note_refused(response: Response) -> Response:
    """After an answer of "not found" by policy: a line in the trail, in one short transaction of its own."""
    if g.get("refused") is None or g.get("who") is None:
        return response
    organisation_id, person_id = g.who
    db.session.rollback()  # a POST that was refused still holds SQLite, and would wait for itself
    with aside() as session:
        detail = f"{g.refused}: {request.method} {request.endpoint}"
        noted = trail.note_refusal(
            session, organisation_id=organisation_id, person_id=person_id, detail=detail, now=clock.now()
        )
        if noted:
            session.commit()
    return response
