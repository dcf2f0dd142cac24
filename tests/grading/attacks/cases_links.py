"""Links, pipes, folders and archives where plain files should lie."""

from __future__ import annotations

import json
import os
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

from .attack import Attack, Build, Kind, by_folder
from .course import HONEST, NEIGHBOUR, Course
from .seen import Aim

__all__ = ["ATTACKS"]

Target = Callable[[Course], Path]


def _linked(name: str, link: str, target: Target, aim: Aim) -> Attack:
    def change(course: Course, student: str) -> None:
        path = course.folder(student) / link
        path.unlink(missing_ok=True)
        path.symlink_to(target(course))

    return by_folder(name, Kind.LINKS, aim, change)


def _changed(name: str, aim: Aim, change: Build) -> Attack:
    return by_folder(name, Kind.LINKS, aim, change)


def _hard_link(course: Course, student: str) -> None:
    os.link(course.home / ".ssh" / "id_ed25519", course.folder(student) / "data.txt")


def _folder_link(course: Course, student: str) -> None:
    (course.folder(student) / "data").symlink_to(course.home)


def _whole_folder(course: Course, student: str) -> None:
    shutil.rmtree(course.folder(student))
    course.folder(student).symlink_to(course.folder(NEIGHBOUR))


def _pipe_notebook(course: Course, student: str) -> None:
    path = course.folder(student) / "exam.ipynb"
    path.unlink()
    os.mkfifo(path)


def _pipe_data(course: Course, student: str) -> None:
    os.mkfifo(course.folder(student) / "data.csv")


def _pipe_timestamp(course: Course, student: str) -> None:
    os.mkfifo(course.folder(student) / "timestamp.txt")


def _bad_timestamp(course: Course, student: str) -> None:
    (course.folder(student) / "timestamp.txt").write_bytes(b"\xff\xfe\x00 never")


def _folder_notebook(course: Course, student: str) -> None:
    path = course.folder(student) / "exam.ipynb"
    path.unlink()
    path.mkdir()


def _device_link(course: Course, student: str) -> None:
    (course.folder(student) / "data.bin").symlink_to("/dev/zero")


def _zip_bomb(course: Course, student: str) -> None:
    path = course.folder(student) / "data.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr("zeros.bin", bytes(100 * 2**20))
        archive.writestr("../../../outside.txt", "out")


def _deep_folders(course: Course, student: str) -> None:
    deep = course.folder(student).joinpath(*["d" * 50] * 40)
    deep.mkdir(parents=True)
    (deep / "data.txt").write_text("deep", encoding="utf-8")


def _odd_names(course: Course, student: str) -> None:
    names = [
        b"line\nbreak.txt",
        b"\xff\xfe.txt",
        b"-rf",
        b"$(touch x).txt",
        "\u202etxt.exe".encode(),
    ]
    for name in names:
        (Path(os.fsencode(course.folder(student)).decode()) / os.fsdecode(name)).write_text(
            "x", encoding="utf-8"
        )


def _circle(course: Course, student: str) -> None:
    (course.folder(student) / "again").symlink_to(course.folder(student))
    (course.folder(student) / "itself").symlink_to(course.folder(student) / "itself")


def _answers_by_link(course: Course, student: str) -> None:
    """The answer reads a file that is a link to the neighbour's notebook."""
    (course.folder(student) / "data.json").symlink_to(course.folder(HONEST) / "exam.ipynb")
    path = course.folder(student) / "exam.ipynb"
    book = json.loads(path.read_text(encoding="utf-8"))
    for cell in book["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == "count":
            cell["source"] = (
                "import re\n\ncount = int(re.search(r'count = (\\d+)', open('data.json').read())[1])"
            )
    path.write_text(json.dumps(book), encoding="utf-8")


ATTACKS = (
    _linked(
        "notebook-links-to-source",
        "exam.ipynb",
        lambda course: course.root / "source" / "exam" / "exam.ipynb",
        Aim.GAINS_POINTS,
    ),
    _linked(
        "notebook-links-to-neighbour",
        "exam.ipynb",
        lambda course: course.folder(NEIGHBOUR) / "exam.ipynb",
        Aim.GAINS_POINTS,
    ),
    _changed("answers-by-link", Aim.GAINS_POINTS, _answers_by_link),
    _changed("folder-links-to-neighbour", Aim.GAINS_POINTS, _whole_folder),
    _linked(
        "data-links-to-key",
        "data.txt",
        lambda course: course.home / ".ssh" / "id_ed25519",
        Aim.READS_SECRET,
    ),
    _linked(
        "data-links-to-settings",
        "data.txt",
        lambda course: course.root / "nbgrader_config.py",
        Aim.READS_SECRET,
    ),
    _linked(
        "data-links-to-environment",
        "data.txt",
        lambda course: Path("/proc/self/environ"),
        Aim.READS_SECRET,
    ),
    _changed("folder-links-to-home", Aim.READS_SECRET, _folder_link),
    _changed("data-is-the-key", Aim.READS_SECRET, _hard_link),
    _changed("notebook-is-a-pipe", Aim.STOPS_CLASS, _pipe_notebook),
    _changed("data-is-a-pipe", Aim.STOPS_CLASS, _pipe_data),
    _changed("timestamp-is-a-pipe", Aim.STOPS_CLASS, _pipe_timestamp),
    _changed("timestamp-is-rubbish", Aim.STOPS_CLASS, _bad_timestamp),
    _changed("notebook-is-a-folder", Aim.STOPS_CLASS, _folder_notebook),
    _changed("data-links-to-zeros", Aim.STOPS_CLASS, _device_link),
    _changed("links-in-a-circle", Aim.STOPS_CLASS, _circle),
    _changed("odd-file-names", Aim.STOPS_CLASS, _odd_names),
    _changed("deep-folders", Aim.STOPS_CLASS, _deep_folders),
    _changed("archive-bomb", Aim.TAKES_TOO_MUCH, _zip_bomb),
)
