"""Training and self-assessment for nine stem-cell standards.

``import stemcell_kit as sk`` gives a notebook everything it uses; each part is loaded
when it is first named, so the import itself costs almost nothing.
"""

from __future__ import annotations

import importlib
from typing import Any

__version__ = "0.1.0"

# public name -> module that holds it
_HOMES = {
    name: module
    for module, names in {
        "stemcell_kit.language": ["use"],
        "stemcell_kit.learning.expect": [
            "award",
            "close_to",
            "expect",
            "is_number",
            "is_text",
            "same_items",
        ],
        "stemcell_kit.learning.cases": ["case"],
        "stemcell_kit.learning.lookup": ["limit", "requirements", "sources"],
        "stemcell_kit.datasets": ["load_dataset"],
        "stemcell_kit.assessment.finding": ["assess"],
        "stemcell_kit.grading.grade": ["grade_exercise"],
        "stemcell_kit.worksheets.identity": [
            "compare_rules",
            "match_donors",
            "match_lots",
            "match_public",
            "match_readings",
            "match_str",
            "public_profile",
            "search_public",
            "str_profile",
            "tanabe",
            "visiting_line",
        ],
        "stemcell_kit.qc.str_match": ["CORE_LOCI_8", "CORE_LOCI_13"],
        "stemcell_kit.plots.identity": [
            "plot_mixture_trial",
            "plot_str_match",
            "plot_str_matrix",
            "plot_str_peaks",
            "plot_unrelated_pairs",
        ],
        "stemcell_kit.instruments": ["read_str"],
        "stemcell_kit.widgets": ["checklist", "predict", "start_page"],
    }.items()
    for name in names
}

__all__ = ["__version__", *_HOMES]


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"stemcell_kit has no {name!r}; dir(stemcell_kit) lists what it has")
    value = getattr(importlib.import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
