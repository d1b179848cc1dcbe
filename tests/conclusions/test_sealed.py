"""What people write stays unreadable in the database: in its file, beside it, and in a plain SELECT."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from circles.conclusions.models import Conclusion, ConclusionVersion
from circles.database import Model
from circles.extensions import db
from circles.worker.rounds import run_job
from circles.worker.schedule import SCHEDULE
from tests.conftest import bytes_of

WORDS = {
    "text": "Wanhoop aan de keukentafel",
    "edited": "Hoop aan de keukentafel",
    "note": "Een lange toelichting over zwijgen",
    "deleted": "Dit hadden we niet moeten opschrijven",
    "charter": "Wat hier klinkt blijft binnen",
    "question": "Durven wij elkaar tegen te spreken",
    "reply": "Ik ben er later door een begrafenis",
    "preparation": "Ik zie op tegen deze middag",
}


def test_nothing_that_was_written_can_be_read_from_the_database(client_for, session, cast, meetings, time):
    bob, meeting = client_for(cast.bob), f"/bijeenkomst/{meetings.coming.public_id}"
    row, gone = (_keep(bob, session, meetings.begun, WORDS[name]) for name in ("text", "deleted"))
    answers = [
        bob.post(
            f"/conclusie/{row}/wijzigen",
            data={"kind": "norm", "text": WORDS["edited"], "note": WORDS["note"], "based_on": "1"},
        ),
        bob.post(f"/conclusie/{gone}/verwijderen"),
        bob.post(f"/cirkel/{cast.circle.public_id}/spelregels", data={"text": WORDS["charter"]}),
        bob.post(
            f"{meeting}/thema",
            data={"subject": "own_question", "question": WORDS["question"], "based_on": "1"},
        ),
        bob.post(f"{meeting}/thema", data={"subject": "situation", "based_on": "2"}),
        bob.post(f"{meeting}/antwoord", data={"answer": "yes", "note": WORDS["reply"]}),
        bob.post(f"{meeting}/voorbereiding", data={"note": WORDS["preparation"]}),
    ]
    assert [answer.status_code for answer in answers] == [303] * len(answers)
    time.forward(minutes=2)
    assert sum(run_job(job, time.now) for job in SCHEDULE) > 0  # the others are told by mail
    assert "Jeugdhulp" in _everything()  # what is not sealed is found, so the search works
    assert [words for words in WORDS.values() if words in _everything()] == []


def test_what_was_written_opens_again(client_for, session, cast, meetings):
    row = _keep(client_for(cast.bob), session, meetings.begun, WORDS["text"])
    assert WORDS["text"] in client_for(cast.carol).get(f"/conclusie/{row}").text


def test_a_text_moved_to_another_row_or_organisation_does_not_open(app, session, cast, keep):
    mine, yours = keep("Van mij"), keep("Van jou")
    mine.text_sealed, yours.text_sealed = yours.text_sealed, mine.text_sealed
    errors = []
    for row in (mine, yours):
        try:
            errors.append(row.text)
        except Exception as error:
            errors.append(type(error).__name__)
    assert errors == ["CannotUnseal", "CannotUnseal"]


def test_every_text_of_the_log_is_kept_sealed():
    plain = {
        (model.__tablename__, column.name)
        for model in (Conclusion, ConclusionVersion)
        for column in sa.inspect(model).columns
        if isinstance(column.type, sa.Text | sa.String)
    }
    assert plain == {
        ("conclusion", "public_id"), ("conclusion", "kind"), ("conclusion", "client_id"), ("conclusion", "intention"),
        ("conclusion_version", "public_id"), ("conclusion_version", "kind"),
    }  # fmt: skip


def _keep(client, session, meeting, text: str) -> str:
    client.post(f"/bijeenkomst/{meeting.public_id}/conclusies", data={"kind": "insight", "text": text})
    return session.scalars(sa.select(Conclusion.public_id).order_by(Conclusion.id.desc()).limit(1)).one()


def _everything() -> str:
    """All that a reader of the database sees: the bytes of its files, or of every row as PostgreSQL writes it."""
    db.session.commit()
    if db.engine.dialect.name == "sqlite":
        path = Path(db.engine.url.database)
        files = [file for file in path.parent.glob(f"{path.name}*") if file.suffix != "-shm"]
        assert path in files
        assert path.with_name(f"{path.name}-wal") in files
        return "".join(bytes_of(file).decode("utf-8", "ignore") for file in files)
    with db.engine.connect() as connection:
        return "".join(
            _readable(value)
            for table in Model.metadata.sorted_tables
            for row in connection.execute(sa.text(f"SELECT * FROM {table.name}"))  # noqa: S608
            for value in row
        )


def _readable(value: object) -> str:
    if isinstance(value, bytes | memoryview):
        return bytes(value).decode("utf-8", "ignore")
    return str(value)
