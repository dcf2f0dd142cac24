"""What the exports of PCR instruments have in common: wells, later-than signs, stated means."""

from __future__ import annotations

import math
import re

import pandas as pd

from stemcell_kit.errors import BadInput

__all__ = ["check_cqs", "mean_warnings", "opening", "plain_position", "without_later_than"]

_OPENING_BYTES = 6000
_LATEST_CQ = 60.0
_MEAN_ROOM = 0.02
_LATER_THAN = re.compile(r"(?<=[\t,;])\"?>\s?\d{2}(?:[.,]\d+)?\"?(?=[\t,;\n]|\Z)")
_POSITION = re.compile(r"([A-P])0?([1-9]\d?)")


def opening(raw: bytes) -> str:
    """Return the first characters of an export, good enough to look for headings."""
    start = raw[:_OPENING_BYTES]
    if start.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in start[:200]:
        start = start.replace(b"\x00", b"")
    return start.lstrip(b"\xff\xfe\xef\xbb\xbf").decode("latin-1")


def plain_position(cell: str) -> str:
    """Return a well as A1, also where the instrument writes A01."""
    found = _POSITION.fullmatch(cell)
    if found is None:
        raise BadInput(
            f"{cell!r} is no well; expected a letter A to P and a number, e.g. A1 or A01"
        )
    return f"{found[1]}{found[2]}"


def without_later_than(text: str) -> tuple[str, tuple[str, ...]]:
    """Write cells such as ``>40.000`` as Undetermined, and say how many there were."""
    plain, count = _LATER_THAN.subn("Undetermined", text)
    if not count:
        return text, ()
    return plain, (f"{count} cells say later than a cycle (>40): read as no Cq, not as a number",)


def check_cqs(table: pd.DataFrame) -> None:
    """Refuse a Cq that no run has: 0, below it, or beyond any number of cycles."""
    wrong = table[(table["cq"] <= 0) | (table["cq"] > _LATEST_CQ)]
    if len(wrong):
        row = wrong.iloc[0]
        raise BadInput(
            f"well {row['position']} has Cq {row['cq']:g}; expected more than 0 and at most "
            f"{_LATEST_CQ:g} cycles, or Undetermined. Look for a lost decimal point or another "
            "column under this heading."
        )


def mean_warnings(table: pd.DataFrame, stated: str) -> tuple[str, ...]:
    """Compare the mean Cq that the software states with that of the wells in the file."""
    used = table[table["cq"].notna() & table[stated].notna() & (table["sample"] != "")]
    found = []
    for (sample, target), wells in used.groupby(["sample", "target"], sort=False):
        mean, said = wells["cq"].mean(), wells[stated].iloc[0]
        if not math.isclose(mean, said, abs_tol=_MEAN_ROOM):
            found.append(
                f"{sample} {target}: the file states a mean Cq of {said:.3f}, its wells give "
                f"{mean:.3f}; were wells left out, or sorted apart from their results?"
            )
    return tuple(found)
