"""The results of banking in the shapes that instruments export."""

from __future__ import annotations

import csv
import datetime as dt
import io
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import flowio
import pandas as pd

from stemcell_kit.bank.noise import noise
from stemcell_kit.bank.virtual_bank import Bank
from stemcell_kit.instruments.cell_counter import COUNTER_COLUMNS
from stemcell_kit.instruments.sheets.banking import SHEETS
from stemcell_kit.instruments.table import Column

__all__ = [
    "counter_csv",
    "fcs_bytes",
    "fcs_date",
    "files",
    "genemapper_text",
    "quantstudio_text",
    "sheet_csv",
    "wide_csv",
]

_PLACES = range(1, 5)
_SCATTER = ("FSC-A", "FSC-H", "SSC-A")
_DETECTORS = {
    "Viability": "V450-A",
    "OCT4": "B525-A",
    "SSEA-4": "R660-A",
    "TRA-1-60": "Y585-A",
    "SSEA-1": "V610-A",
}
_COUNTER_SETTINGS = {
    "Average viable diameter (μm)": "",
    "Images for analysis": "100",
    "Cell type": "PSC",
    "Minimum Diameter (μm)": "6",
    "Maximum Diameter (μm)": "30",
    "Reanalysis date/time": "",
    "Wash": "Normal Wash",
    "Tag": "",
}


def files(bank: Bank, chosen: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of every file of the chosen bank lots."""
    lots = [lot for lot in bank.lots if lot in chosen]
    if not lots:
        return
    for sheet, columns in SHEETS.items():
        yield f"{sheet}.csv", sheet_csv(bank.table(sheet, lots), columns).encode("utf-8")
    yield "str_genemapper.txt", genemapper_text(bank.table("str", lots)).encode("utf-8")
    yield "str_wide.csv", wide_csv(bank.table("str_wide", lots)).encode("utf-8")
    labels = bank.table("lots", lots)
    plate = quantstudio_text(
        bank.table("copy_number", lots),
        experiment=f"Copy number {bank.seed}",
        finished=f"{labels['frozen'].max()} 16:30:00",
    )
    yield "copy_number_quantstudio.txt", plate.encode("utf-8")
    yield "counts_vicell.csv", counter_csv(bank.table("counts", lots)).encode("utf-8")
    frozen = dict(zip(labels["lot"], labels["frozen"], strict=True))
    for lot in lots:
        events = bank.table("flow", [lot])
        for tube in noise("flow")["events"]:
            about = {"fil": f"{lot}_{tube}.fcs", "date": fcs_date(frozen[lot])}
            about |= {"lot": lot, "tube name": tube, "cyt": "virtual cytometer"}
            yield f"flow/{lot}_{tube}.fcs", fcs_bytes(events[events["tube"] == tube], about=about)


def fcs_date(date: str) -> str:
    """Write an ISO date as FCS asks, without the month names of the computer's language."""
    year, month, day = date.split("-")
    names = "JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC"
    return f"{day}-{names[3 * int(month) - 3 : 3 * int(month)]}-{year}"


def sheet_csv(table: pd.DataFrame, columns: Sequence[Column]) -> str:
    """Return a plain sheet with the headings that its reader knows first."""
    headings = [column.headings[0] for column in columns]
    rows = table[[column.name for column in columns]].itertuples(index=False)
    return _csv([headings, *([_cell(value) for value in row] for row in rows)])


def wide_csv(table: pd.DataFrame) -> str:
    """Return the wide STR table; alleles are quoted text."""
    shown = table.drop(columns=["role", "donor"]).rename(columns={"sample": "Sample Name"})
    return _csv([list(shown.columns), *shown.itertuples(index=False)])


def genemapper_text(table: pd.DataFrame) -> str:
    """Return the long table of the genotyping software; unused cells hold one space."""
    headings = [f"{what} {place}" for place in _PLACES for what in ("Allele", "Height")]
    lines = ["\t".join(["Sample Name", "Marker", *headings])]
    for row in table.to_dict("records"):
        peaks = [_cell(row[f"{w}_{p}"], " ") for p in _PLACES for w in ("allele", "height")]
        lines.append("\t".join([row["sample"], row["marker"], *peaks]))
    return "\n".join(lines) + "\n"


def quantstudio_text(table: pd.DataFrame, *, experiment: str, finished: str) -> str:
    """Return a QuantStudio export with head, sample setup and results."""
    head = {
        "Block Type": "384-Well Block",
        "Chemistry": "TAQMAN",
        "Experiment Name": experiment,
        "Experiment Run End Time": finished,
        # the vendor writes a Cyrillic letter here
        "Experiment Type": "Comparative C\u0442 (\u0394\u0394C\u0442)",
        "Instrument Type": "QuantStudio(TM) 7 Flex System",
        "Passive Reference": "ROX",
        "Quantification Cycle Method": "Ct",
    }
    lines = [f"* {key} = {value}" for key, value in head.items()]
    lines += ["", "[Sample Setup]", "Well\tWell Position\tSample Name\tTarget Name\tTask"]
    wells = [(str(r["well"]), r["position"], r, _task(r)) for r in table.to_dict("records")]
    lines += ["\t".join([w, p, r["sample"], r["target"], t]) for w, p, r, t in wells]
    lines += ["", "[Results]", "\t".join(_result_headings())]
    for well, position, row, task in wells:
        place = [well, position, "false", row["sample"], row["target"], task, "FAM", "NFQ-MGB"]
        cq = "Undetermined" if pd.isna(row["cq"]) else f"{row['cq']:.3f}"
        lines.append("\t".join([*place, cq, "true", "0.200", ""]))
    return "\n".join(lines) + "\n"


def counter_csv(table: pd.DataFrame) -> str:
    """Return the CSV of the imaging counter; concentrations in millions per millilitre."""
    headings = [*(column.headings[0] for column in COUNTER_COLUMNS), *_COUNTER_SETTINGS]
    body = []
    for row in table.to_dict("records"):
        row["total_per_ml"] = f"{row['total_per_ml'] / 1e6:.2f}"
        row["live_per_ml"] = f"{row['live_per_ml'] / 1e6:.2f}"
        when = dt.datetime.fromisoformat(row["measured"])
        row["measured"] = f"{when.month}/{when.day}/{when.year} {when.hour}:{when.minute:02d}"
        measured = [_cell(row[column.name]) for column in COUNTER_COLUMNS]
        body.append([*measured, *_COUNTER_SETTINGS.values()])
    return _csv([headings, *body])


def fcs_bytes(events: pd.DataFrame, *, about: Mapping[str, str]) -> bytes:
    """Return one tube as FCS 3.1, 32-bit floats, linear; *about* becomes keywords."""
    channels = [*_SCATTER, *_DETECTORS]
    stream = io.BytesIO()
    flowio.create_fcs(
        stream,
        array("f", events[channels].to_numpy().ravel()),
        channel_names=[*_SCATTER, *_DETECTORS.values()],
        opt_channel_names=["" for _ in _SCATTER] + list(_DETECTORS),
        metadata_dict=dict(about),
    )
    return stream.getvalue()


def _task(row: Mapping[Any, Any]) -> str:
    return "NTC" if row["task"] == "no template" else "UNKNOWN"


def _result_headings() -> list[str]:
    named = "Well,Well Position,Omit,Sample Name,Target Name,Task,Reporter,Quencher,CT"
    return [*named.split(","), "Automatic Ct Threshold", "Ct Threshold", "Comments"]


def _cell(value: Any, empty: str = "") -> str:
    if isinstance(value, str):
        return value or empty
    if isinstance(value, bool):
        return str(value).lower()
    if pd.isna(value):
        return empty or "Undetermined"
    return f"{value:.10g}"


def _csv(lines: Iterable[Iterable[object]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(lines)
    return text.getvalue()
