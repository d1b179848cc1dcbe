"""`flask themes load`."""

from __future__ import annotations

import click
import sqlalchemy as sa
from flask.cli import AppGroup

from circles import clock
from circles.extensions import db
from circles.people.models import Organisation
from circles.themes import services

themes = AppGroup("themes", help="The starting library of themes.")


@themes.command()
def load() -> None:
    """Bring every organisation's themes up to date with the library; what people edited stays."""
    organisations = db.session.scalars(sa.select(Organisation).order_by(Organisation.id)).all()
    added = 0
    with click.progressbar(organisations, label="Thema's laden") as bar:
        for organisation in bar:
            added += services.load_library(organisation, clock.now())
            db.session.commit()
    click.echo(f"{added} versies toegevoegd in {len(organisations)} organisaties.")
