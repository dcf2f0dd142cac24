"""The quiz file of a lesson, read and checked: its predictions and its questions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stemcell_kit.catalogue import read_content
from stemcell_kit.errors import ContentError, Problem
from stemcell_kit.model import Text
from stemcell_kit.paths import content_dir

__all__ = ["Option", "options_of", "quiz_rows"]


@dataclass(frozen=True)
class Option:
    """One possible answer, with what to say about it; ``partner`` is what a match pairs it with."""

    text: Text
    feedback: Text
    right: bool = False
    partner: Text | None = None


def options_of(row: Mapping[str, Any]) -> tuple[Option, ...]:
    """Return the options of a prediction or a question as its file has them."""
    return tuple(
        Option(
            Text(option["text"]),
            Text(option["feedback"]),
            option.get("right", False),
            Text(option["with"]) if "with" in option else None,
        )
        for option in row["option"]
    )


def quiz_rows(lesson: str, kind: str, *, content: Path | None = None) -> list[dict[str, Any]]:
    """Return the rows of one kind, ``prediction`` or ``question``; none without a quiz file.

    Raises
    ------
    ContentError
        The quiz file is wrong; all its problems are listed.
    """
    content = content or content_dir()
    name = f"quizzes/{lesson}.toml"
    if not (content / name).is_file():
        return []
    problems: list[Problem] = []
    data = read_content(content, name, "quiz", problems)
    if not problems:
        _check(data, lesson, name, problems)
    if problems:
        raise ContentError(problems)
    return list(data.get(kind, []))


def _check(data: Mapping[str, Any], lesson: str, name: str, problems: list[Problem]) -> None:
    if data["lesson"] != lesson:
        problems.append(Problem(name, "lesson", repr(data["lesson"]), repr(lesson)))
    seen: set[str] = set()
    for kind in ("prediction", "question"):
        for row in data.get(kind, []):
            key = f"{kind}[{row['id']}]"
            fault = _FAULTS[row.get("kind", "prediction")](row["option"])
            if fault:
                problems.append(Problem(name, f"{key}.option", *fault))
            if row["id"] in seen:
                problems.append(Problem(name, key, "this id twice", "each id once"))
            seen.add(row["id"])


Fault = tuple[str, str] | None


def _choice_fault(options: Sequence[Mapping[str, Any]]) -> Fault:
    if not any(option.get("right") for option in options):
        return "no right one", "right = true in one"
    return _stray(options, "with")


def _single_fault(options: Sequence[Mapping[str, Any]]) -> Fault:
    right = sum(option.get("right", False) for option in options)
    if right > 1:
        return f"{right} right ones", "one right option, or kind multiple"
    return _choice_fault(options)


def _order_fault(options: Sequence[Mapping[str, Any]]) -> Fault:
    if len(options) < 3:
        return f"{len(options)} options", "three or more, in the right order"
    return _stray(options, "with") or _stray(options, "right")


def _match_fault(options: Sequence[Mapping[str, Any]]) -> Fault:
    alone = sum("with" not in option for option in options)
    if alone:
        return f"{alone} without a partner", "with.en in every option"
    return _stray(options, "right")


def _stray(options: Sequence[Mapping[str, Any]], key: str) -> Fault:
    return (
        (f"{key!r} in an option", "none in this kind") if any(key in o for o in options) else None
    )


_FAULTS: dict[str, Callable[[Sequence[Mapping[str, Any]]], Fault]] = {
    "prediction": _choice_fault,
    "single": _single_fault,
    "multiple": _choice_fault,
    "order": _order_fault,
    "match": _match_fault,
}
