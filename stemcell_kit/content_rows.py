"""The rows of the content files as they are written, and the references between them.

They are checked before anything is built, so that a wrong reference is reported beside a wrong key.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from stemcell_kit.errors import Problem
from stemcell_kit.model import Profile

__all__ = ["ContentRows", "check_references", "content_of", "rows_in"]

Row = dict[str, Any]

_FILE = "(file)"


@dataclass(frozen=True)
class ContentRows:
    """The tables of all content files, each with the file that it stands in."""

    sources: list[Row]
    limits: list[Row]
    commitments: list[Row]
    lessons: list[Row]
    paths: list[Row]
    gaps: list[Row]
    standards: list[Row]

    @property
    def requirements(self) -> list[Row]:
        """The requirements of all standards."""
        return [row for standard in self.standards for row in _requirements(standard)]


def rows_in(data: Mapping[str, Any], key: str, file: str) -> list[Row]:
    """Return the tables under *key*, marked with their file; a faulty file may hold none."""
    rows = data.get(key, [])
    tables = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    return [{**row, _FILE: file} for row in tables]


def content_of(row: Row) -> Row:
    """Return the row as its author wrote it."""
    return {key: value for key, value in row.items() if key != _FILE}


def check_references(rows: ContentRows, profile: Profile, problems: list[Problem]) -> None:
    """Add a problem for every id that is given twice or named and not there."""
    _check_unique(rows.sources, "key", problems)
    for group in (rows.limits, rows.commitments, rows.lessons, rows.paths):
        _check_unique(group, "id", problems)
    for standard in rows.standards:
        _check_unique(_requirements(standard), "id", problems)
    _check_sources(rows, problems)
    limits, commitments = _ids(rows.limits), _ids(rows.commitments)
    for row in rows.requirements:
        place = f"requirement[{_text(row, 'id')}]"
        _check_known(row, f"{place}.limits", _texts(row, "limits"), limits, "limit", problems)
        named = _texts(row, "commitments")
        _check_known(row, f"{place}.commitments", named, commitments, "commitment", problems)
    _check_links(rows, problems)
    for row in rows.lessons:
        place = f"lesson[{_text(row, 'id')}].standard"
        named = [_text(row, "standard")]
        _check_known(row, place, named, _ids(rows.standards), "standard", problems)
    for row in rows.paths:
        place = f"path[{_text(row, 'id')}].lessons"
        _check_known(row, place, _texts(row, "lessons"), _ids(rows.lessons), "lesson", problems)
    for row in rows.gaps:
        named = _texts(row, "requirements")
        _check_known(row, "gap.requirements", named, _full_ids(rows), "requirement", problems)
    _check_profile(rows, profile, problems)


def _check_links(rows: ContentRows, problems: list[Problem]) -> None:
    """Check what standards include, and which requirement is the same as which."""
    standards = _ids(rows.standards)
    answered_elsewhere = {
        f"{_text(standard, 'id')}/{_text(row, 'id')}"
        for standard in rows.standards
        for row in _requirements(standard)
        if _text(row, "same_as")
    }
    # a link to a link would keep one answer under two names
    answered = _full_ids(rows) - answered_elsewhere
    for standard in rows.standards:
        own = {_FILE: f"standards/{_text(standard, 'id')}/standard.toml"}
        included = _texts(standard, "includes")
        _check_known(own, "includes", included, standards, "standard", problems)
    for row in rows.requirements:
        place = f"requirement[{_text(row, 'id')}].same_as"
        named = [_text(row, "same_as")]
        _check_known(row, place, named, answered, "requirement with an answer of its own", problems)


def _full_ids(rows: ContentRows) -> set[str]:
    return {
        f"{_text(standard, 'id')}/{_text(row, 'id')}"
        for standard in rows.standards
        for row in _requirements(standard)
    }


def _check_sources(rows: ContentRows, problems: list[Problem]) -> None:
    known = {_text(row, "key") for row in rows.sources}
    groups = {
        "requirement": rows.requirements,
        "limit": rows.limits,
        "commitment": rows.commitments,
    }
    for word, group in groups.items():
        for row in group:
            named = [_text(basis, "source") for basis in rows_in(row, "basis", "")]
            place = f"{word}[{_text(row, 'id')}].basis"
            _check_known(row, place, named, known, "source", problems)


def _check_profile(rows: ContentRows, profile: Profile, problems: list[Problem]) -> None:
    requirements = _full_ids(rows)
    own = {_FILE: "profile"}
    for name in profile.limits:
        _check_known(own, f"limits.{name}", [name], _ids(rows.limits), "limit", problems)
    for name in profile.clauses:
        _check_known(own, f"clauses.{name}", [name], requirements, "requirement", problems)


def _check_known(
    row: Row,
    place: str,
    named: Iterable[str],
    known: set[str],
    kind: str,
    problems: list[Problem],
) -> None:
    # a file that could not be read leaves nothing to compare with: its own report is enough
    if known:
        problems.extend(
            Problem(row[_FILE], place, repr(name), f"the id of a known {kind}")
            for name in named
            if name and name not in known
        )


def _check_unique(rows: list[Row], key: str, problems: list[Problem]) -> None:
    seen: set[str] = set()
    for row in rows:
        name = _text(row, key)
        if name and name in seen:
            problems.append(Problem(row[_FILE], key, f"{name!r} twice", "each id once"))
        seen.add(name)


def _requirements(standard: Row) -> list[Row]:
    return [row for topic in standard["topic_files"] for row in topic["requirement"]]


def _ids(rows: list[Row]) -> set[str]:
    return {_text(row, "id") for row in rows} - {""}


def _text(row: Row, key: str) -> str:
    """The value if it is text; anything else is the schema's complaint."""
    value = row.get(key)
    return value if isinstance(value, str) else ""


def _texts(row: Row, key: str) -> list[str]:
    value = row.get(key)
    return [name for name in value if isinstance(name, str)] if isinstance(value, list) else []
