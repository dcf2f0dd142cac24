"""The case of an exercise: one's own numbers, the same difficulty."""

from __future__ import annotations

import pytest

from stemcell_kit.authoring.release import exercises_of
from stemcell_kit.errors import BadInput
from stemcell_kit.learning import cases as cases_module
from stemcell_kit.learning.cases import case
from stemcell_kit.teaching_tables import teaching_table


@pytest.mark.parametrize("exercise", exercises_of())
def test_a_learner_always_gets_the_same_case_and_another_learner_another(exercise: str) -> None:
    """The case depends on the learner's id and on nothing else."""
    first, again, other = (case(exercise, who) for who in ("wei-03", " wei-03 ", "ana-11"))

    assert first.lots == again.lots
    for name in first.plan["table"]:
        assert first[name].equals(again[name])
    assert any(not first[name].equals(other[name]) for name in first.plan["table"])


@pytest.mark.parametrize("exercise", exercises_of())
def test_every_case_plants_the_same_faults(exercise: str) -> None:
    """Two learners meet the same kinds of fault, on lots that differ."""
    cases = [case(exercise, f"learner-{number}") for number in range(12)]

    assert len({tuple(sorted(item.truth)) for item in cases}) == 1
    if any(lot for lots in cases[0].truth.values() for lot in lots):
        assert len({tuple(item.truth.values()) for item in cases}) > 1
    for item in cases:
        planted = {lot for lots in item.truth.values() for lot in lots if lot}
        assert planted <= set(item.lots)


def test_a_missing_learner_id_is_refused_with_an_example() -> None:
    """An empty id would give everybody the same case."""
    with pytest.raises(BadInput, match="wei-03"):
        case("identity", "  ")


def test_an_unknown_table_names_those_there_are() -> None:
    """A typing error is answered with the names to choose from."""
    found = case("identity", "wei-03")
    with pytest.raises(BadInput, match=next(iter(found.plan["table"]))):
        found["nothing"]


DRAWN = {
    "faults": [],
    "table": {
        "panel": {"drawn_from": "germ_layer_markers", "rows": 1, "each": "layer"},
        "file": {"drawn_from": "germ_layer_markers", "rows": -2},
        "lots": {"assay": "lots"},
    },
}


def test_rows_are_drawn_for_the_learner_and_equally_from_each_group(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One marker of every layer; which one depends on who learns."""
    monkeypatch.setattr(cases_module, "_plan", lambda exercise: DRAWN)
    whole = teaching_table("germ_layer_markers")
    panels = [case("toy", f"learner-{number}")["panel"] for number in range(8)]

    assert all(sorted(panel["layer"]) == sorted(whole["layer"].unique()) for panel in panels)
    assert len({tuple(panel["gene"]) for panel in panels}) > 1


def test_a_drawn_file_says_what_it_leaves_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two rows are missing, and the case knows which; together they are the whole table."""
    monkeypatch.setattr(cases_module, "_plan", lambda exercise: DRAWN)
    found = case("toy", "wei-03")
    whole = teaching_table("germ_layer_markers")

    assert len(found.withheld("file")) == 2
    together = [*found["file"]["gene"], *found.withheld("file")["gene"]]
    assert sorted(together) == sorted(whole["gene"])
    with pytest.raises(BadInput, match="not drawn"):
        found.withheld("lots")


def test_a_case_can_be_about_a_product(monkeypatch: pytest.MonkeyPatch) -> None:
    """The lots under test are then those of the product; tables of the bank stay whole."""
    plan = {
        "of": "nk",
        "lots": 3,
        "faults": [{"fault": "nk-t-cells", "lot": "a"}],
        "table": {"dose": {"assay": "nk_dose"}, "lots": {"assay": "lots"}},
    }
    monkeypatch.setattr(cases_module, "_plan", lambda exercise: plan)
    found = case("toy", "wei-03")

    assert len(found.lots) == 3 == found["dose"]["lot"].nunique()
    assert found.truth["nk-t-cells"][0] in found.lots
    assert found["lots"]["lot"].tolist() == list(found.bank.lots)
