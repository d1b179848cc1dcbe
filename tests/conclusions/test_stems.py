"""Finding words in whatever form they stand in a text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from circles.conclusions.stems import Words, fold


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("gesprekken", "Een goed gesprek duurt."),
        ("gevraagd", "Wie wil er vragen?"),
        ("vraag", "Dat heb ik niet gevraagd."),
        ("eten", "Wie eet er mee?"),
        ("lopen", "Zo loopt het nu."),
        ("huis", "Twee huizen verder."),
        ("brieven", "De brief lag er al."),
        ("deciding", "We decided it together."),
        ("conversations", "A good conversation takes time."),
        ("een", "Eén keer is geen keer."),
        ("ÉÉN", "Een keer."),
        ("Gesprekken vriend", "Vrienden zoeken het gesprek."),
        ("esprek", "Een goed gesprek duurt."),  # a part of a word
        ("goed werk", "Werkt dit goed?"),
        ("4.12", "In kamer 4.12."),
        ("", "Zonder woorden past alles."),
    ],
)
def test_a_word_is_found_in_its_other_forms(typed, text):
    assert Words(typed).are_in(text)


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("gesprek", "Wij spraken elkaar."),
        ("eenhoorn", "Een hoorn."),
        ("goed werk", "Goed, maar geen arbeid."),  # each of them, not one
        ("meer", "De zee."),
        ("vriend", ""),
        (".*", "Wat dan ook."),
        ("ge", "Wij."),
    ],
)
def test_another_word_is_not(typed, text):
    assert not Words(typed).are_in(text)


@given(st.text(), st.text(), st.text())
def test_what_stands_there_is_always_found(before, middle, after):
    text = f"{before}{middle}{after}"
    assert all(Words(word).are_in(text) for word in fold(middle).split() if word in fold(text))


def test_no_words_are_no_search():
    assert not Words("  ")
    assert Words("ja")
