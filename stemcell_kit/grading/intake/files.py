"""The files beside the notebooks: data, pictures, helper modules, copied as bytes."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

from stemcell_kit.grading.intake.file_names import is_archive, is_notebook, why_left_behind
from stemcell_kit.grading.intake.limits import (
    MOST_ARCHIVE_BYTES,
    MOST_BYTES_IN_ALL,
    MOST_DEPTH,
    MOST_ENTRIES,
    MOST_FILE_BYTES,
    MOST_FILES,
)
from stemcell_kit.grading.intake.notes import Notes
from stemcell_kit.grading.intake.safe_folder import SafeFolder, Unfit

__all__ = ["TIMESTAMP", "Copies", "copy_files"]

TIMESTAMP = "timestamp.txt"
LONGEST_TIMESTAMP = 100
# a year, a month and a day; with fewer digits today's date would fill the gaps
FEWEST_DIGITS = 8
_NOTES = {
    "link": "left_link",
    "hard_link": "left_hard_link",
    "special": "left_special",
    "big": "left_big",
}


@dataclass
class Copies:
    """What was copied to ``staged`` so far, and what may still be."""

    staged: Path
    notes: Notes
    digests: dict[str, str] = field(default_factory=dict)
    notebooks: list[tuple[str, ...]] = field(default_factory=list)
    entries_left: int = MOST_ENTRIES
    files_left: int = MOST_FILES
    bytes_left: int = MOST_BYTES_IN_ALL

    def write(self, parts: tuple[str, ...], content: bytes) -> bool:
        """Write a new file that everybody may read; tell whether its name was free."""
        target = self.staged.joinpath(*parts)
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            with target.open("xb") as file:
                file.write(content)
        except FileExistsError:  # a disk that takes "A.csv" and "a.csv" for one name
            return False
        os.chmod(target, 0o644)
        self.digests["/".join(parts)] = hashlib.sha256(content).hexdigest()
        return True

    def digest(self) -> str:
        """Return one SHA-256 over the names and the bytes of all copies."""
        whole = hashlib.sha256()
        for name, digest in sorted(self.digests.items()):
            whole.update(f"{digest} {name}\n".encode(errors="surrogateescape"))
        return whole.hexdigest()


def copy_files(folder: SafeFolder, copies: Copies, *, done: Collection[str]) -> None:
    """Copy what lies beside the notebooks; other notebooks are listed, not copied.

    Parameters
    ----------
    folder
        The learner's folder.
    copies
        Where the copies go; filled here.
    done
        Names in the top folder that have been dealt with.
    """
    try:
        _copy_folder(folder, copies, (), done)
    except _LeftBehind as reason:
        copies.notes.add(str(reason), "…")
    except Unfit:
        copies.notes.add("left_unreadable", ".")


class _LeftBehind(Exception):
    """A name is not copied; the argument is the key of the note."""


def _copy_folder(
    folder: SafeFolder, copies: Copies, above: tuple[str, ...], done: Collection[str]
) -> None:
    for name in folder.names(copies.entries_left + 1):
        copies.entries_left -= 1
        if copies.entries_left < 0:
            raise _LeftBehind("left_many")
        if name not in done:
            _copy_or_note(folder, name, copies, (*above, name))


def _copy_or_note(folder: SafeFolder, name: str, copies: Copies, parts: tuple[str, ...]) -> None:
    try:
        _copy_entry(folder, name, copies, parts)
    except _LeftBehind as reason:
        copies.notes.add(str(reason), "/".join(parts))
    except Unfit as fault:
        copies.notes.add(_NOTES.get(fault.why, "left_unreadable"), "/".join(parts))


def _copy_entry(folder: SafeFolder, name: str, copies: Copies, parts: tuple[str, ...]) -> None:
    why = why_left_behind(name)
    if why:
        raise _LeftBehind(why)
    if folder.is_folder(name):
        if len(parts) > MOST_DEPTH:
            raise _LeftBehind("left_deep")
        with folder.folder(name) as inner:
            _copy_folder(inner, copies, parts, ())
    elif is_notebook(name):
        copies.notebooks.append(parts)
    else:
        _copy_file(folder, name, copies, parts)


def _copy_file(folder: SafeFolder, name: str, copies: Copies, parts: tuple[str, ...]) -> None:
    most = MOST_ARCHIVE_BYTES if is_archive(name) else MOST_FILE_BYTES
    if not copies.files_left:
        raise _LeftBehind("left_many")
    try:
        content = folder.read(name, min(most, copies.bytes_left))
    except Unfit as fault:
        if fault.why == "big" and copies.bytes_left < most:
            raise _LeftBehind("left_many") from fault
        raise
    if parts == (TIMESTAMP,):
        content = _timestamp(content)
    copies.files_left -= 1
    copies.bytes_left -= len(content)
    if not copies.write(parts, content):
        raise _LeftBehind("left_twin")
    if is_archive(name):
        copies.notes.add("archive", "/".join(parts))


def _timestamp(content: bytes) -> bytes:
    """Return the one line that nbgrader will read as a time; it stops on anything else."""
    from nbgrader.utils import parse_utc

    line = content.strip()
    digits = sum(sign in b"0123456789" for sign in line)
    if len(line) > LONGEST_TIMESTAMP or digits < FEWEST_DIGITS or len(line.splitlines()) != 1:
        raise _LeftBehind("left_timestamp")
    try:
        parse_utc(line.decode("ascii"))
    except Exception as error:  # dateutil raises many kinds for what is no time
        raise _LeftBehind("left_timestamp") from error
    return line + b"\n"
