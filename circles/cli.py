"""Commands: `flask --app wsgi …`. Five lines each; the work is in services."""

from __future__ import annotations

import sys
from datetime import datetime
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from circles import clock, demo
from circles.extensions import db
from circles.worker import doctor as checks
from circles.worker import rounds


def init_app(app: Flask) -> None:
    """Adds the commands to the app."""
    app.cli.add_command(tick)
    app.cli.add_command(doctor)
    app.cli.add_command(demo_command)


@click.command()
@click.option(
    "--at", "at", default=None, help="Do as if it were this instant, such as 2027-03-01T09:00+01:00."
)
@with_appcontext
def tick(at: str | None) -> None:
    """One round of everything that is due, then deliver what is in the outbox."""
    for what, how_much in rounds.tick(_instant(at) if at else clock.now()):
        click.echo(f"{how_much:6d}  {what}")


@click.command()
@with_appcontext
def doctor() -> None:
    """Check configuration, database, migrations, mail and worker; exit 1 when something is wrong."""
    findings = checks.examine(clock.now())
    for finding in findings:
        click.echo(f"{'ok  ' if finding.ok else 'FOUT'}  {finding.what}: {finding.words}")
    sys.exit(0 if all(finding.ok for finding in findings) else 1)


@click.command("demo")
@click.option(
    "--people", default=demo.PEOPLE, show_default=True, type=click.IntRange(60, 2000), help="In De Linde."
)
@click.option("--seed", default=demo.SEED, show_default=True, help="The same seed tells the same stories.")
@with_appcontext
def demo_command(people: int, seed: int) -> None:
    """Load the demo organisations, once; only when DEMO=1."""
    if not current_app.config["SETTINGS"].demo:
        raise click.ClickException("De demo laadt alleen met DEMO=1 in de omgeving.")
    with click.progressbar(length=1, label="De demo laadt", show_eta=False, file=sys.stderr) as bar:
        loaded = demo.load(clock.now(), people=people, seed=seed, progress=lambda *at: _move(bar, *at))
        db.session.commit()
    click.echo("De demo is geladen." if loaded else "De demo was er al.")
    click.echo(f"{demo.sign_in_table()}\n  Het wachtwoord van allemaal is {demo.PASSWORD}")


def _move(bar: Any, done: int, total: int) -> None:
    """Puts a progress bar where the work is, in circles."""
    bar.length = total
    bar.update(done - bar.pos)


def _instant(text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        raise click.BadParameter(f"{text!r} is not an instant; write 2027-03-01T09:00+01:00.") from error
    if instant.tzinfo is None:
        raise click.BadParameter("Give the instant a zone, such as +01:00.")
    return instant
