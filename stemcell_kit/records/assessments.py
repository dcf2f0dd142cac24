"""What a laboratory says of itself: answers with their history, evidence, what was written."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from stemcell_kit.records.database import writing
from stemcell_kit.records.entries import Answer, Change, Declaration, Evidence, Report, plain
from stemcell_kit.records.open_database import OpenDatabase, insert_or, now
from stemcell_kit.records.person import person
from stemcell_kit.records.tables import (
    AnswerRow,
    ChangeRow,
    DeclarationRow,
    EvidenceRow,
    ReportRow,
)

__all__ = ["AssessmentRecords"]


class AssessmentRecords(OpenDatabase):
    """The self-assessments of one database."""

    def answers(self, assessment: str) -> dict[str, Answer]:
        """Return the current answers of an assessment by full requirement id."""
        found = select(AnswerRow).where(AnswerRow.assessment == assessment)
        return {row.requirement: plain(row, Answer) for row in self.rows(found)}

    def answer(self, assessment: str, requirement: str) -> Answer:
        """Return one current answer; an empty one of version 0 while nothing was said."""
        found = select(AnswerRow).where(_is_answer(AnswerRow, assessment, requirement))
        rows = self.rows(found)
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
                changed_at=now(),
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
        return tuple(plain(row, Change) for row in self.rows(found))

    def answers_at(self, assessment: str, moment: datetime) -> dict[str, Answer]:
        """Return the answers of an assessment as they stood at a moment, from their history."""
        found: dict[str, dict[str, Any]] = {}
        for change in self.history(assessment):
            if change.changed_at <= moment:
                said = found.setdefault(change.requirement, {})
                said.update(change.after)
                said.update(
                    version=change.version,
                    answered_at=change.changed_at,
                    answered_by=change.changed_by,
                )
        return {name: Answer(assessment, name, **said) for name, said in found.items()}

    def evidence(
        self, assessment: str, requirement: str | None = None, *, withdrawn: bool = False
    ) -> tuple[Evidence, ...]:
        """Return the evidence of one answer or of a whole assessment, oldest first."""
        found = select(EvidenceRow).where(EvidenceRow.assessment == assessment)
        if requirement is not None:
            found = found.where(EvidenceRow.requirement == requirement)
        if not withdrawn:
            found = found.where(EvidenceRow.withdrawn_at.is_(None))
        return tuple(plain(row, Evidence) for row in self.rows(found.order_by(EvidenceRow.id)))

    def save_evidence(
        self,
        assessment: str,
        requirement: str,
        *,
        kind: str,
        reference: str,
        sha256: str = "",
        result: Mapping[str, Any] | None = None,
    ) -> None:
        """Add something that an answer rests on."""
        self.add(
            EvidenceRow,
            assessment=assessment,
            requirement=requirement,
            kind=kind,
            reference=reference,
            sha256=sha256,
            result=dict(result or {}),
            added_at=now(),
            added_by=person(),
        )

    def withdraw_evidence(self, number: int) -> None:
        """Say that some evidence no longer counts; it stays readable."""
        place = (EvidenceRow.id == number) & EvidenceRow.withdrawn_at.is_(None)
        with writing(self.engine) as connection:
            connection.execute(
                update(EvidenceRow).where(place).values(withdrawn_at=now(), withdrawn_by=person())
            )

    def reports(self, assessment: str) -> tuple[Report, ...]:
        """Return every report that was written about an assessment, oldest first."""
        found = select(ReportRow).where(ReportRow.assessment == assessment).order_by(ReportRow.id)
        return tuple(plain(row, Report) for row in self.rows(found))

    def save_report(self, **fields: Any) -> None:
        """Note that a report was written; the fields are those of :class:`Report`."""
        self.add(ReportRow, **fields, written_at=now(), written_by=person())

    def declarations(self) -> tuple[Declaration, ...]:
        """Return every declaration that was written, oldest first."""
        found = select(DeclarationRow).order_by(DeclarationRow.id)
        return tuple(plain(row, Declaration) for row in self.rows(found))

    def save_declaration(self, **fields: Any) -> None:
        """Note that a declaration was written; the fields are those of :class:`Declaration`."""
        self.add(DeclarationRow, **fields, written_at=now(), written_by=person())


# --- one answer and its history ------------------------------------------------------------


def _locked(connection: Connection, assessment: str, requirement: str) -> Answer:
    """Return the current answer, which nobody else can change until the transaction ends."""
    first = insert_or(connection, AnswerRow).values(
        assessment=assessment, requirement=requirement, answered_at=now(), version=0
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
