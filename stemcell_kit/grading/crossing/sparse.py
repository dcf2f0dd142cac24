"""Sparse matrices of scipy, out and in: the numbers that are stored, with row and column."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from stemcell_kit.grading.crossing.arrays import array_field, pack_array
from stemcell_kit.grading.crossing.limits import TABLE_CELLS, TABLE_NODES, Tree
from stemcell_kit.grading.crossing.nodes import (
    Form,
    Reader,
    Writer,
    fault,
    flag,
    list_of,
    one_of,
    whole,
)

if TYPE_CHECKING:
    from stemcell_kit.grading.crossing.encode import Packing

__all__ = ["READERS", "writers"]

FORMATS = ("coo", "csc", "csr")


@lru_cache(maxsize=1)
def writers() -> dict[type, Writer]:
    """Return the writers by exact type of value."""
    from scipy import sparse

    kinds = {getattr(sparse, f"{form}_{kind}") for form in FORMATS for kind in ("array", "matrix")}
    return dict.fromkeys(kinds, _pack_sparse)


def _pack_sparse(packing: Packing, value: Any) -> Tree | None:
    from scipy import sparse

    if value.ndim != 2 or max(value.shape) > TABLE_CELLS:
        return None
    stored = value.tocoo()
    packing.budget.nodes(TABLE_NODES)
    return {
        "t": "sp.sparse",
        "format": value.format,
        "matrix": isinstance(value, sparse.spmatrix),
        "shape": list(value.shape),
        "v": pack_array(packing, stored.data),
        "places": [pack_array(packing, at.astype("i4")) for at in (stored.row, stored.col)],
    }


def _sparse(form: str, matrix: bool, shape: list[int], values: Any, places: list[Any]) -> Any:
    from scipy import sparse

    for at, length in zip(places, shape, strict=True):
        if len(at) != len(values) or not 0 <= length <= TABLE_CELLS:
            fault("a sparse matrix has another shape than its numbers")
        if len(at) and not 0 <= at.min() <= at.max() < length:
            fault("a number stands outside of its sparse matrix")
    kind: Any = sparse.coo_matrix if matrix else sparse.coo_array
    return kind((values, tuple(places)), shape=tuple(shape)).asformat(form)


READERS: dict[str, Reader] = {
    "sp.sparse": Form(
        _sparse,
        format=one_of(*FORMATS),
        matrix=flag,
        shape=list_of(whole, shortest=2, longest=2),
        v=array_field(*"biufc", dimensions=1),
        places=list_of(array_field("i", dimensions=1), shortest=2, longest=2),
    )
}
