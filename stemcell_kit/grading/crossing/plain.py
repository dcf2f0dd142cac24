"""Numbers, texts and other single values of the standard library, out and in."""

from __future__ import annotations

import re
from base64 import b64encode
from decimal import Decimal
from fractions import Fraction
from pathlib import Path, PurePosixPath, PureWindowsPath
from types import EllipsisType, NotImplementedType
from typing import TYPE_CHECKING, Any
from uuid import UUID

from stemcell_kit.grading.crossing.limits import (
    INT_DIGITS,
    RANGE_LENGTH,
    CannotCross,
    Tree,
)
from stemcell_kit.grading.crossing.nodes import (
    Form,
    Reader,
    Writer,
    child,
    fault,
    list_of,
    one_of,
    raw_bytes,
    text,
    whole,
)

if TYPE_CHECKING:
    from stemcell_kit.grading.crossing.decode import Unpacking
    from stemcell_kit.grading.crossing.encode import Packing

__all__ = ["READERS", "WRITERS", "big_int", "special_float"]

INT_BOUND = 10**INT_DIGITS
HEX = re.compile(r"-?0x[0-9a-f]{14,4200}")
DECIMAL = re.compile(r"-?(\d+(\.\d+)?(E[+-]\d{1,6})?|Infinity|s?NaN\d{0,28})")
# All flags but the one that prints while compiling.
FLAGS = int(re.ASCII | re.IGNORECASE | re.LOCALE | re.MULTILINE | re.DOTALL | re.VERBOSE | re.U)


def special_float(value: float) -> Tree:
    """Write a float that JSON has no number for."""
    return {"t": "float", "v": repr(value)}


def big_int(value: int) -> Tree:
    """Write an int of any length, up to 5,000 digits.

    Raises
    ------
    CannotCross
        It is longer.
    """
    if not -INT_BOUND < value < INT_BOUND:
        raise CannotCross(
            f"found a whole number of more than {INT_DIGITS:,} digits, which is more than can "
            "be checked; give a float, or check the calculation for a runaway power"
        )
    return {"t": "int", "v": hex(value)}


def _pack_name(tag: str) -> Writer:
    return lambda packing, value: {"t": tag, "v": str(value)}


def _pack_bytes(tag: str) -> Writer:
    def write(packing: Packing, value: bytes) -> Tree:
        packing.budget.text_bytes(len(value))
        return {"t": tag, "v": b64encode(value).decode("ascii")}

    return write


def _pack_complex(packing: Packing, value: complex) -> Tree:
    return {"t": "complex", "re": packing.pack(value.real), "im": packing.pack(value.imag)}


def _pack_decimal(packing: Packing, value: Decimal) -> Tree:
    if not _is_short(value):
        raise CannotCross(
            f"found a Decimal with more than {INT_DIGITS:,} digits before or after its point; "
            "round it first"
        )
    return {"t": "decimal", "v": str(value)}


def _pack_fraction(packing: Packing, value: Fraction) -> Tree:
    return {
        "t": "fraction",
        "over": packing.pack(value.numerator),
        "under": packing.pack(value.denominator),
    }


def _pack_range(packing: Packing, value: range) -> Tree:
    bounds = [packing.pack(bound) for bound in (value.start, value.stop, value.step)]
    if (value[-1] - value[0]) // value.step >= RANGE_LENGTH if value else False:
        raise CannotCross(
            f"found a range of more than {RANGE_LENGTH:,} numbers, which cannot be checked; "
            "give a shorter one"
        )
    return {"t": "range", "v": bounds}


def _pack_slice(packing: Packing, value: slice) -> Tree:
    return {
        "t": "slice",
        "v": [packing.pack(bound) for bound in (value.start, value.stop, value.step)],
    }


def _pack_pattern(packing: Packing, value: re.Pattern[Any]) -> Tree:
    packing.budget.pattern(len(value.pattern))
    return {"t": "pattern", "v": packing.pack(value.pattern), "flags": int(value.flags) & FLAGS}


def _is_short(value: Decimal) -> bool:
    """Whether a Decimal is no longer than an int may be, written out in full."""
    _, digits, exponent = value.as_tuple()
    if isinstance(exponent, str):
        return True
    return len(digits) + max(exponent, 0) <= INT_DIGITS and exponent >= -INT_DIGITS


def _int(written: str) -> int:
    if not HEX.fullmatch(written):
        fault("a long number is not written in hexadecimal digits")
    value = int(written, 16)
    return value if -INT_BOUND < value < INT_BOUND else fault("a number is too long")


def _decimal(written: str) -> Decimal:
    if len(written) > 2 * INT_DIGITS + 20 or not DECIMAL.fullmatch(written):
        fault("a decimal is not written as one")
    value = Decimal(written)
    return value if _is_short(value) else fault("a decimal is too long")


def _fraction(over: int, under: int) -> Fraction:
    return Fraction(over, under) if under > 0 else fault("a denominator is not positive")


def _range(bounds: list[int]) -> range:
    value = range(*bounds)
    if value and (value[-1] - value[0]) // value.step >= RANGE_LENGTH:
        fault("a range is too long")
    return value


def _read_pattern(unpacking: Unpacking, raw: Any) -> str | bytes:
    pattern: str | bytes = child(str, bytes)(unpacking, raw)
    unpacking.budget.pattern(len(pattern))
    return pattern


def _pattern(pattern: str | bytes, flags: int) -> re.Pattern[Any]:
    if flags & ~FLAGS:
        fault("a flag of an expression is unknown")
    return re.compile(pattern, flags)


READERS: dict[str, Reader] = {
    "bytearray": Form(bytearray, v=raw_bytes),
    "bytes": Form(bytes, v=raw_bytes),
    "complex": Form(complex, re=child(float), im=child(float)),
    "decimal": Form(_decimal, v=text),
    "ellipsis": Form(lambda: ...),
    # a new nan each time, for two of them may be keys of one dict
    "float": Form(float, v=one_of("nan", "inf", "-inf")),
    "fraction": Form(_fraction, over=child(int), under=child(int)),
    "int": Form(_int, v=text),
    "notimplemented": Form(lambda: NotImplemented),
    "path": Form(Path, v=text),
    "pattern": Form(_pattern, v=_read_pattern, flags=whole),
    "pureposixpath": Form(PurePosixPath, v=text),
    "purewindowspath": Form(PureWindowsPath, v=text),
    "range": Form(_range, v=list_of(child(int), shortest=3, longest=3)),
    "slice": Form(lambda v: slice(*v), v=list_of(child(), shortest=3, longest=3)),
    "uuid": Form(UUID, v=text),
}

WRITERS: dict[type, Writer] = {
    Decimal: _pack_decimal,
    EllipsisType: lambda packing, value: {"t": "ellipsis"},
    Fraction: _pack_fraction,
    NotImplementedType: lambda packing, value: {"t": "notimplemented"},
    PurePosixPath: _pack_name("pureposixpath"),
    PureWindowsPath: _pack_name("purewindowspath"),
    UUID: _pack_name("uuid"),
    bytearray: _pack_bytes("bytearray"),
    bytes: _pack_bytes("bytes"),
    complex: _pack_complex,
    range: _pack_range,
    re.Pattern: _pack_pattern,
    slice: _pack_slice,
    type(Path()): _pack_name("path"),
}
