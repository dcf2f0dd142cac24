"""What the intake says: notes on what was repaired, and refusals that a learner can act on."""

from __future__ import annotations

from stemcell_kit.language import say

__all__ = ["Notes", "Refused", "listed", "shown"]

MOST_NAMES = 5
LONGEST_NAME = 60


class Refused(Exception):
    """A notebook cannot be graded; ``key`` names the message, ``values`` fill it."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.key = key
        self.values = values

    def message(self, notebook: str) -> str:
        """Return what the learner of *notebook* is told."""
        return say(f"intake.{self.key}", notebook=notebook, **self.values)


class Notes:
    """Notes of one kind become one line, however many files or cells it is about."""

    def __init__(self, **values: object) -> None:
        self._values = values
        self._names: dict[str, list[str]] = {}

    def add(self, key: str, name: object = "") -> None:
        """Note that *key* happened to the file, cell or question *name*."""
        self._names.setdefault(key, []).append(str(name))

    def lines(self) -> tuple[str, ...]:
        """Return one sentence per kind of note, in the order of their first appearance."""
        return tuple(
            say(f"intake.{key}", names=listed(names), count=len(names), **self._values)
            for key, names in self._names.items()
        )


def shown(name: str) -> str:
    """Return a name that may be printed anywhere: signs that steer a screen are spelled out."""
    spelled = "".join(sign if sign.isprintable() else f"\\x{ord(sign):x}" for sign in name)
    return spelled if len(spelled) <= LONGEST_NAME else f"{spelled[:LONGEST_NAME]}…"


def listed(names: list[str]) -> str:
    """Return the names in a row; the first few, when there are many."""
    row = ", ".join(shown(name) for name in names[:MOST_NAMES])
    return f"{row} (+{len(names) - MOST_NAMES})" if len(names) > MOST_NAMES else row
