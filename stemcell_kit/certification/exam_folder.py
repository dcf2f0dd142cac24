"""The folder of an exam: a course of its own, outside the open one, that holds secret, forms and log."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stemcell_kit.certification.audit_log import AuditLog
from stemcell_kit.certification.blueprint import Blueprint, read_blueprint
from stemcell_kit.certification.forms import Form, Sitting, draw, yardstick
from stemcell_kit.certification.roster import Candidate, read_roster, roster_text
from stemcell_kit.certification.seals import PRACTICE, Secret, new_secret, read_secret
from stemcell_kit.errors import BadInput
from stemcell_kit.paths import content_dir, course_dir

__all__ = ["PRACTICE_PREFIX", "Exam", "new_exam", "open_exam"]

FORMAT, VERSION = "stemcell-kit-exam", 1
PRACTICE_PREFIX = "practice-"


@dataclass(frozen=True)
class Exam:
    """An exam that was opened. A practice exam has no secret of its own, and decides nothing."""

    folder: Path
    id: str
    practice: bool
    blueprint: Blueprint
    secret: Secret
    roster: dict[str, Candidate]

    @property
    def log(self) -> AuditLog:
        """The audit log."""
        return AuditLog(self.folder / "log.jsonl")

    def place(self, step: str, sitting: Sitting) -> Path:
        """Return the folder of one sitting in a step, e.g. ``release/C-0042-1``."""
        return self.folder / step / sitting.name

    def handed_in(self, sitting: Sitting) -> Path:
        """Return where a submission is put, as nbgrader does it."""
        return self.folder / "submitted" / sitting.candidate / sitting.name

    def form(self, sitting: Sitting) -> Form:
        """Make the form of a sitting, again if need be: it is always the same one."""
        return draw(self.blueprint, sitting, self.secret)

    def candidate(self, code: str) -> Candidate:
        """Return a candidate by code."""
        if code not in self.roster:
            known = ", ".join(sorted(self.roster)[:5])
            raise BadInput(f"no candidate {code!r} in the roster of {self.id}; it has {known} ...")
        return self.roster[code]

    def logged(self, event: str, sitting: Sitting) -> list[dict[str, Any]]:
        """Return the log's entries of one kind about one sitting, in order."""
        return [
            entry
            for entry in self.log.of(event, sitting.candidate)
            if entry["details"]["attempt"] == sitting.attempt
        ]

    def sittings(self) -> dict[str, Sitting]:
        """Return the last sitting of everybody who has got a form, by candidate."""
        return {sitting.candidate: sitting for sitting in self.released()}

    def released(self) -> list[Sitting]:
        """Return every sitting that a form was released for, in the order of the log."""
        return [
            Sitting(self.id, entry["candidate"], entry["details"]["attempt"])
            for entry in self.log.of("released")
        ]


def new_exam(
    blueprint: Path, folder: Path, roster: Path | None = None, *, practice: bool = False
) -> Exam:
    """Make the folder of an exam: blueprint, roster, secret, nbgrader's configuration, log.

    Raises
    ------
    BadInput
        The folder exists already, or lies in the open course or in a repository.
    ContentError
        Blueprint or roster are wrong; all mistakes are told.
    """
    target = folder.resolve()
    _check_place(target, practice)
    plan = read_blueprint(blueprint)
    people = read_roster(roster) if roster else {}
    shared = yardstick(plan)
    _lay_out(target, blueprint, people)
    name = PRACTICE_PREFIX + plan.id if practice else plan.id
    head = {"format": FORMAT, "version": VERSION, "exam": name, "practice": practice}
    head |= {"blueprint_sha256": plan.sha256, "expected_share": round(shared.expected, 4)}
    (target / "exam.json").write_text(json.dumps(head, indent=2) + "\n", encoding="utf-8")
    if not practice:
        new_secret(target / "secret.key")
    exam = open_exam(target)
    exam.log.append("made", exam=name, practice=practice, blueprint=plan.sha256, roster=len(people))
    return exam


def _lay_out(target: Path, blueprint: Path, people: dict[str, Candidate]) -> None:
    """Make the folder: a course of nbgrader, readable by its owner only."""
    target.mkdir(parents=True, mode=0o700)
    shutil.copyfile(blueprint, target / "blueprint.toml")
    (target / "roster.csv").write_text(roster_text(people.values()), encoding="utf-8")
    config = content_dir() / "certification" / "nbgrader_config.txt"
    shutil.copyfile(config, target / "nbgrader_config.py")
    for step in ("source", "release", "submitted"):
        (target / step).mkdir()


def open_exam(folder: Path) -> Exam:
    """Open the folder of an exam.

    Raises
    ------
    BadInput
        It is none, its blueprint was changed since it was made, or its secret is missing.
    """
    head = _head(folder)
    blueprint = read_blueprint(folder / "blueprint.toml")
    if blueprint.sha256 != head["blueprint_sha256"]:
        raise BadInput(
            f"{folder / 'blueprint.toml'} was changed since the exam was made; forms and decisions "
            "rest on the one it was made with. Put that one back, or make a new exam."
        )
    practice = head["exam"].startswith(PRACTICE_PREFIX)
    if practice is not head["practice"]:
        raise BadInput(f"{folder / 'exam.json'} contradicts itself about practice; it was changed")
    secret = PRACTICE if practice else read_secret(folder / "secret.key")
    roster = read_roster(folder / "roster.csv")
    return Exam(folder.resolve(), head["exam"], practice, blueprint, secret, roster)


def _head(folder: Path) -> dict[str, Any]:
    try:
        head: dict[str, Any] = json.loads((folder / "exam.json").read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError) as error:
        raise BadInput(
            f"{folder} is no folder of an exam ({error}); make one with: stemcell-kit exam new"
        ) from error
    if head.get("format") != FORMAT or head.get("version") != VERSION:
        raise BadInput(
            f"{folder / 'exam.json'} is of the form {head.get('format')} {head.get('version')}; "
            f"this kit reads {FORMAT} {VERSION}"
        )
    return head


def _check_place(target: Path, practice: bool) -> None:
    if target.exists():
        raise BadInput(f"{target} exists already; name a folder that does not")
    package = Path(__file__).resolve().parents[2]
    for home in (course_dir(), package):
        if target.is_relative_to(home):
            raise BadInput(
                f"{target} lies in {home}, which is open to everybody; an exam lives elsewhere. "
                "Name a folder outside of it."
            )
    inside = next((one for one in target.parents if os.path.lexists(one / ".git")), None)
    if inside and not practice:
        raise BadInput(f"{target} lies in the repository {inside}; an exam must not be published")
