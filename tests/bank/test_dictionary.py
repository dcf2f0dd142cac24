"""The data dictionary holds for every assay, and refuses what it does not allow."""

from __future__ import annotations

import subprocess
import sys
from functools import cache
from typing import Any

import pytest

from stemcell_kit.bank import ASSAYS, Bank, build
from stemcell_kit.bank.dictionary import assay_content, columns, schema, validate
from stemcell_kit.errors import BadInput

LOTS = ["SKTi001-A-M1", "SKTi003-A-W1"]


@cache
def bank(seed: int) -> Bank:
    """A bank without a fault."""
    return build(seed)


@pytest.mark.parametrize("assay", ASSAYS)
def test_every_table_is_as_the_dictionary_says(assay: str) -> None:
    """Two seeds; columns, kinds, words and limits."""
    for seed in (7, 24603):
        asked = LOTS[:1] if assay == "flow" else LOTS if ASSAYS[assay].of == "lot" else None
        table = bank(seed).table(assay, asked)
        if len(table) > 2000:  # the rest of an events table is like its beginning
            table = table.iloc[:: len(table) // 1000]
        assert len(validate(table, assay)) == len(table)


@pytest.mark.parametrize(
    ("assay", "column", "value", "expected"),
    [
        ("counts", "viability_percent", 100.1, "live cells among all cells.*at most 100"),
        ("counts", "live_cells", -1, "live cells counted.*a whole number, at least"),
        ("counts", "total_cells", 12.5, "a whole number"),
        ("counts", "operator", 7, "code of the operator.*text"),
        ("donors", "sex", "f", "recorded sex.*one of female, male"),
        ("donors", "donor", "", "code of the donor.*text"),
        ("mycoplasma", "target_cq", 46.0, "Cq of the mycoplasma target.*at most 45, or empty"),
        ("dossier", "present", "yes", "true if the document is in the file.*true or false"),
        ("species", "replicate", float("nan"), "well of this sample"),
    ],
)
def test_a_wrong_value_is_refused_with_the_meaning_of_its_column(
    assay: str, column: str, value: Any, expected: str
) -> None:
    """The message says what was found, what the column means and what it may hold."""
    table = bank(7).table(assay, LOTS).astype({column: object})
    table.loc[table.index[0], column] = value

    with pytest.raises(BadInput, match=expected):
        validate(table, assay)


def test_a_limit_belongs_to_what_is_allowed() -> None:
    """100 % and 0 cells are possible; an undetermined Cq is empty."""
    table = bank(7).table("counts", LOTS)
    table.loc[0, ["viability_percent", "dead_cells"]] = [100.0, 0]

    assert len(validate(table, "counts")) == len(table)
    assert bank(7).table("mycoplasma", LOTS)["target_cq"].isna().any()


def test_a_missing_and_an_unknown_column_are_named() -> None:
    """Both at once."""
    table = bank(7).table("donors", LOTS).rename(columns={"age": "years"})

    with pytest.raises(BadInput, match=r"column years is not one of .*no column age|no column age"):
        validate(table, "donors")


def test_the_schema_is_a_pandera_schema() -> None:
    """Laboratories that use pandera can take it as it is."""
    assert list(schema("donors").columns) == list(columns("donors"))


def test_words_fit_text_and_limits_fit_numbers() -> None:
    """The dictionary does not contradict itself."""
    for assay in assay_content()["assay"]:
        for column in assay["columns"]:
            kind = column.get("kind")
            assert "values" not in column or kind == "text", (assay["id"], column)
            limits = {"at_least", "at_most"} & column.keys()
            assert not limits or kind in ("number", "whole"), (assay["id"], column)


def test_every_column_of_the_bank_says_what_it_holds() -> None:
    """No assay is left without kinds."""
    without = {
        (assay["id"], column["name"])
        for assay in assay_content()["assay"]
        for column in assay["columns"]
        if "kind" not in column
    }
    assert without == set()


def test_the_bank_loads_without_pandera() -> None:
    """It is heavy, and only the check needs it."""
    code = "import sys, stemcell_kit.bank; print('pandera' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
