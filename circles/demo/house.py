"""The two organisations of the demo and everybody in them, before anybody sits in a circle."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random

from circles.availability.free import slot
from circles.availability.services import say_hours
from circles.demo.cast import CAST, PASSWORD
from circles.demo.names import address, colleagues
from circles.demo.plots import BELEID, ICT, JEUGD, OPLEIDER, WIJK, ZORG, Plot
from circles.extensions import db
from circles.participation import quarters
from circles.people.models import Department, Organisation, Person, Profession
from circles.people.services import joining, organisations, settings, signing_in
from circles.themes import services as themes
from circles.themes.queries import ready_themes

PEOPLE = 240  # in De Linde, to which the head-counts below belong
QUARTERS = 5  # closed, and lived through from the first day
ZONE = "Europe/Amsterdam"
READ_ENGLISH = 7  # developers who see pages and mail in English, so that one circle meets in it


@dataclass(frozen=True)
class Sketch:
    """An organisation before it is made. Of each department: people, how many of them are here, and its craft."""

    name: str
    slug: str
    region: str
    departments: dict[str, tuple[int, int, str]]
    related: tuple[tuple[str, str], ...]
    working_time: str
    hotspot_name: str


LINDE = Sketch(
    "De Linde", "delinde", "NL",
    {
        "Jeugdhulp Zuid": (82, 42, JEUGD),
        "Jeugdhulp Noord": (71, 34, JEUGD),
        "Wijkteams": (96, 46, WIJK),
        "Wijkverpleging": (88, 42, ZORG),
        "Dagbesteding": (41, 18, WIJK),
        "Kwaliteit en beleid": (32, 20, BELEID),
        "ICT": (36, 22, ICT),
        "Opleiding en leren": (25, 11, OPLEIDER),
        "Bestuursbureau": (13, 5, BELEID),
    },
    ((JEUGD, WIJK), (WIJK, ZORG), (BELEID, OPLEIDER)),
    "Dit is werktijd: De Linde maakt hier elke maand twee uur voor vrij.",
    "kopgroep goed werk",
)  # fmt: skip
ANKER = Sketch(
    "Het Anker", "hetanker", "BE-VLG",
    {
        "Thuiszorg": (44, 18, "zorgkundige"),
        "Onthaal": (26, 10, "maatschappelijk werker"),
        "Techniek": (22, 9, ICT),
        "Directie": (11, 3, "coördinator"),
    },
    (("zorgkundige", "maatschappelijk werker"),),
    "Deze bijeenkomst valt binnen de werkuren.",
    "hotspot",
)  # fmt: skip


@dataclass
class House:
    """An organisation that was made, and who is in it: the cast by key, everybody in order of joining."""

    organisation: Organisation
    begun_at: datetime
    crafts: dict[str, Profession]
    cast: dict[str, Person] = field(default_factory=dict)
    people: list[Person] = field(default_factory=list)
    seated: set[int] = field(default_factory=set)  # ids of who was chosen for a circle

    def choose(self, plot: Plot, rng: Random) -> list[Person]:
        """Who will sit in a circle: its cast first, then free colleagues of its craft, close ones, anybody."""
        named = [self.cast[key] for key in (*plot.cast, *plot.later)]
        craft = self.crafts.get(plot.craft or "")
        free = [person for person in self.people if person.id not in self.seated and person not in named]
        free = [person for person in free if person not in self.cast.values()]
        free.sort(key=lambda person: (_suits(person, plot, craft), rng.random()))
        chosen = named + free[: plot.people - len(named)]
        self.seated.update(person.id for person in chosen)
        return chosen

    def free(self, rng: Random, how_many: int, craft: str | None = None) -> list[Person]:
        """Colleagues who sit in no circle, of that craft where there are such."""
        loose = [p for p in self.people if p.id not in self.seated and p not in self.cast.values()]
        rng.shuffle(loose)
        loose.sort(key=lambda person: craft is not None and person.profession is not self.crafts.get(craft))
        return loose[:how_many]


def closed_quarters(now: datetime) -> list[str]:
    """The last five quarters of which there may be figures, the earliest first."""
    found = [quarters.last_settled(now, ZONE)]
    while len(found) < QUARTERS:
        found.insert(0, quarters.before(found[0]))
    return found


def history_begins(now: datetime) -> datetime:
    """Nine o'clock on the third day of the first of those quarters."""
    return quarters.bounds(closed_quarters(now)[0], ZONE)[0] + timedelta(days=2, hours=9)


def build(sketch: Sketch, people: int, rng: Random, begun_at: datetime, now: datetime) -> House:
    """Makes an organisation with its departments, themes and people, the cast among them."""
    organisation = organisations.create_organisation(
        sketch.name,
        slug=sketch.slug,
        now=begun_at,
        region=sketch.region,
        domains=[f"{sketch.slug}.example"],
    )
    said = {name: getattr(organisation, name) for name in settings.FIELDS}
    said |= {"working_time": sketch.working_time, "hotspot_name": sketch.hotspot_name}
    domains = settings.domains_of(organisation)
    settings.change(organisation, said, domains=domains, based_on=settings.edition(organisation))
    for name, first, last in _quiet(begun_at.year, now.year + 1):
        settings.add_quiet_period(organisation, name=name, starts_on=first, ends_on=last)
    names = dict.fromkeys(
        [craft for _heads, _here, craft in sketch.departments.values()]
        + [role.craft for role in CAST if role.house == sketch.slug]
    )
    crafts = {name: organisations.profession_named(organisation, name) for name in names}
    for one, other in sketch.related:
        organisations.relate(crafts[one], crafts[other])
    themes.load_library(organisation, begun_at)
    house = House(organisation, begun_at, crafts)
    departments = {name: organisations.department_named(organisation, name) for name in sketch.departments}
    _count_heads(sketch, departments, people, rng, begun_at, now)
    _move_in(house, sketch, departments, people, rng, now)
    _mark_themes(house, rng, now)
    db.session.flush()
    return house


def _move_in(
    house: House,
    sketch: Sketch,
    departments: dict[str, Department],
    people: int,
    rng: Random,
    now: datetime,
) -> None:
    hashed = signing_in.hash_password(
        PASSWORD, about=Person(name="", email="")
    )  # one for all: argon2 is slow
    cast = [role for role in CAST if role.house == sketch.slug]
    coming = [(role.name, role.email, role.department, role.craft, role.key) for role in cast]
    places = _places(sketch, people - len(cast), rng)
    for name, department in zip(colleagues(rng, len(places)), places, strict=True):
        coming.append(
            (name, address(name, f"{sketch.slug}.example"), department, _craft(sketch, department, rng), "")
        )
    foreign = [number for number, row in enumerate(coming) if row[3] == ICT and not row[4]][:READ_ENGLISH]
    for number, (name, email, department, craft, key) in enumerate(coming):
        # Most came in the beginning, some only lately.
        since = house.begun_at + (now - house.begun_at) * (0.0 if key else 0.97 * (number / len(coming)) ** 3)
        person = joining.join_organisation(
            house.organisation,
            email=email,
            name=name,
            now=since,
            department=departments[department],
            profession=house.crafts[craft],
            speaks="nl+en" if craft == ICT else "nl",
            locale="en" if number in foreign else None,
        )
        person.password_hash = hashed
        house.people.append(person)
        if key:
            house.cast[key] = person
        if rng.random() < 0.3 or key in {"alice", "bob", "carol"}:
            say_hours(person, _hours(rng), since + timedelta(days=1))
    for role in cast:
        if role.hat:
            organisations.give_role(house.cast[role.key], role.hat)


def _mark_themes(house: House, rng: Random, now: datetime) -> None:
    """*Dit houdt me bezig*: a third of the people marked a theme or two."""
    ready = [row.theme for row in ready_themes(house.organisation.id, "nl") if not row.theme.team_only]
    for person in rng.sample(house.people, len(house.people) // 3):
        since = person.joined_at + (now - person.joined_at) * rng.random()
        for theme in rng.sample(ready, rng.randint(1, 2)):
            themes.mark_preoccupation(person, theme, on=True, now=since)


def _suits(person: Person, plot: Plot, craft: Profession | None) -> int:
    if plot.english and person.profession is craft:
        return 0 if person.locale == "en" else 1
    return 0 if craft is None or person.profession is craft else 2


def _places(sketch: Sketch, people: int, rng: Random) -> list[str]:
    here = sum(here for _heads, here, _craft in sketch.departments.values())
    places = [
        name
        for name, (_heads, part, _craft) in sketch.departments.items()
        for _ in range(round(people * part / here))
    ]
    largest = max(sketch.departments, key=lambda name: sketch.departments[name][1])
    places = [*places, *[largest] * (people - len(places))][:people]
    rng.shuffle(places)
    return places


def _craft(sketch: Sketch, department: str, rng: Random) -> str:
    craft = sketch.departments[department][2]
    close = [other if one == craft else one for one, other in sketch.related if craft in {one, other}]
    return rng.choice(close) if close and rng.random() < 0.1 else craft


def _count_heads(
    sketch: Sketch,
    departments: dict[str, Department],
    people: int,
    rng: Random,
    begun_at: datetime,
    now: datetime,
) -> None:
    scale = people / PEOPLE if sketch is LINDE else 1.0
    first, quarter = quarters.at(begun_at, ZONE), quarters.at(now, ZONE)
    while quarter >= first:
        for name, (heads, _here, _craft) in sketch.departments.items():
            organisations.count_heads(
                departments[name], quarter, max(9, round(heads * scale)) + rng.randint(-2, 2)
            )
        quarter = quarters.before(quarter)


def _quiet(first: int, last: int) -> Iterable[tuple[str, date, date]]:
    for year in range(first - 1, last + 1):
        yield "zomer", date(year, 7, 20), date(year, 8, 16)
        yield "rond de jaarwisseling", date(year, 12, 24), date(year + 1, 1, 2)


def _hours(rng: Random) -> list[int]:
    """Three afternoons a week, 13.00 to 17.00."""
    days = rng.sample(range(5), 3)
    return [slot(day, time(13 + half // 2, 30 * (half % 2))) for day in sorted(days) for half in range(8)]
