"""What a first visit weighs, fonts apart: people are on phones, and in cellars."""

from __future__ import annotations

import re

import pytest

MOST_BYTES = 100_000


@pytest.mark.parametrize("path", ["/welkom", "/inloggen"])
def test_a_first_visit_stays_under_a_hundred_kilobytes(client, path):
    page = client.get(path)
    assets = set(re.findall(r'(?:href|src)="(/static/[^"#]+)', page.text))
    assert any(".css" in asset for asset in assets)
    sizes = {path: len(page.data)}
    for asset in assets:
        with client.get(asset) as answer:
            sizes[asset] = len(answer.data)
    assert sum(sizes.values()) < MOST_BYTES, sizes
