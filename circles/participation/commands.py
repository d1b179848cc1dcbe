"""`flask release`."""

from __future__ import annotations

import click
from flask import Flask
from flask.cli import with_appcontext

from circles import clock
from circles.extensions import db
from circles.participation import quarters, services
from circles.people.queries import organisation_by_slug


def init_app(app: Flask) -> None:
    """Adds the command."""
    app.cli.add_command(release)


@click.command()
@click.argument("slug", metavar="ORGANISATION")
@click.argument("quarter", metavar="QUARTER")
@with_appcontext
def release(slug: str, quarter: str) -> None:
    """Make the participation release of a closed quarter, such as 2027-Q1; once."""
    organisation = organisation_by_slug(slug)
    if organisation is None:
        raise click.ClickException(f"Er is geen organisatie die {slug} heet.")
    try:
        made = services.make_release(organisation, quarter, clock.now())
    except quarters.NotAQuarter as error:
        raise click.BadParameter(f"{quarter} is geen kwartaal; schrijf bijvoorbeeld 2027-Q1.") from error
    except services.QuarterStillOpen as error:
        raise click.ClickException(
            f"{quarter} is nog niet afgesloten; cijfers kunnen vanaf veertien dagen na het eind."
        ) from error
    db.session.commit()
    click.echo(f"Cijfers over {quarter} voor {organisation.name}, gemaakt op {made.made_at:%Y-%m-%d}.")
