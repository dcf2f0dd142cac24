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
        "stemcell_kit.worksheets.tumour_organoids": [
            "copy_number_agreement",
            "lost_drivers",
            "microsatellite_pairs",
            "tumour_share",
            "variant_fractions",
            "variant_recall",
        ],
        "stemcell_kit.worksheets.tumour_papers": [
            "establishment_rates",
            "specimen_gaps",
            "tumour_line_gaps",
        ],
        "stemcell_kit.worksheets.organoid_plates": [
            "dose_curve",
            "dose_percents",
            "dose_results",
            "growth_rate_values",
            "plate_controls",
            "plate_summary",
            "response_shapes",
            "start_sizes",
        ],
        "stemcell_kit.qc.organoids.organoid_size": [
            "circularity",
            "equivalent_diameter",
            "forming_efficiency",
            "volume_growth",
        ],
        "stemcell_kit.qc.organoids.clonality": [
            "detection_power",
            "expected_vaf",
            "observed_vaf",
            "purity_from_vaf",
        ],
        "stemcell_kit.qc.potency.growth_rate": ["growth_rate_value"],
        "stemcell_kit.qc.potency.plate_quality": ["edge_effect", "plate_quality"],
        "stemcell_kit.plots.tumour_organoids": [
            "plot_allele_fractions",
            "plot_dose_curves",
            "plot_organoid_plate",
        ],
        "stemcell_kit.worksheets.gut_organoids": [
            "cell_type_shares",
            "donor_spread",
            "forming_table",
            "lot_change",
            "marker_folds",
            "outline_summary",
            "size_growth",
            "swelling_of_lot",
            "swelling_table",
        ],
        "stemcell_kit.worksheets.gut_papers": ["crypt_yields", "gut_line_gaps", "tissue_gaps"],
        "stemcell_kit.qc.organoids.swelling": ["swelling_area", "teer"],
        "stemcell_kit.plots.gut_organoids": [
            "plot_marker_folds",
            "plot_organoid_growth",
            "plot_swelling",
        ],
        "stemcell_kit.worksheets.sterility_sampling": [
            "containers_for",
            "detection_chances",
            "fill_parts_sampled",
            "hits_by_level",
            "lots_found_by_day",
            "quantities_for",
            "sampling_audit",
            "sampling_rule",
            "vials_with_growth",
        ],
        "stemcell_kit.qc.sterility.sampling_plan": [
            "chance_in_batch",
            "chance_of_detection",
            "chance_of_detection_poisson",
            "chance_of_exactly_one",
            "containers_needed",
            "containers_needed_in_batch",
        ],
        "stemcell_kit.qc.sterility.sampling_rule": ["containers_to_test", "quantity_per_medium"],
        "stemcell_kit.qc.sterility.low_numbers": [
            "chance_at_mean",
            "chance_in_fraction",
            "chance_in_sample",
            "chance_in_two_media",
            "empty_share",
            "organisms_needed",
            "volume_needed",
        ],
        "stemcell_kit.qc.sterility.contamination_rate": [
            "clean_units_needed",
            "contamination_rate",
        ],
        "stemcell_kit.qc.sterility.detection_limit": ["detection_limit"],
        "stemcell_kit.qc.sterility.hit_rate": ["hits_prove_at_least", "replicates_needed"],
        "stemcell_kit.plots.sterility_sampling": [
            "plot_bag_sample",
            "plot_fill_sample",
            "plot_hit_rates",
            "plot_vials_with_growth",
        ],
        "stemcell_kit.worksheets.sterility_media": [
            "broth_needed_ml",
            "counting_noise",
            "found_with_antibiotic",
            "growth_by_role",
            "inoculum_risk",
            "lots_found_by_medium",
            "media_recovery",
            "medium_recipe",
            "membrane_share",
            "paired_counts",
            "passages_from_seed",
            "strains_not_growing",
        ],
        "stemcell_kit.qc.sterility.growth_promotion": [
            "accepted_counts",
            "equal_media_fail",
            "largest_mean_inoculum",
            "over_inoculum",
            "recovery_ratio",
        ],
        "stemcell_kit.qc.sterility.rapid_comparison": ["mcnemar"],
        "stemcell_kit.plots.sterility_media": [
            "plot_growth_days",
            "plot_inoculum",
            "plot_media_recovery",
            "plot_session_vessels",
        ],
        "stemcell_kit.worksheets.nk_origin": [
            "hla_matches",
            "karyotype_gaps",
            "nk_input",
            "rare_cells",
            "receipt_gaps",
        ],
        "stemcell_kit.worksheets.nk_purity": [
            "measured_matrices",
            "nk_composition",
            "nk_gate_steps",
            "nk_tube",
            "spillover_table",
            "stored_matrices",
            "t_cell_doses",
        ],
        "stemcell_kit.worksheets.nk_potency": [
            "cytokine_report",
            "degranulation",
            "killing_at",
            "killing_curve",
            "killing_plates",
            "killing_readings",
            "killing_units",
            "relative_killing",
        ],
        "stemcell_kit.worksheets.nk_lot": [
            "nk_bag_endotoxin",
            "nk_dose_ladder",
            "nk_expansion",
            "plan_gaps",
            "residual_beads",
        ],
        "stemcell_kit.qc.flow.t_cell_dose": ["t_cell_dose"],
        "stemcell_kit.plots.nk_purity": [
            "plot_cd3_cd56",
            "plot_events_for_limit",
            "plot_t_cell_doses",
            "plot_two_colours",
        ],
        "stemcell_kit.plots.nk_potency": [
            "plot_dose_ladder",
            "plot_hold_study",
            "plot_killing",
            "plot_plate_release",
        ],
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
