"""Who sits where: circles, seats, ways to a seat, and what the circle agreed."""

from circles.membership.models.agreements import CharterVersion, CircleChange
from circles.membership.models.circle import (
    FULL_ENOUGH,
    KINDS,
    MAY_BE_JOINED,
    MAY_MEET,
    SEATS,
    STAGES,
    TERMS,
    Circle,
    Seat,
)
from circles.membership.models.joining import ASK_OUTCOMES, Ask, CircleInvitation, WaitingPlace

__all__ = [
    "ASK_OUTCOMES",
    "FULL_ENOUGH",
    "KINDS",
    "MAY_BE_JOINED",
    "MAY_MEET",
    "SEATS",
    "STAGES",
    "TERMS",
    "Ask",
    "CharterVersion",
    "Circle",
    "CircleChange",
    "CircleInvitation",
    "Seat",
    "WaitingPlace",
]
