"""The banking worksheets: from runs, fills, boxes, labels and journeys to what they say."""

from __future__ import annotations

import pandas as pd
import pytest

from stemcell_kit.errors import BadInput
from stemcell_kit.worksheets import banking

NONE = float("nan")


def run(*samples: tuple[str, float, float], positive: float = 34.0) -> pd.DataFrame:
    """A run with good controls and the samples given as (name, target, internal control)."""
    rows = [
        ("positive control", "positive control", positive, 27.0),
        ("negative control", "negative control", NONE, 27.0),
        *((name, "sample", target, internal) for name, target, internal in samples),
    ]
    return pd.DataFrame(rows, columns=["sample", "role", "target_cq", "control_cq"])


def calls(table: pd.DataFrame) -> dict[str, str]:
    """The calls of a run with the cut-off 38 and a shift of 3."""
    return banking.nat_calls(table, cutoff_cq=38, internal_shift=3)["call"].to_dict()


def test_no_signal_without_internal_control_is_invalid() -> None:
    """It is neither negative nor positive; a strong target stays positive."""
    table = run(("dumb", NONE, NONE), ("clean", NONE, 27.5), ("bad", 23.0, NONE))

    assert calls(table) == {"dumb": "invalid", "clean": "negative", "bad": "positive"}


@pytest.mark.parametrize(
    ("internal", "call"), [(29.9, "negative"), (30, "negative"), (30.1, "invalid")]
)
def test_the_internal_control_may_be_late_by_the_shift(internal: float, call: str) -> None:
    """27 plus 3 cycles still counts, a tenth more does not."""
    assert calls(run(("lot", NONE, internal))) == {"lot": call}


def test_a_failed_run_control_takes_every_sample_with_it() -> None:
    """Without a positive control that works, a contaminated sample is not reported either."""
    assert calls(run(("bad", 23.0, 28.0), ("clean", NONE, 27.0), positive=NONE)) == {
        "bad": "invalid",
        "clean": "invalid",
    }


def thawed(*recovered: int) -> pd.DataFrame:
    """Vials 1, 6, 11 ... of a lot of 20 with a million cells frozen in each."""
    rows = [("L", 1 + 5 * n, 20, 1_000_000, alive) for n, alive in enumerate(recovered)]
    columns = ["lot", "vial", "vials_filled", "viable_frozen", "viable_recovered"]
    return pd.DataFrame(rows, columns=columns)


def test_the_fitted_loss_runs_from_the_first_to_the_last_vial_filled() -> None:
    """Five points per five vials make nineteen points over nineteen vials."""
    fit = banking.fill_order(thawed(800_000, 751_000, 700_000, 650_000)).loc["L"]

    assert fit["first_percent"] == pytest.approx(80, abs=0.1)
    assert fit["change_points"] == pytest.approx(-19.0, abs=0.05)
    assert fit["p_value"] < 0.01


def test_two_vials_make_no_trend() -> None:
    """A line through two points fits always and says nothing."""
    with pytest.raises(BadInput, match="at least three"):
        banking.fill_order(thawed(800_000, 700_000))


def test_contact_counts_to_the_cooling_of_the_last_vials() -> None:
    """Not to the first vial, which is early in every fill."""
    stamps = {"cryoprotectant_at": "10:00", "first_vial_at": "10:02", "last_vial_at": "10:37"}
    stamps = {name: f"2024-03-28T{time}" for name, time in stamps.items()}
    table = pd.DataFrame([{"lot": "L", **stamps, "cooling_at": "2024-03-28T10:38"}])

    assert banking.contact_times(table).loc["L"].tolist() == [2, 37, 38]


def test_the_warmest_box_decides_not_the_probe() -> None:
    """One tank, and -120 where the probe reads -190."""
    columns = ["lot", "tank", "probe_c", "mapped_c"]
    boxes = pd.DataFrame([("L", "T-1", -190, -170.0), ("L", "T-1", -190, -120.0)], columns=columns)

    assert banking.storage_summary(boxes).loc["L"].tolist() == [1, -190, -120]


@pytest.mark.parametrize(
    ("parent", "allowed"),
    [("K-A-M1", True), ("K-A-W1", False), ("K-A-S1", False), ("K-B-M1", False), ("", False)],
)
def test_a_working_bank_grows_from_the_master_of_its_line(parent: str, allowed: bool) -> None:
    """Not from a working bank, a seed stock, another line or nothing."""
    rows = [("K-A-S1", "seed stock", ""), ("K-A-M1", "master bank", "K-A-S1")]
    rows += [("K-A-W1", "working bank", "K-A-M1"), ("K-B-M1", "master bank", "")]
    labels = pd.DataFrame(rows, columns=["lot", "tier", "parent_lot"])

    assert banking.pedigree(labels, {"K-A-W2": parent}).loc["K-A-W2", "allowed"] == allowed


def test_the_reserve_lies_on_use_and_tests() -> None:
    """(20 + 10) and a fifth are 36 exactly; one vial more needs 38."""
    plan = {"years": 20, "working_banks_per_year": 1, "vials_per_working_bank": 1}

    assert banking.master_vials_needed(**plan, test_vials=10, reserve_percent=20) == 36
    assert banking.master_vials_needed(**plan, test_vials=11, reserve_percent=20) == 38


def test_a_document_is_missing_unsigned_or_signed_by_its_own_producer() -> None:
    """Three gaps and one good document."""
    columns = ["lot", "document", "result", "present", "signed_by"]
    rows = [("L", "a", "", False, ""), ("L", "b", "", True, ""), ("L", "c", "", True, "OP-1")]
    dossier = pd.DataFrame([*rows, ("L", "d", "", True, "QA-1")], columns=columns)
    labels = pd.DataFrame({"lot": ["L"], "operator": ["OP-1"]})

    gaps = banking.open_documents(dossier, labels).set_index("document")["gap"]
    assert list(gaps) == ["missing", "not signed", "signed by the person who froze the lot"]


def test_one_constructed_label_is_right_and_five_are_not() -> None:
    """The table of the lesson shows what it says."""
    wrong = banking.check_labels(banking.labels_to_check())["wrong"]

    assert [bool(words) for words in wrong] == [False, True, True, True, True, True]


def test_a_recall_reaches_whoever_was_given_cells() -> None:
    """The second-hand recipient stands in another column; other lots stay out."""
    rows = [("L", "R-2", "R-9"), ("L", "R-1", ""), ("K", "R-5", "")]
    table = pd.DataFrame(rows, columns=["lot", "recipient", "passed_on_to"])

    assert banking.recipients(table, "L") == ["R-1", "R-2", "R-9"]


@pytest.mark.parametrize(
    ("agreement", "late"), [("2024-10-02", 0), ("2024-10-03", 1), ("2024-10-01", 0), ("", 1)]
)
def test_an_agreement_is_signed_by_the_day_of_shipping(agreement: str, late: int) -> None:
    """The same day is in time; the next day and never are not."""
    row = {"consignment": "c", "recipient": "R-1", "agreement": agreement, "shipped": "2024-10-02"}

    assert len(banking.late_agreements(pd.DataFrame([row]))) == late


def test_a_journey_is_judged_by_its_warmest_hour() -> None:
    """-130 itself is not above -130; the arrival is cold again."""
    rows = [(0, -190.0, "bank"), (2, -130.0, ""), (4, -110.0, ""), (6, -190.0, "recipient")]
    log = pd.DataFrame(rows, columns=["hour", "temperature_c", "holder"]).assign(consignment="c")

    journey = banking.transit_summary(log, above_c=-130).loc["c"]
    assert journey["warmest_c"] == -110
    assert journey["at_arrival_c"] == -190
    assert journey["hours_above"] == 2
    assert journey["unrecorded_h"] == 4


def test_an_unknown_consignment_is_answered_with_those_there_are() -> None:
    """A slip of the keyboard is no empty result."""
    log = pd.DataFrame({"consignment": ["c/1"], "temperature_c": [-190.0]})

    with pytest.raises(BadInput, match="choose one of c/1"):
        banking.warmest_in_transit(log, "c/2")
