"""What crosses between the process that runs a learner's code and the one that checks it.

Values go as trees of JSON types: out by ``encode``, in by ``decode``, which trusts nothing.
"""

from __future__ import annotations

from stemcell_kit.grading.crossing.decode import decode
from stemcell_kit.grading.crossing.encode import encode
from stemcell_kit.grading.crossing.limits import (
    ARRAY_BYTES,
    DEPTH,
    INT_DIGITS,
    NODES,
    TABLE_CELLS,
    TEXT_BYTES,
    BadCrossing,
    CannotCross,
    Tree,
)

__all__ = [
    "ARRAY_BYTES",
    "DEPTH",
    "INT_DIGITS",
    "NODES",
    "TABLE_CELLS",
    "TEXT_BYTES",
    "BadCrossing",
    "CannotCross",
    "Tree",
    "decode",
    "encode",
]
