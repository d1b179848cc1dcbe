"""The ground: instants, seals, locks and migrations on both databases."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from circles.database import Model, UtcDateTime
from circles.extensions import db, migrations
from circles.people.models import Organisation
from circles.sealing import CannotUnseal, Keyring
from tests.conftest import make_app, settings


def test_a_naive_instant_is_refused():
    with pytest.raises(ValueError, match="zone"):
        UtcDateTime().process_bind_param(datetime(2027, 3, 1, 9, 0), sa.create_engine("sqlite://").dialect)  # noqa: DTZ001


def test_instants_come_back_aware_in_utc(world, session):
    organisation = world.organisation()
    session.commit()
    session.expire_all()
    assert organisation.created_at == world.now
    assert organisation.created_at.tzinfo == UTC


def test_migrations_make_what_the_models_say(app):
    with app.app_context():  # the connection of a migration closes with its context
        assert migrations.compare_metadata() == []


def test_fifty_threads_read_and_then_write_one_row(app, world, session):
    organisation = world.organisation(name="0")
    session.commit()
    barrier, errors = threading.Barrier(50), []

    def add_one() -> None:
        barrier.wait()
        try:
            with app.app_context():
                row = db.session.get_one(Organisation, organisation.id, with_for_update=True)
                row.name = str(int(row.name) + 1)
                db.session.commit()
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=add_one) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    session.expire_all()
    assert (errors, organisation.name) == ([], "50")


def test_sealed_for_one_row_opens_for_no_other():
    ring = Keyring(["a:" + "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE="])
    sealed = ring.seal("Wat we vasthouden", bound_to="1/conclusion/x")
    assert b"vasthouden" not in sealed
    assert ring.unseal(sealed, bound_to="1/conclusion/x") == "Wat we vasthouden"
    with pytest.raises(CannotUnseal):
        ring.unseal(sealed, bound_to="1/conclusion/y")


def test_an_older_key_still_opens_and_the_newest_seals():
    old, new = "old:" + "QUFB" * 10 + "QUE=", "new:" + "QkJC" * 10 + "QkI="
    sealed = Keyring([old]).seal("tekst", bound_to="row")
    ring = Keyring([new, old])
    assert ring.unseal(sealed, bound_to="row") == "tekst"
    assert ring.seal("tekst", bound_to="row")[1:4] == b"new"


def test_every_table_has_the_constraint_names_migrations_need():
    unnamed = [c for t in Model.metadata.tables.values() for c in t.constraints if not c.name]
    assert unnamed == []


def test_the_app_makes_its_folder(tmp_path: Path):
    make_app(settings(tmp_path / "new" / "var"))
    assert (tmp_path / "new" / "var").is_dir()


def test_what_only_reads_keeps_the_statements_that_were_prepared(app, cast, client_for):
    if db.engine.dialect.name != "postgresql":
        pytest.skip("SQLite prepares by itself.")
    bob = client_for(cast.bob)
    db.session.close()
    db.engine.dispose()  # so that every request takes the same connection, the only one in the pool
    for _ in range(8):
        bob.get("/help")
    with db.engine.connect() as connection:
        prepared = connection.scalar(sa.text("SELECT count(*) FROM pg_prepared_statements"))
        settings = [connection.scalar(sa.text(f"SHOW {name}")) for name in ("jit", "plan_cache_mode")]
    assert prepared > 0
    assert settings == ["off", "force_generic_plan"]
