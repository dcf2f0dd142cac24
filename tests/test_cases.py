"""The case of an exercise: one's own numbers, the same difficulty."""

from __future__ import annotations

import pytest

from stemcell_kit.authoring.release import exercises_of
from stemcell_kit.errors import BadInput
from stemcell_kit.learning.cases import case


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
