"""The records of one database: read and written by the other rooms through this class alone."""

from __future__ import annotations

import getpass
import os
import weakref
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from stemcell_kit.paths import data_dir
from stemcell_kit.records.database import explained, open_engine, upgrade, writing
from stemcell_kit.records.entries import Answer, Change, Grade, plain
from stemcell_kit.records.tables import AnswerRow, ChangeRow, GradeRow, PredictionRow, SettingRow

__all__ = ["Records", "person", "records"]


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
        self.engine = open_engine(url)
        # a server's connections are given back when nobody holds these records any more
        weakref.finalize(self, self.engine.dispose)
        upgrade(self.engine)

    def answers(self, assessment: str) -> dict[str, Answer]:
        """Return the current answers of an assessment by full requirement id."""
        found = select(AnswerRow).where(AnswerRow.assessment == assessment)
        return {row.requirement: plain(row, Answer) for row in self._all(found)}

    def answer(self, assessment: str, requirement: str) -> Answer:
        """Return one current answer; an empty one of version 0 while nothing was said."""
        found = select(AnswerRow).where(_is_answer(AnswerRow, assessment, requirement))
        rows = self._all(found)
        return plain(rows[0], Answer) if rows else Answer(assessment, requirement)

    def save_answer(
        self,
        assessment: str,
        requirement: str,
        *,
        by: str | None = None,
        seen: int | None = None,
        **fields: Any,
    ) -> Change | None:
        """Save the given fields of one answer and leave its other fields as they are.

        Parameters
        ----------
        by
            Who says so; the person at this machine if it is not given.
        seen
            The version of the answer that the writer looked at, to notice a conflict.
        fields
            Fields of :class:`Answer`, e.g. ``score=2, evidence="SOP-12"``.

        Returns
        -------
        What changed; None if the answer said the same before.
        """
        who = by or person()
        with writing(self.engine) as connection:
            before = _locked(connection, assessment, requirement)
            changed = {name: v for name, v in fields.items() if getattr(before, name) != v}
            if not changed:
                connection.rollback()
                return None
            change = Change(
                assessment,
                requirement,
                version=before.version + 1,
                changed_at=_now(),
                changed_by=who,
                before={name: getattr(before, name) for name in changed},
                after=changed,
                conflict=_in_conflict(connection, before, seen, who, changed),
            )
            _write(connection, change)
        return change

    def history(self, assessment: str, requirement: str | None = None) -> tuple[Change, ...]:
        """Return every change of one answer, or of a whole assessment, oldest first."""
        found = select(ChangeRow).where(ChangeRow.assessment == assessment).order_by(ChangeRow.id)
        if requirement is not None:
            found = found.where(ChangeRow.requirement == requirement)
        return tuple(plain(row, Change) for row in self._all(found))

    def predictions(self, *, who: str | None = None) -> dict[str, int]:
        """Return the option chosen for each prediction, ``lesson/prediction`` to index."""
        found = select(PredictionRow).where(PredictionRow.person == (who or person()))
        return {row.prediction: row.option for row in self._all(found)}

    def save_prediction(self, prediction: str, option: int, *, who: str | None = None) -> None:
        """Save the option chosen for a prediction; the last commitment stands."""
        key = {"person": who or person(), "prediction": prediction}
        self._upsert(PredictionRow, key, {"option": option, "answered_at": _now()})

    def grades(self, *, learner: str) -> tuple[Grade, ...]:
        """Return every grading of a learner's exercises, oldest first."""
        found = select(GradeRow).where(GradeRow.learner == learner).order_by(GradeRow.id)
        return tuple(plain(row, Grade) for row in self._all(found))

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
        values = {
            "exercise": exercise,
            "learner": learner,
            "points": points,
            "max_points": max_points,
            "questions": dict(questions),
            "graded_at": _now(),
        }
        with writing(self.engine) as connection:
            connection.execute(insert(GradeRow).values(**values))

    def setting(self, name: str, default: str = "", *, who: str | None = None) -> str:
        """Return a person's setting, or *default* while it was never set."""
        key = (who or person(), name)
        with explained(self.engine), Session(self.engine) as session:
            row = session.get(SettingRow, key)
            return row.value if row else default

    def save_setting(self, name: str, value: str, *, who: str | None = None) -> None:
        """Save a person's setting."""
        self._upsert(SettingRow, {"person": who or person(), "name": name}, {"value": value})

    def _all(self, query: Any) -> list[Any]:
        with explained(self.engine), Session(self.engine) as session:
            return list(session.scalars(query))

    def _upsert(self, table: Any, key: Mapping[str, Any], fields: Mapping[str, Any]) -> None:
        with writing(self.engine) as connection:
            statement = _insert(connection, table).values(**key, **fields)
            connection.execute(
                statement.on_conflict_do_update(index_elements=list(key), set_=dict(fields))
            )


# --- one answer and its history ------------------------------------------------------------


def _locked(connection: Connection, assessment: str, requirement: str) -> Answer:
    """Return the current answer, which nobody else can change until the transaction ends."""
    first = _insert(connection, AnswerRow).values(
        assessment=assessment, requirement=requirement, answered_at=_now(), version=0
    )
    # a row to lock: of two who say the first word at once, the second waits for the first
    connection.execute(first.on_conflict_do_nothing())
    place = _is_answer(AnswerRow, assessment, requirement)
    found = connection.execute(select(AnswerRow.__table__).where(place).with_for_update())
    return plain(found.one(), Answer)


def _in_conflict(
    connection: Connection,
    current: Answer,
    seen: int | None,
    who: str,
    changed: Mapping[str, Any],
) -> bool:
    """Say whether another person changed one of these fields after the version that was seen."""
    if seen is None or seen >= current.version:
        return False
    place = _is_answer(ChangeRow, current.assessment, current.requirement)
    since = select(ChangeRow.after).where(
        place, ChangeRow.version > seen, ChangeRow.changed_by != who
    )
    return any(changed.keys() & after.keys() for after in connection.scalars(since))


def _write(connection: Connection, change: Change) -> None:
    place = _is_answer(AnswerRow, change.assessment, change.requirement)
    stamp = {
        "version": change.version,
        "answered_at": change.changed_at,
        "answered_by": change.changed_by,
    }
    connection.execute(update(AnswerRow).where(place).values(**change.after, **stamp))
    connection.execute(insert(ChangeRow).values(**vars(change)))


def _is_answer(table: Any, assessment: str, requirement: str) -> Any:
    return (table.assessment == assessment) & (table.requirement == requirement)


def _insert(connection: Connection, table: Any) -> Any:
    dialect: Any = {"sqlite": sqlite, "postgresql": postgresql}[connection.dialect.name]
    return dialect.insert(table)


@cache
def _opened(url: str) -> Records:
    return Records(url)


def _now() -> datetime:
    return datetime.now(UTC)
