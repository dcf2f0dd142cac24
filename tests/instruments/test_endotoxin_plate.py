"""An endotoxin run out of group tables: every well once, silence as missing."""

from __future__ import annotations

import pytest

from stemcell_kit.errors import BadInput
from stemcell_kit.instruments.endotoxin_plate import read_endotoxin_run
from tests.instruments.samples.endotoxin import SAMPLES

TEXT = SAMPLES["softmax"]().decode("utf-8")


def test_every_well_has_its_role_and_its_sample() -> None:
    """Ten standards, two blanks, two lots with two plain and two spiked wells."""
    run = read_endotoxin_run(TEXT.encode("utf-8"))

    assert run["role"].value_counts().to_dict() == {
        "standard": 10, "blank": 2, "sample": 4, "spiked": 4,
    }  # fmt: skip
    assert run.loc[run["role"] == "standard", "eu_per_ml"].tolist()[:3] == [50.0, 50.0, 5.0]
    assert set(run.loc[run["role"] == "spiked", "dilution"]) == {40.0}
    assert run.loc[run["role"] != "standard", "eu_per_ml"].isna().all()


def test_a_well_without_reaction_is_missing_and_not_zero() -> None:
    """An empty onset is no number."""
    run = read_endotoxin_run(TEXT.replace("\tC2\t4719", "\tC2\t").encode("utf-8"))

    assert run.set_index("well")["onset_s"].isna().sum() == 1


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("Group: Spiked", "Group: Spikes", "no group Spiked"),
        ("Sample\tDilution\tWells", "Sample\tDiluted\tWells", "no column Dilution"),
        ("SKTi001-A-M1\t40\tA3", "SKTi001-A-M1\t\tA3", "a sample well has no Dilution"),
        ("\tD2\t", "\tC2\t", "well C2 is in two groups"),
    ],
)
def test_a_run_with_something_missing_is_refused(old: str, new: str, reason: str) -> None:
    """Nothing is filled in by guessing."""
    assert old in TEXT
    with pytest.raises(BadInput, match=reason):
        read_endotoxin_run(TEXT.replace(old, new).encode("utf-8"))
