"""`flask organisation create` and `flask people import`, as a system administrator meets them."""

from __future__ import annotations

import contextvars
import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from click.testing import Result

from circles.extensions import db
from circles.mail.models import OutboxMail
from circles.people.models import Department, Invitee, Organisation, Person, Profession, SignInCode
from circles.people.services import joining, listing
from tests.conftest import StrictClient

HEADER = "email,name,department,profession,language\n"
TWO = HEADER + "ines@x.example,Ines IJzer,Zorg,arts,nl+en\njoris@x.example,Joris Jansen,Zorg,arts,en\n"


@pytest.fixture
def run(app) -> Callable[..., Result]:
    """Runs a command in a context of its own, as a shell would."""

    def run(*args: str) -> Result:
        db.session.commit()
        result: Result = contextvars.Context().run(app.test_cli_runner().invoke, args=args)
        db.session.expire_all()
        return result

    return run


@pytest.fixture
def take_in(run, tmp_path) -> Callable[..., Result]:
    """Imports a list given as text: `take_in("delinde", TWO)`."""

    def take_in(slug: str, text: str, *options: str) -> Result:
        (tmp_path / "lijst.csv").write_text(text, encoding="utf-8")
        return run("people", "import", slug, str(tmp_path / "lijst.csv"), *options)

    return take_in


def listed(organisation: Organisation) -> dict[str, tuple[object, ...]]:
    """The list of an organisation: name, department, craft and language by address."""
    rows = db.session.scalars(
        sa.select(Invitee).where(Invitee.organisation_id == organisation.id).order_by(Invitee.email)
    )
    return {
        row.email: (
            row.name,
            row.department and row.department.name,
            row.profession and row.profession.name,
            row.speaks,
        )
        for row in rows
    }


def everything() -> list[int]:
    """How many rows each table has that an import or a new organisation could touch."""
    models = (Organisation, Person, Department, Profession, Invitee, OutboxMail, SignInCode)
    return [db.session.scalar(sa.select(sa.func.count()).select_from(model)) for model in models]


def test_an_organisation_begins_with_its_administrator(run, session):
    result = run(
        "organisation", "create", "Thuiszorg Het Dorp", "--admin", "Ada@Dorp.example", "--zone", "Europe/Brussels",
        "--region", "BE-VLG", "--domain", "@Dorp.example", "--domain", "dorp.example", "--domain", "zorg.example",
    )  # fmt: skip
    made = session.scalars(sa.select(Organisation)).one()
    ada = session.scalars(sa.select(Person)).one()
    assert (made.slug, made.name, made.zone, made.region, made.k) == (
        "thuiszorg-het-dorp", "Thuiszorg Het Dorp", "Europe/Brussels", "BE-VLG", 5,
    )  # fmt: skip
    assert [row.domain for row in made.domains] == ["dorp.example", "zorg.example"]
    assert (ada.email, ada.role_names, ada.organisation_id) == (
        "Ada@Dorp.example",
        frozenset({"administrator"}),
        made.id,
    )
    code = re.search(r"\b\d{6}\b", result.output)[0]
    assert (result.exit_code, result.output) == (
        0,
        "Thuiszorg Het Dorp is gemaakt als thuiszorg-het-dorp.\n"
        f"ada@dorp.example kan de komende tien minuten één keer inloggen met de code {code}.\n",
    )


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("De Linde", "de-linde"),
        ("  Zorg & Welzijn – Noord  ", "zorg-welzijn-noord"),
        ("Één", "een"),
        ("北京", "organisatie"),
        ("a" * 59 + " b", "a" * 59),
    ],
)
def test_commands_call_an_organisation_by_its_name_in_plain_letters(run, session, name, slug):
    run("organisation", "create", name, "--admin", "ada@x.example")
    assert session.scalars(sa.select(Organisation.slug)).all() == [slug]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (["--region", "Mars"], "Mars kennen we niet; kies bijvoorbeeld NL, BE of BE-VLG."),
        (["--region", "NL-XX"], "NL-XX kennen we niet"),
        (["--zone", "Europe/Utrecht"], "Europe/Utrecht kennen we niet; kies bijvoorbeeld Europe/Amsterdam."),
        (["--admin", "ada"], "ada is geen mailadres."),
        (["--slug", "De Beuk"], "gebruik kleine letters, cijfers en streepjes"),
        (["--slug", "-beuk"], "gebruik kleine letters, cijfers en streepjes"),
        (["--domain", "example"], "example is geen maildomein"),
        (["--domain", "ada@beuk.example"], "ada@beuk.example is geen maildomein"),
    ],
)
def test_what_makes_no_sense_makes_no_organisation(run, given, words):
    before = everything()
    result = run("organisation", "create", "De Beuk", "--admin", "ada@beuk.example", *given)
    assert result.exit_code == 2
    assert words in " ".join(result.stderr.split())
    assert everything() == before


@pytest.mark.parametrize("name", ["", "   ", "N" * 121])
def test_an_organisation_has_a_name_of_some_length(run, name):
    result = run("organisation", "create", name, "--admin", "ada@beuk.example")
    assert (result.exit_code, "hoogstens 120 tekens" in result.stderr) == (2, True)


def test_a_slug_is_given_out_once(run, session):
    create = ("organisation", "create", "De Beuk", "--admin", "ada@beuk.example")
    assert run(*create).exit_code == 0
    before = everything()
    again = run(*create)
    assert (again.exit_code, again.stderr) == (
        1,
        "Error: Er is al een organisatie met deze naam; geef --slug.\n",
    )
    assert everything() == before
    assert run(*create, "--slug", "beuk-2").exit_code == 0
    assert session.scalars(sa.select(Organisation.slug).order_by(Organisation.slug)).all() == [
        "beuk-2",
        "de-beuk",
    ]


def test_a_list_is_taken_in_and_says_what_is_new(take_in, cast):
    result = take_in("delinde", TWO)
    assert (result.exit_code, result.stdout) == (
        0,
        "Nieuwe afdeling: Zorg\nNieuw vak: arts\n2 nieuw, 0 bijgewerkt, 0 doen al mee.\n",
    )
    assert listed(cast.linde) == {
        "ines@x.example": ("Ines IJzer", "Zorg", "arts", "nl+en"),
        "joris@x.example": ("Joris Jansen", "Zorg", "arts", "en"),
    }


def test_progress_goes_to_standard_error(take_in, cast):
    result = take_in("delinde", TWO)
    assert ("Inlezen" in result.stderr, "Inlezen" in result.stdout) == (True, False)


def test_a_second_list_changes_rows_and_leaves_the_absent(take_in, cast):
    take_in("delinde", TWO)
    result = take_in(
        "delinde", HEADER + "INES@x.example,Ines Kok,Beleid,,nl\nkim@x.example,Kim Kuipers,Zorg,arts,\n"
    )
    assert (
        result.stdout == "Nieuwe afdeling: Beleid\n1 nieuw, 1 bijgewerkt, 0 doen al mee.\n"
    )  # Zorg and arts exist
    assert listed(cast.linde) == {
        "ines@x.example": ("Ines Kok", "Beleid", "arts", "nl"),  # an empty cell takes nothing away
        "joris@x.example": ("Joris Jansen", "Zorg", "arts", "en"),
        "kim@x.example": ("Kim Kuipers", "Zorg", "arts", "nl"),
    }


def test_a_list_without_languages_leaves_them(take_in, cast):
    take_in("delinde", TWO)
    take_in("delinde", "email,name\njoris@x.example,Joris de Wit\n")
    assert listed(cast.linde)["joris@x.example"] == ("Joris de Wit", "Zorg", "arts", "en")


def test_members_are_left_alone(take_in, cast, session):
    before = (cast.bob.name, cast.bob.email, cast.bob.department_id, cast.bob.speaks)
    result = take_in("delinde", HEADER + f"{cast.bob.email.upper()},Robert,Zorg,arts,en\n")
    assert result.stdout.endswith("0 nieuw, 0 bijgewerkt, 1 doen al mee.\n")
    assert (cast.bob.name, cast.bob.email, cast.bob.department_id, cast.bob.speaks) == before
    assert listed(cast.linde) == {}


def test_one_wrong_line_and_nothing_is_taken_in(take_in, cast):
    before = everything()
    result = take_in("delinde", TWO + "geen adres,Kim,Nieuwe afdeling,arts,nl\n")
    assert (result.exit_code, result.stdout, result.stderr) == (
        1,
        "",
        "Regel 4: 'geen adres' is geen mailadres.\nEr is niets ingelezen.\n",
    )
    assert everything() == before


def test_a_dry_run_says_the_same_and_changes_nothing(take_in, cast):
    before = everything()
    dry = take_in("delinde", TWO, "--dry-run")
    assert everything() == before
    real = take_in("delinde", TWO)
    assert dry.stdout == real.stdout.rstrip("\n") + " Er is niets veranderd (--dry-run).\n"
    assert everything() != before


def test_what_another_organisation_knows_stays_there(take_in, cast, session, now):
    joining.list_invitee(cast.anker.id, "ines@x.example", now=now, name="Ines bij Het Anker", locale="en")
    session.flush()
    assert listed(cast.anker) != {}
    result = take_in("delinde", f"email\nines@x.example\n{cast.zoe.email}\n")
    assert result.stdout == "2 nieuw, 0 bijgewerkt, 0 doen al mee.\n"
    assert "Anker" not in result.output
    assert listed(cast.linde) == {
        "ines@x.example": ("", None, None, "nl"),
        cast.zoe.email: ("", None, None, "nl"),
    }
    assert listed(cast.anker) == {"ines@x.example": ("Ines bij Het Anker", None, None, "en")}


def test_an_unknown_organisation_or_file_is_named(take_in, run, cast):
    assert take_in("delimde", TWO).stderr == "Error: Er is geen organisatie die delimde heet.\n"
    missing = run("people", "import", "delinde", "nergens.csv")
    assert (missing.exit_code, "nergens.csv" in missing.stderr) == (2, True)


def test_who_is_listed_is_invited_once_and_is_nobody_yet(take_in, cast, session, now):
    people = session.scalar(sa.select(sa.func.count()).select_from(Person))
    take_in("delinde", TWO)
    for _ in range(2):
        for invitee_id in listing.due_invitations(now):
            listing.send_invitation(invitee_id, now)
        take_in("delinde", TWO)
    mails = session.scalars(sa.select(OutboxMail).order_by(OutboxMail.id)).all()
    assert [(mail.to_address, mail.kind) for mail in mails] == [
        ("ines@x.example", "invitation_list"),
        ("joris@x.example", "invitation_list"),
    ]
    assert session.scalar(sa.select(sa.func.count()).select_from(Person)) == people


def test_who_declined_stays_declined(take_in, cast, session, now):
    take_in("delinde", TWO)
    ines = session.scalars(sa.select(Invitee).where(Invitee.email == "ines@x.example")).one()
    joining.decline_invitee(ines, now)
    take_in("delinde", TWO)
    assert ines.declined_at == now
    assert ines.id not in listing.due_invitations(now)


def test_the_administrator_of_a_new_organisation_gets_in_with_the_printed_code_once(app, run):
    printed = run("organisation", "create", "De Beuk", "--admin", "ada@beuk.example").output
    code = re.search(r"code (\d{6})", printed)[1]
    answers = []
    for browser in (app.test_client(), app.test_client()):
        assert isinstance(browser, StrictClient)
        browser.post("/inloggen", data={"email": "ada@beuk.example"})
        answers.append(browser.post("/inloggen", data={"code": code}).status_code)
    assert answers == [303, 422]
