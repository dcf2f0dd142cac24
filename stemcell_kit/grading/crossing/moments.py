"""Single dates, spans and gaps of pandas, out and in."""

from __future__ import annotations

import re
import warnings
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from stemcell_kit.grading.crossing.limits import CannotCross, Tree
from stemcell_kit.grading.crossing.nodes import (
    Form,
    Reader,
    Writer,
    child,
    fault,
    one_of,
    text,
)
from stemcell_kit.grading.crossing.times import pack_zone, zone, zone_of

if TYPE_CHECKING:
    from datetime import tzinfo

    from stemcell_kit.grading.crossing.decode import Unpacking
    from stemcell_kit.grading.crossing.encode import Packing

__all__ = [
    "CLOSED",
    "READERS",
    "UNITS",
    "frequency",
    "frequency_name",
    "pack_frequency",
    "pack_pandas_zone",
    "pandas_zone",
    "writers",
]

UNITS = ("s", "ms", "us", "ns")
CLOSED = one_of("left", "right", "both", "neither")
FREQUENCY = re.compile(r"[-+]?[0-9]{0,9}[A-Za-z]{1,4}(-[0-9]{0,2}[A-Za-z]{0,5})?")


def pack_pandas_zone(packing: Packing, zone: tzinfo | None) -> Tree:
    """Write the time zone of a table: as ``pack_zone`` does, or only the key of a zone of pytz.

    Raises
    ------
    CannotCross
        It is a zone of another library.
    """
    key = getattr(zone, "zone", None)  # pytz, which pandas used before its version 3
    return key if type(key) is str else pack_zone(packing, zone)


def pandas_zone(unpacking: Unpacking, raw: Any) -> tzinfo | str | None:
    """Read a time zone of a table; one of pytz comes as its key, for pandas to look up."""
    if type(raw) is str:
        return zone_of(text(unpacking, raw)).key
    found: tzinfo | None = zone(unpacking, raw)
    return found


def frequency_name(offset: Any) -> str | None:
    """Name a frequency such as "month end"; None if its name does not tell all about it."""
    from pandas.tseries.frequencies import to_offset

    name = getattr(offset, "freqstr", "")
    if not FREQUENCY.fullmatch(name) or to_offset(name) != offset:
        return None
    return str(name)


def pack_frequency(offset: Any) -> str:
    """Write a frequency.

    Raises
    ------
    CannotCross
        Its name does not tell all about it.
    """
    name = frequency_name(offset)
    if name is None:
        raise CannotCross(
            f"found a frequency of its own make ({type(offset).__name__}); give one that pandas "
            'has a short name for, such as "D" or "MS"'
        )
    return name


def frequency(unpacking: Unpacking, raw: Any) -> Any:
    """Read a frequency."""
    from pandas.tseries.frequencies import to_offset

    name = text(unpacking, raw)
    if not FREQUENCY.fullmatch(name):
        fault("a frequency has no name that is known here")
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # names on their way out are not what pandas writes
        return to_offset(name)


@lru_cache(maxsize=1)
def writers() -> dict[type, Writer]:
    """Return the writers by exact type of value."""
    import pandas as pd

    kinds: Any = pd.offsets
    offsets = {getattr(kinds, name) for name in kinds.__all__}
    return {
        pd.Interval: _pack_interval,
        pd.Period: _pack_period,
        pd.Timedelta: _pack_timedelta,
        pd.Timestamp: _pack_timestamp,
        type(pd.NA): lambda packing, value: {"t": "pd.na"},
        type(pd.NaT): lambda packing, value: {"t": "pd.nat"},
        **dict.fromkeys(offsets, _pack_offset),
    }


def _pack_interval(packing: Packing, value: Any) -> Tree:
    ends = [packing.pack(value.left), packing.pack(value.right)]
    return {"t": "pd.interval", "left": ends[0], "right": ends[1], "closed": value.closed}


def _pack_period(packing: Packing, value: Any) -> Tree:
    return {
        "t": "pd.period",
        "v": packing.pack(value.ordinal),
        "frequency": pack_frequency(value.freq),
    }


def _pack_timedelta(packing: Packing, value: Any) -> Tree:
    return {"t": "pd.timedelta", "v": packing.pack(value.to_timedelta64())}


def _pack_timestamp(packing: Packing, value: Any) -> Tree:
    return {
        "t": "pd.timestamp",
        "v": packing.pack(value.to_datetime64()),
        "zone": pack_pandas_zone(packing, value.tz),
    }


def _pack_offset(packing: Packing, value: Any) -> Tree:
    return {"t": "pd.frequency", "v": pack_frequency(value)}


def _moment(kind: str, value: Any) -> Any:
    """Read a numpy date or duration in a unit that pandas keeps."""
    import numpy as np

    if not isinstance(value, np.generic) or value.dtype.kind != kind:
        fault("a numpy date or duration was expected")
    dtype: Any = value.dtype
    if np.datetime_data(dtype) not in {(unit, 1) for unit in UNITS}:
        fault("the unit of a moment is not one of pandas")
    return value


def _interval(left: Any, right: Any, closed: Any) -> Any:
    import numpy as np
    import pandas as pd

    kinds = (int, float, np.number, pd.Timestamp, pd.Timedelta)
    if not isinstance(left, kinds) or not isinstance(right, kinds):
        fault("an end of an interval is no number and no moment")
    return pd.Interval(left, right, closed)


def _period(ordinal: int, offset: Any) -> Any:
    import pandas as pd

    return pd.Period(ordinal=ordinal, freq=offset)


def _timedelta(value: Any) -> Any:
    import pandas as pd

    return pd.Timedelta(_moment("m", value))


def _timestamp(value: Any, zone: Any) -> Any:
    import pandas as pd

    moment = pd.Timestamp(_moment("M", value))
    return moment if zone is None else moment.tz_localize("UTC").tz_convert(zone)


def _constant(name: str) -> Reader:
    def build() -> Any:
        import pandas as pd

        return getattr(pd, name)

    return Form(build)


READERS: dict[str, Reader] = {
    "pd.frequency": Form(lambda v: v, v=frequency),
    "pd.interval": Form(_interval, left=child(), right=child(), closed=CLOSED),
    "pd.na": _constant("NA"),
    "pd.nat": _constant("NaT"),
    "pd.period": Form(_period, v=child(int), frequency=frequency),
    "pd.timedelta": Form(_timedelta, v=child()),
    "pd.timestamp": Form(_timestamp, v=child(), zone=pandas_zone),
}
