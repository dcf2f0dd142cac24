"""Opening the records: which database, in which form, and what to say when it cannot be used."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.pool import NullPool

from stemcell_kit.errors import BadInput, KitError

__all__ = ["HEAD", "RecordsUnavailable", "explained", "open_engine", "upgrade", "writing"]

# The newest form of the records: the last file in migrations/versions.
HEAD = "0004"
BUSY_TIMEOUT_MS = 30_000
# any fixed number: PostgreSQL's name of the lock under which one process upgrades
_UPGRADE_LOCK = 246_032_022
_URL_FORMS = (
    "expected sqlite:////folder/records.sqlite or postgresql+psycopg://user@server/name "
    "(the second needs the extra stemcell-kit[class])"
)


class RecordsUnavailable(KitError):
    """The records database cannot be opened, read or written."""


def open_engine(url: str) -> Engine:
    """Return the engine of a records URL.

    Raises
    ------
    BadInput
        The URL is none, or of a database that the kit does not use.
    """
    try:
        kind = make_url(url).get_backend_name()
        if kind == "sqlite":
            # a connection per piece of work: no file stays open, and forked kernels share none
            engine = create_engine(url, poolclass=NullPool)
            event.listen(engine, "connect", _prepare_sqlite)
            event.listen(engine, "begin", _begin_sqlite)
            return engine
        if kind == "postgresql":
            return create_engine(url, pool_pre_ping=True)
    except (ArgumentError, NoSuchModuleError, ImportError) as error:
        raise BadInput(f"STEMCELL_KIT_DATABASE cannot be used ({error}); {_URL_FORMS}") from None
    raise BadInput(f"STEMCELL_KIT_DATABASE names a {kind} database; {_URL_FORMS}")


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Give a transaction that may read and then write, without another writer in between."""
    with explained(engine), engine.execution_options(writes=True).begin() as connection:
        yield connection


@contextmanager
def explained(engine: Engine) -> Iterator[None]:
    """Turn an error of the database into one that says where and what to do."""
    try:
        yield
    except DBAPIError as error:
        where = engine.url.render_as_string(hide_password=True)
        raise RecordsUnavailable(
            f"the records at {where} cannot be used ({error.orig}). Check that the place exists "
            "and may be written, or name another one in STEMCELL_KIT_DATABASE."
        ) from error


def upgrade(engine: Engine) -> None:
    """Make the tables, or bring older ones into the form of this kit.

    Raises
    ------
    RecordsUnavailable
        A newer kit made them, or they cannot be reached.
    """
    with explained(engine), engine.connect() as connection:
        if _form(connection) == HEAD:
            return
    with writing(engine) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_UPGRADE_LOCK})"))
        # another process may have been faster
        form = _form(connection)
        if form != HEAD:
            _migrate(connection, form)


def _form(connection: Connection) -> str:
    """Return the form of the records; empty where there are none yet."""
    tables = set(inspect(connection).get_table_names())
    if "alembic_version" in tables:
        return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar())
    # the first form was made before forms had names
    return "0001" if "settings" in tables else ""


def _migrate(connection: Connection, form: str) -> None:
    # slow to import, and needed only when the form is not the newest
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    settings = Config()
    settings.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    settings.attributes["connection"] = connection
    known = [script.revision for script in ScriptDirectory.from_config(settings).walk_revisions()]
    if form and form not in known:
        raise RecordsUnavailable(
            f"these records have form {form}; this kit knows form {HEAD} and older. "
            "Update the kit; the records were not touched."
        )
    if form and not inspect(connection).has_table("alembic_version"):
        command.stamp(settings, form)
    command.upgrade(settings, HEAD)


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # transactions begin where the kit says so, see _begin_sqlite
    connection.isolation_level = None
    # the timeout first: switching to WAL already needs the lock
    for pragma in (
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "journal_mode=WAL",
        "foreign_keys=ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    # a transaction that reads first and writes later would fail when another wrote in between
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
