"""The pool that circles are formed from: people, and the rules they go by. Reading it says in words what is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

FORMAT = "vakcirkel-pool/1"
Id = int | str


class MalformedPool(ValueError):
    """The pool cannot be read; the message says where and why."""


@dataclass(frozen=True)
class Weights:
    """What a circle is scored on; together 1."""

    department: float = 0.30
    profession: float = 0.30
    seniority: float = 0.15
    theme: float = 0.25


@dataclass(frozen=True)
class Rules:
    """Sizes in people; a week is `days` x `per_day` half hours, a meeting takes `meet_slots` of them."""

    size_min: int = 6
    size_pref: int = 7
    size_max: int = 8
    days: int = 5
    per_day: int = 20
    slot_minutes: int = 30
    meet_slots: int = 3
    weights: Weights = field(default_factory=Weights)


@dataclass(frozen=True)
class Person:
    """Somebody who opted in. Slot day x per_day + half hour is that bit of `slots`; seniority runs from 1 to 5."""

    id: Id
    profession: str
    department: str
    seniority: int
    languages: frozenset[str]
    modes: frozenset[str]
    themes: frozenset[str]
    slots: int


@dataclass(frozen=True)
class Pool:
    people: list[Person]
    rules: Rules = field(default_factory=Rules)
    related: list[tuple[str, str]] = field(default_factory=list)
    apart: list[tuple[Id, Id]] = field(default_factory=list)
    together: list[tuple[Id, Id]] = field(default_factory=list)
    history: list[list[list[Id]]] = field(default_factory=list)  # oldest round first


def read_pool(document: Any) -> Pool:
    """A pool from its JSON document. Raises MalformedPool."""
    if not isinstance(document, Mapping):
        raise MalformedPool("A pool is a JSON object.")
    if document.get("format") != FORMAT:
        raise MalformedPool(f"The format is {document.get('format')!r}; this reads {FORMAT!r}.")
    rules = _rules(document.get("rules", {}))
    people = [_person(each, number, rules) for number, each in enumerate(_list(document, "people"))]
    known: set[Id] = set()
    for person in people:
        if person.id in known:
            raise MalformedPool(f"Person {person.id!r} is in the pool twice.")
        known.add(person.id)
    return Pool(
        people=people,
        rules=rules,
        related=[_names(each, f"related[{n}]") for n, each in enumerate(_list(document, "related"))],
        apart=[_pair(each, f"apart[{n}]", known) for n, each in enumerate(_list(document, "apart"))],
        together=[_pair(each, f"together[{n}]", known) for n, each in enumerate(_list(document, "together"))],
        history=[_round(each, f"history[{n}]") for n, each in enumerate(_list(document, "history"))],
    )


def _list(document: Mapping[str, Any], key: str) -> Sequence[Any]:
    value = document.get(key, [])
    if not isinstance(value, list):
        raise MalformedPool(f"{key} is not a list.")
    return value


def _rules(given: Any) -> Rules:
    if not isinstance(given, Mapping):
        raise MalformedPool("rules is not an object.")
    standard = Rules()
    numbers = {
        name: _whole(given.get(name, getattr(standard, name)), f"rules.{name}", least=1)
        for name in ("size_min", "size_pref", "size_max", "days", "per_day", "slot_minutes", "meet_slots")
    }
    rules = Rules(**numbers, weights=_weights(given.get("weights", {})))
    if not 2 <= rules.size_min <= rules.size_pref <= rules.size_max <= 8:
        raise MalformedPool("rules: sizes run from size_min by size_pref to size_max, between 2 and 8.")
    if rules.meet_slots > rules.per_day:
        raise MalformedPool("rules: a meeting of meet_slots does not fit in a day of per_day.")
    return rules


def _weights(given: Any) -> Weights:
    if not isinstance(given, Mapping):
        raise MalformedPool("rules.weights is not an object.")
    standard = Weights()
    found: dict[str, float] = {}
    for name in ("department", "profession", "seniority", "theme"):
        value = given.get(name, getattr(standard, name))
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
            raise MalformedPool(f"rules.weights.{name} is not a number from 0 to 1.")
        found[name] = float(value)
    return Weights(**found)


def _person(given: Any, number: int, rules: Rules) -> Person:
    where = f"people[{number}]"
    if not isinstance(given, Mapping):
        raise MalformedPool(f"{where} is not an object.")
    one = _id(given.get("id"), f"{where}.id")
    where = f"person {one!r}"
    languages = _texts(given.get("languages", []), f"languages of {where}")
    if not languages:
        raise MalformedPool(f"The languages of {where} are empty: who speaks none cannot be in a circle.")
    slots = given.get("slots", [])
    if not isinstance(slots, list):
        raise MalformedPool(f"The slots of {where} are not a list.")
    most = rules.days * rules.per_day - 1
    for slot in slots:
        if isinstance(slot, bool) or not isinstance(slot, int) or not 0 <= slot <= most:
            raise MalformedPool(f"Slot {slot!r} of {where} is out of range: slots run from 0 to {most}.")
    return Person(
        id=one,
        profession=_text(given.get("profession"), f"profession of {where}"),
        department=_text(given.get("department"), f"department of {where}"),
        seniority=_whole(given.get("seniority", 3), f"seniority of {where}", least=1, most=5),
        languages=_same(frozenset(languages)),
        modes=_same(frozenset(_texts(given.get("modes", []), f"modes of {where}"))),
        themes=_same(frozenset(_texts(given.get("themes", []), f"themes of {where}"))),
        slots=sum(1 << slot for slot in set(slots)),
    )


@lru_cache(maxsize=4096)
def _same(words: frozenset[str]) -> frozenset[str]:
    """One object for equal sets: many people share few of them."""
    return words


def _id(value: Any, where: str) -> Id:
    if isinstance(value, bool) or not isinstance(value, int | str) or value == "":
        raise MalformedPool(f"{where} is {value!r}; an id is a whole number or a text.")
    return value


def _text(value: Any, where: str) -> str:
    if not isinstance(value, str):
        raise MalformedPool(f"The {where} is {value!r}, not a text.")
    return value


def _texts(values: Any, where: str) -> list[str]:
    if not isinstance(values, list) or not all(isinstance(each, str) for each in values):
        raise MalformedPool(f"The {where} are not a list of texts.")
    return values


def _whole(value: Any, where: str, *, least: int, most: int = 10_000) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise MalformedPool(f"The {where} is {value!r}, not a whole number from {least} to {most}.")
    return value


def _names(value: Any, where: str) -> tuple[str, str]:
    if not isinstance(value, list) or len(value) != 2 or not all(isinstance(each, str) for each in value):
        raise MalformedPool(f"{where} is {value!r}, not a pair of professions.")
    return value[0], value[1]


def _pair(value: Any, where: str, known: set[Id]) -> tuple[Id, Id]:
    if not isinstance(value, list) or len(value) != 2:
        raise MalformedPool(f"{where} is {value!r}, not a pair of ids.")
    a, b = _id(value[0], where), _id(value[1], where)
    for one in (a, b):
        if one not in known:
            raise MalformedPool(f"{where} names {one!r}, who is not in the pool.")
    if a == b:
        raise MalformedPool(f"{where} pairs {a!r} with itself.")
    return a, b


def _round(value: Any, where: str) -> list[list[Id]]:
    if not isinstance(value, list) or not all(isinstance(circle, list) for circle in value):
        raise MalformedPool(f"{where} is not a list of circles.")
    return [[_id(one, where) for one in circle] for circle in value]
