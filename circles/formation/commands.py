"""`flask form`: the engine alone, from a file to a file."""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from flask import Flask

from circles.formation.pool import MalformedPool, Pool, read_pool

if TYPE_CHECKING:
    from circles.formation.matching.plan import Plan

MALFORMED = 2


def init_app(app: Flask) -> None:
    """Adds the command."""
    app.cli.add_command(form)


@click.command()
@click.argument(
    "pool_file", metavar="POOL.json", type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("-o", "--output", required=True, metavar="PLAN.json", type=click.Path(path_type=Path))
@click.option(
    "--seed", default=1, show_default=True, help="The same pool, seed and effort give the same plan."
)
@click.option(
    "--effort", type=click.IntRange(min=1), help="Proposals to try; by the size of the pool unless given."
)
@click.option(
    "--threads", default=2, show_default=True, type=click.IntRange(1, 64), help="Changes the time alone."
)
@click.option(
    "--window-price",
    default=6.0,
    show_default=True,
    type=click.FloatRange(min=0),
    help="Points that a single common window costs.",
)
def form(
    pool_file: Path, output: Path, seed: int, effort: int | None, threads: int, window_price: float
) -> None:
    """Form circles from a pool of people. Ctrl-C keeps the best so far."""
    pool = _read(pool_file)
    plan = _in_sight(pool, seed=seed, effort=effort, threads=threads, window_price=window_price)
    output.write_text(json.dumps(plan.document(), ensure_ascii=False) + "\n", encoding="utf-8")
    waiting = len(plan.waitlist)
    click.echo(
        f"{len(plan.circles)} cirkels, {plan.placed} mensen geplaatst, {waiting} wachten. "
        f"J {plan.J:.3f}, hoogstens {plan.bound:.3f}.",
        err=True,
    )


def _read(path: Path) -> Pool:
    """The pool; ends the program with words when it cannot be read."""
    try:
        return read_pool(json.loads(path.read_bytes()))
    except (ValueError, RecursionError) as error:  # JSON that is broken, and MalformedPool
        words = str(error) if isinstance(error, MalformedPool) else f"Dit is geen JSON: {error}"
        click.echo(f"{path}: {words}", err=True)
        sys.exit(MALFORMED)


def _in_sight(pool: Pool, **wanted: Any) -> Plan:
    """The plan, with a progress bar on stderr. Ctrl-C asks the work to stop and waits for what it has."""
    # Here and not above: numba takes a second, which no other command should wait for.
    from circles.formation.matching import engine, is_compiled, stop_sign

    if not is_compiled():
        click.echo("Eenmalig: de rekenkern wordt gecompileerd, dat duurt een halve minuut.", err=True)
    stop = stop_sign()
    shown = click.progressbar(length=1, label="Cirkels vormen", show_eta=False, file=sys.stderr)
    with _asked_to_stop(stop), ThreadPoolExecutor(1) as worker, shown as bar:

        def progress(made: int, total: int) -> None:
            bar.length = total
            bar.update(made - bar.pos)

        def work() -> Plan:
            return engine.form_circles(pool, progress=progress, stop=stop, **wanted)

        return worker.submit(work).result()


@contextmanager
def _asked_to_stop(stop: Any) -> Iterator[None]:
    """Ctrl-C sets the sign instead of ending the program."""
    before = signal.signal(signal.SIGINT, lambda _number, _frame: stop.__setitem__(0, 1))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
