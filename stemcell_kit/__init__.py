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
        "stemcell_kit.learning.lookup": ["limit", "sources"],
        "stemcell_kit.datasets": ["load_dataset"],
        "stemcell_kit.worksheets.growth": [
            "growth_between_banks",
            "growth_by_passage",
            "recovery_along_fill",
            "vial_balance",
            "vial_viability",
            "vial_yields",
        ],
        "stemcell_kit.worksheets.counting": [
            "compare_counters",
            "control_flags",
            "control_limits",
            "count_summary",
            "counting_study",
            "dilution_check",
            "level_deviations",
        ],
        "stemcell_kit.qc.cells.cell_count": [
            "cells_to_count",
            "chamber_cells_per_ml",
            "count_cv",
            "overall_yield",
            "plating_efficiency",
            "viability",
            "viable_cells",
            "viable_recovery",
        ],
        "stemcell_kit.qc.cells.growth": [
            "doubling_time_h",
            "doublings_of_split",
            "population_doublings",
        ],
        "stemcell_kit.plots.growth": [
            "plot_control_chart",
            "plot_dilution_check",
            "plot_dilution_lines",
            "plot_doubling_times",
            "plot_level_deviations",
            "plot_recovery_along_fill",
            "plot_vial_balance",
        ],
        "stemcell_kit.assessment.dashboard": ["dashboard"],
        "stemcell_kit.assessment.evidence": ["attach"],
        "stemcell_kit.assessment.finding": ["assess"],
        "stemcell_kit.assessment.laboratory": ["invented_laboratory", "my_laboratory"],
        "stemcell_kit.certification.invented_exam": [
            "exam_statistics",
            "invented_exam",
            "question_table",
            "statistics_report",
        ],
        "stemcell_kit.grading.grade": ["grade_exercise"],
        "stemcell_kit.worksheets.identity": [
            "compare_rules",
            "match_donors",
            "match_lots",
            "match_readings",
            "match_str",
            "str_profile",
            "tanabe_score",
        ],
        "stemcell_kit.worksheets.public_lines": [
            "match_public",
            "public_profile",
            "search_public",
            "visiting_line",
        ],
        "stemcell_kit.qc.identity.str_match": ["CORE_LOCI_8", "CORE_LOCI_13"],
        "stemcell_kit.plots.identity": [
            "plot_mixture_trial",
            "plot_str_match",
            "plot_str_matrix",
            "plot_str_peaks",
            "plot_unrelated_pairs",
        ],
        "stemcell_kit.instruments": ["read", "read_counter", "read_str", "read_table"],
        "stemcell_kit.worksheets.genome": [
            "abnormal_cells",
            "clone_table",
            "copy_number_band",
            "copy_number_of",
            "copy_number_table",
            "euploid_share",
            "excluded_mosaics",
            "karyotype_clones",
            "method_sight",
            "methods_that_see",
            "passages_between_banks",
            "practice_karyotypes",
            "recurrent_changes",
            "zero_result",
        ],
        "stemcell_kit.qc.genome.copy_number": ["mosaic_fraction"],
        "stemcell_kit.qc.genome.mosaicism": [
            "detection_probability",
            "excluded_fraction",
            "metaphases_needed",
        ],
        "stemcell_kit.plots.genome": [
            "plot_copy_number",
            "plot_detection",
            "plot_metaphases",
        ],
        "stemcell_kit.worksheets.state": [
            "gate_by_control",
            "gating_steps",
            "germ_layer_counts",
            "live_singlets",
            "marker_gate",
            "marker_positive",
            "marker_summary",
            "reading_counts",
        ],
        "stemcell_kit.qc.quality.agreement": ["cohens_kappa"],
        "stemcell_kit.qc.flow.flow_percent": ["events_needed", "percent_of_counts"],
        "stemcell_kit.plots.state": [
            "plot_gates",
            "plot_marker_panels",
            "plot_percents_and_limits",
        ],
        "stemcell_kit.worksheets.banking": [
            "check_labels",
            "contact_times",
            "fill_order",
            "fill_order_p_value",
            "labels_to_check",
            "late_agreements",
            "master_vials_needed",
            "nat_calls",
            "open_documents",
            "pedigree",
            "recipients",
            "storage_summary",
            "transit_summary",
            "warmest_in_transit",
        ],
        "stemcell_kit.plots.banking": ["plot_fill_order", "plot_nat_run", "plot_transit"],
        "stemcell_kit.plots.commitments": ["plot_commitments"],
        "stemcell_kit.worksheets.origin": [
            "check_dates",
            "consent_gaps",
            "date_order",
            "date_readings",
            "dated_consent",
            "derivation_gaps",
            "descendants",
            "donor_fields",
            "early_releases",
            "find_identifiers",
            "hours_apart",
            "open_origin_files",
            "reception_routes",
            "seed_stocks",
            "silent_documents",
            "where_held",
        ],
        "stemcell_kit.plots.origin": ["plot_date_order"],
        "stemcell_kit.widgets": ["checklist", "predict", "quiz", "start_page"],
        "stemcell_kit.teaching_tables": ["teaching_table"],
    }.items()
    for name in names
}

# rooms that a notebook calls by their own name
_ROOMS = ("bank",)

__all__ = ["__version__", *_HOMES, *_ROOMS]


def __getattr__(name: str) -> Any:
    if name in _ROOMS:
        return importlib.import_module(f"{__name__}.{name}")
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"stemcell_kit has no {name!r}; dir(stemcell_kit) lists what it has")
    value = getattr(importlib.import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
