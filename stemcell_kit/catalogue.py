"""The content files, read and checked: standards, requirements, sources, limits and the course.

Every problem in every file is reported together, with file, key, what was found and what is expected.
"""

from __future__ import annotations

import hashlib
import json
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

from stemcell_kit.configuration import configured
from stemcell_kit.content_rows import ContentRows, check_references, content_of, rows_in
from stemcell_kit.errors import BadInput, ContentError, Problem
from stemcell_kit.model import (
    Basis,
    BasisKind,
    Commitment,
    Course,
    Gap,
    LearningPath,
    Lesson,
    Limit,
    Profile,
    Promise,
    Requirement,
    Severity,
    Source,
    Standard,
    Text,
    Topic,
)
from stemcell_kit.paths import content_dir

__all__ = [
    "Catalogue",
    "catalogue",
    "load_catalogue",
    "load_profile",
    "read_content",
    "sound_content",
]

_T = TypeVar("_T")


@dataclass(frozen=True)
class Catalogue:
    """Everything the content files say, with the institution's profile laid over it."""

    standards: Mapping[str, Standard]
    sources: Mapping[str, Source]
    limits: Mapping[str, Limit]
    commitments: Mapping[str, Commitment]
    course: Course
    profile: Profile

    def standard(self, standard_id: str) -> Standard:
        """Return a standard by id, e.g. ``iso-24603``."""
        return _pick(self.standards, standard_id, "standard")

    def requirement(self, full_id: str) -> Requirement:
        """Return a requirement by its full id, e.g. ``iso-24603/idn-04``."""
        return _pick(self.requirements, full_id, "requirement")

    def parts(self, standard_id: str) -> tuple[Standard, ...]:
        """Return a standard and the modules that it includes: all that its checklist asks."""
        whole = self.standard(standard_id)
        return (whole, *(self.standard(name) for name in whole.includes))

    def source(self, key: str) -> Source:
        """Return a source by key."""
        return _pick(self.sources, key, "source")

    def limit(self, limit_id: str) -> Limit:
        """Return a limit by id, as the profile in force sets it."""
        return _pick(self.limits, limit_id, "limit")

    def lesson(self, lesson_id: str) -> Lesson:
        """Return a lesson by id."""
        return _pick({lesson.id: lesson for lesson in self.course.lessons}, lesson_id, "lesson")

    @property
    def requirements(self) -> dict[str, Requirement]:
        """All requirements of all standards by full id, in checklist order."""
        return {r.full_id: r for s in self.standards.values() for r in s.requirements}


@cache
def catalogue() -> Catalogue:
    """Return the catalogue of this installation with the profile in force.

    The profile is the file named in ``STEMCELL_KIT_PROFILE`` or in the configuration; without it
    nothing is overridden.
    """
    path = configured("profile")
    return load_catalogue(content_dir(), profile=load_profile(Path(path)) if path else None)


def load_catalogue(content: Path, *, profile: Profile | None = None) -> Catalogue:
    """Read a content folder.

    Raises
    ------
    ContentError
        With every problem of every file.
    """
    problems: list[Problem] = []
    course = read_content(content, "course.toml", "course", problems)
    rows = _content_rows(content, course, problems)
    profile = profile or Profile(name="")
    check_references(rows, profile, problems)
    if problems:
        raise ContentError(problems)
    return Catalogue(
        standards={data["id"]: _standard(data) for data in rows.standards},
        sources={row["key"]: Source(**content_of(row)) for row in rows.sources},
        limits={row["id"]: _overridden(_limit(row), profile) for row in rows.limits},
        commitments={row["id"]: _commitment(row) for row in rows.commitments},
        course=_course(course),
        profile=profile,
    )


def load_profile(path: Path) -> Profile:
    """Read an institution's profile.

    Raises
    ------
    BadInput
        The file cannot be opened.
    ContentError
        The file is not a valid profile; all its problems are listed.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise BadInput(
            f"profile {path} cannot be read ({error.strerror}); check the path"
        ) from None
    problems: list[Problem] = []
    data = read_content(path.parent, path.name, "profile", problems)
    if problems:
        raise ContentError(problems)
    return Profile(
        name=data["name"],
        clauses=data.get("clauses", {}),
        limits=data.get("limits", {}),
        digest=hashlib.sha256(raw).hexdigest(),
    )


def read_content(content: Path, name: str, schema: str, problems: list[Problem]) -> dict[str, Any]:
    """Read one TOML file and hold it against its schema; faults are added to *problems*."""
    try:
        data = tomllib.loads((content / name).read_text(encoding="utf-8"))
    except FileNotFoundError:
        problems.append(Problem(name, "(file)", "no file", "a TOML file"))
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        problems.append(Problem(name, "(file)", str(error), "valid TOML in UTF-8"))
        return {}
    for fault in _validator(schema).iter_errors(data):
        problems.append(Problem(name, _key(data, fault), _found(fault), _expected(fault)))
    return data


def sound_content(name: str, schema: str) -> dict[str, Any]:
    """Read one of the kit's own content files.

    Raises
    ------
    ContentError
        It is missing or not as its schema says; all faults are listed.
    """
    problems: list[Problem] = []
    data = read_content(content_dir(), name, schema, problems)
    if problems:
        raise ContentError(problems)
    return data


# --- schema errors in the words of an author -----------------------------------------------


@cache
def _validator(schema: str) -> Any:
    # jsonschema's checker of international addresses costs more than all else that a notebook
    # loads, and no schema of ours uses it: told that it is missing, jsonschema goes without
    checker = sys.modules.setdefault("rfc3987_syntax", cast(Any, None))
    from jsonschema import Draft202012Validator

    if checker is None:
        del sys.modules["rfc3987_syntax"]
    path = content_dir() / "schemas" / f"{schema}.schema.json"
    return Draft202012Validator(json.loads(path.read_text(encoding="utf-8")))


def _key(data: Any, error: Any) -> str:
    """Name the place by ids where there are some: ``requirement[idn-04].severity``."""
    words, node = "", data
    for step in error.absolute_path:
        node = node[step]
        if isinstance(step, int):
            name = (node.get("id") or node.get("key")) if isinstance(node, dict) else None
            words += f"[{name or step}]"
        else:
            words += f".{step}" if words else str(step)
    return words or "(top level)"


def _found(error: Any) -> str:
    if error.validator == "required":
        return "it missing"
    if error.validator == "additionalProperties":
        known = error.schema.get("properties", {})
        return "unknown " + ", ".join(repr(key) for key in error.instance if key not in known)
    shown = repr(error.instance)
    return shown if len(shown) <= 80 else shown[:77] + "..."


def _expected(error: Any) -> str:
    wanted = error.validator_value
    match error.validator:
        case "required":
            return ", ".join(key for key in wanted if key not in error.instance)
        case "additionalProperties":
            return "only " + ", ".join(error.schema.get("properties", {}))
        case "enum":
            return "one of " + ", ".join(map(str, wanted))
        case "pattern":
            return f"text of the form {wanted}"
        case "type":
            return str(wanted)
        case "minLength" | "minItems":
            return "something, not nothing"
        case "anyOf":
            return "one of " + ", ".join(key for option in wanted for key in option["required"])
    return str(error.message)


# --- rows to objects -----------------------------------------------------------------------


def _content_rows(content: Path, course: dict[str, Any], problems: list[Problem]) -> ContentRows:
    def rows(name: str, schema: str, key: str) -> list[dict[str, Any]]:
        return rows_in(read_content(content, name, schema, problems), key, name)

    def rows_of_all(folder: str, key: str) -> list[dict[str, Any]]:
        names = sorted(path.name for path in (content / folder).glob("*.toml"))
        return [row for name in names for row in rows(f"{folder}/{name}", folder, key)]

    return ContentRows(
        sources=rows_of_all("sources", "source"),
        limits=rows_of_all("limits", "limit"),
        commitments=rows("commitments.toml", "commitments", "commitment"),
        lessons=rows_in(course, "lesson", "course.toml"),
        paths=rows_in(course, "path", "course.toml"),
        gaps=rows_in(course, "gap", "course.toml"),
        standards=[
            _standard_data(content, folder, problems)
            for folder in sorted((content / "standards").iterdir())
            if folder.is_dir()
        ],
    )


def _standard_data(content: Path, folder: Path, problems: list[Problem]) -> dict[str, Any]:
    base = f"standards/{folder.name}"
    data = read_content(content, f"{base}/standard.toml", "standard", problems)
    named = [name for name in data.get("topics", []) if isinstance(name, str)]
    topics = []
    for name in named:
        file = f"{base}/{name}.toml"
        topic = read_content(content, file, "topic", problems)
        topics.append({**topic, "requirement": rows_in(topic, "requirement", file)})
    # without a readable standard.toml every topic file would look like a stray one
    stray = {path.stem for path in folder.glob("*.toml")} - {"standard", *named} if data else set()
    problems.extend(
        Problem(f"{base}/{name}.toml", "(file)", "a topic file", "it named in standard.toml topics")
        for name in sorted(stray)
    )
    return {**data, "topic_files": topics}


def _standard(data: dict[str, Any]) -> Standard:
    return Standard(
        id=data["id"],
        title=Text(data["title"]),
        edition=data["edition"],
        status=Text(data["status"]),
        scope=Text(data["scope"]),
        not_established=tuple(Text(words) for words in data["not_established"]),
        topics=tuple(Topic(topic["topic"], Text(topic["title"])) for topic in data["topic_files"]),
        requirements=tuple(
            _requirement(row, data["id"], topic["topic"])
            for topic in data["topic_files"]
            for row in topic["requirement"]
        ),
        includes=tuple(data.get("includes", ())),
        module=data.get("module", False),
    )


def _requirement(row: dict[str, Any], standard: str, topic: str) -> Requirement:
    words = {key: Text(row[key]) for key in ("statement", "evidence", "criterion", "failure")}
    return Requirement(
        id=row["id"],
        standard=standard,
        topic=topic,
        severity=Severity(row["severity"]),
        method=row["method"],
        basis=_bases(row),
        limits=tuple(row.get("limits", ())),
        commitments=tuple(row.get("commitments", ())),
        same_as=row.get("same_as", ""),
        **words,
    )


def _bases(row: dict[str, Any]) -> tuple[Basis, ...]:
    return tuple(Basis(**{**basis, "kind": BasisKind(basis["kind"])}) for basis in row["basis"])


def _limit(row: dict[str, Any]) -> Limit:
    return Limit(**{**content_of(row), "label": Text(row["label"]), "basis": _bases(row)})


def _commitment(row: dict[str, Any]) -> Commitment:
    core = row.get("core", False)
    return Commitment(row["id"], Text(row["statement"]), row["status"], _bases(row), core)


def _course(data: dict[str, Any]) -> Course:
    lessons = tuple(
        Lesson(**{**row, "title": Text(row["title"]), "summary": Text(row["summary"])})
        for row in data["lesson"]
    )
    return Course(
        title=Text(data["title"]),
        start=data["start"],
        lessons=lessons,
        laboratory=data.get("laboratory", ""),
        extra=tuple(data.get("extra", ())),
        paths=tuple(_path(row, lessons) for row in data.get("path", [])),
        promise=Promise(**data.get("promise", {})),
        gaps=tuple(
            Gap(row["by"], Text(row["reason"]), tuple(row["requirements"]))
            for row in data.get("gap", [])
        ),
    )


def _path(row: dict[str, Any], lessons: tuple[Lesson, ...]) -> LearningPath:
    wanted = set(row["lessons"])
    ordered = tuple(lesson.id for lesson in lessons if lesson.id in wanted)
    return LearningPath(row["id"], row["kind"], Text(row["title"]), Text(row["summary"]), ordered)


def _overridden(limit: Limit, profile: Profile) -> Limit:
    own = profile.limits.get(limit.id)
    if not own:
        return limit
    cleared: dict[str, Any] = dict.fromkeys(("at_least", "at_most", "above", "below", "grey"))
    return replace(limit, **{**cleared, **own}, overridden_by=profile.name)


def _pick(table: Mapping[str, _T], name: str, kind: str) -> _T:
    import difflib

    if name in table:
        return table[name]
    near = difflib.get_close_matches(name, table, n=3)
    hint = (
        f"did you mean {' or '.join(near)}?" if near else f"there are {len(table)} to choose from"
    )
    raise BadInput(f"no {kind} {name!r}; {hint}")
