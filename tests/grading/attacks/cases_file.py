"""Notebooks whose cells, metadata and kernel say what they should not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .attack import Attack, Kind, by_notebook
from .course import Course
from .seen import Aim

__all__ = ["ATTACKS"]

Change = Callable[[Any], None]


def _gains(name: str, change: Change) -> Attack:
    return by_notebook(name, Kind.IN_FILE, Aim.GAINS_POINTS, _plain(change))


def _stops(name: str, change: Change) -> Attack:
    return by_notebook(name, Kind.IN_FILE, Aim.STOPS_CLASS, _plain(change))


def _plain(change: Change) -> Callable[[Any, Course], None]:
    return lambda book, course: change(book)


def _tests(book: Any) -> list[Any]:
    return [cell for cell in book["cells"] if cell["metadata"].get("nbgrader", {}).get("grade")]


def _marks(book: Any) -> list[Any]:
    return [cell["metadata"]["nbgrader"] for cell in _tests(book)]


def _skip_tag(book: Any) -> None:
    for cell in _tests(book):
        cell["metadata"]["tags"] = ["skip-execution"]


def _raises_tag(book: Any) -> None:
    for cell in _tests(book):
        cell["metadata"]["tags"] = ["raises-exception", "remove-output"]


def _more_points(book: Any) -> None:
    for marks in _marks(book):
        marks["points"] = 1000


def _renamed(book: Any) -> None:
    for number, marks in enumerate(_marks(book)):
        marks["grade_id"] = f"mine-{number}"
        marks["locked"] = False


def _unlocked(book: Any) -> None:
    for cell in _tests(book):
        cell["metadata"]["nbgrader"]["locked"] = False
        cell["source"] = "pass"


def _solution_flag(book: Any) -> None:
    for cell in _tests(book):
        cell["metadata"]["nbgrader"].update(solution=True, locked=False)
        cell["source"] = "pass"


def _as_markdown(book: Any) -> None:
    for cell in _tests(book):
        cell["cell_type"] = "markdown"
        cell["metadata"]["nbgrader"]["cell_type"] = "markdown"
        cell.pop("outputs", None)
        cell.pop("execution_count", None)


def _as_raw(book: Any) -> None:
    _as_markdown(book)
    for cell in _tests(book):
        cell["cell_type"] = "raw"


def _checksum(book: Any) -> None:
    for cell in _tests(book):
        cell["source"] = "pass"
        cell["metadata"]["nbgrader"]["checksum"] = "0" * 32


def _no_tests(book: Any) -> None:
    book["cells"] = [cell for cell in book["cells"] if cell not in _tests(book)]


def _tests_first(book: Any) -> None:
    """Every test cell stands before the answers, with an answer cell of its own before it."""
    opening = {
        "cell_type": "code",
        "id": "opening",
        "metadata": {},
        "source": "class Same:\n    def __eq__(self, other):\n        return True\n\n\ncount = Same()",
        "outputs": [],
        "execution_count": None,
    }
    tests = _tests(book)
    others = [cell for cell in book["cells"] if cell not in tests]
    book["cells"] = [opening, *tests, *others]


def _doubled(book: Any) -> None:
    for cell in _tests(book):
        twin = {**cell, "id": f"twin-{cell['id']}"[:60], "source": "pass"}
        book["cells"].append(twin)


def _prefilled(book: Any) -> None:
    data = {"text/plain": "1.0"}
    result = {"output_type": "execute_result", "execution_count": 1, "data": data, "metadata": {}}
    for cell in _tests(book):
        cell["outputs"] = [result]
        cell["execution_count"] = 1


def _graded_answers(book: Any) -> None:
    for cell in book["cells"]:
        marks = cell["metadata"].get("nbgrader", {})
        if marks.get("solution"):
            marks.update(grade=True, points=50)


def _task_flag(book: Any) -> None:
    for marks in _marks(book):
        marks.update(task=True, grade=False, solution=False)


def _no_marks(book: Any) -> None:
    for cell in _tests(book):
        cell["metadata"] = {"nbgrader": {}}


def _cell_magic(book: Any) -> None:
    for cell in book["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("solution"):
            cell["source"] = "%%script true\nanything"


def _other_kernel(book: Any) -> None:
    book["metadata"]["kernelspec"] = {"name": "bash", "display_name": "Bash", "language": "bash"}
    book["metadata"]["language_info"] = {"name": "bash"}


def _other_language(book: Any) -> None:
    book["metadata"]["language_info"] = {"name": "sos", "version": "0", "file_extension": ".sh"}


def _newer_marks(book: Any) -> None:
    for marks in _marks(book):
        marks["schema_version"] = 99


def _older_marks(book: Any) -> None:
    for marks in _marks(book):
        marks["schema_version"] = 1


def _newer_format(book: Any) -> None:
    book["nbformat"] = 9


def _no_points(book: Any) -> None:
    for marks in _marks(book):
        marks["points"] = "many"


ATTACKS = (
    _gains("skip-tag", _skip_tag),
    _gains("raises-tag", _raises_tag),
    _gains("more-points", _more_points),
    _gains("tests-renamed", _renamed),
    _gains("tests-unlocked", _unlocked),
    _gains("tests-as-answers", _solution_flag),
    _gains("tests-as-markdown", _as_markdown),
    _gains("tests-as-raw", _as_raw),
    _gains("checksum-forged", _checksum),
    _gains("tests-deleted", _no_tests),
    _gains("tests-first", _tests_first),
    _gains("tests-doubled", _doubled),
    _gains("outputs-prefilled", _prefilled),
    _gains("answers-as-tests", _graded_answers),
    _gains("tests-as-tasks", _task_flag),
    _gains("marks-emptied", _no_marks),
    _gains("cell-magic", _cell_magic),
    _gains("other-kernel", _other_kernel),
    _gains("other-language", _other_language),
    _stops("newer-marks", _newer_marks),
    _stops("older-marks", _older_marks),
    _stops("newer-format", _newer_format),
    _stops("points-in-words", _no_points),
)
