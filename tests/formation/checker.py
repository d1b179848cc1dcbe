"""Checks any plan against its pool, in plain Python, sharing no code with what made the plan."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

WEIGHTS = {"department": 0.30, "profession": 0.30, "seniority": 0.15, "theme": 0.25}
FADING = (1.0, 0.66, 0.33)


@dataclass
class Verdict:
    """Violations by rule, and how good the plan is. `wishes`: means over people; `single`: circles with one window."""

    violations: Counter[str] = field(default_factory=Counter)
    circles: int = 0
    placed: int = 0
    in_order: int = 0  # people in a circle that breaks no rule
    quality: float = 0.0  # J
    qualities: list[float] = field(default_factory=list)
    wishes: dict[str, float] = field(default_factory=dict)
    single: int = 0
    sizes: Counter[int] = field(default_factory=Counter)


def check(pool: dict[str, Any], plan: dict[str, Any]) -> Verdict:
    """Nobody missing, nobody twice, no hard rule broken; and J."""
    circles = [circle["members"] for circle in plan["circles"]]
    verdict = Verdict(circles=len(circles), sizes=Counter(map(len, circles)))
    _count_everybody(pool, circles, [each["id"] for each in plan["waitlist"]], verdict)
    people = {person["id"]: person for person in pool["people"]}
    apart = {frozenset(pair) for pair in pool["apart"]}
    where = {one: number for number, circle in enumerate(circles) for one in circle}
    split = [pair for pair in pool["together"] if where.get(pair[0], -1) != where.get(pair[1], -1)]
    verdict.violations["together"] += len(split)
    torn = {where[one] for pair in split for one in pair if one in where}
    met, scores = _met(pool), []
    for number, circle in enumerate(circles):
        members = [people[one] for one in circle]
        broken = _broken(pool["rules"], members, apart, verdict)
        wishes = _wishes(pool, members, met)
        weights = pool["rules"].get("weights", WEIGHTS)
        wished = 100 * sum(weights[name] * wishes[name] for name in WEIGHTS)
        score = wished - 4 * wishes["repeats"] - 2 * (len(circle) != pool["rules"]["size_pref"])
        scores.append(score)
        verdict.quality += len(circle) * (score if score >= 70 else 2 * score - 70)
        verdict.in_order += 0 if broken or number in torn else len(circle)
        for name, share in wishes.items():
            verdict.wishes[name] = verdict.wishes.get(name, 0.0) + share * len(circle)
    verdict.qualities = sorted(scores)
    verdict.quality /= max(verdict.placed, 1)
    verdict.wishes = {name: total / max(verdict.placed, 1) for name, total in verdict.wishes.items()}
    verdict.violations = +verdict.violations
    return verdict


def _count_everybody(
    pool: dict[str, Any], circles: list[list[Any]], waiting: list[Any], verdict: Verdict
) -> None:
    known = {person["id"] for person in pool["people"]}
    seated = Counter(one for circle in circles for one in circle)
    verdict.placed = len(seated)
    verdict.violations["twice"] = sum(n - 1 for n in seated.values()) + len(waiting) - len(set(waiting))
    verdict.violations["both"] = len(seated.keys() & set(waiting))
    verdict.violations["unknown"] = len((seated.keys() | set(waiting)) - known)
    verdict.violations["missing"] = len(known - seated.keys() - set(waiting))


def _broken(rules: dict[str, Any], members: list[dict[str, Any]], apart: set[Any], verdict: Verdict) -> bool:
    starts = set.intersection(*(_starts(rules, person) for person in members))
    verdict.single += len(starts) == 1
    found = {
        "size": not rules["size_min"] <= len(members) <= rules["size_max"],
        "window": not starts,
        "language": not set.intersection(*(set(person["languages"]) for person in members)),
        "mode": not set.intersection(*(set(person["modes"]) for person in members)),
        "apart": any(frozenset((a["id"], b["id"])) in apart for a, b in combinations(members, 2)),
    }
    verdict.violations.update(name for name, wrong in found.items() if wrong)
    return any(found.values())


def _starts(rules: dict[str, Any], person: dict[str, Any]) -> set[int]:
    """Half hours from which the person is free for a whole meeting on one day."""
    slots, length, per_day = set(person["slots"]), rules["meet_slots"], rules["per_day"]
    return {
        slot
        for slot in slots
        if slot % per_day <= per_day - length and all(slot + later in slots for later in range(length))
    }


def _met(pool: dict[str, Any]) -> dict[frozenset[Any], float]:
    met: dict[frozenset[Any], float] = {}
    for age, circles in enumerate(reversed(pool["history"])):
        for circle in circles:
            for pair in combinations(circle, 2):
                met[frozenset(pair)] = met.get(frozenset(pair), 0.0) + FADING[min(age, 2)]
    return met


def _wishes(
    pool: dict[str, Any], members: list[dict[str, Any]], met: dict[frozenset[Any], float]
) -> dict[str, float]:
    related = {frozenset(pair) for pair in pool["related"]}
    asked = {frozenset(pair) for pair in pool["together"]}
    pairs = list(combinations(members, 2))
    crafts = [frozenset((a["profession"], b["profession"])) for a, b in pairs]
    ids = [frozenset((a["id"], b["id"])) for a, b in pairs]
    held = Counter(theme for person in members for theme in set(person["themes"]))
    n = max(len(pairs), 1)
    return {
        "department": sum(a["department"] != b["department"] for a, b in pairs) / n,
        "profession": sum(1.0 if len(craft) == 1 else 0.5 * (craft in related) for craft in crafts) / n,
        "seniority": sum(a["seniority"] != b["seniority"] for a, b in pairs) / n,
        "theme": max(held.values(), default=0) / len(members),
        "repeats": sum(met.get(pair, 0.0) for pair in ids if pair not in asked),
    }
