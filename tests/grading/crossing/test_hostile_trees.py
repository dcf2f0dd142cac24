"""Whatever comes from a learner's process is a value or a BadCrossing, and quickly."""

from __future__ import annotations

import copy
import json
import time
import types
import warnings
from collections import Counter, deque
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from stemcell_kit.grading.crossing import (
    ARRAY_BYTES,
    DEPTH,
    NODES,
    TABLE_CELLS,
    TEXT_BYTES,
    BadCrossing,
    decode,
    encode,
)

PRIME = 2**61 - 1  # numbers that differ by a multiple of it have one hash


def array(dtype: Any, shape: Any, packed: Any) -> dict[str, Any]:
    """A tree of an array."""
    return {"t": "np.array", "dtype": dtype, "shape": shape, "v": packed}


def listed(items: Any) -> dict[str, Any]:
    """A tree of a list."""
    return {"t": "list", "v": items}


def long(value: int) -> dict[str, Any]:
    """A tree of a long number."""
    return {"t": "int", "v": hex(value)}


def changed(value: Any, **fields: Any) -> dict[str, Any]:
    """The tree of a value, with some fields changed."""
    tree: Any = json.loads(json.dumps(encode(value)))
    return {**tree, **fields}


def inside(levels: int, tag: str) -> Any:
    """A node inside a node inside a node."""
    tree: Any = 1
    for _ in range(levels):
        tree = {"t": tag, "v": [tree]}
    return tree


DAY = pd.date_range("2020", periods=2, freq="D")
LEVELS = pd.MultiIndex.from_product([["a", "b"], [1, 2]])
TABLE = pd.DataFrame({"a": [1, 2], "b": ["x", "y"]})
HOSTILE: dict[str, Any] = {
    # what JSON allows and we do not
    "a bare list": [1],
    "a bare nan": float("nan"),
    "a bare infinity": float("inf"),
    "a bare long number": 2**53,
    "a tuple": (1,),
    "bytes": b"a",
    # tags
    "no tag": {},
    "a tag that is a number": {"t": 1},
    "a tag that is a list": {"t": ["list"]},
    "an unknown tag": {"t": "pickle", "v": ""},
    "a tag with a library": {"t": "np.load", "v": "x"},
    "a tag with a path": {"t": "../np.array", "v": "x"},
    "an empty tag": {"t": ""},
    "the name of a module": {"t": "os.system", "v": "true"},
    # fields
    "a missing field": {"t": "list"},
    "one field too many": {"t": "list", "v": [], "w": 1},
    "another field": {"t": "list", "w": []},
    "a list that is a text": listed("abc"),
    "a list that is a dict": listed({"t": "list", "v": []}),
    # plain values
    "keys without values": {"t": "dict", "k": [1], "v": []},
    "a key twice": {"t": "dict", "k": [1, 1.0], "v": [1, 2]},
    "a key that is a list": {"t": "dict", "k": [listed([])], "v": [1]},
    "a member twice": {"t": "set", "v": ["a", "a"]},
    "a member that is a set": {"t": "set", "v": [{"t": "set", "v": []}]},
    "a number in decimals": {"t": "int", "v": "1" * 20},
    "a number of Python's syntax": {"t": "int", "v": "0x1_0000_0000_0000_0000"},
    "a number too long": long(10**5000),
    "a float that is a formula": {"t": "float", "v": "1e400"},
    "a complex of texts": {"t": "complex", "re": "1", "im": 0.0},
    "a complex of ints": {"t": "complex", "re": 1, "im": 0},
    "bytes that are no base64": {"t": "bytes", "v": "%%%%"},
    "bytes with a tail": {"t": "bytes", "v": "AA==AA=="},
    "bytes beyond ASCII": {"t": "bytes", "v": "ää=="},
    "a decimal that is none": {"t": "decimal", "v": "1__0"},
    "a decimal beyond all numbers": {"t": "decimal", "v": "1E+999999"},
    "a decimal smaller than all": {"t": "decimal", "v": "1E-999999"},
    "a fraction over zero": {"t": "fraction", "over": 1, "under": 0},
    "a fraction over a float": {"t": "fraction", "over": 1, "under": 2.0},
    "a range without end": {"t": "range", "v": [0, 2**52, 1]},
    "a range that stands still": {"t": "range", "v": [0, 1, 0]},
    "a range of floats": {"t": "range", "v": [0, 1.5, 1]},
    "a range of two": {"t": "range", "v": [0, 1]},
    "a factory that is code": {"t": "defaultdict", "factory": "eval", "k": [], "v": []},
    "a deque beyond its length": {"t": "deque", "v": [1, 2], "longest": 1},
    "a deque of negative length": {"t": "deque", "v": [], "longest": -1},
    "a name with underscores": {"t": "namespace", "names": ["__class__"], "v": [1]},
    "a name that is a number": {"t": "namespace", "names": [1], "v": [1]},
    "a pattern that is none": {"t": "pattern", "v": "(", "flags": 0},
    "a pattern too long": {"t": "pattern", "v": "a" * 1001, "flags": 0},
    "two patterns too long together": listed([{"t": "pattern", "v": "a" * 600, "flags": 0}] * 2),
    "a pattern that prints": {"t": "pattern", "v": "a", "flags": 128},
    "a pattern nested without end": {"t": "pattern", "v": "(" * 500 + ")" * 500, "flags": "0"},
    "a day that is none": {"t": "date", "v": [2021, 2, 29]},
    "a day of floats": {"t": "date", "v": [2021, 2.0, 1]},
    "a year without end": {"t": "date", "v": [2**52, 1, 1]},
    "a zone that is a path": {"t": "zone", "v": "../../etc/passwd"},
    "a zone that is a number": {"t": "time", "v": [1, 0, 0, 0, 0], "zone": 1},
    "an offset of weeks": {"t": "offset", "v": [9, 0, 0], "name": None},
    "a uuid that is none": {"t": "uuid", "v": "zz"},
    "a path with a number": {"t": "path", "v": 1},
    # arrays
    "an unknown dtype": array("V8", [1], "AAAAAAAAAAA="),
    "a dtype of objects in bytes": array("|O", [1], "AAAAAAAAAAA="),
    "a dtype with fields": array("i4,i4", [1], "AAAAAAAAAAA="),
    "a dtype that is a list": array(["<f8"], [1], "AAAAAAAAAAA="),
    "a text longer than all": array("<U99999999", [1], "AAAA"),
    "an array too short": array("<f8", [2], "AAAAAAAAAAA="),
    "an array too long": array("<i1", [1], "AAAA"),
    "an array of negative length": array("|i1", [-1], ""),
    "two negative lengths": array("|i1", [-1, -1], "AA=="),
    "a length that is true": array("|i1", [True], "AA=="),
    "an absurd shape": array("<f8", [2**40, 2**40], ""),
    "an absurd shape of nothing": array("<f8", [0, 2**52], ""),
    "forty dimensions": array("|i1", [1] * 40, "AA=="),
    "a boolean that is 2": array("|b1", [1], "Ag=="),
    "a character beyond Unicode": array("<U1", [1], "////fw=="),
    "objects that are missing": array("O", [2], [1]),
    "objects in base64": array("O", [1], "AAAA"),
    "a mask of another shape": {
        **changed(np.ma.array([1, 2], mask=[0, 1])),
        "mask": encode(np.array([True])),
    },
    "a scalar of two": {"t": "np.scalar", "dtype": "|i1", "v": "AAA="},
    "a sparse number outside": changed(sparse.coo_array(np.eye(2)), shape=[1, 1]),
    "a sparse matrix without end": changed(sparse.csr_array(np.eye(2)), shape=[2**50, 2]),
    "sparse places that are missing": changed(
        sparse.csr_array(np.eye(2)), places=[encode(np.zeros(1, "i4"))] * 2
    ),
    # tables
    "a column too short": changed(TABLE, index=encode(pd.RangeIndex(3))),
    "a name too many": changed(TABLE, columns=encode(pd.Index(["a", "b", "c"]))),
    "columns that are a list": changed(TABLE, columns=listed(["a", "b"])),
    "a column of bytes": changed(TABLE, v=[encode(np.array([b"a", b"b"]))] * 2),
    "a column of Julian days": changed(TABLE, v=[encode(np.array([1, 2], "M8[D]"))] * 2),
    "a column of two dimensions": changed(TABLE, v=[encode(np.eye(2))] * 2),
    "a block of another shape": changed(pd.DataFrame(np.eye(2)), v=encode(np.eye(3))),
    "a series that is a number": changed(pd.Series([1]), v=1),
    "a name that is a dict": changed(pd.Series([1]), name={"t": "dict", "k": [], "v": []}),
    "a range index without end": changed(pd.RangeIndex(3), v=[0, 2**52, 1]),
    "a frequency that is code": changed(DAY, frequency="__import__('os')"),
    "a frequency that does not fit": changed(DAY, frequency="MS"),
    "a frequency of names": changed(pd.Index(["a"]), frequency="D"),
    "codes beyond the categories": changed(
        pd.Categorical(["a"]), codes=encode(np.array([7], "i1"))
    ),
    "categories that stand twice": {
        "t": "pd.dtype.categories",
        "v": encode(pd.Index(["a", "a"])),
        "ordered": False,
    },
    "codes beyond the levels": changed(LEVELS, codes=[encode(np.array([9], "i1"))] * 2),
    "levels that are lists": changed(LEVELS, levels=[listed([1]), listed([2])]),
    "an interval from right to left": changed(
        pd.arrays.IntervalArray.from_breaks([0, 1]), left=encode(np.array([5]))
    ),
    "an interval between texts": {
        "t": "pd.interval",
        "left": "a",
        "right": "b",
        "closed": "left",
    },
    "ends of intervals that are code": {"t": "pd.dtype.interval", "v": "O", "closed": "left"},
    "texts that are numbers": changed(pd.array(["a"], dtype="string"), v=[True]),
    "masked dates": changed(pd.array([1], dtype="Int64"), v=encode(np.array([1], "M8[s]"))),
    "a moment that is a number": {"t": "pd.timestamp", "v": 1, "zone": None},
    "a moment of years": {
        "t": "pd.timestamp",
        "v": encode(np.datetime64("2020", "Y")),
        "zone": None,
    },
    # too much
    "too deep": inside(DEPTH + 7, "list"),
    "deeper than the stack": inside(20_000, "tuple"),
    "too many parts": listed([1] * NODES),
    "too many parts in all": listed([listed([1] * 1000)] * 500),
    "too much text": "a" * (TEXT_BYTES + 1),
    "too much text in all": listed(["a" * 1000] * 9000),
    "text that is longer in bytes": "细" * (TEXT_BYTES // 3 + 1),
    "too many bytes": {"t": "bytes", "v": "AAAA" * (TEXT_BYTES // 3 + 1)},
    "arrays too large in all": listed([encode(np.zeros(ARRAY_BYTES // 16 + 1))] * 2),
    "too many cells": array("O", [TABLE_CELLS + 1], [None] * (TABLE_CELLS + 1)),
    "too many tables": listed([encode(pd.Series([1]))] * 5000),
    "numbers of one hash": {"t": "set", "v": [long(PRIME * k) for k in range(2**40, 2**40 + 99)]},
    "an index of one hash": changed(
        pd.Index([1, "a"]),
        v=array("O", [99], [long(PRIME * k) for k in range(2**40, 2**40 + 99)]),
    ),
}


@pytest.mark.parametrize("tree", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_tree_is_a_bad_crossing(tree: Any) -> None:
    """Never another error, and never a wait."""
    start = time.process_time()
    with pytest.raises(BadCrossing) as caught:
        decode(tree)

    assert time.process_time() - start < 5
    assert len(str(caught.value)) < 300


def test_a_bad_crossing_is_a_value_error() -> None:
    """Those who do not know it may still catch it."""
    assert issubclass(BadCrossing, ValueError)


def test_an_interrupt_is_not_swallowed() -> None:
    """A time limit that strikes while a value arrives must be felt."""

    def interrupted(node: dict[str, Any]) -> Any:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        decode({"t": "object"}, objects=interrupted)


def test_equal_values_in_an_index_are_no_attack() -> None:
    """A column of repeated names has one hash many times, and is an honest one."""
    index = pd.Index(["a", 1] * 500, dtype=object)

    assert decode(encode(index)).equals(index)


SEEDS = [
    [1, 2**80, float("nan"), 1j, b"ab", {1: "a", (1, 2): None}, {1, 2}, range(3)],
    [Decimal("1.5"), Fraction(1, 3), deque([1], 3), Counter("ab"), types.SimpleNamespace(a=1)],
    np.arange(6).reshape(2, 3),
    np.array(["a", "b"]),
    np.array([1, "a", None, [1]], dtype=object),
    np.ma.array([1, 2], mask=[0, 1]),
    [np.float32(2), np.datetime64("2020"), np.dtype("f8")],
    [pd.Timestamp("2020", tz="UTC"), pd.Timedelta("1h"), pd.Period("2020"), pd.Interval(1, 2)],
    DAY.tz_localize("Europe/Berlin"),
    LEVELS,
    pd.period_range("2020", periods=2, freq="Q"),
    pd.interval_range(0, 2),
    pd.CategoricalIndex(["a", "b"]),
    pd.Series([1, None], dtype="Int64"),
    pd.DataFrame({"a": [1], "b": ["x"], "c": pd.to_datetime(["2020"]).tz_localize("UTC")}),
    pd.DataFrame(np.eye(2)),
    sparse.csr_array(np.eye(2)),
]
TREES = [json.loads(json.dumps(encode(seed))) for seed in SEEDS]
JUNK = st.sampled_from(
    [
        *[None, True, 0, -1, 7, 2**31, 2**53, 10**30, 0.5, 1e308, float("inf"), "", "a", "<f8"],
        *["O", "|b1", "<M8[ns]", "AAAA", "D", "MS", "UTC", "(((", "0x" + "f" * 20, "\ud800"],
        *[[], {}, [1], {"t": "list", "v": []}, {"t": "set", "v": []}, {"t": "object"}],
        *[{"t": "np.array"}, {"t": "pd.na"}, {"t": "ellipsis"}, *TREES],
    ]
)
# Whoever asks such a value for anything runs code of ours, of Python or of these libraries.
HOMES = {"builtins", "collections", "datetime", "decimal", "fractions", "types", "zoneinfo"}
HOMES |= {"numpy", "pandas", "scipy"}


def places(tree: Any) -> Iterator[tuple[Any, Any]]:
    """Every place in a tree, as its holder and its key."""
    keys = tree if isinstance(tree, dict) else range(len(tree)) if isinstance(tree, list) else ()
    for key in keys:
        yield tree, key
        yield from places(tree[key])


@st.composite
def mutated(draw: st.DrawFn) -> Any:
    """A valid tree with one, two or three faults."""
    tree = copy.deepcopy(draw(st.sampled_from(TREES)))
    for _ in range(draw(st.integers(1, 3))):
        holder, key = draw(st.sampled_from(list(places(tree)) or [({"t": 0}, "t")]))
        what = draw(st.sampled_from(["replace", "replace", "remove", "double"]))
        if what == "remove":
            del holder[key]
        elif what == "double" and isinstance(holder, list):
            holder.append(copy.deepcopy(holder[key]))
        else:
            holder[key] = copy.deepcopy(draw(JUNK))
    return tree


@settings(deadline=None, max_examples=400)
@given(mutated())
def test_a_damaged_tree_is_a_bad_crossing_or_a_value_of_a_known_kind(tree: Any) -> None:
    """Nothing else comes out, whatever the damage."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            value = decode(tree)
    except BadCrossing:
        return

    assert type(value).__module__.partition(".")[0] in HOMES


@settings(deadline=None, max_examples=200)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["t", "v", "k", "dtype", "shape"]), inner, max_size=3)
        ),
        max_leaves=10,
    )
)
def test_any_json_is_a_bad_crossing_or_a_scalar(tree: Any) -> None:
    """Trees by chance hit no kind of node."""
    try:
        assert type(decode(tree)) in {type(None), bool, int, float, str, type(...)}
    except BadCrossing:
        return
