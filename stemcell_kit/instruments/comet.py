"""Count tables in the shape of NIST COMET: the long CSV, or the simple template as a workbook."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import pandas as pd

from stemcell_kit.errors import BadInput
from stemcell_kit.instruments.table import Column, read_columns
from stemcell_kit.instruments.text import FileSource, head, read_bytes
from stemcell_kit.instruments.workbook import SheetRow, is_workbook, sheet_rows

__all__ = ["COMET_COLUMNS", "UNITS_COMET", "looks_like_comet", "read_comet"]

UNITS_COMET = {"cell_conc": "cells/mL", "percent_viable_cells": "%"}

COMET_COLUMNS = (
    Column("counting_method", ("counting_method",)),
    Column("target_dilution_fraction", ("target_dilution_fraction",), "number", at_least=0, at_most=1),
    Column(
        "measured_dilution_fraction", ("measured_dilution_fraction",), "number",
        may_be_empty=True, at_least=0, at_most=1.5,
    ),
    Column("random_sample_number", ("random_sample_number",), "whole", at_least=1),
    Column("rep_obsv", ("rep_obsv",), "whole", at_least=1),
    Column("cell_conc", ("cell_conc",), "number", at_least=0),
    Column("raw_count", ("raw_count",), "number", may_be_empty=True, at_least=0),
    Column(
        "percent_viable_cells", ("percent_viable_cells",), "number",
        may_be_empty=True, at_least=0, at_most=100,
    ),
    Column("replicate_sample", ("replicate_sample",), "whole", at_least=1),
)  # fmt: skip
_FRACTION_HEADING = "target dilution fraction"
_REPLICATE = re.compile(r"replicate sample (\d+)", re.IGNORECASE)
_OBSERVATION = re.compile(r"observation (\d+)\s*\(cells/ml\)", re.IGNORECASE)


def looks_like_comet(raw: bytes) -> bool:
    """Say whether a file is meant to be such a table, by its headings or its sheet's name."""
    if is_workbook(raw):
        # the name of the sheet stands in the compressed workbook; only reading tells
        try:
            return any("comet" in name.casefold() for name in sheet_rows(raw))
        except BadInput:
            return False
    first = head(raw).split("\n", 1)[0]
    return "counting_method" in first and "target_dilution_fraction" in first


def read_comet(source: FileSource) -> pd.DataFrame:
    """Read the counts of a dilution study.

    Returns
    -------
    One row per observation: ``counting_method, target_dilution_fraction,
    measured_dilution_fraction, random_sample_number, rep_obsv, cell_conc, raw_count,
    percent_viable_cells, replicate_sample``. From the simple template the columns that it does
    not have are absent and the sample is ``replicate_sample``. ``.attrs["warnings"]`` names
    methods whose samples were counted in the order of their fraction.

    Raises
    ------
    BadInput
        The file is no such table, an observation is there twice, or a sample has two fractions.
    """
    raw = read_bytes(source)
    if is_workbook(raw):
        return _template(raw)
    table = read_columns(raw, COMET_COLUMNS, what="a COMET count table")
    _check_samples(table)
    ordered = tuple(
        f"{method}: the samples were counted in the order of their fraction, not at random"
        for method, counts in table.groupby("counting_method", sort=False)
        if _in_order(counts)
    )
    table.attrs["warnings"] += ordered
    return table


def _check_samples(table: pd.DataFrame) -> None:
    sample = ["counting_method", "random_sample_number"]
    twice = table[table.duplicated([*sample, "rep_obsv"])]
    if not twice.empty:
        one = twice.iloc[0]
        raise BadInput(
            f"{one['counting_method']}: observation {one['rep_obsv']} of sample "
            f"{one['random_sample_number']} is there twice; expected each once. Observations of "
            "one sample are numbered, and each sample has a number of its own."
        )
    fractions = table.groupby(sample)["target_dilution_fraction"].nunique()
    if (fractions > 1).any():
        raise BadInput(
            f"sample {fractions.idxmax()} has {fractions.max()} target fractions; expected one."
        )
    _check_columns(table)


def _check_columns(table: pd.DataFrame) -> None:
    """Find exchanged columns: what is set has fewer values than what is measured."""
    places = ["counting_method", "target_dilution_fraction", "replicate_sample"]
    numbers = table.groupby(places)["random_sample_number"].nunique()
    if (numbers > 1).any():
        raise BadInput(
            f"replicate {numbers.idxmax()} has {numbers.max()} sample numbers; expected one. Were "
            "the columns of samples and observations exchanged?"
        )
    measured = table["measured_dilution_fraction"].nunique()
    if 0 < measured < table["target_dilution_fraction"].nunique():
        raise BadInput(
            f"{measured} measured for {table['target_dilution_fraction'].nunique()} target dilution "
            "fractions; expected at least as many. Were the two columns exchanged?"
        )
    if (table["raw_count"] > table["cell_conc"]).any():
        raise BadInput(
            "a raw_count is above its cell_conc; a count is of less than one millilitre. Were the "
            "two columns exchanged?"
        )


def _in_order(counts: pd.DataFrame) -> bool:
    first = counts.drop_duplicates("random_sample_number").sort_values("random_sample_number")
    fraction = first["target_dilution_fraction"]
    one_way = fraction.is_monotonic_increasing or fraction.is_monotonic_decreasing
    return bool(one_way and fraction.nunique() > 1)


def _template(raw: bytes) -> pd.DataFrame:
    """Read the blocks of the simple template; blocks left empty are left out."""
    rows = [found for table in sheet_rows(raw).values() for found in _blocks(table)]
    if not rows:
        raise BadInput(
            "the workbook has no filled block of the simple template; expected a row 'Method, "
            "Replicate Sample 1, ...', a row of headings and counts below it."
        )
    table = pd.DataFrame(rows)
    key = ["counting_method", "target_dilution_fraction", "replicate_sample", "rep_obsv"]
    if table.duplicated(key).any():
        one = table[table.duplicated(key)].iloc[0]
        raise BadInput(
            f"{one['counting_method']} has the fraction {one['target_dilution_fraction']:g} twice; "
            "expected one row for each fraction. Give two methods two names."
        )
    table.attrs["warnings"] = ()
    return table


def _blocks(table: Sequence[SheetRow]) -> Iterator[dict[str, object]]:
    method, samples = "", {}
    columns: dict[int, tuple[int, int]] = {}
    for row in table:
        texts = [str(value).strip() if value is not None else "" for value in row.values]
        marks = {i: int(m[1]) for i, text in enumerate(texts) if (m := _REPLICATE.fullmatch(text))}
        if marks:
            method, samples, columns = texts[0], marks, {}
            if not method:
                raise BadInput(f"line {row.line} has samples but no method in its first cell.")
        elif samples and texts[0].casefold().startswith(_FRACTION_HEADING):
            columns = _columns(texts, samples)
        elif columns:
            yield from _counts(row, method, columns)
        elif samples:
            raise BadInput(
                f"line {row.line} begins with {texts[0][:40]!r}; expected the headings 'Target "
                "Dilution Fraction, Observation 1 (cells/ml), ...' under the samples."
            )


def _columns(texts: Sequence[str], samples: dict[int, int]) -> dict[int, tuple[int, int]]:
    """Return which sample and observation each column of a block holds."""
    found = {}
    for place, text in enumerate(texts[1:], 1):
        if not text:
            continue
        heading = _OBSERVATION.fullmatch(text)
        above = [sample for start, sample in samples.items() if start <= place]
        if heading is None or not above:
            raise BadInput(f"heading {text!r}; expected 'Observation 1 (cells/ml)' and so on.")
        found[place] = (above[-1], int(heading[1]))
    return found


def _counts(
    row: SheetRow, method: str, columns: dict[int, tuple[int, int]]
) -> Iterator[dict[str, object]]:
    filled = {place: v for place, v in enumerate(row.values) if v is not None and place}
    fraction = row.values[0]
    if fraction is None and not filled:
        return
    if (
        isinstance(fraction, bool)
        or not isinstance(fraction, (int, float))
        or not 0 < fraction <= 1
    ):
        raise BadInput(
            f"{row.where(0)} is {fraction!r}; expected a dilution fraction above 0 and up to 1. "
            "Write 50 % as 0.5."
        )
    for place, value in filled.items():
        if isinstance(value, bool) or not isinstance(value, (int, float)) or value < 0:
            raise BadInput(f"{row.where(place)} is {value!r}; expected a count in cells/mL.")
        if place not in columns:
            raise BadInput(f"{row.where(place)} holds {value!r} under no heading; remove it.")
        sample, observation = columns[place]
        yield {
            "counting_method": method,
            "target_dilution_fraction": float(fraction),
            "replicate_sample": sample,
            "rep_obsv": observation,
            "cell_conc": float(value),
        }
