"""Texts as people write them: what needs no parser looks as if it had been through one."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from circles import formats

TEXTS = st.one_of(
    st.text(),
    st.text(alphabet="ab .,-+1)#>!\"'=~|:;(){}@/%^$“é’…*_<&[]`\\\n"),
    st.text(alphabet="ab 1.-é’\u00a0"),
)


@given(TEXTS)
@example("Dat lukt mij alleen hier, zei ze: “niet elders”.")
@example("- een lijst")
@example("1. een lijst")
@example("a\u2028b")
def test_a_text_is_shown_as_parser_and_cleaner_would(text):
    assert formats.markdown(text) == formats.rendered(text)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Zeg het vooraf.", "<p>Zeg het vooraf.</p>\n"),
        ("Zeg het **vooraf**.", "<p>Zeg het <strong>vooraf</strong>.</p>\n"),
        ("<b>Nee</b> & ja", "<p>&lt;b&gt;Nee&lt;/b&gt; &amp; ja</p>\n"),
    ],
)
def test_what_people_mark_is_marked_and_nothing_else(text, html):
    assert formats.markdown(text) == html
