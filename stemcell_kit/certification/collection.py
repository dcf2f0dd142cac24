"""Collecting what was handed in: bound to candidate, form and exam, in time, and whole."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from stemcell_kit.certification.binding import answer_sources, answers_digest
from stemcell_kit.certification.difficulty import form_rules
from stemcell_kit.certification.exam_folder import Exam
from stemcell_kit.certification.forms import Sitting
from stemcell_kit.certification.integrity import Refusal, check_integrity, read_notebooks
from stemcell_kit.certification.seals import sha256_of
from stemcell_kit.grading.intake import Intake, take_in
from stemcell_kit.language import say

__all__ = ["Collected", "collect", "due", "notebook_names", "stored_digest"]


@dataclass(frozen=True)
class Collected:
    """What became of one submission: ``reason`` is a code, ``words`` what to tell the candidate.

    ``late_minutes`` counts from the end of the grace minutes; ``notes`` are for the examiner.
    """

    sitting: Sitting
    accepted: bool
    reason: str = ""
    words: str = ""
    late_minutes: int = 0
    notes: tuple[str, ...] = ()


def collect(exam: Exam, *, by: str, received: datetime) -> list[Collected]:
    """Take in what lies in ``submitted/`` and has not been taken in yet, and log each decision.

    Until it is graded, a later hand-in replaces an earlier one.

    Parameters
    ----------
    received
        When it came, with a time zone. Nothing that a candidate writes decides about that.
    """
    found = [_collected(exam, sitting, received, by) for sitting in exam.sittings().values()]
    return [one for one in found if one is not None]


def due(exam: Exam, sitting: Sitting) -> datetime:
    """Return the moment by which a sitting is to be handed in, accommodations included.

    Who has no ``starts_at`` in the roster starts when the window opens.
    """
    person, window = exam.candidate(sitting.candidate), exam.blueprint.window
    extra = timedelta(minutes=person.extra_minutes)
    start = window.opens
    if person.starts_at:
        start = datetime.fromisoformat(person.starts_at).replace(tzinfo=window.opens.tzinfo)
    return min(start + timedelta(minutes=exam.blueprint.minutes), window.closes) + extra


def notebook_names(exam: Exam, sitting: Sitting) -> list[str]:
    """Return the names of the notebooks of a sitting, as they were released."""
    return sorted(path.stem for path in exam.place("source", sitting).glob("*.ipynb"))


def stored_digest(folder: Path) -> str:
    """Return the SHA-256 over the names and contents of all files of a stored submission."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return sha256_of(
        [
            [path.relative_to(folder).as_posix(), hashlib.sha256(path.read_bytes()).hexdigest()]
            for path in files
        ]
    )


def _collected(exam: Exam, sitting: Sitting, received: datetime, by: str) -> Collected | None:
    """Decide about one sitting and log it; None if there is nothing new."""
    if not exam.handed_in(sitting).exists():
        return None
    handed_in = read_notebooks(exam.handed_in(sitting))
    facts: dict[str, Any] = {
        "by": by,
        "attempt": sitting.attempt,
        "submission_sha256": sha256_of(handed_in),
    }
    if _is_known(exam, sitting, facts["submission_sha256"]):
        return None
    try:
        facts |= _accepted(exam, sitting, handed_in, received)
    except Refusal as refusal:
        facts |= {"reason": refusal.reason, "words": str(refusal)}
        exam.log.append("refused", sitting.candidate, **facts)
        return Collected(sitting, False, refusal.reason, str(refusal))
    exam.log.append("collected", sitting.candidate, **facts)
    return Collected(sitting, True, "", "", facts["late_minutes"], tuple(facts["notes"]))


def _accepted(
    exam: Exam, sitting: Sitting, handed_in: dict[str, Any], received: datetime
) -> dict[str, Any]:
    """Check a submission, store it and return what the log says of it."""
    late = _late_minutes(exam, sitting, received)
    changed = check_integrity(exam, sitting, handed_in, late=late)
    notes = list(_notes(exam, sitting, changed, handed_in))
    intake = _take_in(exam, sitting, exam.handed_in(sitting))
    return {
        "stored_sha256": stored_digest(exam.place("collected", sitting)),
        "answers_sha256": answers_digest(handed_in),
        "received": received.isoformat(timespec="seconds"),
        "late_minutes": late,
        "notes": [*notes, *intake.notes, *intake.refused.values()],
    }


def _late_minutes(exam: Exam, sitting: Sitting, received: datetime) -> int:
    """Whole minutes begun after the grace minutes; practice is never late."""
    grace = timedelta(minutes=exam.blueprint.late.grace_minutes)
    over = received - due(exam, sitting) - grace
    return 0 if exam.practice else max(0, -(-over // timedelta(minutes=1)))


def _is_known(exam: Exam, sitting: Sitting, submission: str) -> bool:
    """Whether the last decision about this sitting was about the same files."""
    last = ""
    for entry in exam.log.entries():
        if (
            entry["event"] in ("collected", "refused")
            and entry["candidate"] == sitting.candidate
            and entry["details"]["attempt"] == sitting.attempt
        ):
            last = entry["details"]["submission_sha256"]
    return last == submission


def _take_in(exam: Exam, sitting: Sitting, folder: Path) -> Intake:
    """Store a clean copy of the submission; it is what is graded, now and at an appeal."""
    place = exam.place("collected", sitting)
    fresh = place.with_name(place.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    intake = take_in(folder, fresh, notebooks=notebook_names(exam, sitting))
    if not intake.accepted:
        shutil.rmtree(fresh)
        raise Refusal("unreadable", " ".join(intake.refused.values()))
    shutil.rmtree(place, ignore_errors=True)
    fresh.rename(place)
    return intake


def _notes(
    exam: Exam, sitting: Sitting, changed: tuple[str, ...], handed_in: dict[str, Any]
) -> Iterator[str]:
    """What an examiner should look at; it says what is so, and accuses nobody."""
    if changed:
        yield say("exam.note-restored", cells=", ".join(changed))
    if words := _looked_up(handed_in):
        yield say("exam.note-looked-up", words=", ".join(words))
    digest = answers_digest(handed_in)
    if digest == answers_digest(read_notebooks(exam.place("release", sitting))):
        yield say("exam.note-untouched")
        return
    others = {
        entry["candidate"]
        for entry in exam.log.of("collected")
        if entry["details"]["answers_sha256"] == digest
    } - {sitting.candidate}
    if others:
        yield say("exam.note-same-answers", others=", ".join(sorted(others)))


def _looked_up(handed_in: dict[str, Any]) -> list[str]:
    """The words in answer cells by which a case gives away what is planted in it."""
    answers = "\n".join(answer_sources(handed_in))
    return [word for word in form_rules()["looking_up"]["words"] if word in answers]
