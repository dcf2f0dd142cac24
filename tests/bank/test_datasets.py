"""The worked datasets: each shows a bad lot beside good ones."""

from __future__ import annotations

import pytest

from stemcell_kit.datasets import dataset_bank, dataset_names, describe_dataset, load_dataset
from stemcell_kit.errors import BadInput

NAMED = {
    "origin_register", "identity_profiles", "identity_wide", "karyotype_cells", "karyotype_strings",
    "copy_number_wells", "marker_flow", "marker_flow_differentiated", "counter_export",
    "passage_log", "post_thaw_vials", "mycoplasma_run", "release_dossier", "dilution_series",
    "control_runs",
}  # fmt: skip


def test_all_datasets_of_the_lessons_are_there() -> None:
    """A lesson never asks for a dataset that does not exist."""
    assert set(dataset_names()) >= NAMED


@pytest.mark.parametrize("name", dataset_names())
def test_a_dataset_loads_with_the_columns_it_describes(name: str) -> None:
    """The data dictionary covers every column, and the table is not empty."""
    described = describe_dataset(name)

    assert list(load_dataset(name).columns) == list(described["column"])
    assert len(load_dataset(name)) > 0
    assert described.attrs["about"]


def test_a_dataset_can_be_changed_without_harm() -> None:
    """The next call gives a fresh table."""
    table = load_dataset("karyotype_strings")
    table.loc[:, "karyotype"] = "spoilt"

    assert "spoilt" not in set(load_dataset("karyotype_strings")["karyotype"])


def test_the_worked_bank_has_good_lots_beside_bad_ones() -> None:
    """Every fault sits on its own lot and most seed stocks are clean."""
    lots = dataset_bank("worked").truth.lots.values()

    assert sum(not lot.faults for lot in lots) >= 6
    assert all(len(lot.faults) <= 1 for lot in lots)


def test_the_mosaic_lot_reads_as_a_clone() -> None:
    """Enough trisomic metaphases were drawn to write the clone, and some normal ones."""
    strings = load_dataset("karyotype_strings").set_index("lot")["karyotype"]

    assert strings["SKTi003-A-W1"].startswith("47,XY,+12[")
    assert "/46,XY[" in strings["SKTi003-A-W1"]


def test_unknown_names_get_a_near_choice() -> None:
    """A slip of the keyboard is answered with the right name."""
    with pytest.raises(BadInput, match="passage_log"):
        load_dataset("pasage_log")
    with pytest.raises(BadInput, match="worked"):
        dataset_bank("nobody")
