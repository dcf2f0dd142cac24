"""The rules by which statistics are read, from ``content/certification/item_statistics.toml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from stemcell_kit.catalogue import sound_content
from stemcell_kit.model import Text

__all__ = ["Rules", "rules"]


@dataclass(frozen=True)
class Rules:
    """The numbers of the content file under their names there, and the note on where they are from."""

    note: Text
    group_share: float
    unstable_below: int
    rough_below: int
    per_question: int
    per_form: int
    easiest: float
    hardest: float
    standard_errors: float
    discrimination: float
    reliability: float
    confidence: float
    shifts: tuple[float, ...]
    tolerance_percent: float
    group_tolerance_percent: float
    expected_range_percent: float


@cache
def rules() -> Rules:
    """Return the rules of this installation.

    Raises
    ------
    ContentError
        The file is wrong; all its problems are listed.
    """
    return _rules(sound_content("certification/item_statistics.toml", "item_statistics"))


def _rules(data: Mapping[str, Any]) -> Rules:
    candidates, difficulty, forms = data["candidates"], data["difficulty"], data["forms"]
    return Rules(
        note=Text(data["note"]),
        group_share=data["groups"]["share"],
        **candidates,
        easiest=difficulty["at_most"],
        hardest=difficulty["at_least"],
        standard_errors=difficulty["standard_errors"],
        discrimination=data["discrimination"]["at_least"],
        reliability=data["reliability"]["at_least"],
        confidence=data["reliability"]["confidence"],
        shifts=tuple(data["pass_mark"]["shifts"]),
        **forms,
    )
