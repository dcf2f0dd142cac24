"""Columns of tables that are no numpy arrays, out and in."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from stemcell_kit.grading.crossing import dtypes
from stemcell_kit.grading.crossing.arrays import array_field, pack_array
from stemcell_kit.grading.crossing.dtypes import dtype_field
from stemcell_kit.grading.crossing.limits import CannotCross, Tree
from stemcell_kit.grading.crossing.moments import (
    CLOSED,
    pack_pandas_zone,
    pandas_zone,
)
from stemcell_kit.grading.crossing.nodes import (
    Field,
    Form,
    Reader,
    Writer,
    fault,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from stemcell_kit.grading.crossing.decode import Unpacking
    from stemcell_kit.grading.crossing.encode import Packing

__all__ = ["READERS", "column", "pack_column", "writers"]

# Building a column takes as long as building some numbers.
COLUMN_NODES = 20


def pack_column(packing: Packing, values: Any) -> Tree:
    """Write the values of an Index or a Series.

    Raises
    ------
    CannotCross
        Their dtype cannot travel.
    """
    import numpy as np

    if isinstance(values.dtype, np.dtype):
        packing.budget.nodes(2)
        return pack_array(packing, values.to_numpy())
    writer = writers().get(type(values.array))
    if writer is None:
        raise CannotCross(
            f"found a column of dtype {str(values.dtype)[:80]}; change it with .astype(...) to "
            "numbers, booleans, texts, dates or categories"
        )
    return writer(packing, values.array)


def column(unpacking: Unpacking, raw: Any) -> Any:
    """Read a node that may be a column: one dimension, and a dtype of tables."""
    import numpy as np
    from pandas.api.extensions import ExtensionArray

    values = unpacking.unpack(raw)
    if isinstance(values, ExtensionArray) and type(values).__name__ != "NumpyExtensionArray":
        return values
    if type(values) is not np.ndarray or values.ndim != 1:
        fault("a column was expected")
    dtypes.check_numpy(values.dtype)
    return values


@lru_cache(maxsize=1)
def writers() -> dict[type, Writer]:
    """Return the writers of columns and of dtypes, by exact type of value."""
    import pandas as pd

    masked = {dtype.construct_array_type() for dtype in dtypes.masked_dtypes()}
    texts = {dtype.construct_array_type() for dtype in dtypes.text_dtypes()}
    return {
        **dtypes.writers(),
        **dict.fromkeys(masked, _paid(_pack_masked)),
        **dict.fromkeys(texts, _paid(_pack_texts)),
        pd.Categorical: _paid(_pack_categories),
        pd.arrays.DatetimeArray: _paid(_pack_datetimes),
        pd.arrays.IntervalArray: _paid(_pack_intervals),
        pd.arrays.NumpyExtensionArray: _paid(_pack_numpy),
        pd.arrays.PeriodArray: _paid(_pack_periods),
        pd.arrays.TimedeltaArray: _paid(_pack_timedeltas),
    }


def _paid(writer: Writer) -> Writer:
    """Let a column cost as much as it will on the other side, its arrays and its dtype too."""

    def write(packing: Packing, value: Any) -> Tree:
        packing.budget.nodes(COLUMN_NODES + 6)
        return writer(packing, value)

    return write


def _pack_categories(packing: Packing, value: Any) -> Tree:
    return {
        "t": "pd.categories",
        "codes": pack_array(packing, value.codes),
        "dtype": dtypes.pack_category_dtype(packing, value.dtype),
    }


def _pack_datetimes(packing: Packing, value: Any) -> Tree:
    import numpy as np

    in_utc = np.asarray(value, dtype=f"M8[{value.unit}]")
    return {
        "t": "pd.datetimes",
        "v": pack_array(packing, in_utc),
        "zone": pack_pandas_zone(packing, value.tz),
    }


def _pack_intervals(packing: Packing, value: Any) -> Tree:
    return {
        "t": "pd.intervals",
        "left": pack_column(packing, value.left),
        "right": pack_column(packing, value.right),
        "closed": value.closed,
    }


def _pack_masked(packing: Packing, value: Any) -> Tree:
    missing = value.isna()
    filled = value.to_numpy(dtype=value.dtype.numpy_dtype, na_value=0)
    return {
        "t": "pd.masked",
        "v": pack_array(packing, filled),
        "missing": pack_array(packing, missing),
    }


def _pack_numpy(packing: Packing, value: Any) -> Tree:
    return {"t": "pd.numpy", "v": pack_array(packing, value.to_numpy())}


def _pack_periods(packing: Packing, value: Any) -> Tree:
    return {
        "t": "pd.periods",
        "v": pack_array(packing, value.asi8),
        "dtype": dtypes.pack_period_dtype(packing, value.dtype),
    }


def _pack_texts(packing: Packing, value: Any) -> Tree:
    return {
        "t": "pd.texts",
        "v": packing.pack_cells(value.to_numpy(dtype=object, na_value=None).tolist()),
        "dtype": dtypes.pack_text_dtype(packing, value.dtype),
    }


def _pack_timedeltas(packing: Packing, value: Any) -> Tree:
    return {"t": "pd.timedeltas", "v": pack_array(packing, value.to_numpy())}


def _categories(codes: Any, dtype: Any) -> Any:
    import pandas as pd

    if dtype.categories is None:
        fault("a categorical column has no categories")
    return pd.Categorical.from_codes(codes, dtype=dtype)


def _datetimes(values: Any, zone: Any) -> Any:
    import pandas as pd

    dtypes.check_numpy(values.dtype)
    index = pd.DatetimeIndex(values)
    return (index if zone is None else index.tz_localize("UTC").tz_convert(zone)).array


def _timedeltas(values: Any) -> Any:
    import pandas as pd

    dtypes.check_numpy(values.dtype)
    return pd.TimedeltaIndex(values).array


def _intervals(left: Any, right: Any, closed: Any) -> Any:
    import pandas as pd

    return pd.arrays.IntervalArray.from_arrays(left, right, closed)


def _masked(values: Any, missing: Any) -> Any:
    import pandas as pd

    kinds = {"b": pd.arrays.BooleanArray, "f": pd.arrays.FloatingArray}
    return kinds.get(values.dtype.kind, pd.arrays.IntegerArray)(values, missing)


def _periods(ordinals: Any, dtype: Any) -> Any:
    import pandas as pd

    return pd.arrays.PeriodArray(ordinals.astype("i8"), dtype=dtype)


def _texts(items: list[Any], dtype: Any) -> Any:
    import numpy as np
    import pandas as pd

    if not set(map(type, items)) <= {str, type(None)}:
        fault("a text column holds something else")
    return pd.array(np.array(items, dtype=object), dtype=dtype)


def _numpy(values: Any) -> Any:
    import pandas as pd

    return pd.arrays.NumpyExtensionArray(values)


def _column(build: Callable[..., Any], **fields: Field) -> Reader:
    """Read a column, which costs more than its parts."""
    form = Form(build, **fields)

    def read(unpacking: Unpacking, node: dict[str, Any]) -> Any:
        unpacking.budget.nodes(COLUMN_NODES)
        return form(unpacking, node)

    return read


READERS: dict[str, Reader] = {
    **dtypes.READERS,
    "pd.categories": _column(
        _categories, codes=array_field("i", dimensions=1), dtype=dtype_field("CategoricalDtype")
    ),
    "pd.datetimes": _column(_datetimes, v=array_field("M", dimensions=1), zone=pandas_zone),
    "pd.intervals": _column(_intervals, left=column, right=column, closed=CLOSED),
    "pd.masked": _column(
        _masked, v=array_field(*"biuf", dimensions=1), missing=array_field("b", dimensions=1)
    ),
    "pd.numpy": _column(_numpy, v=array_field(dimensions=1)),
    "pd.periods": _column(
        _periods, v=array_field("i", dimensions=1), dtype=dtype_field("PeriodDtype")
    ),
    "pd.texts": _column(
        _texts,
        v=lambda unpacking, raw: unpacking.unpack_cells(raw),
        dtype=dtype_field("StringDtype"),
    ),
    "pd.timedeltas": _column(_timedeltas, v=array_field("m", dimensions=1)),
}
