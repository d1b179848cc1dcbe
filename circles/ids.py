"""Short random ids for addresses that people see."""

import secrets

ALPHABET = "23456789bcdfghjkmnpqrstvwxz"  # no vowels, no look-alikes: never a word, never misread
LENGTH = 10


def new_public_id() -> str:
    """Ten characters, about 47 bits: unguessable enough behind a permission check, short enough to read aloud."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def new_token() -> str:
    """A URL-safe secret of 256 bits, to be shown once and stored hashed."""
    return secrets.token_urlsafe(32)
