"""More than any plan could reach: so that it is known how far a plan is from the best."""

from __future__ import annotations

import numpy as np

from circles.formation.matching.arrays import Terms, Units
from circles.formation.matching.between import best_company
from circles.formation.matching.plan import utility

PAIRWISE = 6_000  # units; above it only what holds for any circle
LEVELS = 5  # of seniority


def upper_bound(units: Units, terms: Terms, placed: int) -> float:
    """J of `placed` people is at most this.

    A circle's quality is the mean over its members of what each finds in the others. Each is given the best others that
    share a window and a room with them, whoever else takes these too; phi is concave, so the mean over all people
    of these, put through phi, is not below J. No circle is above `_best_of_all`.
    """
    if placed == 0 or len(units.size) == 0:
        return 0.0
    no_circle_above = max(_best_of_all(terms, size) for size in range(terms.least, terms.most + 1))
    if len(units.size) > PAIRWISE:
        return utility(no_circle_above)
    each = np.repeat(best_company(units, terms), units.size)
    return utility(min(no_circle_above, float(np.sort(each)[::-1][:placed].mean())))


def _best_of_all(terms: Terms, size: int) -> float:
    """The quality of a circle in which all differ as much as so many can and share all they can share."""
    fewest = sum(
        n * (n - 1) // 2 for n in (size // LEVELS + (level < size % LEVELS) for level in range(LEVELS))
    )
    differing = 1.0 - fewest / (size * (size - 1) / 2)
    wished = (
        terms.department_weight
        + terms.affinity_weight
        + terms.seniority_weight * differing
        + terms.theme_weight
    )
    return 100.0 * wished - (terms.size_cost if size != terms.preferred else 0.0)
