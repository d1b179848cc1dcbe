"""The libraries this app is wired from, made once and bound to the app in `create_app`."""

from __future__ import annotations

from inspect import iscoroutinefunction
from pathlib import Path
from typing import Literal

import sqlalchemy as sa
from flask import Flask
from flask.sansio.app import App
from flask_alembic import Alembic
from flask_babel import Babel
from flask_login import LoginManager
from flask_sqlalchemy_lite import SQLAlchemy
from flask_wtf.csrf import CSRFProtect

from circles.database import Model, UnitOfWork, UtcDateTime, prepare_engine


def render_item(kind: str, item: object, _context: object) -> str | Literal[False]:
    """How a migration writes our own column types: by what they are in the database."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UtcDateTime) else False


class Migrations(Alembic):
    """Alembic with numbered revisions, and on SQLite an engine of its own without foreign keys.

    With foreign keys on, a batch change of a parent table silently deletes its children.
    """

    def init_app(self, app: Flask) -> None:
        """Registers `flask db …` on the app."""
        app.config["ALEMBIC_CONTEXT"]["render_item"] = render_item
        super().init_app(app)

    def rev_id(self) -> str:
        """The next number, four digits."""
        folder = Path(self.script_directory.dir)
        numbers = [int(path.name[:4]) for path in folder.glob("[0-9][0-9][0-9][0-9]_*.py")]
        return f"{max(numbers, default=0) + 1:04}"

    def _prepare_targets(self) -> tuple[dict[str, sa.Engine], dict[str, sa.MetaData | list[sa.MetaData]]]:
        engines, metadatas = super()._prepare_targets()
        engine = engines["default"]
        if engine.dialect.name == "sqlite" and not engine.get_execution_options().get("migrates"):
            engines = self._get_cache().engines = {"default": migration_engine(engine.url)}
        return engines, metadatas


def migration_engine(url: sa.URL) -> sa.Engine:
    """A SQLite engine for changing the schema: whole in one transaction, foreign keys checked before it commits."""
    engine = sa.create_engine(url, poolclass=sa.NullPool).execution_options(migrates=True, begin="IMMEDIATE")
    prepare_engine(engine, foreign_keys=False)

    @sa.event.listens_for(engine, "commit")
    def check_foreign_keys(connection: sa.Connection) -> None:
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise RuntimeError(f"The migration leaves {len(broken)} rows without their parent: {broken[:3]}")

    return engine


class Database(SQLAlchemy):
    """Engines and sessions; without the teardown for async sessions, which starts an event loop after each request."""

    def init_app(self, app: App) -> None:
        """Binds engines and sessions to the app."""
        super().init_app(app)
        app.teardown_appcontext_funcs = [
            function for function in app.teardown_appcontext_funcs if not iscoroutinefunction(function)
        ]


db = Database(session_options={"class_": UnitOfWork, "expire_on_commit": False})
migrations = Migrations(run_mkdir=False, metadatas=Model.metadata)
login = LoginManager()
csrf = CSRFProtect()
babel = Babel()
