"""Tables of pandas arrive with every dtype, index and name."""

from __future__ import annotations

import json
import time
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import pandas as hpd
from pandas.testing import (
    assert_extension_array_equal,
    assert_frame_equal,
    assert_index_equal,
    assert_series_equal,
)

from stemcell_kit.grading.crossing import CannotCross, decode, encode


def crossed(value: Any) -> Any:
    """A value after its way through JSON text, as between two processes."""
    return decode(json.loads(json.dumps(encode(value), allow_nan=False)))


DAYS = pd.to_datetime(["2020-01-01", None, "2021-06-01"])
COLUMNS: dict[str, Any] = {
    "int": [1, 2, 3],
    "int8": np.array([1, 2, 3], "i1"),
    "float": [1.0, np.nan, -0.0],
    "float16": np.array([1, 2, 3], "f2"),
    "complex": [1j, 2, 3],
    "bool": [True, False, True],
    "text": ["a", None, "细胞"],
    "object": pd.Series(["a", None, 1.5], dtype=object),
    "object of texts": pd.Series(["a", "b", "c"], dtype=object),
    "lists": [[1], [2, 3], {"a": 1}],
    "missing": pd.Series([pd.NA, pd.NaT, pd.Timestamp("2020")], dtype=object),
    "Int64": pd.array([1, None, 3], dtype="Int64"),
    "UInt8": pd.array([1, None, 3], dtype="UInt8"),
    "Float64": pd.array([1.5, None, 3], dtype="Float64"),
    "boolean": pd.array([True, None, False], dtype="boolean"),
    "string": pd.array(["a", None, "b"], dtype="string"),
    "category": pd.Categorical(["x", "y", None]),
    "ordered": pd.Categorical(["x", "y", "x"], categories=["y", "x", "z"], ordered=True),
    "category of numbers": pd.Categorical([1, 2, 1]),
    "category of days": pd.Categorical(DAYS),
    "day": DAYS,
    "second": np.array(["2020", "NaT", "2021"], "M8[s]"),
    "zone": DAYS.tz_localize("Asia/Shanghai"),
    "utc": DAYS.tz_localize("UTC").as_unit("ns"),
    "offset": DAYS.tz_localize("+05:30"),
    "duration": pd.to_timedelta(["1h", None, "2D"]),
    "period": pd.period_range("2020", periods=3, freq="M"),
    "interval": pd.interval_range(0, 3),
    "interval of days": pd.interval_range(pd.Timestamp("2020", tz="UTC"), periods=3),
}


@pytest.mark.parametrize("name", COLUMNS)
def test_a_column_arrives_with_its_dtype(name: str) -> None:
    """As a Series, as the array inside, and as the dtype alone."""
    series = pd.Series(COLUMNS[name], name=name)
    arrived = crossed(series)

    assert_series_equal(arrived, series, check_exact=True, check_freq=True)
    assert repr(crossed(series.dtype)) == repr(series.dtype)
    assert_extension_array_equal(crossed(series.array), series.array)


def test_a_table_of_all_dtypes_arrives() -> None:
    """Each column keeps its own."""
    table = pd.DataFrame(COLUMNS, index=pd.Index(["p1", "p2", "p3"], name="passage"))

    assert_frame_equal(crossed(table), table, check_exact=True, check_freq=True)


INDEXES = [
    pd.RangeIndex(5),
    pd.RangeIndex(3, 30, 4, name="step"),
    pd.Index([3, 1, 1]),
    pd.Index([1.5, np.nan], name=("a", 1)),
    pd.Index(["a", "b"]),
    pd.Index(["a", None, 2.5], dtype=object),
    pd.Index([(1, 2), (3,)], tupleize_cols=False),
    pd.Index([True, False]),
    pd.Index([1, 2], dtype="Int64"),
    pd.Index([]),
    pd.Index([], dtype=float),
    pd.date_range("2020", periods=4, freq="MS"),
    pd.date_range("2020", periods=4, freq="h", tz="Europe/Berlin", name="t"),
    pd.date_range("2020-03-28", periods=4, freq="D", tz="Europe/Berlin"),
    pd.date_range("2020", periods=4, freq="B"),
    pd.date_range("2020", periods=3, freq="2QS-OCT"),
    pd.DatetimeIndex(["2020", "NaT"], dtype="M8[s]"),
    pd.timedelta_range("1h", periods=3, freq="90min"),
    pd.TimedeltaIndex(["1h", "3D"]),
    pd.period_range("2020", periods=4, freq="Q"),
    pd.CategoricalIndex(["a", "b", "a"], categories=["b", "a"], ordered=True),
    pd.CategoricalIndex([1, 2, None]),
    pd.interval_range(0, 5),
    pd.interval_range(0.5, 5.5, closed="both", name="dose"),
    pd.IntervalIndex.from_tuples([(1, 2), np.nan]),
    pd.MultiIndex.from_product([["a", "b"], [1, 2]], names=["lot", None]),
    pd.MultiIndex.from_arrays([[1, None], pd.date_range("2020", periods=2)]),
    pd.MultiIndex.from_arrays([[], []]),
]


@pytest.mark.parametrize("index", INDEXES, ids=lambda index: type(index).__name__)
def test_an_index_arrives_alone_and_in_a_table(index: pd.Index) -> None:
    """Class, name, dtype and frequency; along the rows, and across the columns."""
    rows = pd.DataFrame({"v": range(len(index))}, index=index)
    across = rows.T
    arrived = crossed(index)

    assert type(arrived) is type(index)
    assert_index_equal(arrived, index, exact=True)
    assert getattr(arrived, "freq", None) == getattr(index, "freq", None)
    for table in (rows, across):
        assert_frame_equal(crossed(table), table, check_exact=True, check_freq=True)


TABLES = [
    pd.DataFrame(),
    pd.DataFrame(index=[1, 2]),
    pd.DataFrame(columns=["a", "b"]),
    pd.DataFrame({"a": []}),
    pd.DataFrame([[1, "a", 2.0]], columns=["x", "x", 3]),
    pd.DataFrame(np.eye(2)).rename_axis(columns="gene"),
    pd.DataFrame(np.eye(3), columns=pd.MultiIndex.from_tuples([(1, 2), (1, 3), (2, 2)])),
    pd.DataFrame({"a": np.array([1], "M8[s]"), "b": np.array([2], "M8[s]")}),
    pd.DataFrame({"a": ["x", "y", "x"], "b": [1, 2, 3]}).groupby("a").agg({"b": ["sum", "max"]}),
    pd.DataFrame({"a": ["x", "y"], "b": [1, 2]}).describe(include="all"),
]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: str(table.shape))
def test_an_unusual_table_arrives(table: pd.DataFrame) -> None:
    """Empty ones, names that stand twice, levels of names, and what pandas itself makes."""
    assert_frame_equal(crossed(table), table, check_exact=True)


@pytest.mark.parametrize(
    "series",
    [
        pd.Series(dtype=float),
        pd.Series([1], name=("a", 2)),
        pd.Series(["x", "y", "x"]).value_counts(),
        pd.Series(pd.cut([1, 2, 3], 2)),
        pd.DataFrame({"a": [1], "b": ["x"]}).dtypes,
    ],
)
def test_an_unusual_series_arrives(series: pd.Series) -> None:
    """Counts, bins and dtypes are answers like others."""
    assert_series_equal(crossed(series), series, check_exact=True)


@settings(deadline=None, max_examples=50)
@given(
    hpd.data_frames(
        [
            hpd.column("a", dtype=float),
            hpd.column("b", elements=st.none() | st.text(max_size=4), dtype=object),
            hpd.column("c", dtype="datetime64[ns]"),
            hpd.column("d", dtype=bool),
        ]
    )
)
def test_every_table_arrives_as_it_left(table: pd.DataFrame) -> None:
    """Whatever the cells hold."""
    assert_frame_equal(crossed(table), table, check_exact=True)


MOMENTS = [
    pd.Timestamp("2020-01-01 03:00:00.123456789"),
    pd.Timestamp("2020-10-25 02:30").tz_localize("Europe/Berlin", ambiguous=True),
    pd.Timestamp("2020-10-25 02:30").tz_localize("Europe/Berlin", ambiguous=False),
    pd.Timestamp("2020", tz="UTC").as_unit("s"),
    pd.Timedelta("3h1ns"),
    pd.NaT,
    pd.NA,
    pd.Period("2020-03"),
    pd.Period("2020-03-04 05:00", freq="h"),
    pd.Interval(1, 2.5, "both"),
    pd.Interval(pd.Timestamp("2020"), pd.Timestamp("2021")),
    pd.offsets.MonthEnd(2),
    pd.CategoricalDtype(["a"]),
    pd.CategoricalDtype(),
    pd.IntervalDtype("i8", "left"),
]


@pytest.mark.parametrize("moment", MOMENTS, ids=repr)
def test_a_single_value_of_pandas_arrives(moment: Any) -> None:
    """One cell of a table, on its own."""
    arrived = crossed(moment)

    assert type(arrived) is type(moment)
    assert repr(arrived) == repr(moment)
    assert getattr(arrived, "unit", None) == getattr(moment, "unit", None)
    assert getattr(arrived, "fold", None) == getattr(moment, "fold", None)


def test_a_frequency_with_holidays_is_left_behind() -> None:
    """Its name does not tell them, and a wrong frequency would be worse than none."""
    own = pd.offsets.CustomBusinessDay(holidays=["2020-01-02"])
    arrived = crossed(pd.date_range("2020", periods=3, freq=own))

    assert arrived.freq is None
    assert arrived[1] == pd.Timestamp("2020-01-03")


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (pd.DataFrame({"a": pd.arrays.SparseArray([1, 0])}), "Sparse"),
        (pd.DataFrame({"a": [1]}).groupby("a"), "DataFrameGroupBy"),
        (pd.DataFrame({"a": [len]}), "builtin_function"),
        (pd.offsets.CustomBusinessDay(holidays=["2020-01-01"]), "CustomBusinessDay"),
        (type("Mine", (pd.DataFrame,), {})(), "Mine"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_table_is_refused_by_its_name(value: Any, found: str) -> None:
    """Groups are code that waits, and a subclass may lie."""
    with pytest.raises(CannotCross, match=found):
        encode(value)


def test_a_large_table_crosses_in_a_moment() -> None:
    """10,000 rows and 10 columns take milliseconds; ten times that is still allowed here."""
    table = pd.DataFrame(np.random.default_rng(1).random((10_000, 10)))
    encode(table)
    start = time.process_time()
    arrived = decode(encode(table))

    assert time.process_time() - start < 0.1
    assert_frame_equal(arrived, table, check_exact=True)
