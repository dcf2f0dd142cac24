"""The errors that a user of the kit can meet.

Each message says what was found, what was expected and what to do next.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["BadInput", "ContentError", "KitError", "Problem"]


class KitError(Exception):
    """Something the user can mend; the message tells how.

    In a notebook it is shown as one calm line instead of a traceback.
    """

    def _render_traceback_(self) -> list[str]:
        return [f"{type(self).__name__}: {self}"]


class BadInput(KitError, ValueError):
    """A value, file or option cannot be used as given."""


@dataclass(frozen=True)
class Problem:
    """One fault in a content file."""

    file: str
    key: str
    found: str
    expected: str

    def __str__(self) -> str:
        return f"{self.file}: {self.key}: found {self.found}; expected {self.expected}"


class ContentError(KitError):
    """One or more content files are wrong; all their problems are listed together."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = tuple(problems)
        count = len(self.problems)
        head = f"{count} problem{'s' if count != 1 else ''} in the content files"
        super().__init__("\n  ".join([head, *map(str, self.problems)]))
