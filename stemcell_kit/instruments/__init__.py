"""Readers of instrument exports: a file or its bytes in, a tidy table out.

The readers load pandas when they are first asked for, so importing this package is cheap.
"""

from __future__ import annotations

import importlib
from typing import Any

_READERS = {
    "read_absolute_q": "absolute_q",
    "read_cfx": "cfx",
    "Column": "table",
    "read": "recognition",
    "read_abif": "abif",
    "read_cellosaurus": "cellosaurus",
    "read_clastr": "clastr",
    "read_comet": "comet",
    "read_counter": "cell_counter",
    "read_endotoxin_run": "endotoxin_plate",
    "read_fcs": "fcs",
    "read_flowjo_table": "flowjo_table",
    "read_gatingml": "gating",
    "read_gen5": "gen5",
    "read_karyotype_sheet": "karyotype_sheet",
    "read_nanosight": "nanosight",
    "read_nanosight_sizes": "nanosight",
    "read_nat_run": "nat_run",
    "read_nc_view": "nucleocounter",
    "read_nucleoview": "nucleocounter",
    "read_passage_log": "passage_log",
    "read_qiacuity": "qiacuity",
    "read_quantstudio": "quantstudio",
    "read_sheet": "sheets",
    "read_softmax": "softmax",
    "read_str": "str_tables",
    "read_table": "any_table",
    "read_vcf": "vcf",
    "read_vicell_xr": "vicell_xr",
    "read_zetaview": "zetaview",
    "read_wsp": "workspace",
}

__all__ = [  # noqa: F822 - the names are loaded by __getattr__
    "Column",
    "read",
    "read_abif",
    "read_absolute_q",
    "read_cellosaurus",
    "read_cfx",
    "read_clastr",
    "read_comet",
    "read_counter",
    "read_endotoxin_run",
    "read_fcs",
    "read_flowjo_table",
    "read_gatingml",
    "read_gen5",
    "read_karyotype_sheet",
    "read_nanosight",
    "read_nanosight_sizes",
    "read_nat_run",
    "read_nc_view",
    "read_nucleoview",
    "read_passage_log",
    "read_qiacuity",
    "read_quantstudio",
    "read_sheet",
    "read_softmax",
    "read_str",
    "read_table",
    "read_vcf",
    "read_vicell_xr",
    "read_wsp",
    "read_zetaview",
]


def __getattr__(name: str) -> Any:
    if name not in _READERS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_READERS[name]}"), name)
