"""The event data of an FCS file: where it lies, how it is stored, what the numbers mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import flowio
import numpy as np
from numpy.typing import NDArray

__all__ = ["Layout", "event_values", "scale_values"]

_ORDERS = {"1,2,3,4": "<", "1,2": "<", "4,3,2,1": ">", "2,1": ">"}
_EIGHT = {"1,2,3,4,5,6,7,8": "<", "8,7,6,5,4,3,2,1": ">"}
_FLOATS = {"f": 32, "d": 64}
_WHOLE_BYTES = {8: "u1", 16: "u2", 32: "u4", 64: "u8"}


@dataclass(frozen=True)
class Layout:
    """How the events are stored. ``start`` is the first byte; ``bits`` one width a channel.

    ``amplification`` is (decades, offset) a channel, (0, 0) for a linear one.
    """

    events: int
    start: int
    kind: str
    order: str
    bits: tuple[int, ...]
    ranges: tuple[int, ...]
    amplification: tuple[tuple[float, float], ...]
    gains: tuple[float, ...]
    time: int | None
    time_step: float
    names: tuple[str, ...]
    doubts: tuple[str, ...] = ()

    @classmethod
    def of(cls, head: flowio.FlowData, file_size: int) -> Layout:
        """Read the layout from the parsed HEADER and TEXT, and check that it fits the file.

        Raises
        ------
        ValueError
            What the keywords say cannot be, or not together.
        """
        text: Mapping[str, str] = head.text
        channels = [head.channels[number] for number in range(1, head.channel_count + 1)]
        if len(channels) != len(head.channels) or not channels:
            raise ValueError(f"$PAR is {head.channel_count}, {len(head.channels)} are described")
        kind, doubts = _kind(text), list[str]()
        names = tuple(one["pnn"] for one in channels)
        if len(set(names)) != len(names):
            raise ValueError("two channels have one name")
        layout = cls(
            events=head.event_count,
            start=_start(head),
            kind=kind,
            order=_order(text["byteord"]),
            bits=tuple(_bits(text, number, kind) for number in range(1, len(channels) + 1)),
            ranges=tuple(_range(one["pnr"], one["pnn"]) for one in channels),
            amplification=tuple(one["pne"] for one in channels),
            gains=tuple(one["png"] for one in channels),
            time=head.time_index,
            time_step=float(text.get("timestep", "").strip() or 1),
            names=names,
        )
        layout._check_size(head, file_size, doubts)
        return cls(**{**layout.__dict__, "doubts": tuple(doubts)})

    @property
    def size(self) -> int:
        """Bytes of all events; packed bits are filled up to the last byte."""
        return -(-self.events * sum(self.bits) // 8)

    def _check_size(self, head: flowio.FlowData, file_size: int, doubts: list[str]) -> None:
        if self.events < 1:
            raise ValueError(f"$TOT is {self.events}: no event")
        stated = _stop(head) - self.start + 1
        if stated == self.size + 1:
            doubts.append("the last byte of the data is stated one too far; $TOT fits the data")
        elif stated != self.size:
            raise ValueError(
                f"$TOT says {self.events} events, which are {self.size} bytes, but the offsets "
                f"leave {stated}"
            )
        if self.start + self.size > file_size:
            raise ValueError(f"the data ends at byte {self.start + self.size} of {file_size}")


def event_values(raw: bytes, layout: Layout) -> NDArray[np.float64]:
    """Return the stored numbers, one row a channel, masked to the range of integer channels."""
    data = memoryview(raw)[layout.start : layout.start + layout.size]
    size = len(layout.bits)
    if layout.kind != "i":
        stored = np.frombuffer(data, dtype=f"{layout.order}f{layout.bits[0] // 8}")
        return np.asarray(stored.reshape(-1, size).T, dtype=np.float64, order="C")
    if len(set(layout.bits)) == 1 and layout.bits[0] in _WHOLE_BYTES:
        stored = np.frombuffer(data, dtype=layout.order + _WHOLE_BYTES[layout.bits[0]])
        columns: Sequence[NDArray[Any]] = list(stored.reshape(-1, size).T)
    elif set(layout.bits) <= set(_WHOLE_BYTES):
        kinds = [(str(n), layout.order + _WHOLE_BYTES[b]) for n, b in enumerate(layout.bits)]
        mixed = np.frombuffer(data, dtype=kinds)
        columns = [mixed[str(n)] for n in range(size)]
    else:
        columns = _packed(data, layout)
    return np.array([_masked(*one) for one in zip(columns, layout.ranges, strict=True)])


def scale_values(
    stored: NDArray[np.float64], layout: Layout, doubts: list[str]
) -> NDArray[np.float64]:
    """Undo log amplification and gain; what is done changes *stored* in place."""
    for place, (decades, offset) in enumerate(layout.amplification):
        column, gain = stored[place], layout.gains[place]
        if decades > 0 and layout.kind == "i":
            np.multiply(column, decades / layout.ranges[place], out=column)
            np.power(10.0, column, out=column)
            np.multiply(column, offset or 1.0, out=column)
        elif decades:
            doubts.append(
                f"{layout.names[place]} has $PnE {decades:g},{offset:g} with floating point, which "
                "are linear by definition; its values were left as they are"
            )
        if place == layout.time:
            np.multiply(column, layout.time_step, out=column)
        elif gain not in (0.0, 1.0):
            np.divide(column, gain, out=column)
    lost = 0 if layout.kind == "i" else _lost_events(stored)
    if lost:
        doubts.append(f"{lost} events hold something that is no number; leave them out")
    return stored


def _lost_events(stored: NDArray[np.float64]) -> int:
    with np.errstate(all="ignore"):
        # one pass for the usual case: a single NaN or infinity shows in the sum
        if np.isfinite(stored.sum()):
            return 0
    return int((~np.isfinite(stored)).any(axis=0).sum())


def _start(head: flowio.FlowData) -> int:
    return int(head.header["data_start"] if head.version == "2.0" else head.text["begindata"])


def _stop(head: flowio.FlowData) -> int:
    return int(head.header["data_stop"] if head.version == "2.0" else head.text["enddata"])


def _kind(text: Mapping[str, str]) -> str:
    kind = text["datatype"].strip().lower()
    if text.get("mode", "L").strip().upper() != "L":
        raise ValueError(f"$MODE is {text['mode']}: a histogram holds no events")
    if kind not in ("i", *_FLOATS):
        raise ValueError(f"$DATATYPE is {text['datatype']!r}; expected I, F or D")
    return kind


def _order(written: str) -> str:
    plain = written.replace(" ", "")
    if plain not in {**_ORDERS, **_EIGHT}:
        raise ValueError(f"$BYTEORD is {written!r}; expected 1,2,3,4 or 4,3,2,1")
    return {**_ORDERS, **_EIGHT}[plain]


def _bits(text: Mapping[str, str], number: int, kind: str) -> int:
    bits = int(text[f"p{number}b"])
    if not 1 <= bits <= 64 or bits != _FLOATS.get(kind, bits):
        raise ValueError(f"$P{number}B is {bits} with $DATATYPE {kind.upper()}")
    return bits


def _range(stated: float, name: str) -> int:
    if not 0 <= stated < 2**65:
        raise ValueError(f"the range of {name} is {stated:g}")
    return int(stated)


def _masked(column: NDArray[Any], top: int) -> NDArray[np.float64]:
    """Take off the bits above the range; a range that is no power of two counts up to the next."""
    mask = (1 << max(top - 1, 0).bit_length()) - 1
    if 0 < mask < np.iinfo(column.dtype).max:
        column = column & column.dtype.type(mask)
    return np.asarray(column, dtype=np.float64)


def _packed(data: memoryview, layout: Layout) -> Sequence[NDArray[Any]]:
    """Unpack channels that do not fill whole bytes; the bits follow one another, highest first."""
    if layout.order != ">":
        raise ValueError(
            f"channels of {', '.join(map(str, sorted(set(layout.bits))))} bits are packed in "
            "little-endian order, for which the standard fixes no order of bits"
        )
    width = sum(layout.bits)
    bits = np.unpackbits(np.frombuffer(data, dtype=np.uint8))[: layout.events * width]
    rows = bits.reshape(layout.events, width)
    columns, start = [], 0
    for wide in layout.bits:
        powers = (1 << np.arange(wide - 1, -1, -1, dtype=np.uint64)).astype(np.uint64)
        columns.append(rows[:, start : start + wide].astype(np.uint64) @ powers)
        start += wide
    return columns
