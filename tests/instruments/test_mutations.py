"""Every format: a damaged file is refused, or gives only rows that the good file has."""

from __future__ import annotations

import importlib
import math
import pkgutil
from collections.abc import Callable, Iterator
from functools import cache
from random import Random
from typing import Any

import pandas as pd
import pytest

import tests.instruments.samples as samples
from stemcell_kit.bank import ASSAYS, build
from stemcell_kit.bank.exports.banking import sheet_csv
from stemcell_kit.errors import BadInput
from stemcell_kit.instruments.formats import FORMATS
from stemcell_kit.instruments.sheets import SHEETS, read_sheet
from stemcell_kit.instruments.text import number
from tests.instruments.mutations import (
    Mutation,
    binary_mutations,
    cuts,
    heading_swaps,
    text_mutations,
)

SAMPLES: dict[str, Callable[[], bytes]] = {
    name: maker
    for module in pkgutil.iter_modules(samples.__path__)
    for name, maker in importlib.import_module(f"{samples.__name__}.{module.name}").SAMPLES.items()
}
ROWS = 12

# Headings whose cells look alike, so that nothing in the file tells when two are exchanged.
LIKE: dict[str, tuple[str, ...]] = {
    # the laboratory's own words with settings that the reader leaves out; numbers above one
    "vicell": (
        "Sample ID|Analysis by|Cell type|Wash|Tag|Images for analysis|Reanalysis date/time|"
        "Average viable diameter (μm)|Minimum Diameter (μm)|Maximum Diameter (μm)",
        "Average diameter (µm)|Dilution|Minimum Diameter (μm)|Maximum Diameter (μm)|"
        "Images for analysis",
    ),
    # every marker but amelogenin has repeats
    "clastr": ("CSF1PO|D5S818|TH01|vWA|Nº Markers",),
    # the run's own words with settings that the reader leaves out
    "quantstudio": (
        "Sample Name|Target Name|Task|Reporter|Quencher|NOAMP|Automatic Ct Threshold|Omit|Comments",
    ),
    "cfx": (
        "Fluor|Target|Sample|Biological Set Name|Cq Std. Dev|Content",
        "Cq|Cq Mean|Cq Std. Dev",
    ),
    # two dyes of one chip
    "absolute_q": ("FAM|VIC",),
    "qiacuity": (
        "Sample/NTC/Control|Reaction Mix|Target|IC|Control type|CI (95%)|Threshold|"
        "Concentration (copies/µL)",
        "Partitions (negative)|Partitions (positive)",
    ),
    "nc_view": (
        "NAME|PROTOCOL|SAMPLE ID|MEDIA|INSTRUMENT|STATUS|OPERATOR|SIGNED BY|USER|TAGS|"
        "DEBRIS INDEX|DILUTION FACTOR|DIAMETER (µm)|AGGREGATES (%)",
    ),
    # a study's own names and numbers; none of them checks another
    "comet": (
        "cell_type|concentration_type|counting_method|stock_solution|analyst|stock_extraction|"
        "measured_dilution_fraction|"
        "target_dilution_fraction|raw_count|percent_viable_cells|random_sample_number|"
        "time_elapsed|cell_conc|starting_soln_conc|replicate_sample|replicate_observation",
    ),
    # distributions over the same bins
    "zetaview": ("Number|Area / nm^2|Volume / nm^3|Concentration / cm-3",),
}
# Their measurements are binary numbers without a check sum: each bit pattern is a number.
NO_CHECK_SUM = {"fcs", "abif"}
# A plain sheet has nothing but its headings: columns of one of these kinds are alike.
ALIKE = {"text": "text", "number": "number", "whole": "number", "flag": "flag"}


@cache
def sheet_sample(name: str) -> bytes:
    """A plain sheet with a few rows of the bank's assay of that name."""
    table = build(7).table(name).head(ROWS)
    return sheet_csv(table, SHEETS[name]).encode("utf-8")


def rows_of(table: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """The rows, whatever the order of the columns."""
    yield from table.to_dict("records")  # type: ignore[misc]


def same(one: Any, other: Any) -> bool:
    """Equal values; two missing ones are equal."""
    if isinstance(one, float) and isinstance(other, float) and math.isnan(one):
        return math.isnan(other)
    return bool(one == other)


def missing(value: Any) -> bool:
    """A cell that is openly empty."""
    return value == "" or value is None or (isinstance(value, float) and math.isnan(value))


def agrees(kind: str, value: Any, good: Any) -> bool:
    """Whether a value is the good file's, or shows openly what was done to it.

    A letter in a name and a comma in a sentence are what the file says: only numbers can be wrong.
    """
    if same(value, good):
        return True
    if kind in ("cell emptied", "heading damaged") and missing(value):
        return True
    if not (isinstance(value, str) and isinstance(good, str)):
        return False
    if kind in ("heading damaged", "digit lost") and len(value) == len(good):
        changed = [new for new, old in zip(value, good, strict=True) if new != old]
        return changed in (["#"], ["x"])
    plain = value.replace(",", "."), good.replace(",", ".")
    return kind == "decimal comma" and " " in good and plain[0] == plain[1]


def fault_of(
    read: Callable[[bytes], pd.DataFrame], mutation: Mutation, good: pd.DataFrame
) -> str | None:
    """Say what is wrong with how a reader takes a changed file; None if nothing is."""
    try:
        table = read(mutation.raw)
    except BadInput:
        return None
    except Exception as error:
        return f"{mutation.kind} ({mutation.what}): {type(error).__name__}: {error}"
    fresh = set(table.attrs.get("warnings", ())) - set(good.attrs.get("warnings", ()))
    if fresh and mutation.kind in ("cut", "heading damaged", "line doubled"):
        return None  # the reader says itself what may be wrong
    known = list(rows_of(good))
    for row in rows_of(table):
        if not any(
            all(name in one and agrees(mutation.kind, value, one[name])
                for name, value in row.items())
            for one in known
        ):  # fmt: skip
            return f"{mutation.kind} ({mutation.what}): unknown row {str(row)[:300]}"
    return None


def is_text(raw: bytes) -> bool:
    """Whether a sample is text in UTF-8 or Latin-1."""
    return b"\x00" not in raw and not raw.startswith((b"PK", b"\x1f\x8b", b"FCS", b"ABIF"))


def decoded(raw: bytes) -> str:
    """The text of a sample."""
    try:
        return raw.decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError:
        return raw.decode("latin-1").replace("\r\n", "\n")


def mutations(raw: bytes, name: str, *, few: bool) -> Iterator[Mutation]:
    """All that happens to one sample, the same on every run."""
    if is_text(raw):
        yield from text_mutations(decoded(raw), Random(name), few=few)
    else:
        yield from cuts(raw)
        yield from binary_mutations(raw, Random(name), few=few)


def test_every_format_has_a_sample() -> None:
    """A new reader brings a good file for these tests."""
    assert {*SAMPLES} == {*FORMATS} - {"sheet"}


@pytest.mark.parametrize("name", SAMPLES)
def test_exactly_one_format_claims_a_file(name: str) -> None:
    """Recognised by its content, whatever its name."""
    raw = SAMPLES[name]()
    assert [one.id for one in FORMATS.values() if one.recognises(raw)] == [name]


@pytest.mark.parametrize("name", [name for name in SHEETS if name in ASSAYS])
def test_a_sheet_is_recognised_as_itself(name: str) -> None:
    """By its headings, and by no other format."""
    raw = sheet_sample(name)
    assert [one.id for one in FORMATS.values() if one.recognises(raw)] == ["sheet"]
    assert FORMATS["sheet"].read(raw).attrs["sheet"] == name


@pytest.mark.parametrize("name", SAMPLES)
def test_a_damaged_export_is_refused_or_read_right(name: str) -> None:
    """Never another exception, never another number."""
    raw = SAMPLES[name]()
    good = FORMATS[name].read(raw)
    found = {
        one: fault_of(FORMATS[name].read, one, good) for one in mutations(raw, name, few=False)
    }
    if name in NO_CHECK_SUM:
        found = {
            one: fault
            for one, fault in found.items()
            if one.kind not in ("NUL", "noise") or (fault and "unknown row" not in fault)
        }

    assert [fault for fault in found.values() if fault] == []


@pytest.mark.parametrize("name", [name for name in SHEETS if name in ASSAYS])
def test_a_damaged_sheet_is_refused_or_read_right(name: str) -> None:
    """Never another exception, never another number."""
    raw = sheet_sample(name)

    def read(changed: bytes) -> pd.DataFrame:
        return read_sheet(changed, name)

    good = read(raw)
    found = [fault_of(read, one, good) for one in mutations(raw, name, few=True)]

    assert [fault for fault in found if fault] == []


@pytest.mark.parametrize("name", SAMPLES)
def test_exchanged_headings_of_an_export_are_found(name: str) -> None:
    """Unless their cells look alike, as the list of such headings says."""
    raw = SAMPLES[name]()
    if not is_text(raw):
        pytest.skip("a binary file has no line of headings")
    good = FORMATS[name].read(raw)
    unseen = [
        (one, other)
        for one, other, changed in heading_swaps(decoded(raw), Random(name), 400)
        if fault_of(FORMATS[name].read, changed, good)
        and not any({one, other} <= {*group.split("|")} for group in LIKE.get(name, ()))
    ]

    assert unseen == []


@pytest.mark.parametrize("name", [name for name in SHEETS if name in ASSAYS])
def test_exchanged_headings_of_a_sheet_are_found(name: str) -> None:
    """Words under the heading of a number are refused."""
    raw = sheet_sample(name)
    good = read_sheet(raw, name)
    columns = {column.headings[0]: column for column in SHEETS[name]}
    for one, other, changed in heading_swaps(decoded(raw), Random(name), 15):
        kinds = {ALIKE[columns[heading].kind] for heading in (one, other)}
        words = [columns[h].name for h in (one, other) if columns[h].kind == "text"]
        if len(kinds) == 1 or all(is_number(cell) for name in words for cell in good[name]):
            continue
        with pytest.raises(BadInput):
            read_sheet(changed.raw, name)


def is_number(cell: str) -> bool:
    """Whether a word can be read as a number or as none."""
    try:
        number(cell)
    except BadInput:
        return False
    return True
