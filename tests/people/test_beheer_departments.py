"""Departments with their heads, and crafts that are close."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from circles.people import queries
from circles.people.models import Department, HeadCount, Profession
from circles.people.services import departments


@pytest.fixture
def ada(client_for, cast):
    return client_for(cast.ada)


@pytest.fixture
def zorg(cast):
    return departments.add_department(cast.linde, "Zorg")


def counted(session):
    rows = session.execute(
        sa.select(Department.name, HeadCount.quarter, HeadCount.people)
        .join(HeadCount)
        .order_by(Department.name, HeadCount.quarter)
    )
    return [tuple(row) for row in rows]


def test_heads_are_noted_for_this_quarter_and_earlier_ones(ada, session, zorg):
    ada.post(
        "/beheer/afdelingen",
        data={f"{zorg.public_id}-2027-Q1": " 42 ", f"{zorg.public_id}-2026-Q4": "40"},
    )
    assert counted(session) == [("Zorg", "2026-Q4", 40), ("Zorg", "2027-Q1", 42)]
    page = ada.get("/beheer/afdelingen").text
    assert re.findall(r'name="\w+-([\dQ-]+)"[^>]*value="(\d*)"', page) == [
        ("2027-Q1", "42"),
        ("2026-Q4", "40"),
        ("2026-Q3", ""),
        ("2026-Q2", ""),
    ]
    ada.post("/beheer/afdelingen", data={f"{zorg.public_id}-2027-Q1": "43", f"{zorg.public_id}-2026-Q4": ""})
    assert counted(session) == [("Zorg", "2027-Q1", 43)]  # an emptied field takes the number away


def test_what_was_not_in_the_form_keeps_its_number(ada, session, cast, zorg):
    late, theirs = (
        departments.add_department(cast.linde, "Laat"),
        departments.add_department(cast.anker, "Hun"),
    )
    departments.note_heads(cast.linde, {(late.id, "2027-Q1"): 300})
    ada.post(
        "/beheer/afdelingen",
        data={f"{zorg.public_id}-2027-Q1": "201", f"{theirs.public_id}-2027-Q1": "9"},
    )
    assert counted(session) == [("Laat", "2027-Q1", 300), ("Zorg", "2027-Q1", 201)]
    session.expire_all()
    assert cast.linde.k == 10  # together they are more than five hundred


@pytest.mark.parametrize("typed", ["12,5", "1.200", "-3", "veel", "1e3", "100001", "9" * 5000, "²"])
def test_a_wrong_number_is_said_at_its_field_and_all_that_was_typed_stays(ada, session, cast, zorg, typed):
    beleid = departments.add_department(cast.linde, "Beleid")
    answer = ada.post(
        "/beheer/afdelingen",
        data={f"{zorg.public_id}-2027-Q1": typed, f"{beleid.public_id}-2027-Q1": "12"},
    )
    assert answer.status_code == 422
    assert "<title>Fout: Afdelingen" in answer.text
    assert f'<a href="#{zorg.public_id}-2027-Q1">Vul een heel getal in' in answer.text
    assert f'value="{typed}"' in answer.text
    assert 'value="12"' in answer.text
    assert counted(session) == []


def test_the_quarter_is_that_of_the_organisations_own_clock(ada, session, cast, zorg, time):
    cast.linde.zone = "Pacific/Auckland"
    time.to(datetime(2027, 3, 31, 12, 0, tzinfo=UTC))  # the first of April over there
    first = re.search(r'name="\w+-(\d{4}-Q\d)"', client_page(ada, session, cast))[1]
    assert first == "2027-Q2"


def client_page(ada, session, cast):
    return ada.sign_in(cast.ada).get("/beheer/afdelingen").text


def test_with_more_than_five_hundred_people_figures_need_ten(ada, session, cast, zorg):
    for heads, k in (("500", 5), ("501", 10), ("20", 10)):
        ada.post("/beheer/afdelingen", data={f"{zorg.public_id}-2027-Q1": heads})
        session.expire_all()
        assert (heads, cast.linde.k) == (heads, k)
    cast.linde.k = 15
    ada.post("/beheer/afdelingen", data={f"{zorg.public_id}-2027-Q1": "900"})
    session.expire_all()
    assert cast.linde.k == 15


def test_departments_are_added_and_renamed_and_keep_their_people(ada, session, cast, zorg):
    cast.bob.department_id = zorg.id
    departments.note_heads(cast.linde, {(zorg.id, "2027-Q1"): 12})
    assert ada.post("/beheer/afdelingen/nieuw", data={"name": " Beleid  en\tadvies "}).status_code == 303
    assert ada.post(f"/beheer/afdelingen/{zorg.public_id}", data={"name": "Zorg Zuid"}).status_code == 303
    session.expire_all()
    names = [row.name for row in queries.departments_of(cast.linde.id)]
    assert names == ["Beleid en advies", "Zorg Zuid"]
    assert (cast.bob.department.name, counted(session)) == ("Zorg Zuid", [("Zorg Zuid", "2027-Q1", 12)])


@pytest.mark.parametrize("name", ["", "  ", "N" * 121, "zorg"])
def test_a_department_needs_a_name_of_its_own(ada, session, cast, zorg, name):
    answer = ada.post("/beheer/afdelingen/nieuw", data={"name": name})
    assert (answer.status_code, "<title>Fout: " in answer.text) == (422, True)
    assert [row.name for row in queries.departments_of(cast.linde.id)] == ["Zorg"]


def test_a_department_may_change_the_case_of_its_own_name(ada, session, cast, zorg):
    departments.add_department(cast.linde, "Beleid")
    departments.add_department(cast.anker, "ZORG")
    assert ada.post(f"/beheer/afdelingen/{zorg.public_id}", data={"name": "ZORG"}).status_code == 303
    assert ada.post(f"/beheer/afdelingen/{zorg.public_id}", data={"name": "beleid"}).status_code == 422


def test_crafts_are_added_renamed_and_related(ada, session, cast):
    ada.post("/beheer/vakken/nieuw", data={"name": "arts"})
    arts = session.scalars(sa.select(Profession)).one()
    ada.post("/beheer/vakken/nieuw", data={"name": "verpleegkundige", "related": [arts.public_id]})
    ada.post("/beheer/vakken/nieuw", data={"name": "jurist"})
    assert close(cast) == {"arts": ["verpleegkundige"], "jurist": [], "verpleegkundige": ["arts"]}
    assert "dichtbij verpleegkundige" in ada.get("/beheer/vakken").text
    jurist = session.scalars(sa.select(Profession).where(Profession.name == "jurist")).one()
    ada.post(f"/beheer/vakken/{arts.public_id}", data={"name": "dokter", "related": [jurist.public_id]})
    session.expire_all()
    assert close(cast) == {"dokter": ["jurist"], "jurist": ["dokter"], "verpleegkundige": []}


def close(cast):
    related = queries.related_names(cast.linde.id)
    return {row.name: related[row.id] for row in queries.professions_of(cast.linde.id)}


def test_a_craft_of_another_organisation_is_not_close(ada, session, cast):
    theirs = departments.add_craft(cast.anker, "smid")
    answer = ada.post("/beheer/vakken/nieuw", data={"name": "arts", "related": [theirs.public_id]})
    assert answer.status_code == 422
    assert ada.post(f"/beheer/vakken/{theirs.public_id}", data={"name": "arts"}).status_code == 404
    taken = departments.add_craft(cast.linde, "jurist")
    assert ada.post("/beheer/vakken/nieuw", data={"name": "Jurist"}).status_code == 422
    assert close(cast) == {taken.name: []}
