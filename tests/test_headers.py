"""What every answer says to the browser: headers and cookies, exactly, over http on this machine and over https."""

from __future__ import annotations

import pytest

from circles.extensions import db, migrations
from tests.conftest import make_app, settings

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
ALWAYS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


@pytest.fixture
def public(tmp_path):
    """The app as people reach it over https, on an empty database of its own."""
    app = make_app(settings(tmp_path, base_url="https://circles.example", trusted_hosts=("circles.example",)))
    with app.app_context():
        migrations.upgrade()
        yield app
        db.session.rollback()
        db.engine.dispose()


def said(answer) -> dict[str, str | None]:
    return {name: answer.headers.get(name) for name in ALWAYS}


@pytest.mark.parametrize(
    "path", ["/help", "/inloggen", "/dit-is-er-niet", "/healthz", "/static/css/vakcirkels.css"]
)
def test_every_answer_keeps_to_itself(client, path):
    with client.get(path) as answer:
        assert said(answer) == ALWAYS
        assert "Strict-Transport-Security" not in answer.headers  # http on this very machine


def test_pages_of_who_is_signed_in_are_stored_nowhere(client, client_for, cast):
    for path in ("/", "/ik", "/help", f"/cirkel/{cast.circle.public_id}", "/dit-is-er-niet"):
        answer = client_for(cast.bob).get(path)
        assert (path, answer.headers["Cache-Control"]) == (path, "no-store")
        assert said(answer) == ALWAYS
    assert client.get("/help").headers["Cache-Control"] == "private, no-cache"


def test_over_https_browsers_are_told_to_stay_there(public):
    answer = public.test_client().get("/help", base_url="https://circles.example")
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    assert said(answer) == ALWAYS


def cookies_of(answer) -> dict[str, set[str]]:
    """What each cookie says beside its value, by name."""
    given = [line.split("; ") for line in answer.headers.getlist("Set-Cookie")]
    return {parts[0].partition("=")[0]: set(parts[1:]) for parts in given}


def of_the_session(flags: set[str]) -> set[str]:
    return {flag for flag in flags if not flag.startswith("Expires=")}


def test_the_session_cookie_over_https_is_bound_to_the_host(public):
    answer = public.test_client().post(
        "/inloggen", data={"email": "ada@elders.example"}, base_url="https://circles.example"
    )
    [(name, flags)] = cookies_of(answer).items()
    assert name == "__Host-vakcirkels"
    # __Host- holds when there is Secure, Path=/ and no Domain.
    assert of_the_session(flags) == {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"}


def test_the_session_cookie_on_this_machine_goes_without_https(client):
    [(name, flags)] = cookies_of(client.post("/inloggen", data={"email": "ada@elders.example"})).items()
    assert (name, of_the_session(flags)) == ("vakcirkels", {"HttpOnly", "Path=/", "SameSite=Lax"})


def test_the_language_cookie_has_the_same_locks(client, public):
    here = client.post("/taal", data={"taal": "en"})
    there = public.test_client().post("/taal", data={"taal": "en"}, base_url="https://circles.example")
    locks = {"HttpOnly", "Path=/", "SameSite=Lax", "Max-Age=31536000"}
    assert of_the_session(cookies_of(here)["taal"]) == locks
    assert of_the_session(cookies_of(there)["taal"]) == locks | {"Secure"}
