"""Dtypes of pandas that numpy does not know, out and in."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from stemcell_kit.grading.crossing.limits import Tree
from stemcell_kit.grading.crossing.moments import (
    CLOSED,
    UNITS,
    frequency,
    pack_frequency,
    pack_pandas_zone,
    pandas_zone,
)
from stemcell_kit.grading.crossing.nodes import (
    Form,
    Reader,
    Writer,
    child,
    fault,
    flag,
    maybe,
    one_of,
)

if TYPE_CHECKING:
    from stemcell_kit.grading.crossing.decode import Unpacking
    from stemcell_kit.grading.crossing.encode import Packing

__all__ = [
    "READERS",
    "check_numpy",
    "dtype_field",
    "masked_dtypes",
    "pack_category_dtype",
    "pack_period_dtype",
    "pack_text_dtype",
    "text_dtypes",
    "writers",
]

NUMBERS = [f"{kind}{bits}" for kind in ("Int", "UInt") for bits in (8, 16, 32, 64)]
STORAGES = ("python", "pyarrow")
MISSING = ("NA", "nan")
# What numpy may hold in a table; its texts of fixed width are no column of pandas.
NUMPY_KINDS = "biufcmMO"
MASKED = ("boolean", "Float32", "Float64", *NUMBERS)


@lru_cache(maxsize=1)
def writers() -> dict[type, Writer]:
    """Return the writers of dtypes, by exact type of value."""
    import pandas as pd

    return {
        pd.CategoricalDtype: pack_category_dtype,
        pd.DatetimeTZDtype: _pack_zoned_dtype,
        pd.IntervalDtype: _pack_interval_dtype,
        pd.PeriodDtype: pack_period_dtype,
        pd.StringDtype: pack_text_dtype,
        **dict.fromkeys(map(type, masked_dtypes()), _pack_masked_dtype),
    }


def masked_dtypes() -> list[Any]:
    """Return the dtypes of numbers that may be missing."""
    return list(map(_masked_dtype, MASKED))


def text_dtypes() -> list[Any]:
    """Return the dtypes of text that this pandas can make."""
    dtypes = []
    for storage in STORAGES:
        for missing in MISSING:
            try:
                dtypes.append(_text_dtype(storage, missing))
            except (ImportError, TypeError):  # no pyarrow, or a pandas before 2.3
                continue
    return dtypes


def pack_category_dtype(packing: Packing, value: Any) -> Tree:
    """Write the categories of a column, and whether they have an order."""
    return {
        "t": "pd.dtype.categories",
        "v": packing.pack(value.categories),
        "ordered": value.ordered,
    }


def _pack_interval_dtype(packing: Packing, value: Any) -> Tree:
    return {
        "t": "pd.dtype.interval",
        "v": packing.pack(value.subtype),
        "closed": value.closed,
    }


def _pack_masked_dtype(packing: Packing, value: Any) -> Tree:
    return {"t": "pd.dtype.masked", "v": value.name}


def pack_period_dtype(packing: Packing, value: Any) -> Tree:
    """Write the length of the periods of a column."""
    return {"t": "pd.dtype.period", "v": pack_frequency(value.freq)}


def pack_text_dtype(packing: Packing, value: Any) -> Tree:
    """Write how texts are kept, and what stands for a missing one."""
    import pandas as pd

    missing = "NA" if getattr(value, "na_value", pd.NA) is pd.NA else "nan"
    return {"t": "pd.dtype.text", "storage": value.storage, "missing": missing}


def _pack_zoned_dtype(packing: Packing, value: Any) -> Tree:
    return {"t": "pd.dtype.zoned", "unit": value.unit, "zone": pack_pandas_zone(packing, value.tz)}


def _category_dtype(categories: Any, ordered: bool) -> Any:
    import pandas as pd

    if categories is not None and not isinstance(categories, pd.Index):
        fault("categories are no index")
    return pd.CategoricalDtype(categories, ordered)


def _text_dtype(storage: str, missing: str) -> Any:
    import numpy as np
    import pandas as pd

    if missing == "NA":
        return pd.StringDtype(storage)
    return pd.StringDtype(storage, na_value=np.nan)


def _made(name: str) -> Any:
    """Build a dtype of pandas from what its constructor takes."""

    def build(*arguments: Any) -> Any:
        import pandas as pd

        return getattr(pd, name)(*arguments)

    return build


def _masked_dtype(name: str) -> Any:
    import pandas as pd

    pandas: Any = pd
    return pandas.array([], dtype=name).dtype


def dtype_field(name: str) -> Any:
    """Read a node that is a dtype of one class of pandas."""

    def read(unpacking: Unpacking, raw: Any) -> Any:
        import pandas as pd

        return child(getattr(pd, name))(unpacking, raw)

    return read


def check_numpy(dtype: Any) -> None:
    """Refuse a dtype that pandas would change into another."""
    import numpy as np

    if dtype.kind not in NUMPY_KINDS:
        fault("the dtype of a column is not one of pandas")
    if dtype.kind in "mM" and np.datetime_data(dtype) not in {(unit, 1) for unit in UNITS}:
        fault("the unit of a column is not one of pandas")


def _ends(unpacking: Unpacking, raw: Any) -> Any:
    """Read the dtype of the ends of intervals."""
    import numpy as np
    import pandas as pd

    dtype = unpacking.unpack(raw)
    if not isinstance(dtype, (np.dtype, pd.DatetimeTZDtype)):
        fault("the ends of intervals are no numbers and no moments")
    return dtype


READERS: dict[str, Reader] = {
    "pd.dtype.categories": Form(_category_dtype, v=child(), ordered=maybe(flag)),
    "pd.dtype.interval": Form(_made("IntervalDtype"), v=_ends, closed=CLOSED),
    "pd.dtype.masked": Form(_masked_dtype, v=one_of(*MASKED)),
    "pd.dtype.period": Form(_made("PeriodDtype"), v=frequency),
    "pd.dtype.text": Form(_text_dtype, storage=one_of(*STORAGES), missing=one_of(*MISSING)),
    "pd.dtype.zoned": Form(_made("DatetimeTZDtype"), unit=one_of(*UNITS), zone=pandas_zone),
}
