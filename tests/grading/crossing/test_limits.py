"""Who sends is told in time that a value is too large, and what to do."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from scipy import sparse

from stemcell_kit.grading.crossing import (
    ARRAY_BYTES,
    DEPTH,
    INT_DIGITS,
    NODES,
    TABLE_CELLS,
    TEXT_BYTES,
    CannotCross,
    decode,
    encode,
)
from stemcell_kit.grading.crossing.decode import Unpacking
from stemcell_kit.grading.crossing.encode import Packing
from stemcell_kit.grading.crossing.limits import Budget


def nested(levels: int) -> list[Any]:
    """A list in a list in a list."""
    value: list[Any] = []
    for _ in range(levels - 1):
        value = [value]
    return value


def looped() -> list[Any]:
    """A list that holds itself."""
    value: list[Any] = []
    value.append(value)
    return value


def shared(levels: int) -> list[Any]:
    """A few lists that would be billions if each were written out."""
    value: list[Any] = [1]
    for _ in range(levels):
        value = [value] * 10
    return value


AT_THE_LIMIT = [
    nested(DEPTH),
    [1] * (NODES - 1),
    10**INT_DIGITS - 1,
    -(10**INT_DIGITS) + 1,
    "a" * TEXT_BYTES,
    b"a" * TEXT_BYTES,
    np.zeros(ARRAY_BYTES, dtype="i1"),
    pd.Series(np.zeros(TABLE_CELLS // 2, dtype="i1")),
    Decimal(f"1E+{INT_DIGITS - 1}"),
    range(10_000_000),
    re.compile("a" * 1000),
]
BEYOND = [
    (nested(DEPTH + 1), "60 levels"),
    (nested(5_000), "60 levels"),
    (looped(), "holds itself"),
    (shared(9), "parts"),
    ([1] * NODES, "parts"),
    (10**INT_DIGITS, "digits"),
    (-(10**INT_DIGITS), "digits"),
    ("a" * (TEXT_BYTES + 1), "bytes of text"),
    ("细" * (TEXT_BYTES // 3 + 1), "bytes of text"),
    (["a" * 1000] * (TEXT_BYTES // 1000 + 1), "bytes of text"),
    (b"a" * (TEXT_BYTES + 1), "bytes of text"),
    (np.zeros(ARRAY_BYTES + 1, dtype="i1"), "bytes of arrays"),
    ([np.zeros(ARRAY_BYTES // 2 + 1, dtype="i1")] * 2, "bytes of arrays"),
    (pd.DataFrame(np.zeros((TABLE_CELLS // 2 + 1, 2), dtype="i1")), "cells"),
    (pd.Series(np.zeros(TABLE_CELLS + 1, dtype="i1")), "cells"),
    (Decimal(f"1E+{INT_DIGITS}"), "digits"),
    (range(10_000_001), "range"),
    (re.compile("a" * 1001), "regular expressions"),
]


@pytest.mark.parametrize("value", AT_THE_LIMIT, ids=lambda value: type(value).__name__)
def test_a_value_at_a_limit_crosses(value: Any) -> None:
    """Each limit includes its number, on both sides."""
    arrived = decode(encode(value))

    assert type(arrived) is type(value)


@pytest.mark.parametrize(("value", "found"), BEYOND, ids=lambda value: type(value).__name__)
def test_a_value_beyond_a_limit_is_refused(value: Any, found: str) -> None:
    """The message names the limit that was passed."""
    with pytest.raises(CannotCross, match=found):
        encode(value)


def test_a_refusal_says_what_to_do() -> None:
    """Found, expected, next: as every message here."""
    with pytest.raises(CannotCross, match=r"8,388,608 bytes of text.*Give a shorter one"):
        encode("a" * (TEXT_BYTES + 1))


def test_a_refusal_is_a_value_error() -> None:
    """Those who do not know it may still catch it."""
    assert issubclass(CannotCross, ValueError)


def test_what_cannot_be_read_is_refused_and_not_raised() -> None:
    """A damaged table must not end the process that was asked for it."""
    table = pd.DataFrame({"a": [1]})
    object.__setattr__(table, "_mgr", None)

    with pytest.raises(CannotCross, match="DataFrame cannot be read"):
        encode(table)


def drawn() -> Any:
    """A figure with a bit of everything."""
    figure = Figure()
    left, right = figure.subplots(1, 2)
    left.plot([1, 2], [1, 2], label="a")
    left.plot(["a", "b"], [1, 2])
    left.fill_between([1, 2], [1, 2])
    left.text(1, 1, "note")
    left.set_yticks(range(40))
    left.legend()
    right.hist(range(50), bins=50)
    right.scatter([1, 2], [1, 2], c=[1, 2])
    right.imshow(np.eye(2))
    right.pie([1, 2])
    return figure


ZONE = ZoneInfo("Asia/Shanghai")
DAYS = pd.date_range("2020", periods=2, freq="D", tz=ZONE)
PAIRS = pd.DataFrame(
    {
        "a": [1, 2],
        "text": ["x", "y"],
        "day": DAYS,
        "class": pd.Categorical(["u", "v"]),
        "missing": pd.array([1, None], dtype="Int64"),
        "month": pd.period_range("2020", periods=2, freq="M"),
        "bin": pd.interval_range(0, 2),
    }
)
SENT = [
    [1, "a", {"b": (2.5, None)}, {3}, 2**70, 1j, b"c", range(3), slice(1)],
    [datetime(2020, 1, 1, tzinfo=ZONE), time(1, tzinfo=ZONE), timedelta(1), date(2020, 1, 1)],
    [Decimal("1.5"), Fraction(1, 2**60), Path("a"), UUID(int=1), re.compile("a")],
    [np.zeros((2, 2, 2)), np.float32(1), np.str_("a"), np.ma.array([1, 2], mask=[0, 1])],
    np.array(["a", 1, None], dtype=object),
    [DAYS[0], pd.Timedelta("1h"), pd.Period("2020"), pd.Interval(1, 2), pd.NaT],
    PAIRS,
    pd.concat([PAIRS] * 10, axis=1),
    PAIRS.dtypes,
    [PAIRS[name] for name in PAIRS],
    [PAIRS[name].array for name in PAIRS],
    [pd.Index(PAIRS[name]) for name in PAIRS],
    PAIRS.set_index(["text", "day"]),
    pd.DataFrame(np.eye(3)),
    sparse.csr_array(np.eye(2)),
    drawn(),
    drawn().axes,
]


@pytest.mark.parametrize("value", SENT, ids=lambda value: type(value).__name__)
def test_what_may_leave_may_arrive(value: Any) -> None:
    """A value costs no more where it arrives: an honest one is never taken for an attack."""
    packing, unpacking = Packing(None), Unpacking(None)
    unpacking.unpack(packing.pack(value))
    stores = [name for name in Budget.__slots__ if name != "_refusal"]

    for store in stores:
        assert getattr(packing.budget, store) <= getattr(unpacking.budget, store), store


def test_a_table_at_the_deepest_level_arrives() -> None:
    """Its own levels in the tree do not count against it."""
    value: Any = PAIRS.set_index(["text", "day"])
    for _ in range(DEPTH - 3):
        value = [value]

    assert type(decode(encode(value))) is list
