"""Migrations on a database in which people live: up, down, and nothing lost but what a step itself holds."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations
from flask import Flask
from sqlalchemy.exc import IntegrityError

from circles.database import Model, UtcDateTime
from circles.extensions import db, migration_engine, migrations
from circles.membership.models import Seat
from circles.people.services.organisations import relate
from config import ROOT
from tests.conftest import NOW, make_app, settings
from tests.factories import World
from tests.pages import pages
from tests.postgres import fresh_database

STEPS = sorted((ROOT / "migrations").glob("[0-9]*.py"))
NUMBERS = [path.name[:4] for path in STEPS]
Rows = dict[str, dict[str, list[Any]]]  # by table, by column


@pytest.fixture
def own_database(database_url: str, tmp_path: Path, monkeypatch) -> Iterator[str]:
    """An empty database beside the one that all tests share."""
    if database_url.startswith("sqlite"):
        yield f"sqlite:///{tmp_path / 'own.db'}"
        return
    server = sa.make_url(database_url).set(database="postgres")
    monkeypatch.setenv("TEST_POSTGRES_URL", server.render_as_string(hide_password=False))
    with fresh_database("circles_migrations") as url:
        assert url is not None
        yield url


@pytest.fixture
def filled_app(own_database: str, tmp_path: Path) -> Iterator[Flask]:
    """An app whose every table has rows, with a circle that has a past, a present and a future."""
    app = make_app(settings(tmp_path, database_url=own_database))
    try:
        migrate(app)
        with app.app_context():
            fill()
            db.session.commit()
        yield app
    finally:
        with app.app_context():
            db.engine.dispose()


def fill() -> None:
    """The story that all pages are shown with, and a row in each table that it leaves empty."""
    world = World(NOW)
    cast = world.cast()
    pages(cast, world)
    relate(world.profession(cast.linde, "arts"), world.profession(cast.linde, "verpleegkundige"))
    db.session.flush()
    for table in Model.metadata.sorted_tables:
        if db.session.scalar(sa.select(sa.func.count()).select_from(table)) == 0:
            db.session.execute(table.insert().values(any_row(table)))


def any_row(table: sa.Table) -> dict[str, Any]:
    """Values that the schema takes, for a table that the story leaves empty. Parents have rows already."""
    checks = [str(c.sqltext) for c in table.constraints if isinstance(c, sa.CheckConstraint)]
    values = {}
    for column in table.columns:
        if column.primary_key or column.nullable:
            continue
        words = [found[1] for check in checks if (found := re.match(rf"{column.name} IN \('([^']+)'", check))]
        least = [
            int(found[1]) for check in checks if (found := re.match(rf"{column.name} BETWEEN (\d+)", check))
        ]
        values[column.name] = [*words, *least, any_value(column, used=list(values.values()))][0]
    return values


def any_value(column: sa.Column[Any], *, used: list[Any]) -> Any:
    """A value of the column's type; of a parent the first row that this row does not name yet."""
    for key in column.foreign_keys:
        ids = db.session.scalars(sa.select(key.column).order_by(key.column)).all()
        return next((number for number in ids if number not in used), ids[0])
    later = NOW + timedelta(days=len(used))
    if isinstance(column.type, UtcDateTime):
        return later
    plain = {
        bool: False, int: 7, float: 0.5, bytes: b"x" * 42, dict: {}, str: "x", date: later.date(),
        time: later.time(),
    }  # fmt: skip
    return plain[column.type.python_type]


def migrate(app: Flask, target: str | None = None, *, down: bool = False) -> None:
    """Up, or down, to a step; each time in a context of its own, with which its connection closes."""
    with app.app_context():
        if down:
            migrations.downgrade(target or -1)
        else:
            migrations.upgrade(target or "heads")


def rows(app: Flask) -> Rows:
    """Everything in the database as it is, whatever the models say."""
    with app.app_context(), db.engine.connect() as connection:
        reflected = sa.MetaData()
        reflected.reflect(connection)
        found: Rows = {}
        for name, table in reflected.tables.items():
            if name != "alembic_version":
                all_rows = connection.execute(sa.select(table).order_by(table.c.id)).mappings().all()
                found[name] = {column: [row[column] for row in all_rows] for column in table.c.keys()}  # noqa: SIM118
        return found


def shared(one: Rows, other: Rows) -> Rows:
    """What of `one` is in tables and columns that `other` has too."""
    return {
        table: {column: cells for column, cells in columns.items() if column in other[table]}
        for table, columns in one.items()
        if table in other
    }


def test_a_filled_database_goes_down_step_by_step_and_up_again(filled_app):
    full = rows(filled_app)
    assert {name for name, columns in full.items() if not columns["id"]} == set()
    assert set(full) == {table.name for table in Model.metadata.sorted_tables}
    before = full
    for number in reversed(NUMBERS):
        below = f"{int(number) - 1:04}"
        migrate(filled_app, "base" if below == "0000" else below, down=True)
        after = rows(filled_app)
        assert shared(after, before) == shared(before, after), f"Going down from {number} lost rows."
        if below != "0000":
            # Up and down once more: what the step does not hold itself is still there.
            migrate(filled_app, number)
            again = rows(filled_app)
            assert {name: set(columns) for name, columns in again.items()} == {
                name: set(columns) for name, columns in before.items()
            }
            assert shared(after, again) == shared(again, after), f"Going up to {number} lost rows."
            migrate(filled_app, below, down=True)
        before = after
    assert before == {}
    for number in NUMBERS:
        migrate(filled_app, number)
    assert {name: set(columns) for name, columns in rows(filled_app).items()} == {
        name: set(columns) for name, columns in full.items()
    }
    with filled_app.app_context():
        assert migrations.compare_metadata() == []
        assert not migrations.needs_upgrade()


def test_the_app_refuses_orphans_after_migrating(filled_app):
    with filled_app.app_context():
        db.session.add(Seat(circle_id=10**6, person_id=10**6, number=1, sat_at=NOW))
        with pytest.raises(IntegrityError):
            db.session.flush()
        db.session.rollback()
        if db.engine.dialect.name == "sqlite":
            assert db.session.scalar(sa.text("PRAGMA foreign_keys")) == 1


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # PostgreSQL checks each statement itself
def test_a_migration_that_would_leave_orphans_is_taken_back(filled_app):
    with filled_app.app_context():
        engine = migration_engine(db.engine.url)
    before = rows(filled_app)
    with pytest.raises(RuntimeError, match="without their parent"):
        _delete_circles(engine)
    assert rows(filled_app) == before


def _delete_circles(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 0
        connection.exec_driver_sql("DELETE FROM circle")


def test_a_batch_change_of_a_parent_keeps_its_children(filled_app):
    """What makes SQLite's own engine for migrations needed: a batch change drops the old table."""
    with filled_app.app_context():
        engine = migration_engine(db.engine.url) if db.engine.dialect.name == "sqlite" else db.engine
    before = rows(filled_app)
    with engine.begin() as connection:
        operations = Operations(MigrationContext.configure(connection))
        with operations.batch_alter_table("circle", recreate="auto") as batch:
            batch.alter_column("name", type_=sa.String(90), existing_type=sa.String(80))
    assert rows(filled_app) == before


@pytest.mark.parametrize("path", STEPS, ids=lambda path: path.stem)
def test_a_migration_is_numbered_follows_the_one_before_and_imports_nothing_of_ours(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    given = {
        node.targets[0].id: ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }
    number = STEPS.index(path) + 1
    assert path.name.startswith(f"{number:04}_")
    assert (given["revision"], given["down_revision"]) == (
        f"{number:04}",
        None if number == 1 else f"{number - 1:04}",
    )
    imported = {
        name.partition(".")[0]
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert imported <= {"sqlalchemy", "alembic", "__future__"}
    assert ast.get_docstring(tree)
