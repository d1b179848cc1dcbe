"""Rhythms, places and reasons as people say them."""

from __future__ import annotations

import re

from babel.dates import get_day_names
from flask_babel import gettext as _

from circles import formats
from circles.meetings.models import Cadence
from circles.themes.rotation import Proposal, Reason

LINK = re.compile(r"://|\bwww\.|[a-z]\.[a-z]{2,}/", re.IGNORECASE)


def rhythm_words(cadence: Cadence | None) -> str:
    """`elke vier weken op donderdag`; None: dates are planned one by one."""
    if cadence is None:
        return str(_("Jullie plannen elke datum zelf."))
    day = get_day_names("wide", locale=formats.language())[cadence.weekday]
    if cadence.pattern == "monthly":
        ordinals = {
            1: _("eerste"),
            2: _("tweede"),
            3: _("derde"),
            4: _("vierde"),
            5: _("vijfde"),
            -1: _("laatste"),
        }
        return str(_("De %(nth)s %(day)s van de maand", nth=ordinals[cadence.nth or 1], day=day))
    if cadence.interval == 1:
        return str(_("Elke week op %(day)s", day=day))
    return str(_("Elke %(n)s weken op %(day)s", n=cadence.interval, day=day))


def where_words(place: str) -> str:
    """Where others than its members may read that a circle meets: never a link, which opens the meeting itself."""
    return str(_("online")) if LINK.search(place) else place


def weekday(number: int) -> str:
    """`maandag` for 0."""
    return str(get_day_names("wide", locale=formats.language())[number])


def half_hour(number: int) -> str:
    """The time at which that half hour of a day begins: `14.30`, in English `14:30`."""
    mark = "." if formats.language() == "nl" else ":"
    return f"{number // 2:02d}{mark}{number % 2 * 30:02d}"


def reason_words(proposal: Proposal) -> str:
    """Why a theme is offered, in one sentence."""
    if proposal.reason is Reason.INTEREST:
        if proposal.count == 1:
            return str(_("Dit houdt één van jullie bezig."))
        return str(_("Dit houdt %(n)s van jullie bezig.", n=proposal.count))
    return str(
        {
            Reason.SAME_FRAMEWORK: _("Hiermee blijven jullie nog even bij waar je mee bezig bent."),
            Reason.NEW_FRAMEWORK: _("Jullie zijn toe aan iets anders."),
            Reason.CAME_BACK: _("Hier spraken jullie meer dan een jaar geleden over. Wat is er veranderd?"),
            Reason.FRESH: _("Hier spraken jullie nog niet over."),
        }[proposal.reason]
    )
