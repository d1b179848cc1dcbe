"""Texts that only the app can read: sealed with AES-GCM, bound to the row and organisation they belong to."""

from __future__ import annotations

import base64
import os
from collections.abc import Iterable
from typing import Any, overload

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import current_app

NONCE_BYTES = 12


class CannotUnseal(Exception):
    """The key is not at hand, or the text was moved to another row or altered."""


class Keyring:
    """Keys for texts at rest, newest first: the first seals, all of them open."""

    def __init__(self, lines: Iterable[str]) -> None:
        """Takes lines `name:base64 of 32 bytes`. Raises ValueError naming the line that is no key."""
        self._keys: dict[str, AESGCM] = {}
        for line in lines:
            name, _, encoded = line.partition(":")
            try:
                key = base64.b64decode(encoded, validate=True)
            except ValueError as error:
                raise ValueError(f"LOG_KEYS: key {name!r} is not base64.") from error
            if not name or len(name) > 32 or len(key) != 32:
                raise ValueError(f"LOG_KEYS: key {name!r} needs a short name and 32 bytes.")
            self._keys[name] = AESGCM(key)
        if not self._keys:
            raise ValueError("LOG_KEYS: no key.")
        self.newest = next(iter(self._keys))

    def seal(self, text: str, *, bound_to: str) -> bytes:
        """Key name, nonce and ciphertext in one value; opens only with the same `bound_to`."""
        nonce = os.urandom(NONCE_BYTES)
        name = self.newest.encode()
        sealed = self._keys[self.newest].encrypt(nonce, text.encode(), bound_to.encode())
        return bytes([len(name)]) + name + nonce + sealed

    def unseal(self, sealed: bytes, *, bound_to: str) -> str:
        """The text again. Raises CannotUnseal when key, row or bytes are not the ones it was sealed with."""
        length = sealed[0]
        name, rest = sealed[1 : 1 + length].decode(), sealed[1 + length :]
        if name not in self._keys:
            raise CannotUnseal(f"No key named {name!r}.")
        try:
            opened = self._keys[name].decrypt(rest[:NONCE_BYTES], rest[NONCE_BYTES:], bound_to.encode())
        except InvalidTag as error:
            raise CannotUnseal("Sealed for another row, or altered.") from error
        return opened.decode()


class SealedText:
    """Attribute over a bytes column: `text = SealedText("text_sealed")`. None stays None.

    The owning model says in `sealed_to()` what the text is bound to: organisation and row id, both made in Python
    and set before the text is.
    """

    def __init__(self, column: str) -> None:
        self.column = column

    @overload
    def __get__(self, row: None, owner: type) -> SealedText: ...
    @overload
    def __get__(self, row: Any, owner: type) -> str: ...
    def __get__(self, row: Any, owner: type) -> SealedText | str:
        if row is None:
            return self
        sealed = getattr(row, self.column)
        if sealed is None:
            return ""
        return keyring().unseal(sealed, bound_to=f"{row.sealed_to()}/{self.column}")

    def __set__(self, row: Any, text: str | None) -> None:
        bound_to = f"{row.sealed_to()}/{self.column}"
        setattr(row, self.column, keyring().seal(text, bound_to=bound_to) if text else None)


def keyring() -> Keyring:
    """The keys this app was started with."""
    ring: Keyring = current_app.extensions["keyring"]
    return ring
