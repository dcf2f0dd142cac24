"""Indexes of pandas, out and in."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from stemcell_kit.grading.crossing import moments
from stemcell_kit.grading.crossing.columns import column, pack_column
from stemcell_kit.grading.crossing.limits import RANGE_LENGTH, TABLE_NODES, Tree
from stemcell_kit.grading.crossing.nodes import (
    Form,
    Reader,
    Writer,
    check_crowd,
    child,
    children,
    distinct,
    fault,
    list_of,
    maybe,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from stemcell_kit.grading.crossing.decode import Unpacking
    from stemcell_kit.grading.crossing.encode import Packing

__all__ = ["READERS", "axis", "name_field", "read_column", "table", "writers"]

# Beyond this, pandas counts a calendar in months for longer than a reader waits.
CALENDAR_LENGTH = 20_000


@lru_cache(maxsize=1)
def writers() -> dict[type, Writer]:
    """Return the writers of indexes, by exact type of value."""
    import pandas as pd

    plain = (
        pd.CategoricalIndex,
        pd.DatetimeIndex,
        pd.Index,
        pd.IntervalIndex,
        pd.PeriodIndex,
        pd.TimedeltaIndex,
    )
    return {
        **dict.fromkeys(plain, _pack_index),
        pd.MultiIndex: _pack_multi_index,
        pd.RangeIndex: _pack_range_index,
    }


def _pack_index(packing: Packing, value: Any) -> Tree:
    packing.budget.nodes(TABLE_NODES)
    packing.budget.cells(len(value))
    return {
        "t": "pd.index",
        "v": pack_column(packing, value),
        "name": packing.pack(value.name),
        "frequency": _kept_frequency(value),
    }


def _kept_frequency(index: Any) -> str | None:
    """Name of the frequency of an index of moments, if it can be kept."""
    import pandas as pd

    if not isinstance(index, (pd.DatetimeIndex, pd.TimedeltaIndex)) or index.freq is None:
        return None
    return moments.frequency_name(index.freq) if _is_countable(index, index.freq) else None


def _is_countable(index: Any, offset: Any) -> bool:
    """Whether pandas can check a frequency against its index in a moment."""
    import pandas as pd

    return isinstance(offset, (pd.offsets.Tick, pd.offsets.Day)) or len(index) <= CALENDAR_LENGTH


def _pack_range_index(packing: Packing, value: Any) -> Tree:
    bounds = [packing.pack(bound) for bound in (value.start, value.stop, value.step)]
    packing.budget.nodes(TABLE_NODES)
    return {"t": "pd.range", "v": bounds, "name": packing.pack(value.name)}


def _pack_multi_index(packing: Packing, value: Any) -> Tree:
    packing.budget.nodes(TABLE_NODES)
    return {
        "t": "pd.multi",
        "levels": packing.pack_all(list(value.levels)),
        "codes": packing.pack_all(list(map(_as_array, value.codes))),
        "names": packing.pack_all(list(value.names)),
    }


def _as_array(codes: Any) -> Any:
    """Codes of a level of a MultiIndex, which pandas guards with a kind of its own."""
    import numpy as np

    return np.asarray(codes)


def _index(values: Any, name: Any, offset: Any) -> Any:
    import numpy as np
    import pandas as pd

    if isinstance(values, np.ndarray) and values.dtype == object:
        check_crowd(values)
        if offset is not None:
            fault("a frequency stands at an index without moments")
        return pd.Index(values, dtype=object, name=name, tupleize_cols=False)
    index: Any = pd.Index(values, name=name)
    if offset is not None:
        if not isinstance(index, (pd.DatetimeIndex, pd.TimedeltaIndex)):
            fault("a frequency stands at an index without moments")
        if not _is_countable(index, offset):
            fault("an index with a frequency is too long")
        index = type(index)(index, freq=offset)
    return index


def _range_index(bounds: list[int], name: Any) -> Any:
    import pandas as pd

    start, stop, step = bounds
    index = pd.RangeIndex(start, stop, step, name=name)
    return index if len(index) <= RANGE_LENGTH else fault("the range of an index is too long")


def _multi_index(levels: list[Any], codes: list[Any], names: list[Any]) -> Any:
    import numpy as np
    import pandas as pd

    if not all(isinstance(level, pd.Index) for level in levels):
        fault("a level is no index")
    if not all(type(code) is np.ndarray and code.dtype.kind == "i" for code in codes):
        fault("the codes of a level are no whole numbers")
    return pd.MultiIndex(levels, codes, names=names, verify_integrity=True)


def axis(unpacking: Unpacking, raw: Any) -> Any:
    """Read a node that is an index of any kind."""
    import pandas as pd

    index = unpacking.unpack(raw)
    return index if isinstance(index, pd.Index) else fault("an index was expected")


def read_column(unpacking: Unpacking, raw: Any) -> Any:
    """Read a column, and count its cells."""
    values = column(unpacking, raw)
    unpacking.budget.cells(len(values))
    return values


def name_field(unpacking: Unpacking, raw: Any) -> Any:
    """Read the name of a column or an index: anything that can be a key."""
    (name,) = distinct(unpacking, [raw])
    return name


def table(build: Callable[..., Any], **fields: Any) -> Reader:
    """Read a table or an index, which costs more than its parts."""
    form = Form(build, **fields)

    def read(unpacking: Unpacking, node: dict[str, Any]) -> Any:
        unpacking.budget.nodes(TABLE_NODES)
        return form(unpacking, node)

    return read


READERS: dict[str, Reader] = {
    "pd.index": table(_index, v=read_column, name=name_field, frequency=maybe(moments.frequency)),
    "pd.multi": table(
        _multi_index, levels=children, codes=children, names=list_of(name_field, longest=1_000)
    ),
    "pd.range": table(_range_index, v=list_of(child(int), shortest=3, longest=3), name=name_field),
}
