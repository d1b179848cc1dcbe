"""Pools as an organisation has them: part-time patterns, departments of all sizes, managers, three earlier rounds.

The same number of people and seed give the same pool.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

DAYS, PER_DAY, MEETING = 5, 20, 3  # half hours from 8.00 to 18.00; a meeting takes an hour and a half
PROFESSIONS = [
    "projectleider", "beleidsadviseur", "data-analist", "verpleegkundige", "jurist", "softwareontwikkelaar",
    "hr-adviseur", "controller",
]  # fmt: skip
RELATED = [
    ("projectleider", "beleidsadviseur"), ("data-analist", "softwareontwikkelaar"), ("data-analist", "controller"),
    ("beleidsadviseur", "jurist"), ("hr-adviseur", "jurist"), ("projectleider", "softwareontwikkelaar"),
    ("hr-adviseur", "beleidsadviseur"),
]  # fmt: skip
THEMES = [
    "werkdruk", "ai-in-het-vak", "vakmanschap", "samenwerken", "privacy", "duurzaamheid", "leiderschap", "kwaliteit",
    "intervisie", "digitalisering", "inclusie", "loopbaan",
]  # fmt: skip
THREE_DAYS = [[0, 1, 3], [1, 2, 3], [0, 1, 2], [1, 3, 4], [0, 3, 4]]
TWO_DAYS = [[0, 1], [1, 3], [3, 4]]
Person = dict[str, Any]
Generator = np.random.Generator


def make_pool(n: int, seed: int, *, scarce: bool = False) -> dict[str, Any]:
    """A pool document of n people; `scarce`: with fuller calendars."""
    rng = np.random.default_rng([seed, n])
    people = _people(rng, n, scarce=scarce)
    departments: dict[str, list[int]] = {}
    for person in people:
        departments.setdefault(person["department"], []).append(person["id"])
    apart = _apart(rng, people, departments)
    return {
        "format": "vakcirkel-pool/1",
        "n": n,
        "seed": seed,
        "rules": {
            "size_min": 6, "size_pref": 7, "size_max": 8, "days": DAYS, "per_day": PER_DAY, "slot_minutes": 30,
            "meet_slots": MEETING,
        },
        "related": [list(pair) for pair in RELATED],
        "people": people,
        "apart": [list(pair) for pair in sorted(apart)],
        "together": _together(rng, people, apart),
        "history": _history(rng, people),
    }  # fmt: skip


def _people(rng: Generator, n: int, *, scarce: bool) -> list[Person]:
    n_crafts = 4 if n < 100 else 6 if n < 2000 else 8
    weights = np.maximum(rng.dirichlet(np.full(n_crafts, 3.0)), 0.06)
    weights /= weights.sum()
    n_departments = max(5, round(n**0.5 * 0.9))
    sizes = _falling(n_departments)
    n_sites = 2 if n < 100 else 3 if n < 1000 else 6
    sites = _falling(n_sites)
    site_of = rng.choice(n_sites, n_departments, p=sites)
    meetings = [(int(rng.integers(5)), int(rng.integers(0, 17))) for _ in range(n_departments)]
    crafts = [rng.dirichlet(weights * 6 + 0.05) for _ in range(n_departments)]
    tastes = [rng.dirichlet(np.full(12, 0.6)) for _ in range(n_crafts)]
    people = []
    for number in range(n):
        department = int(rng.choice(n_departments, p=sizes))
        craft = int(rng.choice(n_crafts, p=crafts[department]))
        site = int(site_of[department]) if rng.random() < 0.8 else int(rng.choice(n_sites, p=sites))
        luck = rng.random()
        languages = ["nl"] if luck < 0.62 else ["nl", "en"] if luck < 0.90 else ["en"]
        luck = rng.random()
        modes = ["online"] if luck < 0.25 else [f"site{site}"] if luck < 0.47 else ["online", f"site{site}"]
        taste = 0.5 * tastes[craft] + 0.5 * _falling(12)
        n_themes = int(rng.integers(2, 5))
        themes = sorted(int(one) for one in rng.choice(12, n_themes, replace=False, p=taste / taste.sum()))
        shifts = PROFESSIONS[craft] == "verpleegkundige"
        people.append({
            "id": number,
            "profession": PROFESSIONS[craft],
            "department": f"d{department}",
            "seniority": int(rng.choice([1, 2, 3, 4, 5], p=[0.18, 0.30, 0.28, 0.16, 0.08])),
            "languages": languages,
            "modes": modes,
            "themes": [THEMES[one] for one in themes],
            "slots": _hours(rng, meetings[department], shifts=shifts, scarce=scarce),
        })  # fmt: skip
    return people


def _hours(rng: Generator, meeting: tuple[int, int], *, shifts: bool, scarce: bool) -> list[int]:
    """Free half hours of a week: working days, lunch, shifts, the department's meeting and others that recur."""
    free = np.zeros((DAYS, PER_DAY), bool)
    days, half = _working_days(rng)
    first = int(rng.choice([0, 1, 2, 3], p=[0.3, 0.35, 0.25, 0.1]))
    last = int(rng.choice([16, 17, 18, 19, 20], p=[0.1, 0.3, 0.35, 0.15, 0.1]))
    for day in days:
        free[day, first:last] = True
    if half is not None:
        free[half, 8:] = False
    if rng.random() < 0.65:
        free[:, int(rng.choice([8, 9]))] = False
    if shifts and rng.random() < 0.5:
        if rng.random() < 0.5:
            free[:, :10] = False
        else:
            free[:, 10:] = False
    free[meeting[0], meeting[1] : meeting[1] + 3] = False
    for _ in range(int(rng.integers(4, 10)) + (3 if scarce else 0)):
        day, at = int(rng.integers(5)), int(rng.integers(0, PER_DAY - 2))
        free[day, at : at + int(rng.choice([1, 2, 3], p=[0.3, 0.5, 0.2]))] = False
    return [int(slot) for slot in np.flatnonzero(free.ravel())]


def _working_days(rng: Generator) -> tuple[Sequence[int], int | None]:
    """Days of a week, and the day of which only the morning."""
    luck = rng.random()
    if luck < 0.40:
        return range(DAYS), None
    if luck < 0.67:
        off = rng.choice(5, p=[0.14, 0.05, 0.34, 0.05, 0.42])
        return [day for day in range(DAYS) if day != off], None
    if luck < 0.80:
        return range(DAYS), int(rng.choice([2, 4]))
    if luck < 0.95:
        return THREE_DAYS[int(rng.choice(5, p=[0.45, 0.2, 0.1, 0.15, 0.1]))], None
    return TWO_DAYS[int(rng.integers(3))], None


def _apart(rng: Generator, people: list[Person], departments: dict[str, list[int]]) -> set[tuple[int, int]]:
    """A head, leads and their reports in each department; and some who would rather not."""
    apart: set[tuple[int, int]] = set()
    for ids in departments.values():
        ordered = sorted(ids, key=lambda one: (-people[one]["seniority"], one))
        leads, reports = ordered[: max(1, len(ids) // 9)], ordered[max(1, len(ids) // 9) :]
        if rng.random() < 0.6:
            apart |= {_pair(leads[0], lead) for lead in leads[1:] if rng.random() < 0.6}
        for report in reports:
            if rng.random() < 0.5:
                lead = int(leads[int(rng.integers(len(leads)))])
                apart.add(_pair(lead, report))
                if lead != leads[0] and rng.random() < 0.3:
                    apart.add(_pair(leads[0], report))
    for _ in range(max(1, int(0.03 * len(people)))):
        one = int(rng.integers(len(people)))
        near = departments[people[one]["department"]]
        close = rng.random() < 0.7
        other = int(near[int(rng.integers(len(near)))]) if close else int(rng.integers(len(people)))
        if one != other:
            apart.add(_pair(one, other))
    return apart


def _together(rng: Generator, people: list[Person], apart: set[tuple[int, int]]) -> list[list[int]]:
    """Friends of one profession, two or three, who could be in one circle."""
    crafts: dict[str, list[int]] = {}
    for person in people:
        crafts.setdefault(person["profession"], []).append(person["id"])
    starts = [_starts(person["slots"]) for person in people]
    pairs: list[list[int]] = []
    friends: dict[int, list[int]] = {}
    for _ in range(60 * len(people)):
        if len(pairs) >= max(1, int(0.05 * len(people))):
            break
        one = int(rng.integers(len(people)))
        near = crafts[people[one]["profession"]]
        other = int(near[int(rng.integers(len(near)))])
        pair = _pair(one, other)
        if one == other or pair in apart or other in friends or (one in friends and rng.random() > 0.1):
            continue
        if any(_pair(other, friend) in apart for friend in friends.get(one, [])):
            continue
        group = [one, other, *sorted(friends.get(one, []))]
        if len(group) > 3 or not _could_meet([people[each] for each in group]):
            continue
        if len(set.intersection(*(starts[each] for each in group))) < 6:
            continue
        pairs.append(list(pair))
        friends.update({each: [friend for friend in group if friend != each] for each in group})
    return pairs


def _could_meet(group: list[Person]) -> bool:
    return all(set.intersection(*(set(person[how]) for person in group)) for how in ("languages", "modes"))


def _history(rng: Generator, people: list[Person]) -> list[list[list[int]]]:
    """Three rounds, the oldest first, in which seven in ten took part."""
    history = []
    for _ in range(3):
        present = [number for number in range(len(people)) if rng.random() < 0.7]
        order = {one: (people[one]["profession"], people[one]["modes"][-1], rng.random()) for one in present}
        present.sort(key=order.__getitem__)
        circles = [present[at : at + 7] for at in range(0, len(present), 7)]
        history.append(circles[:-1] if circles and len(circles[-1]) < 6 else circles)
    return history


def _starts(slots: list[int]) -> set[int]:
    free = set(slots)
    return {slot for slot in free if slot % PER_DAY <= PER_DAY - 3 and slot + 1 in free and slot + 2 in free}


def _falling(n: int) -> np.ndarray:
    """Shares that fall as one over the rank."""
    shares = 1 / np.arange(1, n + 1)
    return shares / shares.sum()


def _pair(a: int, b: int) -> tuple[int, int]:
    return min(a, b), max(a, b)
