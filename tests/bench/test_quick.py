"""Every measure of the bench still runs. How fast is not asked here: the machine may be busy."""

from __future__ import annotations

import re

from bench.__main__ import main

PAGES = ["Vandaag", "circle", "meeting ahead", "meeting held", "log", "feed", "feed, 304"]
MEASURED = [
    *PAGES,
    "2 readers, 1 writers",
    "2 readers, 1 writers: reading",
    "2 readers, 1 writers: writing",
    "2 readers, 1 writers: what was taken",
    "search 20 conclusions, a word that is nowhere",
    "search 20 conclusions, a word in each text",
    "flask people import, 50 rows",
    "flask people import, 50 rows once more",
    "a tick that plans and queues 32 invitations",
    "slowest transaction of a meeting or circle in it",
    "one worker sends 32 invitations",
    "flask demo, 60 people",
    "starting the app",
]


def test_every_measure_runs_and_all_but_time_is_as_claimed(capfd):
    assert main(["--quick", "--database", "sqlite"]) == 0
    rows = capfd.readouterr().out.splitlines()[1:-1]
    cells = [re.split(r" {2,}", row)[1] for row in rows]
    assert [cell.removeprefix("SQLite: ") for cell in cells] == MEASURED
