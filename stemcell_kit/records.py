"""What the kit remembers: self-assessment answers, predictions, grades and settings.

One database: a SQLite file in the user's data folder, or the one whose URL is in
``STEMCELL_KIT_DATABASE``. Each write is one statement of its own, so several writers lose nothing.
"""

from __future__ import annotations

import getpass
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

from sqlalchemy import JSON, DateTime, Engine, String, create_engine, event, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.pool import NullPool
from sqlalchemy.schema import CreateIndex, CreateTable
from sqlalchemy.types import TypeDecorator

from stemcell_kit.errors import BadInput, KitError
from stemcell_kit.paths import data_dir

__all__ = ["Answer", "Grade", "Records", "RecordsUnavailable", "person", "records"]

SCHEMA_VERSION = 1
BUSY_TIMEOUT_MS = 10_000


class RecordsUnavailable(KitError):
    """The records database cannot be opened, read or written."""


@dataclass(frozen=True)
class Answer:
    """The current self-assessment answer to one requirement.

    ``score`` is 0 to 3, or None while only a note, an owner or a date was written.
    ``answered_at`` is in UTC.
    """

    assessment: str
    requirement: str
    score: int | None = None
    not_applicable: bool = False
    reason: str = ""
    evidence: str = ""
    owner: str = ""
    due: str = ""
    note: str = ""
    answered_at: datetime | None = None
    answered_by: str = ""


@dataclass(frozen=True)
class Grade:
    """The outcome of one grading of an exercise; ``questions`` maps grade id to its details."""

    exercise: str
    learner: str
    points: float
    max_points: float
    questions: Mapping[str, Any]
    graded_at: datetime


def records() -> Records:
    """Return the records database of this user, opened once per address."""
    default = data_dir() / "records.sqlite"
    return _opened(os.environ.get("STEMCELL_KIT_DATABASE") or f"sqlite:///{default.as_posix()}")


def person() -> str:
    """Return who sits at this machine: the hub's user name, else the login name."""
    return os.environ.get("JUPYTERHUB_USER") or getpass.getuser()


class Records:
    """A records database at one address (SQLite or PostgreSQL)."""

    def __init__(self, url: str) -> None:
        self._engine = _engine(url)
        with _explained(self._engine):
            _create_tables(self._engine)
            self._check_version()

    def answers(self, assessment: str) -> dict[str, Answer]:
        """Return the current answers of an assessment by full requirement id."""
        found = select(_AnswerRow).where(_AnswerRow.assessment == assessment)
        return {row.requirement: _plain(row, Answer) for row in self._all(found)}

    def save_answer(self, assessment: str, requirement: str, **fields: Any) -> None:
        """Save the given fields of one answer and leave its other fields as they are.

        The only door for answers: a later history of changes hangs here.
        """
        fields = {"answered_at": _now(), **fields}
        self._upsert(_AnswerRow, {"assessment": assessment, "requirement": requirement}, fields)

    def predictions(self, *, who: str | None = None) -> dict[str, int]:
        """Return the option chosen for each prediction, ``lesson/prediction`` to index."""
        found = select(_PredictionRow).where(_PredictionRow.person == (who or person()))
        return {row.prediction: row.option for row in self._all(found)}

    def save_prediction(self, prediction: str, option: int, *, who: str | None = None) -> None:
        """Save the option chosen for a prediction; the last commitment stands."""
        key = {"person": who or person(), "prediction": prediction}
        self._upsert(_PredictionRow, key, {"option": option, "answered_at": _now()})

    def grades(self, *, learner: str) -> tuple[Grade, ...]:
        """Return every grading of a learner's exercises, oldest first."""
        found = select(_GradeRow).where(_GradeRow.learner == learner).order_by(_GradeRow.id)
        return tuple(_plain(row, Grade) for row in self._all(found))

    def save_grade(
        self,
        exercise: str,
        *,
        learner: str,
        points: float,
        max_points: float,
        questions: Mapping[str, Any],
    ) -> None:
        """Add one grading of an exercise; earlier ones stay."""
        row = _GradeRow(
            exercise=exercise,
            learner=learner,
            points=points,
            max_points=max_points,
            questions=dict(questions),
            graded_at=_now(),
        )
        with (
            _explained(self._engine),
            Session(self._engine) as session,
            session.begin(),
        ):
            session.add(row)

    def setting(self, name: str, default: str = "", *, who: str | None = None) -> str:
        """Return a person's setting, or *default* while it was never set."""
        key = (who or person(), name)
        with _explained(self._engine), Session(self._engine) as session:
            row = session.get(_SettingRow, key)
            return row.value if row else default

    def save_setting(self, name: str, value: str, *, who: str | None = None) -> None:
        """Save a person's setting."""
        self._upsert(_SettingRow, {"person": who or person(), "name": name}, {"value": value})

    def _check_version(self) -> None:
        with Session(self._engine) as session:
            found = session.get(_SettingRow, _VERSION_KEY)
        if found is None:
            key = dict(zip(("person", "name"), _VERSION_KEY, strict=True))
            self._upsert(_SettingRow, key, {"value": str(SCHEMA_VERSION)})
        elif int(found.value) > SCHEMA_VERSION:
            raise RecordsUnavailable(
                f"these records have form {found.value}; this kit knows form {SCHEMA_VERSION} and "
                "older. Update the kit; the records were not touched."
            )

    def _all(self, query: Any) -> list[Any]:
        with _explained(self._engine), Session(self._engine) as session:
            return list(session.scalars(query))

    def _upsert(self, table: Any, key: Mapping[str, Any], fields: Mapping[str, Any]) -> None:
        dialect: Any = {"sqlite": sqlite, "postgresql": postgresql}[self._engine.dialect.name]
        statement = dialect.insert(table).values(**key, **fields)
        # one statement, no read before it: a second writer waits instead of overwriting
        statement = statement.on_conflict_do_update(index_elements=list(key), set_=dict(fields))
        with _explained(self._engine), self._engine.begin() as connection:
            connection.execute(statement)


# --- tables --------------------------------------------------------------------------------


class _Utc(TypeDecorator[datetime]):
    """A moment in UTC; SQLite forgets the zone, so it is put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class _Table(DeclarativeBase):
    pass


class _AnswerRow(_Table):
    __tablename__ = "answers"

    assessment: Mapped[str] = mapped_column(String(200), primary_key=True)
    requirement: Mapped[str] = mapped_column(String(200), primary_key=True)
    score: Mapped[int | None] = mapped_column(default=None)
    not_applicable: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str] = mapped_column(default="")
    evidence: Mapped[str] = mapped_column(default="")
    owner: Mapped[str] = mapped_column(default="")
    due: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
    answered_at: Mapped[datetime] = mapped_column(_Utc)
    answered_by: Mapped[str] = mapped_column(default="")


class _PredictionRow(_Table):
    __tablename__ = "predictions"

    person: Mapped[str] = mapped_column(String(200), primary_key=True)
    prediction: Mapped[str] = mapped_column(String(200), primary_key=True)
    option: Mapped[int]
    answered_at: Mapped[datetime] = mapped_column(_Utc)


class _GradeRow(_Table):
    __tablename__ = "grades"

    id: Mapped[int] = mapped_column(primary_key=True)
    exercise: Mapped[str] = mapped_column(String(200), index=True)
    learner: Mapped[str] = mapped_column(String(200), index=True)
    points: Mapped[float]
    max_points: Mapped[float]
    questions: Mapped[dict[str, Any]] = mapped_column(JSON)
    graded_at: Mapped[datetime] = mapped_column(_Utc)


class _SettingRow(_Table):
    __tablename__ = "settings"

    person: Mapped[str] = mapped_column(String(200), primary_key=True)
    name: Mapped[str] = mapped_column(String(200), primary_key=True)
    value: Mapped[str]


# the database describes itself under a name that no login can have
_VERSION_KEY = ("(kit)", "schema_version")


# --- opening -------------------------------------------------------------------------------


@cache
def _opened(url: str) -> Records:
    return Records(url)


def _engine(url: str) -> Engine:
    try:
        kind = make_url(url).get_backend_name()
        if kind == "sqlite":
            # a connection per piece of work: no file stays open, and forked kernels share none
            engine = create_engine(url, poolclass=NullPool)
            event.listen(engine, "connect", _prepare_sqlite)
            return engine
        if kind == "postgresql":
            return create_engine(url, pool_pre_ping=True)
    except (ArgumentError, NoSuchModuleError, ImportError) as error:
        raise BadInput(f"STEMCELL_KIT_DATABASE cannot be used ({error}); {_URL_FORMS}") from None
    raise BadInput(f"STEMCELL_KIT_DATABASE names a {kind} database; {_URL_FORMS}")


_URL_FORMS = (
    "expected sqlite:////folder/records.sqlite or postgresql+psycopg://user@server/name "
    "(the second needs the extra stemcell-kit[class])"
)


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # the timeout first: switching to WAL already needs the lock
    for pragma in (
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "journal_mode=WAL",
        "foreign_keys=ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _create_tables(engine: Engine) -> None:
    with engine.begin() as connection:
        for table in _Table.metadata.sorted_tables:
            connection.execute(CreateTable(table, if_not_exists=True))
            for index in table.indexes:
                connection.execute(CreateIndex(index, if_not_exists=True))


@contextmanager
def _explained(engine: Engine) -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        where = engine.url.render_as_string(hide_password=True)
        raise RecordsUnavailable(
            f"the records at {where} cannot be used ({error.orig}). Check that the place exists "
            "and may be written, or name another one in STEMCELL_KIT_DATABASE."
        ) from error


def _now() -> datetime:
    return datetime.now(UTC)


def _plain(row: Any, kind: type[Any]) -> Any:
    return kind(**{name: getattr(row, name) for name in kind.__dataclass_fields__})
