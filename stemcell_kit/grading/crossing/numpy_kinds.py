"""Scalars, dtypes and masked arrays of numpy, out and in, and who writes its arrays."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from stemcell_kit.grading.crossing.arrays import (
    array_field,
    dtype_name,
    dtype_named,
    pack_array,
    read_array,
    unpacked_array,
)
from stemcell_kit.grading.crossing.limits import Tree
from stemcell_kit.grading.crossing.nodes import (
    Form,
    Reader,
    Writer,
    child,
    fault,
    maybe,
    text,
)

if TYPE_CHECKING:
    from stemcell_kit.grading.crossing.decode import Unpacking
    from stemcell_kit.grading.crossing.encode import Packing

__all__ = ["READERS", "writers"]


@lru_cache(maxsize=1)
def writers() -> dict[type, Writer]:
    """Return the writers of all that numpy has, by exact type of value."""
    import numpy as np

    numbers = [*np.typecodes["AllInteger"], *np.typecodes["AllFloat"], "?", "M", "m"]
    scalars = {np.dtype(code).type for code in numbers}
    dtypes = {type(np.dtype(code)) for code in [*numbers, "U", "S", "O"]}
    return {
        np.ndarray: pack_array,
        np.ma.MaskedArray: _pack_masked,
        type(np.ma.masked): lambda packing, value: {"t": "np.nothing"},
        np.str_: lambda packing, value: {"t": "np.str", "v": packing.pack(str(value))},
        np.bytes_: lambda packing, value: {"t": "np.bytes", "v": packing.pack(bytes(value))},
        **dict.fromkeys(scalars, _pack_scalar),
        **dict.fromkeys(dtypes, _pack_dtype),
    }


def _pack_scalar(packing: Packing, value: Any) -> Tree:
    import numpy as np

    node = pack_array(packing, np.asarray(value))
    return {"t": "np.scalar", "dtype": node["dtype"], "v": node["v"]}


def _pack_dtype(packing: Packing, value: Any) -> Tree:
    return {"t": "np.dtype", "v": dtype_name(value)}


def _pack_masked(packing: Packing, value: Any) -> Tree:
    import numpy as np

    mask = np.ma.getmask(value)
    packing.budget.nodes(3)
    usual = str(value.fill_value) == str(np.ma.default_fill_value(value))
    return {
        "t": "np.masked",
        "v": pack_array(packing, value.data),
        "mask": None if mask is np.ma.nomask else pack_array(packing, mask),
        "fill": None if usual else packing.pack(value.fill_value),
    }


def _read_scalar(unpacking: Unpacking, node: dict[str, Any]) -> Any:
    name, packed = SCALAR(unpacking, node)
    return unpacked_array(unpacking, name, [], packed)[()]


def _masked(data: Any, mask: Any, fill: Any) -> Any:
    import numpy as np

    if mask is not None and mask.shape != data.shape:
        fault("a mask has not the shape of its array")
    if not isinstance(fill, (np.generic, str, bytes, int, float, complex, type(None))):
        fault("what stands for masked items is no scalar")
    return np.ma.MaskedArray(data, mask=np.ma.nomask if mask is None else mask, fill_value=fill)


def _read_named(kind: str, plain: type) -> Reader:
    """Read a numpy text or numpy bytes, which are a kind of their own."""

    def build(value: Any) -> Any:
        import numpy as np

        return getattr(np, kind)(value)

    return Form(build, v=child(plain))


def _nothing() -> Any:
    import numpy as np

    return np.ma.masked


SCALAR = Form(lambda *values: values, dtype=text, v=lambda unpacking, raw: raw)
READERS: dict[str, Reader] = {
    "np.array": read_array,
    "np.bytes": _read_named("bytes_", bytes),
    "np.dtype": Form(dtype_named, v=text),
    "np.masked": Form(_masked, v=array_field(), mask=maybe(array_field("b")), fill=child()),
    "np.nothing": Form(_nothing),
    "np.scalar": _read_scalar,
    "np.str": _read_named("str_", str),
}
