"""How much of a value may cross, and the two ways of refusing it."""

from __future__ import annotations

from typing import Any, TypeAlias

from stemcell_kit.errors import BadInput

__all__ = [
    "ARRAY_BYTES",
    "DEPTH",
    "INT_DIGITS",
    "NODES",
    "PATTERN_CHARACTERS",
    "RANGE_LENGTH",
    "SAFE_INT",
    "TABLE_CELLS",
    "TABLE_COLUMNS",
    "TABLE_NODES",
    "TEXT_BYTES",
    "BadCrossing",
    "Budget",
    "CannotCross",
    "Tree",
]

Tree: TypeAlias = dict[str, Any] | list[Any] | str | float | None

DEPTH = 60
NODES = 400_000
INT_DIGITS = 5_000
TEXT_BYTES = 8 * 1024**2
ARRAY_BYTES = 32 * 1024**2
TABLE_CELLS = 2_000_000
TABLE_COLUMNS = 100_000
# Building one table takes as long as building some hundred numbers.
TABLE_NODES = 100
# A list made from a longer range would fill the memory of whoever makes it.
RANGE_LENGTH = 10_000_000
# Compiling an expression can take long for its length.
PATTERN_CHARACTERS = 1_000
# JSON numbers are exact for every reader up to here.
SAFE_INT = 2**53


class CannotCross(BadInput):
    """A value is not plain data, or too large, and stays where it is."""


class BadCrossing(BadInput):
    """What arrived is not a value that was sent by the rules."""


class Budget:
    """What one value may still hold; whoever spends too much is refused at once.

    Parameters
    ----------
    refusal
        The error to raise: ``CannotCross`` on the way out, ``BadCrossing`` on the way in.
    """

    __slots__ = ("_array", "_cells", "_nodes", "_pattern", "_refusal", "_text")

    def __init__(self, refusal: type[BadInput]) -> None:
        self._refusal = refusal
        self._nodes = NODES
        self._text = TEXT_BYTES
        self._array = ARRAY_BYTES
        self._cells = TABLE_CELLS
        self._pattern = PATTERN_CHARACTERS

    def nodes(self, count: int) -> None:
        """Spend parts of a value."""
        self._nodes -= count
        if self._nodes < 0:
            self._refuse(f"more than {NODES:,} parts", "fewer items, or an array or a table")

    def text(self, text: str) -> None:
        """Spend one text, as long as it is in UTF-8."""
        whole = text.isascii()
        self.text_bytes(len(text) if whole else len(text.encode("utf-8", "surrogatepass")))

    def text_bytes(self, count: int) -> None:
        """Spend bytes of text, or bytes as such."""
        self._text -= count
        if self._text < 0:
            self._refuse(f"more than {TEXT_BYTES:,} bytes of text", "a shorter one")

    def array_bytes(self, count: int) -> None:
        """Spend bytes of arrays and of table columns."""
        self._array -= count
        if self._array < 0:
            self._refuse(f"more than {ARRAY_BYTES:,} bytes of arrays or tables", "a smaller one")

    def cells(self, count: int) -> None:
        """Spend cells of tables."""
        self._cells -= count
        if self._cells < 0:
            self._refuse(f"more than {TABLE_CELLS:,} table cells", "a smaller table")

    def pattern(self, count: int) -> None:
        """Spend characters of regular expressions."""
        self._pattern -= count
        if self._pattern < 0:
            self._refuse(
                f"more than {PATTERN_CHARACTERS:,} characters of regular expressions",
                "a shorter one",
            )

    def depth(self, depth: int) -> None:
        """Refuse a value that is nested too deeply."""
        if depth > DEPTH:
            self._refuse(
                f"more than {DEPTH} levels, one inside the other, or holds itself",
                "a flatter one",
            )

    def _refuse(self, found: str, advice: str) -> None:
        raise self._refusal(f"the value has {found}; that is too much to check. Give {advice}.")
