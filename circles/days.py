"""Public holidays of a region."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from functools import lru_cache

import holidays

# ISO 3166-2 names the regions of Belgium, the package its communities; Brussels belongs to two.
BELGIAN_REGIONS = {"BE-VLG": "Flemish", "BE-WAL": "French", "BE-BRU": None}
# Each community's own day, by decree; the package has the days of the whole country only.
COMMUNITY_DAYS = {"Flemish": (7, 11), "French": (9, 27), "German": (11, 15)}


class UnknownRegion(ValueError):
    """A region that the holidays package does not know."""


def days_off(region: str, years: int | Iterable[int]) -> frozenset[date]:
    """The public holidays of a year, or of several. Raises UnknownRegion.

    `region` is a country, or a country and a part that the holidays package tells apart: NL, DE-NW. Belgium also with
    its regions (BE-VLG, BE-WAL, BE-BRU) or communities (BE-Flemish, BE-French, BE-German) and the day of each.
    """
    wanted = (years,) if isinstance(years, int) else years
    return frozenset().union(*(_of_year(region, year) for year in wanted))


@lru_cache(maxsize=1024)
def _of_year(region: str, year: int) -> frozenset[date]:
    if not re.fullmatch(r"[A-Z]{2}(-.+)?", region):  # the package would look up any name it has
        raise UnknownRegion(region)
    part = BELGIAN_REGIONS.get(region, region[3:]) or None
    try:
        public = frozenset(holidays.country_holidays(region[:2], subdiv=part, years=year))
    except NotImplementedError as error:
        raise UnknownRegion(region) from error
    if region.startswith("BE") and part in COMMUNITY_DAYS:
        return public | {date(year, *COMMUNITY_DAYS[part])}
    return public
