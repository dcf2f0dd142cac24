"""The QC methods as data: what each is called, where it comes from, what it must reproduce.

Each family of ``stemcell_kit.qc`` has one file in ``content/methods``. A reference value there is
a call with plain arguments and the numbers that a source gives for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Any

from stemcell_kit.catalogue import read_content
from stemcell_kit.errors import BadInput, ContentError, Problem
from stemcell_kit.model import Text
from stemcell_kit.paths import content_dir

__all__ = ["Method", "ReferenceValue", "method", "methods"]


@dataclass(frozen=True)
class ReferenceValue:
    """One published call of a method.

    ``expected`` maps a path into the result (``interval.low``, ``0``; ``result`` for the result
    itself) to what the source gives. ``within`` is the tolerance that the source's own rounding
    supports; with ``within_percent`` it is relative. Where ours ``differs``, ``found`` is what it
    gives instead, and ``why`` says the reason.
    """

    id: str
    function: str
    given: Mapping[str, Any]
    expected: Mapping[str, float | str | bool]
    origin: str
    source: str
    within: float = 0.0
    within_percent: float = 0.0
    found: Mapping[str, float | str | bool] | None = None
    why: Text | None = None


@dataclass(frozen=True)
class Method:
    """A quality-control method: its id, its family and module, its source and its values."""

    id: str
    family: str
    family_title: Text
    title: Text
    source: str
    values: tuple[ReferenceValue, ...] = ()

    @property
    def module(self) -> str:
        """Full name of the module."""
        return f"stemcell_kit.qc.{self.family}.{self.id}"

    def load(self) -> ModuleType:
        """Import the module of the method."""
        return import_module(self.module)


@cache
def methods() -> Mapping[str, Method]:
    """Return all methods by id, family by family.

    Raises
    ------
    ContentError
        With every problem of the files; two methods or values of one id are a problem too.
    """
    problems: list[Problem] = []
    found: dict[str, Method] = {}
    for path in sorted((content_dir() / "methods").glob("*.toml")):
        name = f"methods/{path.name}"
        data = read_content(content_dir(), name, "methods", problems)
        for row in data.get("method", []) if not problems else []:
            if row["id"] in found:
                problems.append(Problem(name, f"method[{row['id']}]", "it twice", "one of a name"))
            found[row["id"]] = _method(path.stem, Text(data["title"]), row)
    problems += _doubled_values(found)
    if problems:
        raise ContentError(problems)
    return found


def method(method_id: str) -> Method:
    """Return one method.

    Raises
    ------
    BadInput
        There is no method of that name.
    """
    if method_id not in methods():
        raise BadInput(f"no QC method {method_id!r}; choose one of {', '.join(methods())}")
    return methods()[method_id]


def _method(family: str, family_title: Text, row: Mapping[str, Any]) -> Method:
    values = tuple(_value(value) for value in row.get("value", []))
    return Method(row["id"], family, family_title, Text(row["title"]), row["source"], values)


def _value(row: Mapping[str, Any]) -> ReferenceValue:
    differs = row.get("differs")
    plain = {key: value for key, value in row.items() if key != "differs"}
    if differs is None:
        return ReferenceValue(**plain)
    return ReferenceValue(**plain, found=differs["found"], why=Text(differs["why"]))


def _doubled_values(found: Mapping[str, Method]) -> Iterator[Problem]:
    seen: set[str] = set()
    for one in found.values():
        for value in one.values:
            if value.id in seen:
                file = f"methods/{one.family}.toml"
                yield Problem(file, f"value[{value.id}]", "it twice", "one of a name")
            seen.add(value.id)
