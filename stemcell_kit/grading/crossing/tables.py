"""Series and DataFrame of pandas, out and in: each column with its dtype."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from stemcell_kit.grading.crossing import columns, dtypes, indexes, moments
from stemcell_kit.grading.crossing.arrays import array_field, pack_array
from stemcell_kit.grading.crossing.columns import column, pack_column
from stemcell_kit.grading.crossing.indexes import axis, name_field, read_column, table
from stemcell_kit.grading.crossing.limits import TABLE_COLUMNS, TABLE_NODES, CannotCross, Tree
from stemcell_kit.grading.crossing.nodes import (
    Reader,
    Writer,
    fault,
    list_of,
)

if TYPE_CHECKING:
    from stemcell_kit.grading.crossing.decode import Unpacking
    from stemcell_kit.grading.crossing.encode import Packing

__all__ = ["READERS", "writers"]


@lru_cache(maxsize=1)
def writers() -> dict[type, Writer]:
    """Return the writers of all that pandas has, by exact type of value."""
    import pandas as pd

    return {
        **columns.writers(),
        **indexes.writers(),
        **moments.writers(),
        pd.DataFrame: _pack_frame,
        pd.Series: _pack_series,
    }


def _pack_series(packing: Packing, value: Any) -> Tree:
    packing.budget.nodes(TABLE_NODES)
    packing.budget.cells(len(value))
    return {
        "t": "pd.series",
        "v": pack_column(packing, value),
        "index": packing.pack(value.index),
        "name": packing.pack(value.name),
    }


def _pack_frame(packing: Packing, value: Any) -> Tree:
    packing.budget.nodes(TABLE_NODES + 1)
    packing.budget.cells(value.size)
    block = _is_block(value)
    if not block and value.shape[1] > TABLE_COLUMNS:
        raise CannotCross(
            f"found a table of more than {TABLE_COLUMNS:,} columns; select those that matter"
        )
    return {
        "t": "pd.block" if block else "pd.frame",
        "v": pack_array(packing, value.to_numpy()) if block else _pack_columns(packing, value),
        "index": packing.pack(value.index),
        "columns": packing.pack(value.columns),
    }


def _is_block(frame: Any) -> bool:
    """Whether all columns have one dtype that numpy knows, so that they go as one array."""
    import numpy as np

    dtypes = set(frame.dtypes)
    return len(dtypes) == 1 and all(isinstance(d, np.dtype) and d.kind != "O" for d in dtypes)


def _pack_columns(packing: Packing, frame: Any) -> list[Tree]:
    return [pack_column(packing, values) for _, values in frame.items()]


def _series(values: Any, index: Any, name: Any) -> Any:
    import pandas as pd

    return pd.Series(values, index=index, dtype=values.dtype, name=name, copy=False)


def _frame(columns: list[Any], index: Any, names: Any) -> Any:
    import pandas as pd

    if {len(values) for values in columns} - {len(index)} or len(columns) != len(names):
        fault("a table has other columns than its index or its names say")
    # in an array of objects pandas would look for texts, in a Series of objects it does not
    given = [pd.Series(v, dtype=object) if v.dtype == object else v for v in columns]
    frame = pd.DataFrame(dict(enumerate(given)))
    frame.index = index
    frame.columns = names
    return frame


def _block(values: Any, index: Any, names: Any) -> Any:
    import pandas as pd

    if values.shape != (len(index), len(names)):
        fault("a table has not the shape that its index and its names say")
    return pd.DataFrame(values, index=index, columns=names, copy=False)


def _read_columns(unpacking: Unpacking, raw: Any) -> list[Any]:
    found = list_of(column, longest=TABLE_COLUMNS)(unpacking, raw)
    unpacking.budget.cells(sum(map(len, found)))
    return list(found)


def _read_block(unpacking: Unpacking, raw: Any) -> Any:
    values = array_field(*"biufcmM", dimensions=2)(unpacking, raw)
    dtypes.check_numpy(values.dtype)
    unpacking.budget.cells(values.size)
    return values


READERS: dict[str, Reader] = {
    **columns.READERS,
    **indexes.READERS,
    **moments.READERS,
    "pd.block": table(_block, v=_read_block, index=axis, columns=axis),
    "pd.frame": table(_frame, v=_read_columns, index=axis, columns=axis),
    "pd.series": table(_series, v=read_column, index=axis, name=name_field),
}
