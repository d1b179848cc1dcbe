"""Finding words in a text, whatever form they have: `gesprekken` finds `gesprek`, `deciding` finds `decided`."""

from __future__ import annotations

import re
import threading
import unicodedata
from functools import lru_cache

import snowballstemmer

LANGUAGES = ("dutch", "english")
SHORTEST = 3  # letters; a shorter word is only looked for as it is
_STEMMER_IS_FREE = threading.Lock()  # a stemmer holds the word it works on
_STEMMERS = [snowballstemmer.stemmer(language) for language in LANGUAGES]
_VOWELS = frozenset("aeiouy")


class Words:
    """The words of a search. A text holds them when it has each of them: in any form, or as a part of a word."""

    def __init__(self, typed: str) -> None:
        self._words = [_Word(word) for word in fold(typed).split()]

    def __bool__(self) -> bool:
        return bool(self._words)

    def are_in(self, text: str) -> bool:
        """Whether this text has all of them. No words are in every text."""
        folded = fold(text) if self._words else ""
        return all(word.is_in(folded) for word in self._words)


def fold(text: str) -> str:
    """Small letters without accents: who looks for `een` finds `één`."""
    if text.isascii():
        return text.lower()
    marked = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in marked if not unicodedata.combining(letter))


class _Word:
    def __init__(self, word: str) -> None:
        self.word = word
        self.stems = _stems(word) if len(word) >= SHORTEST and word.isalpha() else ()
        # Stemming is slow, and most words of a text need none of it: they begin otherwise.
        beginnings = "|".join(sorted({re.escape(_beginning(stem)) for stem in self.stems}))
        self.alike = re.compile(rf"\b(?:ge)?(?:{beginnings})\w*")
        self.known: dict[str, bool] = {}  # by word of the texts, whether it is a form of this one

    def is_in(self, text: str) -> bool:
        if self.word in text:
            return True
        return bool(self.stems) and any(self._is_form(found) for found in self.alike.findall(text))

    def _is_form(self, found: str) -> bool:
        if found not in self.known:
            same = (mine == theirs for mine, theirs in zip(self.stems, _stems(found), strict=True))
            self.known[found] = any(same)
        return self.known[found]


def _beginning(stem: str) -> str:
    """The letters with which each form of a word begins, after a `ge` perhaps. A first vowel may double: eten, eet."""
    return stem[:1] if stem[:1] in _VOWELS else stem[:2]


@lru_cache(maxsize=20_000)
def _stems(word: str) -> tuple[str, ...]:
    """The stem in each language."""
    with _STEMMER_IS_FREE:
        return tuple(stemmer.stemWord(word) for stemmer in _STEMMERS)
