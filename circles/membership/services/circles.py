"""Beginning circles, changing their settings, and ending them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from circles.database import EditedMeanwhile, lock
from circles.extensions import db
from circles.membership.errors import MovedOn, OneHotspot
from circles.membership.models import Circle, CircleChange
from circles.membership.services.changes import record_change, undoes
from circles.membership.services.doors import close_doors
from circles.membership.services.seats import sit_down
from circles.membership.services.stages import must_go_on
from circles.people.models import Person, Profession

SETTINGS = (
    "name", "purpose", "place", "findable", "shows_theme", "planned_ahead", "leavers_read", "kept_months",
)  # fmt: skip
WISH_LASTS = timedelta(days=30)
Follower = Callable[[Circle, dict[str, Any], datetime], None]
FOLLOWERS: list[Follower] = []


def follows_settings(follower: Follower) -> Follower:
    """Registers what has to follow when settings change: it is given the circle, the earlier settings and now."""
    FOLLOWERS.append(follower)
    return follower


def begin_circle(
    person: Person,
    *,
    name: str,
    now: datetime,
    kind: str = "craft",
    purpose: str = "",
    place: str = "",
    findable: bool = False,
    profession: Profession | None = None,
) -> Circle:
    """A circle with its founder as trekker. Team circles cannot be found. Raises OneHotspot."""
    organisation = person.organisation
    if kind == "hotspot" and open_hotspot(organisation.id):
        raise OneHotspot
    circle = Circle(
        organisation_id=organisation.id,
        kind=kind,
        name=name.strip(),
        purpose=purpose.strip(),
        place=place.strip(),
        findable=findable and kind != "team",
        profession_id=profession.id if profession else None,
        zone=organisation.zone,
        region=organisation.region,
        begun_at=now,
    )
    circle.organisation, circle.seats = organisation, []
    db.session.add(circle)
    db.session.flush()
    sit_down(circle, person, now)
    return circle


def open_hotspot(organisation_id: int) -> Circle | None:
    """The organisation's hotspot, with its seats; None while there is none, or it ended."""
    return db.session.scalar(
        sa.select(Circle)
        .where(Circle.organisation_id == organisation_id, Circle.kind == "hotspot", Circle.stage != "ended")
        .options(sa.orm.selectinload(Circle.seats))
    )


def change_settings(
    circle: Circle, person: Person, values: dict[str, Any], *, based_on: int, now: datetime
) -> None:
    """New settings for everybody; told to all, undone for a day. Raises EditedMeanwhile or CircleHasEnded."""
    lock(circle)
    must_go_on(circle)
    if circle.version != based_on:
        raise EditedMeanwhile(circle)
    before = {name: getattr(circle, name) for name in SETTINGS}
    after = {name: values.get(name, before[name]) for name in SETTINGS}
    if circle.kind == "team":
        after["findable"] = False
    if after == before:
        return
    _set(circle, after, now)
    record_change(circle, person, "settings_changed", now=now, before=before, after=after)


@undoes("settings_changed")
def undo_settings(change: CircleChange, now: datetime) -> None:
    """Brings the earlier settings back."""
    circle = db.session.get_one(Circle, change.circle_id, with_for_update=True)
    if any(getattr(circle, name) != value for name, value in change.after.items()):
        raise MovedOn
    _set(circle, change.before, now)


def wish_to_end(circle: Circle, person: Person, now: datetime) -> bool:
    """This member would rather stop. With more than half of the seated the circle ends: True then.

    The others are told of it, and who wanted in hears that there is no place. Raises CircleHasEnded.
    """
    lock(circle)
    must_go_on(circle)
    record_change(circle, person, "end_wished", now=now)
    wished = db.session.scalars(
        sa.select(CircleChange.person_id).where(
            CircleChange.circle_id == circle.id,
            CircleChange.kind == "end_wished",
            CircleChange.undone_at.is_(None),
            CircleChange.made_at > now - WISH_LASTS,
        )
    )
    seated = {seat.person_id for seat in circle.open_seats}
    if len(seated & set(wished)) * 2 <= len(seated):
        return False
    circle.stage, circle.ended_at, circle.rests_until = "ended", now, None
    record_change(circle, person, "ended", now=now)
    close_doors(circle, person, now)
    return True


@undoes("end_wished")
def undo_wish(change: CircleChange, now: datetime) -> None:
    """Takes the wish back, unless the circle has ended by it."""
    if db.session.get_one(Circle, change.circle_id).has_ended:
        raise MovedOn


def _set(circle: Circle, values: dict[str, Any], now: datetime) -> None:
    before = {name: getattr(circle, name) for name in SETTINGS}
    for name, value in values.items():
        setattr(circle, name, value)
    circle.version += 1
    for follow in FOLLOWERS:
        follow(circle, before, now)
