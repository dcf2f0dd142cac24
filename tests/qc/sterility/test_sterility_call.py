"""The call of the first run: all 48 combinations of controls, vessels and investigation."""

from __future__ import annotations

import csv
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from stemcell_kit.errors import BadInput
from stemcell_kit.paths import content_dir
from stemcell_kit.qc.sterility.sterility_call import (
    Cause,
    SterilityOutcome,
    Validity,
    first_run,
)

TABLE = list(
    csv.DictReader(
        (Path(__file__).parent / "data" / "first_run.csv").read_text(encoding="utf-8").splitlines()
    )
)
CAUSES = {
    "none found": Cause.NONE,
    "lab cause proven (b, c or d)": Cause.LABORATORY,
}
OUTCOMES = {
    "PASS": SterilityOutcome.PASS,
    "PASS with deviation / no result": SterilityOutcome.UNDECIDED,
    "FAIL": SterilityOutcome.FAIL,
    "no result": SterilityOutcome.NO_RESULT,
}
CLEAN: dict[str, Any] = {
    "negative_control": "clean",
    "positive_control": "grew",
    "vessels": "clear",
}


@pytest.mark.parametrize("row", TABLE, ids=[row["row"] for row in TABLE])
def test_a_combination_is_called_as_the_table_says(row: dict[str, str]) -> None:
    """Row id, validity, outcome, next step and provenance of each combination."""
    call = first_run(
        negative_control=row["negative_control"],
        positive_control=row["positive_control"],
        vessels=row["vessels"],
        cause=CAUSES[row["cause"]],
    )

    assert (call.row, call.outcome) == (row["row"], OUTCOMES[row["outcome"]])
    validity = {"VALID": Validity.VALID, "INVALID": Validity.INVALID}
    assert call.validity == validity.get(row["validity"], Validity.DEPENDS)
    step = row["action"].replace("(earliest day 18)", "after the subculture has been read")
    assert call.next_step == step
    kind = "public-text" if "public-text" in row["provenance"] else "recalled"
    assert call.provenance.startswith(kind)


def test_the_table_has_its_48_rows_and_outcomes() -> None:
    """4 pass, 4 depend on the fault, 4 fail, 36 have no result."""
    assert [row["row"] for row in TABLE] == [f"R{n:02d}" for n in range(1, 49)]
    assert sorted(Counter(row["outcome"] for row in TABLE).values()) == [4, 4, 4, 36]


@pytest.mark.parametrize(
    ("hidden", "outcome"),
    [
        (False, SterilityOutcome.PASS_WITH_DEVIATION),
        (True, SterilityOutcome.NO_RESULT),
        (None, SterilityOutcome.UNDECIDED),
    ],
)
def test_a_fault_that_could_hide_growth_takes_the_result(
    hidden: bool | None, outcome: SterilityOutcome
) -> None:
    """Clear vessels of a faulty run pass only if the fault could not have hidden growth."""
    call = first_run(**CLEAN, cause=Cause.LABORATORY, could_hide_growth=hidden)

    assert (call.row, call.outcome) == ("R02", outcome)


def test_a_hiding_fault_does_not_touch_a_growth() -> None:
    """What grew was not hidden: the call of growth does not ask."""
    grown = {**CLEAN, "vessels": "growth"}

    assert first_run(**grown, could_hide_growth=True).outcome == SterilityOutcome.FAIL


def test_every_row_has_its_words_in_both_languages() -> None:
    """The words that reports use are those of the decision, and each has a translation."""
    path = content_dir() / "reference" / "sterility_decisions.toml"
    words = tomllib.loads(path.read_text(encoding="utf-8"))
    steps = {row: one["step"] for one in words["step"] for row in one["rows"]}

    assert sorted(steps) == [row["row"] for row in TABLE]
    assert {one["id"] for one in words["outcome"]} == set(SterilityOutcome)
    for row in TABLE:
        call = first_run(
            negative_control=row["negative_control"],
            positive_control=row["positive_control"],
            vessels=row["vessels"],
            cause=CAUSES[row["cause"]],
        )
        assert steps[call.row]["en"] == call.next_step
        assert steps[call.row]["zh-CN"] != call.next_step


def test_an_unknown_word_is_refused_with_the_choice() -> None:
    """The message names the words that exist."""
    with pytest.raises(BadInput, match="vessels is 'cloudy'; expected one of 'clear', 'growth'"):
        first_run(**{**CLEAN, "vessels": "cloudy"})
