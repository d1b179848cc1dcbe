"""The calendar link: making it, and what calendars fetch."""

from __future__ import annotations

import sqlalchemy as sa
from flask import Response, abort, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from circles import clock, links
from circles.extensions import db
from circles.meetings.models import FeedToken
from circles.meetings.services import feeds as services
from circles.meetings.views.blueprint import bp
from circles.people.access import signed_in_person
from circles.policy import allow, by_link, signed_in
from circles.web import aside


@bp.get("/ik/agenda")
@allow(signed_in)
def feeds() -> ResponseReturnValue:
    """My calendar link; the address itself is shown once, right after making it."""
    token = session.pop("new_feed", None)
    url = links.address("meetings.feed", token=token) if token else None
    return render_template("meetings/feeds.html", feed=services.feed_of(signed_in_person()), url=url)


@bp.post("/ik/agenda")
@allow(signed_in)
def make_feed() -> ResponseReturnValue:
    """Makes a link, or a new one in place of the old; or ends it."""
    me, now = signed_in_person(), clock.now()
    if request.form.get("intrekken"):
        services.revoke_feeds(me, now)
    else:
        session["new_feed"] = services.make_feed(me, now)
    db.session.commit()
    return redirect(url_for(".feeds"), 303)


@bp.get("/agenda/<token>.ics")
@allow(by_link)
def feed(token: str) -> ResponseReturnValue:
    """The calendar of a person. Unknown and revoked links get the same 404; an unchanged one a 304 from one row."""
    now = clock.now()
    found = services.feed_behind(token) or abort(404)
    g.feed_used = (found.id, found.used_on)
    etag = services.etag_of(found, now)
    if request.if_none_match.contains_weak(etag):  # a proxy that compresses has made it weak
        answer = Response(status=304)
    else:
        answer = Response(services.feed_bytes(found, now), mimetype="text/calendar")
        answer.last_modified = found.changed_at
    answer.set_etag(etag)
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer


def note_use(response: Response) -> Response:
    """After an answer, at most once a day: when this link was last used."""
    (feed_id, used_on), today = g.get("feed_used", (None, None)), clock.now().date()
    if feed_id is not None and used_on != today:
        with aside() as own:
            own.execute(sa.update(FeedToken).where(FeedToken.id == feed_id).values(used_on=today))
            own.commit()
    return response
