"""One learner's folder in, a clean copy of it out."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from stemcell_kit.errors import BadInput
from stemcell_kit.grading.intake.files import Copies, copy_files
from stemcell_kit.grading.intake.limits import MOST_CANDIDATES
from stemcell_kit.grading.intake.marks import CourseCell
from stemcell_kit.grading.intake.notebook import clean_notebook, grade_ids, present_format
from stemcell_kit.grading.intake.notes import Notes, Refused, listed, shown
from stemcell_kit.grading.intake.reading import read_data, read_file
from stemcell_kit.grading.intake.safe_folder import SafeFolder, Unfit

__all__ = ["Intake", "take_in"]

Cells = Mapping[str, Collection[str] | Mapping[str, CourseCell]]
Parts = tuple[str, ...]


@dataclass(frozen=True)
class Intake:
    """What came of one submission.

    ``accepted`` holds the clean copy of each notebook, ``refused`` what to tell the learner of
    each of the others, ``notes`` what was repaired or left out, and ``digest`` the SHA-256 over
    the names and bytes of the copies.
    """

    accepted: Mapping[str, Path]
    refused: Mapping[str, str]
    notes: tuple[str, ...]
    digest: str


@dataclass
class _Taking:
    copies: Copies
    cells: Cells
    accepted: dict[str, Path] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def accept(self, name: str, notebook: dict[str, Any], notes: Notes) -> None:
        """Clean a notebook and write it under the name that the course knows."""
        clean = clean_notebook(notebook, self.cells.get(name), notes)
        content = json.dumps(clean, ensure_ascii=False, sort_keys=True) + "\n"
        self.copies.write((f"{name}.ipynb",), content.encode())
        self.accepted[name] = self.copies.staged / f"{name}.ipynb"
        self.notes += notes.lines()

    def result(self) -> Intake:
        """Return what came of it."""
        notes = (*self.notes, *self.copies.notes.lines())
        return Intake(self.accepted, self.refused, notes, self.copies.digest())


def take_in(
    folder: Path, staged: Path, *, notebooks: Collection[str], cells: Cells | None = None
) -> Intake:
    """Copy one learner's submission folder, cleaned, into an empty folder.

    Nothing that a learner can hand in makes this raise, is run, unpacked or followed.

    Parameters
    ----------
    folder
        The submission, e.g. ``submitted/ada/identity``; it is only read.
    staged
        A folder that is empty or does not exist yet.
    notebooks
        The names of the assignment's notebooks, without ``.ipynb``.
    cells
        Notebook name → its grade ids. With ``course_cells`` instead of bare ids, what a cell is
        and what it is worth are put right from the gradebook, and nbgrader cannot stop on it.

    Raises
    ------
    BadInput
        ``staged`` already holds something.
    """
    staged.mkdir(parents=True, exist_ok=True)
    if any(staged.iterdir()):
        raise BadInput(f"{staged} is not empty; expected an empty folder. Name another one.")
    taking = _Taking(Copies(staged, Notes()), cells or {})
    try:
        with SafeFolder.at(folder) as opened:
            _take_from(opened, taking, sorted(notebooks))
    except Unfit as fault:
        _refuse(
            taking, sorted(notebooks), Refused(f"folder_{_FOLDER.get(fault.why, 'unreadable')}")
        )
    return taking.result()


_FOLDER = {"absent": "absent", "link": "link", "not_folder": "file"}


def _take_from(folder: SafeFolder, taking: _Taking, names: list[str]) -> None:
    missing = [name for name in names if not _take_notebook(folder, taking, name)]
    present = {f"{name}.ipynb" for name in names}
    copy_files(folder, taking.copies, done=present)
    others = taking.copies.notebooks
    used = _take_renamed(folder, taking, missing) if missing else set()
    found = listed(["/".join(parts) for parts in others if parts not in used])
    absent = Refused("missing", found=found) if found else Refused("missing_alone")
    _refuse(taking, [name for name in missing if name not in taking.accepted], absent)
    for parts in others:
        if parts not in used:
            taking.copies.notes.add("left_notebook", "/".join(parts))


def _refuse(taking: _Taking, names: list[str], reason: Refused) -> None:
    for name in names:
        taking.refused.setdefault(name, reason.message(name))


def _take_notebook(folder: SafeFolder, taking: _Taking, name: str) -> bool:
    """Take in one notebook or refuse it; tell whether there was one to decide on."""
    notes = Notes(notebook=name)
    try:
        content = read_file(folder, f"{name}.ipynb")
        taking.accept(name, present_format(read_data(content, notes), notes), notes)
    except Refused as reason:
        if reason.key == "refused_absent":
            return False
        _refuse(taking, [name], reason)
    return True


def _take_renamed(folder: SafeFolder, taking: _Taking, missing: list[str]) -> set[Parts]:
    """Take each notebook under another name whose questions say whose place it fills."""
    candidates = {
        parts: candidate
        for parts in taking.copies.notebooks[:MOST_CANDIDATES]
        if (candidate := _candidate(folder, parts)) is not None
    }
    claims = {
        name: [parts for parts, found in candidates.items() if _belongs(found, taking, name)]
        for name in missing
    }
    used: set[Parts] = set()
    for name, claimed in claims.items():
        wanted_by = [other for other in missing if claimed and claimed[0] in claims[other]]
        if len(claimed) != 1 or wanted_by != [name]:
            continue
        used.add(claimed[0])
        notes = Notes(notebook=name, found=shown("/".join(claimed[0])))
        notes.add("renamed")
        try:
            taking.accept(name, candidates[claimed[0]], notes)
        except Refused as reason:
            _refuse(taking, [name], reason)
    return used


def _candidate(folder: SafeFolder, parts: Parts) -> dict[str, Any] | None:
    try:
        return present_format(read_data(_read_below(folder, parts), Notes()), Notes())
    except (Refused, Unfit):
        return None


def _read_below(folder: SafeFolder, parts: Parts) -> bytes:
    if len(parts) == 1:
        return read_file(folder, parts[0])
    with folder.folder(parts[0]) as inner:
        return _read_below(inner, parts[1:])


def _belongs(notebook: dict[str, Any], taking: _Taking, name: str) -> bool:
    """Most questions of the missing notebook are in it."""
    wanted = set(taking.cells.get(name, ()))
    return bool(wanted) and 2 * len(wanted & grade_ids(notebook)) > len(wanted)
