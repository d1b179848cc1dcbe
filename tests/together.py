"""Doing several things at the same moment, each as its own browser would."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Result = TypeVar("Result")


def together(jobs: Sequence[Callable[[], Result]]) -> list[Result]:
    """What each job yields, in their order; all begin when the last is ready. Raises what a job raises."""
    barrier = threading.Barrier(len(jobs))

    def start(job: Callable[[], Result]) -> Result:
        barrier.wait()
        return job()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(start, jobs))
