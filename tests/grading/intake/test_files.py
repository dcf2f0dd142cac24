"""The files of a submission: data is copied, and nothing leads out of the learner's folder."""

from __future__ import annotations

import json
import os
import shutil
import socket
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from stemcell_kit.grading.intake import Intake, files, safe_folder
from stemcell_kit.grading.intake.notes import Notes

from .conftest import HandIn

SECRET = "the solution of the course"
posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")


@pytest.fixture
def canary(tmp_path: Path) -> Path:
    """A file outside the submission that must never be copied."""
    path = tmp_path / "source" / "counting.ipynb"
    path.parent.mkdir()
    path.write_text(json.dumps({"nbformat": 4, "cells": [], "x": SECRET}), encoding="utf-8")
    return path


def copied(intake: Intake, staged_in: Path) -> set[str]:
    """Names of the files that were copied, without the notebook; none may hold the secret."""
    newest = max(staged_in.glob("staged-*"), key=lambda path: path.stat().st_ctime_ns)
    found = [path for path in newest.rglob("*") if not path.is_dir()]
    for path in found:
        assert not path.is_symlink()
        assert SECRET.encode() not in path.read_bytes()
    assert intake.digest
    return {path.relative_to(newest).as_posix() for path in found} - {"counting.ipynb"}


def test_data_beside_the_notebook_is_copied(fresh: Any, hand_in: HandIn, tmp_path: Path) -> None:
    """Tables, pictures, helper modules and folders come along without a remark."""
    names = [
        "counts.csv",
        "a/b/plot.png",
        "helper.py",
        "-rf",
        "two words.txt",
        "细胞.csv",
        "שלום.txt",
    ]
    intake = hand_in({"counting.ipynb": fresh, **dict.fromkeys(names, b"1,2")})

    assert copied(intake, tmp_path) == set(names)
    assert intake.notes == ()


LEFT = {
    "a hidden folder": (".ipynb_checkpoints/counting-checkpoint.ipynb", "hidden"),
    "a repository": (".git/config", "hidden"),
    "a profile of ipython": (".ipython/profile_default/startup/00.py", "hidden"),
    "a hidden file": (".env", "hidden"),
    "compiled python": ("__pycache__/helper.cpython-311.pyc", "hidden"),
    "sitecustomize": ("sitecustomize.py", "at start"),
    "usercustomize as a folder": ("usercustomize/__init__.py", "at start"),
    "a path file": ("evil.pth", "at start"),
    "a jupyter setting": ("jupyter_server_config.py", "at start"),
    "an ipython setting": ("ipython_kernel_config.json", "at start"),
    "an nbgrader setting": ("nbgrader_config.py", "at start"),
    "a newline": ("two\nlines.txt", "names do not work"),
    "an escape": ("\x1b[2Jcleared.txt", "names do not work"),
    "turned reading order": ("txt.\u202eexe", "names do not work"),
    "bytes that are no text": (os.fsdecode(b"caf\xe9.txt"), "names do not work"),
    "a backslash": ("a\\b.txt", "names do not work"),
    "a device of windows": ("NUL.txt", "names do not work"),
    "a dot at the end": ("data.", "names do not work"),
    "a very long name": ("x" * 240, "names do not work"),
    "too deep": ("d/" * 13 + "deep.txt", "deeper than 12"),
    "another notebook": ("scratch.ipynb", "no such notebook"),
    "a notebook in a folder": ("old/scratch.ipynb", "no such notebook"),
}


@posix
@pytest.mark.parametrize("case", LEFT)
def test_a_file_is_left_out_with_a_note(
    case: str, fresh: Any, hand_in: HandIn, tmp_path: Path
) -> None:
    """The notebook is graded all the same, and the note can be printed anywhere."""
    name, says = LEFT[case]
    intake = hand_in({"counting.ipynb": fresh, name: b"x"})

    assert copied(intake, tmp_path) == set()
    assert list(intake.accepted) == ["counting"]
    assert len(intake.notes) == 1
    assert says in intake.notes[0]
    assert intake.notes[0].isprintable()


def link_to_file(folder: Path, outside: Path) -> None:
    (folder / "data.csv").symlink_to(outside)


def link_to_folder(folder: Path, outside: Path) -> None:
    (folder / "data").symlink_to(outside.parent)


def link_to_nowhere(folder: Path, outside: Path) -> None:
    (folder / "data.csv").symlink_to(outside.parent / "gone")


def link_in_a_circle(folder: Path, outside: Path) -> None:
    (folder / "again").symlink_to(folder)


def second_name(folder: Path, outside: Path) -> None:
    os.link(outside, folder / "data.csv")


def pipe(folder: Path, outside: Path) -> None:
    os.mkfifo(folder / "data.csv")


def local_socket(folder: Path, outside: Path) -> None:
    here = os.getcwd()
    os.chdir(folder)  # the path of a socket may not be longer than 107 bytes
    with socket.socket(socket.AF_UNIX) as opened:
        opened.bind("data.csv")
    os.chdir(here)


def too_big(folder: Path, outside: Path) -> None:
    with (folder / "data.csv").open("wb") as file:
        file.truncate(200_000_000)


def big_archive(folder: Path, outside: Path) -> None:
    with (folder / "data.zip").open("wb") as file:
        file.truncate(10_000_001)


PLACED = [
    (link_to_file, "links"),
    (link_to_folder, "links"),
    (link_to_nowhere, "links"),
    (link_in_a_circle, "links"),
    (second_name, "second names"),
    (pipe, "pipes"),
    (local_socket, "pipes"),
    (too_big, "too large"),
    (big_archive, "too large"),
]
BOTH_WAYS = pytest.mark.parametrize("by_descriptor", [True, False])


@posix
@BOTH_WAYS
@pytest.mark.parametrize(("place", "says"), PLACED)
def test_what_is_no_file_of_its_own_is_left_out(
    place: Callable[[Path, Path], None],
    says: str,
    by_descriptor: bool,
    fresh: Any,
    hand_in: HandIn,
    folder: Path,
    canary: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nobody waits at a pipe, and no link is followed, also where folders have no descriptors."""
    monkeypatch.setattr(safe_folder, "BY_DESCRIPTOR", by_descriptor)
    place(folder, canary)

    intake = hand_in({"counting.ipynb": fresh})

    assert copied(intake, tmp_path) == set()
    assert list(intake.accepted) == ["counting"]
    assert [says in note for note in intake.notes] == [True]


def notebook_is_link(folder: Path, outside: Path) -> None:
    (folder / "counting.ipynb").symlink_to(outside)


def notebook_is_second_name(folder: Path, outside: Path) -> None:
    os.link(outside, folder / "counting.ipynb")


def notebook_is_pipe(folder: Path, outside: Path) -> None:
    os.mkfifo(folder / "counting.ipynb")


def notebook_is_folder(folder: Path, outside: Path) -> None:
    shutil.copytree(outside.parent, folder / "counting.ipynb")


def notebook_is_huge(folder: Path, outside: Path) -> None:
    with (folder / "counting.ipynb").open("wb") as file:
        file.truncate(200_000_000)


def folder_is_empty(folder: Path, outside: Path) -> None:
    """Leave the folder as it is."""


def folder_is_link(folder: Path, outside: Path) -> None:
    folder.rmdir()
    folder.symlink_to(outside.parent)


def folder_is_file(folder: Path, outside: Path) -> None:
    folder.rmdir()
    folder.write_text("no folder", encoding="utf-8")


def folder_is_gone(folder: Path, outside: Path) -> None:
    folder.rmdir()


def only_an_archive(folder: Path, outside: Path) -> None:
    with zipfile.ZipFile(folder / "counting.zip", "w") as archive:
        archive.writestr("counting.ipynb", "{}")


NOT_TAKEN = [
    (notebook_is_link, "is a link"),
    (notebook_is_second_name, "second name"),
    (notebook_is_pipe, "is a pipe"),
    (notebook_is_folder, "is a folder"),
    (notebook_is_huge, "larger than 50 MB"),
    (folder_is_empty, "was not handed in"),
    (folder_is_link, "a link to another folder"),
    (folder_is_file, "where a folder is expected"),
    (folder_is_gone, "Nothing was handed in"),
    (only_an_archive, "was not handed in"),
]


@posix
@BOTH_WAYS
@pytest.mark.parametrize(("place", "says"), NOT_TAKEN)
def test_a_notebook_that_is_none_is_refused(
    place: Callable[[Path, Path], None],
    says: str,
    by_descriptor: bool,
    hand_in: HandIn,
    folder: Path,
    canary: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The learner is told what was found in place of the notebook and what to hand in."""
    monkeypatch.setattr(safe_folder, "BY_DESCRIPTOR", by_descriptor)
    place(folder, canary)

    intake = hand_in()

    assert intake.accepted == {}
    assert says in intake.refused["counting"]
    assert "counting.ipynb" in intake.refused["counting"]
    assert copied(intake, tmp_path) <= {"counting.zip"}


def test_what_cannot_be_read_is_named(
    fresh: Any, hand_in: HandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file without permission to read is a note, a notebook without it a refusal."""
    open_file = os.open

    def refuse(path: Any, *rest: Any, **options: Any) -> int:
        if str(path).endswith(("data.csv", "counting.ipynb")):
            raise PermissionError(13, "Permission denied")
        return open_file(path, *rest, **options)

    monkeypatch.setattr(os, "open", refuse)

    intake = hand_in({"counting.ipynb": fresh, "data.csv": b"1"})

    assert "cannot be read from the disk" in intake.refused["counting"]
    assert "cannot be read: data.csv" in intake.notes[0]


@posix
def test_a_file_exchanged_for_a_link_leads_nowhere(
    fresh: Any, hand_in: HandIn, folder: Path, canary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the look and the opening the learner may have been quick."""
    look = safe_folder.SafeFolder._look

    def look_and_exchange(self: safe_folder.SafeFolder, name: str) -> os.stat_result:
        seen = look(self, name)
        if name == "data.csv" and seen.st_size:
            (folder / name).unlink()
            (folder / name).symlink_to(canary)
        return seen

    monkeypatch.setattr(safe_folder.SafeFolder, "_look", look_and_exchange)

    intake = hand_in({"counting.ipynb": fresh, "data.csv": b"1"})

    assert "links: data.csv" in intake.notes[0]


def test_an_archive_is_copied_and_not_unpacked(
    fresh: Any, hand_in: HandIn, folder: Path, tmp_path: Path
) -> None:
    """It may be data; what is in it is nobody's notebook, and a bomb stays small."""
    with zipfile.ZipFile(folder / "data.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("../../escaped.txt", SECRET)
        archive.writestr("zeros", b"0" * 10_000_000)

    intake = hand_in({"counting.ipynb": fresh})

    assert copied(intake, tmp_path) == {"data.zip"}
    assert ["not unpacked" in note for note in intake.notes] == [True]


@pytest.mark.parametrize(
    ("content", "taken"),
    [
        (b"2026-03-01 12:00:00 UTC", True),
        (b"2026-03-01 12:00:00.123 +0800\n", True),
        (b"2026-03-01T12:00:00Z\r\n", True),
        (b"", False),
        (b"yesterday", False),
        (b"10", False),
        (b"2026-03-01 12:00:00 UTC\n2026-02-01 12:00:00 UTC", False),
        (b"\xff\xfe2\x000\x002\x006\x00", False),
        (b"2026-03-01" + b" " * 1000 + b"12:00", False),
        (b"99999999999999999999", False),
        (b"2026-03-01 12:00:00 999999999999999999", False),
    ],
)
def test_a_timestamp_is_taken_only_if_it_is_one(
    content: bytes, taken: bool, fresh: Any, hand_in: HandIn, tmp_path: Path
) -> None:
    """nbgrader stops the whole class on a timestamp that it cannot read."""
    intake = hand_in({"counting.ipynb": fresh, "timestamp.txt": content})

    assert (copied(intake, tmp_path) == {"timestamp.txt"}) is taken
    assert (intake.notes == ()) is taken


@pytest.mark.parametrize(
    "limit", [{"files_left": 3}, {"bytes_left": 35}, {"entries_left": 3}], ids=str
)
def test_a_flood_of_files_ends(limit: dict[str, int], folder: Path, tmp_path: Path) -> None:
    """What goes beyond the limits is left out; one note says so, however many there are."""
    for number in range(50):
        (folder / f"{number}.txt").write_bytes(b"0123456789")
    copies = files.Copies(tmp_path / "staged", Notes(), **limit)

    with safe_folder.SafeFolder.at(folder) as opened:
        files.copy_files(opened, copies, done=())

    assert len(list((tmp_path / "staged").iterdir())) == 3
    assert ["2,000 files" in note for note in copies.notes.lines()] == [True]


def test_many_odd_names_make_one_short_note(fresh: Any, hand_in: HandIn) -> None:
    """A thousand hidden files do not fill the teacher's report."""
    intake = hand_in({"counting.ipynb": fresh, **{f".hidden{n}": b"" for n in range(1000)}})

    assert len(intake.notes) == 1
    assert len(intake.notes[0]) < 200
    assert "(+995)" in intake.notes[0]
