"""The blueprint of an exam: what is examined and what decides, read from a TOML file.

The file belongs to whoever examines and lies outside the project; its mistakes are reported
together, with key, what was found and what is expected.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from stemcell_kit.catalogue import read_content
from stemcell_kit.certification.blueprint_checks import check_blueprint
from stemcell_kit.certification.question_pool import Question, question_pool
from stemcell_kit.errors import ContentError, Problem
from stemcell_kit.model import Text

__all__ = ["Band", "Blueprint", "Late", "Part", "Window", "read_blueprint"]


@dataclass(frozen=True)
class Part:
    """One part of an exam; ``topics`` are ``standard/topic``, ``quota`` its number of questions."""

    id: str
    title: Text
    topics: tuple[str, ...]
    weight: float
    quota: int


@dataclass(frozen=True)
class Band:
    """A name for a range of results of those who passed, e.g. from 90 percent on."""

    id: str
    title: Text
    from_percent: float


@dataclass(frozen=True)
class Window:
    """When the exam may be sat; both moments carry their time zone."""

    opens: datetime
    closes: datetime


@dataclass(frozen=True)
class Late:
    """What happens to work that comes after its time: ``refuse``, or ``deduct`` percentage points."""

    rule: str
    grace_minutes: int
    deduct_percent: float = 0


@dataclass(frozen=True)
class Blueprint:
    """Everything that a blueprint says; ``sha256`` is the digest of its file."""

    id: str
    title: Text
    questions: int
    minutes: int
    attempts: int
    pass_mark_percent: float
    parts: tuple[Part, ...]
    exercises: tuple[str, ...]
    always: tuple[str, ...]
    critical_severities: frozenset[str]
    critical_share_percent: float
    tolerance: float
    target: float | None
    measured: Mapping[str, float] = field(hash=False)
    window: Window
    late: Late
    changed_cells: str
    open_keys: str
    bands: tuple[Band, ...]
    sha256: str

    def part_of(self, question: Question) -> str:
        """Return the part that a question counts for, or nothing; its first topic decides."""
        return part_of(question, {part.id: part.topics for part in self.parts})

    def eligible(self) -> dict[str, Question]:
        """Return the questions that a form can hold: they and all they build on have a part.

        Questions whose key lies open in the kit are among them only where the blueprint says so.
        """
        pool = {
            name: question
            for name, question in question_pool().items()
            if (not self.exercises or question.exercise in self.exercises)
            and (not question.open_keys or self.open_keys == "allow")
            and self.part_of(question)
        }
        return {name: one for name, one in pool.items() if together(one) <= pool.keys()}


def part_of(question: Question, parts: Mapping[str, tuple[str, ...]]) -> str:
    """Return the id of the part that holds the first topic of a question that is examined."""
    for requirement in question.requirements:
        topic = requirement.rpartition("-")[0]
        for name, topics in parts.items():
            if topic in topics:
                return name
    return ""


def together(question: Question) -> frozenset[str]:
    """Return the question with all whose answers it builds on, directly or not."""
    pool, found, waiting = question_pool(), {question.id}, [question]
    while waiting:
        for name in waiting.pop().after:
            if name not in found:
                found.add(name)
                waiting.append(pool[name])
    return frozenset(found)


def read_blueprint(path: Path) -> Blueprint:
    """Read and check a blueprint.

    Raises
    ------
    ContentError
        With every mistake in the file at once.
    """
    problems: list[Problem] = []
    data = read_content(path.parent, path.name, "blueprint", problems)
    if not problems:
        check_blueprint(path.name, data, problems)
    if problems:
        raise ContentError(problems)
    blueprint = _blueprint(data, hashlib.sha256(path.read_bytes()).hexdigest())
    _check_quotas(path.name, blueprint, problems)
    if problems:
        raise ContentError(problems)
    return blueprint


def _check_quotas(file: str, blueprint: Blueprint, problems: list[Problem]) -> None:
    eligible = blueprint.eligible()
    for part in blueprint.parts:
        there = sum(blueprint.part_of(question) == part.id for question in eligible.values())
        if part.quota == 0:
            found = f"a weight of {part.weight:g}, which is less than one question"
            wanted = "a higher weight, or more questions in the exam"
            problems.append(Problem(file, f"part[{part.id}].weight", found, wanted))
        elif there < part.quota:
            found = f"{there} questions in the pool"
            wanted = f"at least {part.quota}: add topics or exercises, or lower its weight"
            problems.append(Problem(file, f"part[{part.id}].topics", found, wanted))
    for name in blueprint.always:
        if name not in eligible:
            found = f"{name!r}, which no part of this exam can hold"
            wanted = (
                "a question of its exercises whose topic, and that of all it builds on, is in a part, "
                "and whose key does not lie open unless integrity.open_keys allows it"
            )
            problems.append(Problem(file, "critical.questions", found, wanted))


def _blueprint(data: dict[str, Any], sha256: str) -> Blueprint:
    return Blueprint(
        id=data["id"],
        title=Text(data["title"]),
        questions=data["questions"],
        minutes=data["minutes"],
        attempts=data["attempts"],
        pass_mark_percent=data["pass_mark_percent"],
        parts=_parts(data),
        exercises=tuple(data.get("exercises", ())),
        **_critical(data.get("critical", {"share_percent": 100})),
        tolerance=data["difficulty"]["tolerance"],
        target=data["difficulty"].get("target"),
        measured=data["difficulty"].get("measured", {}),
        window=_window(data["window"]),
        late=Late(**data["late"]),
        changed_cells=data["integrity"]["changed_cells"],
        open_keys=data["integrity"].get("open_keys", "leave-out"),
        bands=tuple(
            Band(row["id"], Text(row["title"]), row["from_percent"]) for row in data["band"]
        ),
        sha256=sha256,
    )


def _critical(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "always": tuple(row.get("questions", ())),
        "critical_severities": frozenset(row.get("severities", ())),
        "critical_share_percent": row["share_percent"],
    }


def _parts(data: dict[str, Any]) -> tuple[Part, ...]:
    """Share the questions out by weight: whole numbers first, then the largest remainders."""
    rows, whole = data["part"], sum(row["weight"] for row in data["part"])
    shares = [data["questions"] * row["weight"] / whole for row in rows]
    quotas = [int(share) for share in shares]
    order = sorted(range(len(rows)), key=lambda place: (quotas[place] - shares[place], place))
    for place in order[: data["questions"] - sum(quotas)]:
        quotas[place] += 1
    return tuple(
        Part(row["id"], Text(row["title"]), tuple(row["topics"]), row["weight"], quota)
        for row, quota in zip(rows, quotas, strict=True)
    )


def _window(row: dict[str, str]) -> Window:
    zone = ZoneInfo(row["time_zone"])
    moments = (
        datetime.fromisoformat(row[name]).replace(tzinfo=zone) for name in ("opens", "closes")
    )
    return Window(*moments)
