"""Plain values of the standard library arrive as they left."""

from __future__ import annotations

import collections
import json
import math
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from pathlib import Path, PurePosixPath, PureWindowsPath
from types import SimpleNamespace
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stemcell_kit.grading.crossing import BadCrossing, CannotCross, decode, encode


def crossed(value: Any, **who: Callable[..., Any]) -> Any:
    """A value after its way through JSON text, as between two processes."""
    return decode(json.loads(json.dumps(encode(value, **who), allow_nan=False)), **who)


VALUES = [
    None,
    True,
    0,
    2**53 - 1,
    2**53,
    -(2**64),
    0.1,
    -0.0,
    1e308,
    5e-324,
    1 - 2j,
    complex(-0.0, math.inf),
    "",
    "细胞",
    "half of a pair: \ud83d",
    "\0",
    b"",
    b"\x00\xff",
    bytearray(b"vial"),
    ...,
    NotImplemented,
    [],
    [1, [2, (3, {"four": {5}})]],
    (),
    ((),),
    set(),
    {1, "1", (1,), None, frozenset({2})},
    frozenset(),
    {},
    {1: "int", "1": "text", (1, 2): [3], None: ..., 2.5: b"x", frozenset({1}): 1},
    {"t": "list", "v": [1]},
    range(0),
    range(10, -5, -3),
    range(2**70, 2**70 + 2),
    slice(None),
    slice(1, "b", (2,)),
    date(2020, 2, 29),
    datetime(2020, 1, 2, 3, 4, 5, 6),
    datetime(2020, 10, 25, 2, 30, fold=1, tzinfo=ZoneInfo("Europe/Berlin")),
    datetime(2020, 1, 1, tzinfo=UTC),
    datetime(2020, 1, 1, tzinfo=timezone(timedelta(hours=8), "CST")),
    time(23, 59, 59, 999_999),
    time(1, tzinfo=timezone(timedelta(minutes=-90))),
    timedelta(-1, 2, 3),
    UTC,
    ZoneInfo("Asia/Shanghai"),
    Decimal("1.10"),
    Decimal("-0"),
    Decimal("1E+4000"),
    Decimal("Infinity"),
    Fraction(-1, 3),
    Fraction(1, 3**200),
    collections.OrderedDict([("b", 1), ("a", 2)]),
    collections.Counter("stem cell"),
    collections.defaultdict(list, {"a": [1]}),
    collections.defaultdict(None, {"a": 1}),
    collections.deque([1, 2]),
    collections.deque([1, 2], maxlen=3),
    UUID(int=5),
    Path("bank/vial.csv"),
    PurePosixPath("/bank"),
    PureWindowsPath(r"C:\bank"),
    SimpleNamespace(passage=3, lot=SimpleNamespace(name="A")),
    re.compile(r"(?i)p\d+", re.MULTILINE),
    re.compile(rb"\x00"),
]


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
def test_a_value_arrives_with_its_exact_type(value: Any) -> None:
    """Equal is not enough: ``True == 1``, and ``-0.0 == 0``; a set has no order to keep."""
    arrived = crossed(value)
    whole = (lambda v: sorted(map(repr, v))) if isinstance(value, (set, frozenset)) else repr

    assert type(arrived) is type(value)
    assert whole(arrived) == whole(value)
    assert arrived == value


@pytest.mark.parametrize("value", [math.nan, complex(math.nan, 1.0), Decimal("NaN")])
def test_not_a_number_arrives_as_not_a_number(value: Any) -> None:
    """JSON has no word for it, and our trees must be JSON that any reader takes."""
    arrived = crossed(value)

    assert type(arrived) is type(value)
    assert arrived != arrived


def test_two_nans_may_be_keys_of_one_dict() -> None:
    """Each nan is a key of its own, in the learner's dict as in ours."""
    arrived = crossed({math.nan: 1, float("nan"): 2})

    assert list(arrived.values()) == [1, 2]


@pytest.mark.parametrize("factory", [int, list, dict, set, str, float])
def test_a_defaultdict_keeps_a_factory_that_is_a_builtin(factory: type) -> None:
    """Only a few harmless classes may be called on the other side."""
    arrived = crossed(collections.defaultdict(factory))

    assert arrived["new"] == factory()


def test_a_defaultdict_with_a_factory_of_its_own_arrives_as_a_dict() -> None:
    """Its factory is code, and code stays where it is."""
    assert type(crossed(collections.defaultdict(lambda: 0, a=1))) is dict


@pytest.mark.parametrize(
    ("view", "expected"),
    [
        ({"a": 1}.keys(), ["a"]),
        ({"a": [1]}.values(), [[1]]),
        ({"a": [1]}.items(), [("a", [1])]),
    ],
)
def test_a_view_of_a_dict_arrives_as_a_view(view: Any, expected: list[Any]) -> None:
    """``d.keys()`` is a common answer, and can be compared as such."""
    arrived = crossed(view)

    assert type(arrived) is type(view)
    assert list(arrived) == expected


def test_a_number_too_long_to_be_printed_arrives() -> None:
    """Python prints no more than 4,300 digits; ours travel in hexadecimal."""
    assert crossed(-(10**4999)) == -(10**4999)


def test_order_is_kept() -> None:
    """A dict is an ordered thing."""
    assert list(crossed({"b": 1, "a": 2, "c": 3})) == ["b", "a", "c"]


keys = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(st.characters(), max_size=5)
    | st.binary(max_size=5)
    | st.dates()
    | st.timedeltas()
    | st.fractions(),
    lambda inner: st.tuples(inner, inner) | st.frozensets(inner, max_size=3),
    max_leaves=4,
)
plain = st.recursive(
    keys | st.complex_numbers(allow_nan=False) | st.decimals(allow_nan=False, places=3),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(keys, inner, max_size=4)
        | st.sets(keys, max_size=4)
        | st.tuples(inner, inner)
        | st.builds(collections.deque, st.lists(inner, max_size=3))
    ),
    max_leaves=20,
)


@settings(deadline=None, max_examples=150)
@given(plain)
def test_nested_plain_data_arrives_as_it_left(value: Any) -> None:
    """Whatever is plain stays the same in value and in type, however it is nested."""
    arrived = crossed(value)

    assert arrived == value
    assert type(arrived) is type(value)


class AlwaysRight(int):
    """A number that equals everything."""

    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = int.__hash__


class Named(str):
    """A text of a class of its own."""


class Bank(dict[str, int]):
    """A dict of a class of its own."""


Pair = collections.namedtuple("Pair", "a b")


def function() -> None:
    """A function."""


NOT_DATA = [
    AlwaysRight(1),
    [1, {"a": AlwaysRight(1)}],
    {AlwaysRight(1): 1},
    Named("a"),
    Bank(),
    Pair(1, 2),
    function,
    len,
    AlwaysRight,
    int,
    (item for item in []),
    iter([]),
    math,
    object(),
    ValueError("no"),
]


@pytest.mark.parametrize("value", NOT_DATA, ids=lambda value: type(value).__name__)
def test_what_is_no_plain_data_is_refused_with_a_lesson(value: Any) -> None:
    """The message says what may cross, so that a learner knows what to give."""
    with pytest.raises(CannotCross, match="What can be checked is a number, a text, a list"):
        encode(value)


def test_the_refusal_names_what_was_found() -> None:
    """A learner looks for the thing that is named."""
    with pytest.raises(CannotCross, match="found a generator"):
        encode([1, (item for item in [])])


@pytest.mark.parametrize("value", NOT_DATA[3:], ids=lambda value: type(value).__name__)
def test_objects_are_asked_for_what_is_no_plain_data(value: Any) -> None:
    """They answer on both sides, and see the very object and the very node."""
    known: list[Any] = []

    def out(asked: Any) -> Any:
        known.append(asked)
        return {"t": "object", "number": len(known) - 1}

    tree = json.loads(json.dumps(encode([1, value], objects=out)))

    assert decode(tree, objects=lambda node: known[node["number"]])[1] is value


def test_objects_are_not_asked_for_plain_data() -> None:
    """A list is a list, whoever would like to answer for it."""
    assert encode([1, "a"], objects=lambda value: pytest.fail("asked")) == {
        "t": "list",
        "v": [1, "a"],
    }


def test_objects_that_know_nothing_leave_it_refused() -> None:
    """None is no answer."""
    with pytest.raises(CannotCross):
        encode(function, objects=lambda value: None)


def test_an_object_is_refused_where_only_data_are_expected() -> None:
    """Nobody was named who could say what it is."""
    with pytest.raises(BadCrossing, match="unknown"):
        decode({"t": "object", "number": 0})


def test_a_fault_of_those_who_know_the_objects_is_a_bad_crossing() -> None:
    """A node that they cannot read came from the other side."""
    with pytest.raises(BadCrossing, match="KeyError"):
        decode({"t": "object"}, objects=lambda node: node["number"])


def test_a_class_that_lies_about_its_library_is_no_array() -> None:
    """The name of a module is the learner's to write; the exact type is not."""
    lie = type("ndarray", (), {"__module__": "numpy"})

    with pytest.raises(CannotCross):
        encode(lie())


def test_small_values_load_no_library() -> None:
    """Most answers are a number or a text, and thousands of them cross."""
    question = (
        "import sys; from stemcell_kit.grading.crossing import decode, encode;"
        "decode(encode([1, 2.5, 'a', {'b': (None, 1j)}]));"
        "print({'numpy', 'pandas', 'matplotlib', 'scipy'} & set(sys.modules))"
    )
    answer = subprocess.run(
        [sys.executable, "-c", question], capture_output=True, check=True, text=True
    )

    assert answer.stdout.strip() == "set()"
