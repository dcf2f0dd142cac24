"""What an exam decided: ``results.json``, read and held against its form."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stemcell_kit.certification.credential.canonical import parsed
from stemcell_kit.certification.roster import read_roster
from stemcell_kit.errors import BadInput
from stemcell_kit.language import say
from stemcell_kit.paths import content_dir

__all__ = ["Results", "Subject", "in_both", "read_people", "read_results"]

FORMAT = "stemcell-kit-exam-results"


@dataclass(frozen=True)
class Results:
    """The results of one exam, as plain data of the form that the exam writes."""

    data: Mapping[str, Any]

    @property
    def is_practice(self) -> bool:
        """Whether nobody was examined: a practice exam."""
        return bool(self.data["practice"])

    @property
    def candidates(self) -> tuple[Mapping[str, Any], ...]:
        """Each candidate's decision."""
        return tuple(self.data["candidates"])


@dataclass(frozen=True)
class Subject:
    """Who was examined: a code, and as far as the roster tells them a name and an address."""

    code: str
    name: str = ""
    email: str = ""


def read_results(path: Path) -> Results:
    """Read ``results.json``.

    Raises
    ------
    BadInput
        The file cannot be read, or is none; the message says at which place.
    """
    from jsonschema import Draft202012Validator

    schema = content_dir() / "schemas" / "credential-results.schema.json"
    try:
        data = parsed(path.read_bytes())
    except OSError as error:
        raise BadInput(say("credential.unreadable", path=path, reason=error.strerror)) from None
    validator = Draft202012Validator(json.loads(schema.read_text(encoding="utf-8")))
    fault = next(iter(validator.iter_errors(data)), None)
    if fault is not None:
        place = ".".join(map(str, fault.absolute_path)) or "(top level)"
        raise BadInput(
            say("credential.no-results", path=path, place=place, reason=fault.message[:200])
        )
    return Results(data)


def read_people(path: Path | None) -> dict[str, Subject]:
    """Return the people of an exam's roster by their code; nobody where no roster is given.

    Raises
    ------
    BadInput
        There is no such file, or it has other columns.
    ContentError
        With every faulty line at once.
    """
    if path is None:
        return {}
    return {code: Subject(code, one.name, one.email) for code, one in read_roster(path).items()}


def in_both(words: str | Mapping[str, str]) -> str:
    """Return a text that stands in a credential: in both languages where both are given."""
    if isinstance(words, str):
        return words
    return " · ".join(dict.fromkeys(words.values()))
