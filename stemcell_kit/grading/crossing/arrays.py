"""Arrays of numpy, out and in: little-endian bytes in C order, as base64."""

from __future__ import annotations

import re
from base64 import b64encode
from math import prod
from typing import TYPE_CHECKING, Any

from stemcell_kit.grading.crossing.limits import ARRAY_BYTES, CannotCross
from stemcell_kit.grading.crossing.nodes import (
    Form,
    base64_length,
    child,
    fault,
    list_of,
    text,
    unpacked_base64,
    whole,
)

if TYPE_CHECKING:
    from stemcell_kit.grading.crossing.decode import Unpacking
    from stemcell_kit.grading.crossing.encode import Packing

__all__ = ["array_field", "dtype_name", "dtype_named", "pack_array", "read_array", "unpacked_array"]

TIME_UNIT = r"(\[([1-9]\d{0,3})?(Y|M|W|D|h|m|s|ms|us|ns|ps|fs|as)\])?"
DTYPE = re.compile(
    r"\|b1|\|[iu]1|<[iu][248]|<f[248]|<c(8|16)|<U[1-9]\d{0,6}|\|S[1-9]\d{0,7}|<[mM]8" + TIME_UNIT
)

# Their bytes differ between machines, so that they travel as the next smaller kind.
LONG = {"g": ("longdouble", "<f8"), "G": ("clongdouble", "<c16")}
LONG_NAMES = dict(LONG.values())
DIMENSIONS = 32
LAST_CODE_POINT = 0x10FFFF


def dtype_name(dtype: Any) -> str:
    """Name a dtype as it travels, e.g. ``<f8``.

    Raises
    ------
    CannotCross
        It is none of numbers, booleans, dates, text or plain objects.
    """
    if dtype.char in LONG:
        return LONG[dtype.char][0]
    name = "O" if dtype.kind == "O" else _filled(dtype).newbyteorder("<").str
    if name != "O" and not DTYPE.fullmatch(name):
        raise CannotCross(
            f"found an array of dtype {str(dtype)[:80]}; give one of numbers, booleans, dates or "
            "texts, or make a table with one column for each field"
        )
    return str(name)


def dtype_named(name: str) -> Any:
    """Return the dtype of a name that ``dtype_name`` gives.

    Raises
    ------
    BadCrossing
        No dtype that may cross has this name.
    """
    import numpy as np

    if name != "O" and name not in LONG_NAMES and not DTYPE.fullmatch(name):
        fault("the dtype is unknown here")
    return np.dtype(name)


def pack_array(packing: Packing, array: Any) -> dict[str, Any]:
    """Write an array of any shape.

    Raises
    ------
    CannotCross
        Its dtype cannot travel, an item of it cannot cross, or it is too large.
    """
    name = dtype_name(array.dtype)
    shape = list(array.shape)
    if name == "O":
        items = packing.pack_cells(list(array.flat))
        return {"t": "np.array", "dtype": name, "shape": shape, "v": items}
    packing.budget.array_bytes(array.nbytes)
    travels = _shortened(array).astype(LONG_NAMES.get(name, name), copy=False)
    packed = b64encode(travels.tobytes()).decode("ascii")
    return {"t": "np.array", "dtype": name, "shape": shape, "v": packed}


def array_field(*kinds: str, dimensions: int | None = None) -> Any:
    """Read a node that is an array: its dtype kind one of some letters, its dimensions known."""

    def read(unpacking: Unpacking, raw: Any) -> Any:
        import numpy as np

        value = child(np.ndarray)(unpacking, raw)
        if kinds and value.dtype.kind not in kinds:
            fault("an array of another dtype was expected")
        if dimensions is not None and value.ndim != dimensions:
            fault(f"an array of {dimensions} dimensions was expected")
        return value

    return read


def _shortened(array: Any) -> Any:
    """Turn a long-double array into a double one, if no digit is lost."""
    import numpy as np

    if array.dtype.char not in LONG:
        return array
    shorter = array.astype(LONG[array.dtype.char][1])
    if not np.array_equal(shorter.astype(array.dtype), array, equal_nan=True):
        raise CannotCross(
            f"found {array.dtype.name} numbers with more digits than float64 holds; give "
            "them as float64"
        )
    return shorter


def _filled(dtype: Any) -> Any:
    """A dtype of texts of length 0 as one of length 1, which holds the same texts."""
    import numpy as np

    return np.dtype(f"{dtype.kind}1") if dtype.kind in "US" and not dtype.itemsize else dtype


def read_array(unpacking: Unpacking, node: dict[str, Any]) -> Any:
    """Read an array of any shape."""
    if node.get("dtype") == "O":
        return OBJECTS(unpacking, node)
    name, shape, packed = ARRAY(unpacking, node)
    return unpacked_array(unpacking, name, shape, packed)


def unpacked_array(unpacking: Unpacking, name: str, shape: list[int], packed: Any) -> Any:
    """Build an array of its bytes, once these are as many as its shape says.

    Raises
    ------
    BadCrossing
        They are not, or they are no values of the dtype.
    """
    import numpy as np

    dtype = dtype_named(LONG_NAMES.get(name, name))
    count = prod(shape) * dtype.itemsize
    if type(packed) is not str or len(packed) != base64_length(count):
        fault("an array holds more or less than its shape says")
    unpacking.budget.array_bytes(count)
    content = unpacked_base64(packed)
    if len(content) != count:
        fault("an array holds more or less than its shape says")
    array = np.frombuffer(content, dtype).reshape(shape) if count else np.zeros(shape, dtype)
    _check_content(array)
    return array.astype(dtype_named(name), copy=True)


def _check_content(array: Any) -> None:
    """Refuse bytes that are no value of their dtype; numpy itself would believe them."""
    kind = array.dtype.kind
    if kind == "b" and array.size and array.view("u1").max() > 1:
        fault("a boolean is neither true nor false")
    if kind == "U" and array.size:
        code_points = array.reshape(-1).view("<u4")
        if code_points.max() > LAST_CODE_POINT:
            fault("a character is none of Unicode")


def _object_array(name: str, shape: list[int], items: list[Any]) -> Any:
    import numpy as np

    if len(items) != prod(shape):
        fault("an array holds more or less than its shape says")
    array = np.empty(len(items), dtype=object)
    for position, item in enumerate(items):
        array[position] = item
    return array.reshape(shape)


def _read_shape(unpacking: Unpacking, raw: Any) -> list[int]:
    shape = list_of(whole, longest=DIMENSIONS)(unpacking, raw)
    if min(shape, default=0) < 0 or prod(max(length, 1) for length in shape) > ARRAY_BYTES:
        fault("the shape of an array is impossible")
    return list(shape)


def _as_is(unpacking: Unpacking, raw: Any) -> Any:
    return raw


ARRAY = Form(lambda *values: values, dtype=text, shape=_read_shape, v=_as_is)
OBJECTS = Form(
    _object_array,
    dtype=text,
    shape=_read_shape,
    v=lambda unpacking, raw: unpacking.unpack_cells(raw),
)
