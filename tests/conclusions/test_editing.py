"""Other words, deleting, bringing back and taking back: nothing gets lost, and what is gone is gone everywhere."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from circles.conclusions import queries, services
from circles.conclusions.errors import GoneForGood, NotYours
from circles.conclusions.models import Conclusion, ConclusionVersion
from circles.database import EditedMeanwhile
from circles.extensions import db
from circles.worker.rounds import run_job
from circles.worker.schedule import SCHEDULE
from tests.together import together


def edit(conclusion, person, text, now, *, based_on, kind="insight", note="") -> None:
    services.edit(conclusion, person, kind=kind, text=text, note=note, based_on=based_on, now=now)
    db.session.commit()


def versions_of(conclusion) -> list[tuple[int, str, str, str]]:
    return [
        (version.number, version.author.first_name, version.kind, version.text)
        for version in queries.earlier_versions(conclusion)
    ]


def in_log(session, person) -> list[str]:
    session.expire_all()
    return [row.text for row in queries.log_of(person)]


def test_every_edit_keeps_the_earlier_text_its_author_and_its_time(session, cast, keep, time, now):
    row = keep("Van Alice", note="Lang verhaal")
    later = time.forward(hours=1)
    edit(row, cast.bob, "Van Bob", later, based_on=1, kind="norm")
    edit(row, cast.carol, "Van Carol", time.forward(hours=1), based_on=2, kind="norm")
    assert (row.text, row.kind, row.note) == ("Van Carol", "norm", "")
    assert versions_of(row) == [(2, "Bob", "norm", "Van Bob"), (1, "Alice", "insight", "Van Alice")]
    written = [(version.written_at, version.note) for version in queries.earlier_versions(row)]
    assert written == [(later, ""), (now, "Lang verhaal")]


def test_an_edit_that_changes_nothing_makes_no_version(session, cast, keep, now):
    row = keep("Zo is het.")
    edit(row, cast.bob, "  Zo is het. ", now, based_on=1)
    assert (row.version, versions_of(row), row.changed_by_id) == (1, [], cast.alice.id)


def test_the_page_shows_the_earlier_texts(client_for, cast, keep):
    row = keep("Van Alice")
    client = client_for(cast.bob)
    answer = client.post(
        f"/conclusie/{row.public_id}/wijzigen", data={"kind": "norm", "text": "Van Bob", "based_on": "1"}
    )
    assert answer.headers["Location"] == f"/conclusie/{row.public_id}"
    page = client.get(f"/conclusie/{row.public_id}").text
    assert page.index("Van Bob") < page.index("Eerdere teksten") < page.index("Van Alice")


def test_two_edits_at_once_show_both_texts_and_lose_nothing(client_for, session, cast, keep):
    row = keep("Van Alice")
    path = f"/conclusie/{row.public_id}/wijzigen"
    bob, carol = client_for(cast.bob), client_for(cast.carol)
    bob.post(path, data={"kind": "insight", "text": "Van Bob", "based_on": "1"})
    answer = carol.post(path, data={"kind": "insight", "text": "Van Carol", "based_on": "1"})
    assert answer.status_code == 409
    assert "Van Bob" in answer.text
    assert "Van Carol" in answer.text
    assert 'name="based_on" type="hidden" value="2"' in answer.text
    merged = carol.post(path, data={"kind": "insight", "text": "Van Bob en Carol", "based_on": "2"})
    assert merged.status_code == 303
    session.expire_all()
    assert (row.text, versions_of(row)) == (
        "Van Bob en Carol", [(2, "Bob", "insight", "Van Bob"), (1, "Alice", "insight", "Van Alice")],
    )  # fmt: skip


def test_edits_at_the_same_moment_leave_one_text_and_the_others_are_asked(client_for, session, cast, keep):
    row = keep("Van Alice")
    clients = {name: client_for(getattr(cast, name)) for name in ("alice", "bob", "carol")}
    data = {"kind": "insight", "based_on": "1"}
    answers = together(
        [
            lambda name=name, client=client: client.post(
                f"/conclusie/{row.public_id}/wijzigen", data={**data, "text": f"Nieuw van {name}"}
            )
            for name, client in clients.items()
        ]
    )
    assert sorted(answer.status_code for answer in answers) == [303, 409, 409]
    session.expire_all()
    assert versions_of(row) == [(1, "Alice", "insight", "Van Alice")]
    for name, answer in zip(clients, answers, strict=True):
        if answer.status_code == 409:
            assert row.text in answer.text
            assert f"Nieuw van {name}" in answer.text


def test_an_edit_and_a_voornemen_that_is_done_at_the_same_moment_both_stand(client_for, session, cast, keep):
    row = keep("Ik bel.", kind="intention", owner=cast.bob)
    bob, carol = client_for(cast.bob), client_for(cast.carol)
    data = {"kind": "intention", "text": "Ik bel morgen.", "based_on": "1"}
    done, edited = together(
        [
            lambda: bob.post(f"/conclusie/{row.public_id}/voornemen", data={"stand": "done"}),
            lambda: carol.post(f"/conclusie/{row.public_id}/wijzigen", data=data),
        ]
    )
    session.expire_all()
    assert (done.status_code, row.intention) == (303, "done")
    assert (edited.status_code, row.text) in {(303, "Ik bel morgen."), (409, "Ik bel.")}


def test_an_edit_of_what_was_deleted_meanwhile_keeps_what_was_typed(client_for, session, cast, keep):
    row = keep("Van Alice")
    path = f"/conclusie/{row.public_id}"
    assert client_for(cast.bob).get(f"{path}/wijzigen").status_code == 200
    client_for(cast.alice).post(f"{path}/verwijderen")
    answer = client_for(cast.bob).post(
        f"{path}/wijzigen", data={"kind": "insight", "text": "Van Bob", "based_on": "1"}
    )
    assert answer.status_code == 409
    assert "Van Bob" in answer.text
    assert "Van Alice" not in answer.text
    assert in_log(session, cast.bob) == []


def test_a_service_edit_of_what_was_deleted_is_refused(session, cast, keep, now):
    row = keep("Van Alice")
    services.delete(row, cast.alice, now)
    session.commit()
    with pytest.raises(EditedMeanwhile):
        edit(row, cast.bob, "Van Bob", now, based_on=row.version)


def test_deleting_is_undone_from_the_next_page(client_for, session, cast, keep):
    row = keep("Toch wel")
    assert in_log(session, cast.bob) == ["Toch wel"]
    bob, path = client_for(cast.bob), f"/conclusie/{row.public_id}"
    page = bob.get(bob.post(f"{path}/verwijderen").headers["Location"]).text
    assert f'action="{path}/terug"' in page
    assert in_log(session, cast.bob) == []
    assert {bob.get(path).status_code, bob.get(f"{path}/wijzigen").status_code} == {404}
    assert bob.post(f"{path}/voornemen", data={"stand": "done"}).status_code == 404
    assert client_for(cast.carol).post(f"{path}/terug").headers["Location"] == path
    assert in_log(session, cast.bob) == ["Toch wel"]


@pytest.mark.parametrize(("days", "comes_back"), [(30, True), (30.001, False)])
def test_bringing_back_works_for_thirty_days(session, cast, keep, time, days, comes_back):
    row = keep("Toch wel")
    services.delete(row, cast.bob, time.now)
    session.commit()
    time.forward(days=days)
    if comes_back:
        services.restore(row, cast.carol, time.now)
    else:
        with pytest.raises(GoneForGood):
            services.restore(row, cast.carol, time.now)
    assert (row.deleted_at is None) == comes_back


def test_after_thirty_days_it_is_gone_everywhere_and_the_rest_stays(client_for, session, cast, keep, time):
    stays, goes = keep("Blijft"), keep("Gaat weg")
    for row in (stays, goes):
        edit(row, cast.bob, f"{row.text}.", time.now, based_on=1)
    services.delete(goes, cast.bob, time.now)
    session.commit()
    gone_id, path = goes.id, f"/conclusie/{goes.public_id}"
    assert _wipe(time.forward(days=30)) == 0
    assert _wipe(time.forward(seconds=1)) == 1
    assert session.scalars(sa.select(Conclusion.id)).all() == [stays.id]
    assert session.scalars(sa.select(ConclusionVersion.conclusion_id)).all() == [stays.id]
    assert gone_id != stays.id
    assert client_for(cast.bob).post(f"{path}/terug").status_code == 404


def test_who_brought_the_situation_takes_it_back_and_nobody_else(client_for, session, cast, keep):
    row = keep("Uit het leven van Bob", case_owner=cast.bob)
    path = f"/conclusie/{row.public_id}/terugnemen"
    assert "Neem terug" not in client_for(cast.carol).get(f"/conclusie/{row.public_id}").text
    assert client_for(cast.carol).post(path).status_code == 404
    assert in_log(session, cast.carol) == ["Uit het leven van Bob"]
    bob = client_for(cast.bob)
    assert "Neem terug" in bob.get(f"/conclusie/{row.public_id}").text
    assert bob.post(path).headers["Location"] == "/logboek"
    assert in_log(session, cast.carol) == []


@pytest.mark.parametrize("leavers_read", [True, False])
def test_who_left_still_takes_back_what_came_from_their_situation(
    client_for, session, cast, keep, time, leavers_read
):
    row = keep("Uit het leven van Bob", case_owner=cast.bob)
    time.forward(days=1)
    client_for(cast.bob).post(f"/cirkel/{cast.circle.public_id}/vertrek")
    cast.circle.leavers_read = leavers_read
    assert in_log(session, cast.carol) == ["Uit het leven van Bob"]
    assert client_for(cast.bob).post(f"/conclusie/{row.public_id}/terugnemen").status_code == 303
    assert in_log(session, cast.carol) == []


@pytest.mark.parametrize("deleted_before", [False, True])
def test_what_was_taken_back_nobody_else_brings_back(client_for, session, cast, keep, deleted_before):
    row = keep("Uit het leven van Bob", case_owner=cast.bob)
    path = f"/conclusie/{row.public_id}"
    if deleted_before:
        client_for(cast.carol).post(f"{path}/verwijderen")
    client_for(cast.bob).post(f"{path}/terugnemen")
    assert client_for(cast.carol).post(f"{path}/terug").status_code == 404
    assert in_log(session, cast.carol) == []
    assert client_for(cast.bob).post(f"{path}/terug").status_code == 303
    assert in_log(session, cast.carol) == ["Uit het leven van Bob"]


def test_a_conclusion_of_nobody_in_particular_is_taken_back_by_nobody(cast, keep, now):
    row = keep("Van ons allen")
    with pytest.raises(NotYours):
        services.withdraw(row, cast.bob, now)


def _wipe(now) -> int:
    return run_job(next(job for job in SCHEDULE if job.name == "deleted conclusions wiped"), now)
