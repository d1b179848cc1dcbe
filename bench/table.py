"""Rows of claims and what was measured beside them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One claim: what was measured in this run, with the limit or the peer beside it.

    `fast` says whether the limit of time holds (True where there is none), `right` whether everything else does.
    """

    what: str
    measured: str
    limit: str
    fast: bool = True
    right: bool = True

    @property
    def holds(self) -> bool:
        """The whole claim."""
        return self.fast and self.right


def shown(rows: Iterable[Row]) -> str:
    """The rows as a plain table."""
    lines = [("", "what", "measured", "limit or peer")]
    lines += [("ok" if row.holds else "NO", row.what, row.measured, row.limit) for row in rows]
    widths = [max(map(len, column)) + 2 for column in zip(*lines, strict=True)]
    padded = ("".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in lines)
    return "\n".join(line.rstrip() for line in padded)
