"""Codes, passwords and sessions."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from functools import cache

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from flask import current_app

from circles.database import fingerprint
from circles.extensions import db
from circles.ids import new_token
from circles.people.errors import WeakPassword
from circles.people.models import AuditEntry, Person, SignIn, SignInCode

CODE_LIVES = timedelta(minutes=10)
CODE_TRIES = 5
ANY_BROWSER = "any"  # of the code that is printed when an organisation is made
SESSION_LIVES = timedelta(days=14)
PASSWORD_LENGTH = 12
COMMON = frozenset(
    [
        "123456789012",
        "1234567890123",
        "password1234",
        "passwordpassword",
        "wachtwoord12",
        "wachtwoord123",
        "wachtwoord1234",
        "wachtwoordwachtwoord",
        "qwertyuiop12",
        "qwertyuiopas",
        "qwerty123456",
        "welkom123456",
        "welkom1234567",
        "geheim123456",
        "iloveyou1234",
        "ikhouvanjou1",
        "azertyuiop12",
        "abcdefghijkl",
        "aaaaaaaaaaaa",
        "111111111111",
        "000000000000",
    ]
)
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


def make_code(email: str, *, browser: str, now: datetime) -> str:
    """Six digits for this address in this browser. What an earlier request elsewhere gave stays good."""
    code = f"{secrets.randbelow(1_000_000):06d}"
    db.session.add(
        SignInCode(
            email_normalised=email,
            browser_hash=fingerprint(browser),
            code_hash=_code_hash(browser, code),
            made_at=now,
            expires_at=now + CODE_LIVES,
        )
    )
    return code


def take_code(email: str, code: str, *, browser: str, now: datetime) -> bool:
    """Whether this is a code of this browser for that address. Counts the try; the right one works once."""
    return any(_fits(email, code.strip(), where, now) for where in (browser, ANY_BROWSER))


def _fits(email: str, code: str, browser: str, now: datetime) -> bool:
    row = db.session.scalar(
        sa.select(SignInCode)
        .where(
            SignInCode.email_normalised == email,
            SignInCode.browser_hash == fingerprint(browser),
            SignInCode.used_at.is_(None),
            SignInCode.expires_at > now,
        )
        .order_by(SignInCode.id.desc())
        .limit(1)
        .with_for_update()
    )
    if row is None or row.tries >= CODE_TRIES:
        return False
    row.tries += 1
    if not hmac.compare_digest(row.code_hash, _code_hash(browser, code)):
        return False
    row.used_at = now
    return True


def sign_in(person: Person, *, device: str, now: datetime) -> str:
    """A new session. Yields the token for the cookie; only its hash is kept."""
    token = new_token()
    db.session.add(
        SignIn(
            token_hash=fingerprint(token),
            person_id=person.id,
            device=device[:80],
            signed_in_at=now,
            seen_at=now,
            expires_at=now + SESSION_LIVES,
        )
    )
    audit("signed in", person=person, now=now)
    return token


def sign_out(token: str) -> None:
    """Ends the session behind this cookie at once."""
    db.session.execute(sa.delete(SignIn).where(SignIn.token_hash == fingerprint(token)))


def end_sign_ins(person: Person, *, but: SignIn | None = None) -> None:
    """Ends all sessions of a person, except one."""
    ended = sa.delete(SignIn).where(SignIn.person_id == person.id)
    db.session.execute(ended.where(SignIn.id != but.id) if but else ended)


def forget_expired(now: datetime) -> int:
    """Deletes codes and sessions that nobody can use any more. Yields how many."""
    gone = 0
    for model in (SignInCode, SignIn):
        result = db.session.execute(sa.delete(model).where(model.expires_at < now - CODE_LIVES))
        gone += int(getattr(result, "rowcount", 0))
    return gone


def hash_password(password: str, *, about: Person) -> str:
    """An argon2id hash, for storing. Raises WeakPassword. Takes a while: call it outside a transaction."""
    plain = password.casefold()
    own = [
        word
        for word in (*about.name.casefold().split(), about.email.casefold().partition("@")[0])
        if len(word) > 3
    ]
    if len(password) < PASSWORD_LENGTH or plain in COMMON or len(set(plain)) < 5:
        raise WeakPassword
    if any(
        len(plain.replace(word, "")) < 8
        for word in [*own, "vakcirkels", "wachtwoord", "password"]
        if word in plain
    ):
        raise WeakPassword
    return _hasher.hash(password)


def password_fits(password: str, hashed: str | None) -> bool:
    """Whether the password is the one behind the hash. Takes as long when there is none to compare with."""
    try:
        _hasher.verify(hashed or _nobodys_hash(), password)
    except VerificationError:
        return False
    return hashed is not None


def audit(kind: str, *, person: Person, now: datetime, detail: str = "") -> None:
    """A line in the trail of what was done, never of what was said."""
    db.session.add(
        AuditEntry(
            organisation_id=person.organisation_id, person_id=person.id, kind=kind, detail=detail, made_at=now
        )
    )


def _code_hash(browser: str, code: str) -> str:
    # Keyed: a million codes are tried in a moment by whoever reads the table.
    key: str = current_app.config["SECRET_KEY"]
    return hmac.new(key.encode(), f"{browser}/{code}".encode(), hashlib.sha256).hexdigest()


@cache
def _nobodys_hash() -> str:
    return _hasher.hash(secrets.token_urlsafe(24))
