"""An invitation list as long as one may be, taken in by the command."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from bench.places import Place, say
from bench.scale import Scale
from bench.table import Row
from circles import clock
from circles.extensions import db
from circles.people.services.organisations import create_organisation
from config import ROOT

LIMIT_SECONDS = 30.0
HEADER = "email,name,department,profession,language"


def rows(place: Place, scale: Scale) -> Iterator[Row]:
    """`flask people import`, start-up included: a list of new people, and the same list once more."""
    say(f"{place.database}: taking in {scale.listed:,} rows")
    path = place.folder / "list.csv"
    path.write_text("\n".join([HEADER, *map(_line, range(scale.listed))]), "utf-8")
    with place.app.app_context():
        create_organisation("De Lange Lijst", slug="lijst", now=clock.now())
        db.session.commit()
    for what, words in (("", f"{scale.listed} nieuw, 0 bijgewerkt"), (" once more", "0 nieuw, 0 bijgewerkt")):
        began = time.perf_counter()
        said = _flask(place, "people", "import", "lijst", str(path))
        spent = time.perf_counter() - began
        yield Row(
            f"{place.database}: flask people import, {scale.listed:,} rows{what}",
            f"{spent:.1f} s",
            f"< {LIMIT_SECONDS:.0f} s",
            fast=spent < LIMIT_SECONDS,
            right=words in said,
        )


def _line(n: int) -> str:
    return (
        f"persoon{n}@lijst.example,Persoon {n},Afdeling {n % 40},Vak {n % 12},{('nl', 'en', 'nl+en')[n % 3]}"
    )


def _flask(place: Place, *arguments: str | Path) -> str:
    command = [sys.executable, "-m", "flask", "--app", "wsgi", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=place.env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout
