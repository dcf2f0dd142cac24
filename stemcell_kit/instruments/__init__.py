"""Readers of instrument exports: a file or its bytes in, a tidy table out.

The readers load pandas when they are first asked for, so importing this package is cheap.
"""

from __future__ import annotations

import importlib
from typing import Any

_READERS = {
    "read_counter": "cell_counter",
    "read_fcs": "fcs",
    "read_karyotype_sheet": "karyotype_sheet",
    "read_nat_run": "nat_run",
    "read_passage_log": "passage_log",
    "read_quantstudio": "quantstudio",
    "read_sheet": "sheets",
    "read_str": "str_tables",
}

__all__ = [  # noqa: F822 - the names are loaded by __getattr__
    "read_counter",
    "read_fcs",
    "read_karyotype_sheet",
    "read_nat_run",
    "read_passage_log",
    "read_quantstudio",
    "read_sheet",
    "read_str",
]


def __getattr__(name: str) -> Any:
    if name not in _READERS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_READERS[name]}"), name)
