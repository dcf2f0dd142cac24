"""A set of statistics in which what cannot be computed is named, and never a number."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from stemcell_kit.errors import BadInput
from stemcell_kit.language import say

__all__ = ["Measured", "Reason"]


class Reason:
    """Why a statistic is missing; the words are in the messages."""

    FEW = "few"
    NO_SPREAD = "no-spread"
    NO_LINKS = "no-links"
    NO_RELIABILITY = "no-reliability"
    ONE_SIDE = "one-side"
    SAME_EXPECTED = "same-expected"
    INCOMPLETE = "incomplete"


@dataclass
class Measured:
    """Name -> value, and name -> why there is none. Every name is in exactly one of them."""

    values: dict[str, float] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)

    def measure(
        self, names: tuple[str, ...], compute: Callable[[], Mapping[str, float]], reason: str
    ) -> None:
        """Enter what a method gives, or for what reason it gives nothing.

        The method's own complaint says that the data are not fit for it; *reason* says why.
        """
        try:
            found = compute()
        except BadInput:
            self.leave_out(names, reason)
            return
        self.values.update({name: float(found[name]) for name in names})

    def leave_out(self, names: tuple[str, ...], reason: str) -> None:
        """Enter that these are not computed."""
        self.missing.update(dict.fromkeys(names, reason))

    def __contains__(self, name: str) -> bool:
        return name in self.values

    def __getitem__(self, name: str) -> float:
        return self.values[name]

    def words(self, name: str, digits: int = 2, unit: str = "") -> str:
        """Write a statistic for a person, or why there is none."""
        if name in self.values:
            return f"{self.values[name]:.{digits}f}{unit}"
        return say(f"item-statistics.reason-{self.missing[name]}")
