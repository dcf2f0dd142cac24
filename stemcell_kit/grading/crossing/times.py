"""Dates, times and time zones of the standard library, out and in."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, available_timezones

from stemcell_kit.grading.crossing.limits import CannotCross, Tree
from stemcell_kit.grading.crossing.nodes import (
    Form,
    Reader,
    Writer,
    child,
    fault,
    list_of,
    maybe,
    text,
    whole,
)

if TYPE_CHECKING:
    from stemcell_kit.grading.crossing.encode import Packing

__all__ = ["READERS", "WRITERS", "pack_zone", "zone", "zone_of"]


def pack_zone(packing: Packing, zone: tzinfo | None) -> Tree:
    """Write a time zone: a fixed offset, or the key of a named zone.

    Raises
    ------
    CannotCross
        It is neither.
    """
    if zone is None:
        return None
    packing.budget.nodes(1)
    if type(zone) is timezone:
        offset = zone.utcoffset(None)
        own = zone.tzname(None) != timezone(offset).tzname(None)
        return {
            "t": "offset",
            "v": [offset.days, offset.seconds, offset.microseconds],
            "name": zone.tzname(None) if own else None,
        }
    if type(zone) is ZoneInfo and zone.key:
        return {"t": "zone", "v": zone.key}
    raise CannotCross(
        f"found a time zone of kind {type(zone).__name__[:80]}; give a datetime.timezone or a "
        "zoneinfo.ZoneInfo with a name"
    )


def zone_of(key: str) -> ZoneInfo:
    """Find a named time zone.

    Raises
    ------
    BadCrossing
        This machine knows no such zone.
    """
    return ZoneInfo(key) if key in _known_zones() else fault("a time zone is unknown here")


@lru_cache(maxsize=1)
def _known_zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _pack_date(packing: Packing, value: date) -> Tree:
    return {"t": "date", "v": [value.year, value.month, value.day]}


def _pack_datetime(packing: Packing, value: datetime) -> Tree:
    day = [value.year, value.month, value.day]
    clock = [value.hour, value.minute, value.second, value.microsecond, value.fold]
    return {"t": "datetime", "v": [*day, *clock], "zone": pack_zone(packing, value.tzinfo)}


def _pack_time(packing: Packing, value: time) -> Tree:
    clock = [value.hour, value.minute, value.second, value.microsecond, value.fold]
    return {"t": "time", "v": clock, "zone": pack_zone(packing, value.tzinfo)}


def _pack_timedelta(packing: Packing, value: timedelta) -> Tree:
    return {"t": "timedelta", "v": [value.days, value.seconds, value.microseconds]}


def _datetime(numbers: list[int], zone: tzinfo | None) -> datetime:
    *clock, fold = numbers
    return datetime(*clock, tzinfo=zone, fold=fold)  # type: ignore[misc, arg-type]


def _time(numbers: list[int], zone: tzinfo | None) -> time:
    *clock, fold = numbers
    return time(*clock, tzinfo=zone, fold=fold)  # type: ignore[misc, arg-type]


def _offset(numbers: list[int], name: str | None) -> timezone:
    offset = timedelta(*numbers)
    return timezone(offset) if name is None else timezone(offset, name)


def _numbers(count: int) -> Any:
    return list_of(whole, shortest=count, longest=count)


zone = child(type(None), timezone, ZoneInfo)

READERS: dict[str, Reader] = {
    "date": Form(lambda v: date(*v), v=_numbers(3)),
    "datetime": Form(_datetime, v=_numbers(8), zone=zone),
    "offset": Form(_offset, v=_numbers(3), name=maybe(text)),
    "time": Form(_time, v=_numbers(5), zone=zone),
    "timedelta": Form(lambda v: timedelta(*v), v=_numbers(3)),
    "zone": Form(zone_of, v=text),
}

WRITERS: dict[type, Writer] = {
    ZoneInfo: lambda packing, value: pack_zone(packing, value),
    date: _pack_date,
    datetime: _pack_datetime,
    time: _pack_time,
    timedelta: _pack_timedelta,
    timezone: lambda packing, value: pack_zone(packing, value),
}
