"""Two organisations to look around in, made through the services as people would have made them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from random import Random

from circles.days import days_off
from circles.demo import house, lists, today
from circles.demo.cast import PASSWORD, sign_in_table
from circles.demo.house import ANKER, LINDE, PEOPLE, House
from circles.demo.life import Life, live
from circles.demo.plots import ANKER as ANKER_PLOTS
from circles.demo.plots import Plot, for_people
from circles.demo.texts import FIELDS, Pile
from circles.extensions import db
from circles.formats import local
from circles.mail.outbox import as_long_gone
from circles.membership.services import invitations
from circles.participation import quarters
from circles.participation.services import make_release
from circles.people.queries import organisation_by_slug
from circles.people.services import settings

__all__ = ["PASSWORD", "PEOPLE", "SEED", "load", "sign_in_table"]

SEED = 7
ANKER_PEOPLE = 40
SATURDAY = 5


def load(
    now: datetime,
    *,
    people: int = PEOPLE,
    seed: int = SEED,
    progress: Callable[[int, int], object] = lambda _done, _all: None,
) -> bool:
    """Makes De Linde, with so many people, and Het Anker, with five closed quarters behind them.

    False when they are there already. The same seed on the same day gives the same stories. `progress` is told how
    many circles were lived, and how many there are. What was mailed in that time counts as sent.
    """
    if organisation_by_slug("delinde"):
        return False
    plots = for_people(people)
    total = len(plots) + len(ANKER_PLOTS)
    since = house.history_begins(now)
    with as_long_gone():
        linde = house.build(LINDE, people, Random(f"{seed} linde"), since, now)
        lives = _live(linde, plots, seed, since, now, lambda done: progress(done, total))
        _stand_today(linde, lives, Random(f"{seed} today"), since, now)
        anker = house.build(ANKER, ANKER_PEOPLE, Random(f"{seed} anker"), since, now)
        others = _live(anker, ANKER_PLOTS, seed, since, now, lambda done: progress(len(plots) + done, total))
        for life in others:
            today.look_around(anker, life, Random(f"{seed} anker today"), now)
        lists.invite_more(linde, Random(f"{seed} list"), now)
        today.last_night(now)
    for made in (linde, anker):
        for quarter in house.closed_quarters(now):
            make_release(made.organisation, quarter, quarters.settles_at(quarter, made.organisation.zone))
    alice, frank = linde.cast["alice"], linde.cast["frank"]
    invitations.invite(lives[0].circle, alice, frank.email, now=now, note="Jouw blik missen we.")
    db.session.flush()
    return True


def _live(
    of: House,
    plots: tuple[Plot, ...] | list[Plot],
    seed: int,
    since: datetime,
    now: datetime,
    progress: Callable[[int], object],
) -> list[Life]:
    piles = {field: Pile(field, Random(f"{seed} {field}")) for field in FIELDS}
    lives = []
    for number, plot in enumerate(plots):
        rng = Random(f"{seed} {plot.name}")
        members = of.choose(plot, rng)
        next_on = _next_day(of, now, _days_ahead(plot, rng))
        lives.append(live(plot, members, piles[plot.field], rng, since=since, next_on=next_on, now=now))
        db.session.flush()
        progress(number + 1)
    return lives


def _stand_today(linde: House, lives: list[Life], rng: Random, since: datetime, now: datetime) -> None:
    today.lead_up(lives[0], linde.cast, now)
    hotspot = next(life for life in lives if life.plot.kind == "hotspot")
    today.open_up(hotspot, linde, since, now)
    invitations.invite(
        hotspot.circle, linde.cast["hanna"], linde.cast["alice"].email, now=now - timedelta(days=2),
        note="Je vertelde zo mooi over afwijken van de regel. Denk je met ons mee?",
    )  # fmt: skip
    for life in lives:
        today.look_around(linde, life, rng, now)


def _days_ahead(plot: Plot, rng: Random) -> int:
    """How far off the next meeting is: soon for Alice; where nobody said yet how the last went, that was lately."""
    if plot.story:
        return 2
    return 7 * plot.every - (rng.randint(4, 9) if plot.unsaid else rng.randint(8, 7 * plot.every - 1))


def _next_day(of: House, now: datetime, days: int) -> date:
    """The first working day, that many days from now or later, on which the organisation meets."""
    day = local(now).date() + timedelta(days=days)
    quiet = settings.quiet_periods_of(of.organisation.id)
    while (
        day.weekday() >= SATURDAY
        or day in days_off(of.organisation.region, day.year)
        or any(period.starts_on <= day <= period.ends_on for period in quiet)
    ):
        day += timedelta(days=1)
    return day
