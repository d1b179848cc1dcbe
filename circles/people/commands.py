"""`flask organisation create`, `flask organisation end` and `flask people import`."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from zoneinfo import available_timezones

import click
from flask import Flask
from flask.cli import AppGroup

from circles import clock
from circles.clean import clean_line
from circles.days import UnknownRegion, days_off
from circles.extensions import db
from circles.people import importing
from circles.people.addresses import BadAddress, normalise
from circles.people.models import Organisation
from circles.people.queries import organisation_by_slug
from circles.people.services import ending, joining, listing, organisations, signing_in

organisation = AppGroup("organisation", help="Organisations.")
people = AppGroup("people", help="People of an organisation.")
LONGEST_NAME = 120
SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])?")
DOMAIN = re.compile(r"@?[^\s@.]+(?:\.[^\s@.]+)+")


def init_app(app: Flask) -> None:
    """Adds both groups."""
    app.cli.add_command(organisation)
    app.cli.add_command(people)


@organisation.command()
@click.argument("name")
@click.option("--admin", required=True, help="Mail address of the first administrator.")
@click.option("--slug", help="What commands call it; made of the name unless given.")
@click.option("--zone", default="Europe/Amsterdam", show_default=True)
@click.option("--region", default="NL", show_default=True, help="Whose public holidays: NL, BE, BE-VLG …")
@click.option(
    "--domain", "domains", multiple=True, help="People with an address there may sign up themselves."
)
def create(name: str, admin: str, slug: str | None, zone: str, region: str, domains: tuple[str, ...]) -> None:
    """Make an organisation and its first administrator."""
    name = clean_line(name, LONGEST_NAME + 1)
    _refuse_unknown(name=name, admin=admin, slug=slug, zone=zone, region=region, domains=domains)
    now = clock.now()
    if organisation_by_slug(slug or organisations.slug_of(name)):
        raise click.ClickException("Er is al een organisatie met deze naam; geef --slug.")
    made = organisations.create_organisation(
        name, now=now, slug=slug, zone=zone, region=region, domains=domains
    )
    person = joining.join_organisation(made, email=admin, name=admin.partition("@")[0], now=now)
    organisations.give_role(person, "administrator")
    code = signing_in.make_code(person.email_normalised, browser=signing_in.ANY_BROWSER, now=now)
    db.session.commit()
    click.echo(f"{made.name} is gemaakt als {made.slug}.")
    click.echo(f"{person.email_normalised} kan de komende tien minuten één keer inloggen met de code {code}.")


@organisation.command()
@click.argument("slug", metavar="ORGANISATION")
@click.option("--undo", is_flag=True, help="It stays after all.")
def end(slug: str, *, undo: bool) -> None:
    """End an organisation: its people are told, and thirty days later everything is erased."""
    found, now = _known(slug), clock.now()
    told = ending.undo_end(found, now) if undo else ending.announce_end(found, now)
    db.session.commit()
    if undo:
        click.echo(f"{found.name} blijft. {told} mensen krijgen daar mail over.")
        return
    click.echo(f"{found.name} stopt: op {found.ends_at:%Y-%m-%d %H:%M} UTC wordt alles gewist.")
    click.echo(f"{told} mensen krijgen daar mail over. Terug kan tot dan met --undo.")


@people.command("import")
@click.argument("slug", metavar="ORGANISATION")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would happen, and change nothing.")
def import_(slug: str, file: Path, *, dry_run: bool) -> None:
    """Take in an invitation list (CSV): all of it, or nothing and the reasons."""
    found = _known(slug)
    reading = importing.read_list(file.read_bytes())
    if reading.errors:
        click.echo("\n".join(reading.errors), err=True)
        click.echo("Er is niets ingelezen.", err=True)
        sys.exit(1)
    with click.progressbar(length=len(reading.rows), label="Inlezen", file=sys.stderr) as bar:
        outcome = listing.take_in(found, reading.rows, now=clock.now(), progress=bar.update)
    if dry_run:
        db.session.rollback()
    else:
        db.session.commit()
    for kind, names in (("Nieuwe afdeling", outcome.departments), ("Nieuw vak", outcome.professions)):
        for made in names:
            click.echo(f"{kind}: {made}")
    click.echo(
        f"{outcome.new} nieuw, {outcome.changed} bijgewerkt, {outcome.members} doen al mee."
        + (" Er is niets veranderd (--dry-run)." if dry_run else "")
    )


def _known(slug: str) -> Organisation:
    found = organisation_by_slug(slug)
    if found is None:
        raise click.ClickException(f"Er is geen organisatie die {slug} heet.")
    return found


def _refuse_unknown(
    *, name: str, admin: str, slug: str | None, zone: str, region: str, domains: tuple[str, ...]
) -> None:
    if not 0 < len(name) <= LONGEST_NAME:
        raise click.BadParameter(f"geef een naam van hoogstens {LONGEST_NAME} tekens.", param_hint="NAME")
    try:
        normalise(admin)
    except BadAddress as error:
        raise click.BadParameter(f"{admin} is geen mailadres.", param_hint="--admin") from error
    try:
        days_off(region, clock.now().year)
    except UnknownRegion as error:
        words = f"{region} kennen we niet; kies bijvoorbeeld NL, BE of BE-VLG."
        raise click.BadParameter(words, param_hint="--region") from error
    if zone not in available_timezones():
        words = f"{zone} kennen we niet; kies bijvoorbeeld Europe/Amsterdam."
        raise click.BadParameter(words, param_hint="--zone")
    if slug is not None and not SLUG.fullmatch(slug):
        words = "gebruik kleine letters, cijfers en streepjes, hoogstens zestig."
        raise click.BadParameter(words, param_hint="--slug")
    for domain in domains:
        if not DOMAIN.fullmatch(domain):
            raise click.BadParameter(f"{domain} is geen maildomein, zoals delinde.nl.", param_hint="--domain")
