"""The base of all models, instants that keep their zone, and what SQLite and PostgreSQL need to behave alike."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any, ClassVar

import sqlalchemy as sa
from flask import has_request_context, request
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.pool import ConnectionPoolEntry

from circles.ids import new_public_id

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
SQLITE_BUSY_MS = 15_000


class UtcDateTime(sa.types.TypeDecorator[datetime]):
    """An instant: aware going in, aware UTC coming out. Raises ValueError on a naive datetime."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"An instant needs a zone, got {value!r}.")
        return value.astimezone(UTC).replace(tzinfo=UTC if dialect.name == "postgresql" else None)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Model(DeclarativeBase):
    """Every table: constraints have predictable names, so that migrations can name them on both databases."""

    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: UtcDateTime()}

    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-10)


class HasPublicId:
    """A row that has an address of its own: short, random, never the primary key."""

    public_id: Mapped[str] = mapped_column(sa.String(10), unique=True, default=new_public_id, sort_order=-9)


def closed_set(name: str, column: str, values: tuple[str, ...]) -> sa.CheckConstraint:
    """A column that takes only these words, refused by the schema itself on both databases."""
    listed = ", ".join(f"'{value}'" for value in values)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=name)


def fingerprint(token: str) -> str:
    """What is stored of a secret: hex SHA-256. Enough for random tokens, too weak for passwords."""
    return hashlib.sha256(token.encode()).hexdigest()


class UnitOfWork(Session):
    """The session of a request, a command or a tick.

    Whoever may write begins IMMEDIATE on SQLite: a deferred transaction that reads first and writes later fails at
    once with "database is locked", WAL or not. Safe requests begin DEFERRED and refuse to flush changes.
    """

    def get_bind(self, *args: Any, **kwargs: Any) -> Any:
        bind = super().get_bind(*args, **kwargs)
        if not isinstance(bind, sa.Engine) or not self.may_write:
            return bind
        # One engine object per session: the session keeps a connection for each bind that it sees.
        writing = self.info.setdefault("writing", {})
        if bind not in writing:
            writing[bind] = bind.execution_options(begin="IMMEDIATE")
        return writing[bind]

    def close(self) -> None:
        """Ends what only read by a commit: at a rollback psycopg drops the statements it prepared, and plans anew."""
        if self.in_transaction() and "writing" not in self.info:
            self.expunge_all()
            self.commit()
        super().close()

    @property
    def may_write(self) -> bool:
        """False during a GET, unless this session was opened for one of its named exceptions."""
        if self.info.get("aside"):
            return True
        return not (has_request_context() and request.method in SAFE_METHODS)


@sa.event.listens_for(UnitOfWork, "before_flush")
def refuse_writes_in_a_get(session: UnitOfWork, _context: object, _instances: object) -> None:
    """Raises RuntimeError when a GET is about to change something: link scanners and prefetchers send GETs."""
    if not session.may_write and (session.new or session.dirty or session.deleted):
        raise RuntimeError(f"GET {request.path} tried to write.")


def prepare_engine(engine: sa.Engine, *, foreign_keys: bool = True) -> None:
    """Gives a SQLite engine WAL, foreign keys and transactions that begin as the work asks.

    On PostgreSQL errors leave out the row that was refused, for they may be logged; and small queries are planned once
    and not compiled, which takes longer than they do.
    """
    if engine.dialect.name != "sqlite":
        sa.event.listen(engine, "handle_error", _leave_out_the_row)
        sa.event.listen(engine, "connect", _suit_small_queries)
        return

    def on_connect(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # we emit BEGIN ourselves, see _begin_on_sqlite
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={SQLITE_BUSY_MS}")
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=NORMAL")
        cursor.execute(f"PRAGMA foreign_keys={'ON' if foreign_keys else 'OFF'}")
        cursor.execute("PRAGMA secure_delete=ON")
        cursor.close()

    sa.event.listen(engine, "connect", on_connect)
    sa.event.listen(engine, "begin", _begin_on_sqlite)


def _leave_out_the_row(context: sa.ExceptionContext) -> None:
    for error in (context.original_exception, context.sqlalchemy_exception):
        if error is not None and error.args:
            error.args = (str(error.args[0]).partition("\nDETAIL:")[0], *error.args[1:])


def _suit_small_queries(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    connection.autocommit = True  # or a rollback would take the settings back
    cursor = connection.cursor()
    cursor.execute("SET jit = off")
    cursor.execute("SET plan_cache_mode = force_generic_plan")
    cursor.close()
    connection.autocommit = False


def _begin_on_sqlite(connection: sa.Connection) -> None:
    mode = connection.get_execution_options().get("begin", "DEFERRED")
    connection.exec_driver_sql(f"BEGIN {mode}")


def empty_journal(engine: sa.Engine, *, wait_ms: int = 2_000) -> bool:
    """Empties SQLite's write-ahead log, where pages stay readable as they were before they changed.

    What is deleted is gone for good only then. False while others read from it; the next call makes up for that.
    Always True on other databases.
    """
    if engine.dialect.name != "sqlite":
        return True
    connection = engine.raw_connection()  # outside any transaction, within one it cannot
    try:
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={wait_ms}")
        busy, _pages, _moved = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        cursor.execute(f"PRAGMA busy_timeout={SQLITE_BUSY_MS}")
        cursor.close()
    finally:
        connection.close()
    return not busy


class EditedMeanwhile(Exception):
    """Somebody else changed the same thing since the form was opened; `current` is what stands now."""

    def __init__(self, current: object) -> None:
        super().__init__("Edited by somebody else meanwhile.")
        self.current = current


def lock(row: Model) -> None:
    """Reads a row anew and holds it until the transaction ends: on PostgreSQL the row, on SQLite the whole database.

    Pending changes are flushed first; `Session.refresh` would drop them.
    """
    session = sa.orm.object_session(row)
    if session is None:
        raise ValueError("A row is locked within a session.")
    model = type(row)
    session.scalars(
        sa.select(model)
        .where(model.id == row.id)
        .with_for_update(of=model)
        .execution_options(populate_existing=True)
    ).one()
