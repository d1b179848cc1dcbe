"""How often somebody may try to get in: per account and place, per place, per account, and all together."""

from __future__ import annotations

from collections import Counter

import pytest
import sqlalchemy as sa

from circles.people.errors import TooManyTries
from circles.people.models import Attempt
from circles.people.services import limits, signing_in

HERE, THERE = "192.0.2.1", "192.0.2.2"


@pytest.fixture(params=["code", "password"])
def attempt(request, app, now):
    """One attempt of that kind: `attempt(email, address)`."""

    def attempt(email: str, address: str, at=now) -> None:
        limits.note_attempt(what=request.param, email=email, address=address, now=at)

    return attempt


def test_an_account_from_one_place(attempt):
    for _ in range(8):
        attempt("alice@delinde.example", HERE)
    with pytest.raises(TooManyTries):
        attempt("alice@delinde.example", HERE)
    attempt("alice@delinde.example", THERE)  # nobody is locked out by somebody elsewhere
    attempt("bob@delinde.example", HERE)


def test_one_place_whatever_the_account(attempt):
    for number in range(60):
        attempt(f"persoon{number}@delinde.example", HERE)
    with pytest.raises(TooManyTries):
        attempt("alice@delinde.example", HERE)
    attempt("alice@delinde.example", THERE)


def test_one_account_whatever_the_place(attempt):
    for number in range(60):
        attempt("alice@delinde.example", f"198.51.100.{number}")
    with pytest.raises(TooManyTries):
        attempt("alice@delinde.example", HERE)
    attempt("bob@delinde.example", HERE)


def test_everybody_together(attempt, session, now):
    attempt("alice@delinde.example", HERE)
    attempt("bob@delinde.example", THERE)
    session.flush()
    counted = Counter(session.scalars(sa.select(Attempt.bucket)))
    [shared] = [bucket for bucket, times in counted.items() if times == 2]
    session.add_all(Attempt(bucket=shared, made_at=now) for _ in range(2997))
    attempt("carol@delinde.example", "192.0.2.3")  # the last of three thousand
    with pytest.raises(TooManyTries):
        attempt("dan@delinde.example", "192.0.2.4")


def test_a_quarter_of_an_hour_later_it_is_forgotten(attempt, now):
    for _ in range(8):
        attempt("alice@delinde.example", HERE)
    with pytest.raises(TooManyTries):
        attempt("alice@delinde.example", HERE, at=now + limits.WINDOW / 2)
    attempt("alice@delinde.example", HERE, at=now + limits.WINDOW)


def test_codes_and_passwords_are_counted_apart(app, now):
    for _ in range(8):
        limits.note_attempt(what="code", email="alice@delinde.example", address=HERE, now=now)
    limits.note_attempt(what="password", email="alice@delinde.example", address=HERE, now=now)


def test_after_eight_wrong_passwords_the_right_one_waits_too(client, session, cast, time, monkeypatch):
    monkeypatch.setattr(
        signing_in, "password_fits", lambda password, _hashed: password == "de goede van alice"
    )
    cast.alice.password_hash = "van alice"
    client.post("/inloggen", data={"email": cast.alice.email})
    for _ in range(8):
        assert client.post("/inloggen", data={"password": "een verkeerde poging"}).status_code == 422
    assert client.post("/inloggen", data={"password": "de goede van alice"}).status_code == 429
    time.forward(minutes=15)
    assert client.post("/inloggen", data={"password": "de goede van alice"}).status_code == 303
