"""The results of the molecular assays in the shapes that instruments export."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from stemcell_kit.bank.exports.banking import sheet_csv
from stemcell_kit.bank.noise import noise
from stemcell_kit.bank.virtual_bank import Bank
from stemcell_kit.instruments.sheets.molecular import SHEETS

__all__ = ["absolute_q_csv", "files", "qiacuity_csv", "quantstudio_run"]

_TASKS = {"unknown": "UNKNOWN", "calibrator": "UNKNOWN", "standard": "STANDARD"}
_TASKS["no template"] = "NTC"
_Z = 1.959964


def files(bank: Bank, chosen: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of every molecular file of the chosen lots."""
    lots = [lot for lot in bank.lots if lot in chosen]
    if lots:
        yield from _of_bank_lots(bank, lots)
    made = {one.id: one.made for one in bank.products}
    mda = [one.id for one in bank.products if one.kind == "mda" and one.id in chosen]
    if mda:
        # the vendor writes a Cyrillic letter here
        kind = "Comparative C\u0442 (\u0394\u0394C\u0442)"
        finished = f"{max(made[one] for one in mda)} 15:40:00"
        table = bank.table("mda_residual", mda)
        run = quantstudio_run(table, name=f"Residual PSC {bank.seed}", kind=kind, finished=finished)
        yield "mda_residual_quantstudio.txt", run
    nsc = [one.id for one in bank.products if one.kind == "nsc" and one.id in chosen]
    if nsc:
        table = bank.table("nsc_copy_number", nsc)
        yield "nsc_copy_number_absolute_q.csv", absolute_q_csv(table, run=f"NSC {bank.seed}")


def _of_bank_lots(bank: Bank, lots: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    day = bank.table("lots", lots)["frozen"].max()
    yield "digital_pcr_qiacuity.csv", qiacuity_csv(bank.table("digital_pcr", lots))
    segments = sheet_csv(bank.table("array_segments", lots), SHEETS["array_segments"])
    yield "array_segments.csv", segments.encode("utf-8")
    run = quantstudio_run(
        bank.table("residual_vector", lots),
        name=f"Residual vector {bank.seed}",
        kind="Standard Curve",
        finished=f"{day} 11:10:00",
    )
    yield "residual_vector_quantstudio.txt", run


def quantstudio_run(table: pd.DataFrame, *, name: str, kind: str, finished: str) -> bytes:
    """Return a QuantStudio text; standards have their quantity, with commas for thousands."""
    head = {
        "Block Type": "384-Well Block",
        "Chemistry": "TAQMAN",
        "Experiment Name": name,
        "Experiment Run End Time": finished,
        "Experiment Type": kind,
        "Instrument Type": "QuantStudio(TM) 7 Flex System",
        "Passive Reference": "ROX",
        "Quantification Cycle Method": "Ct",
    }
    lines = [f"* {key} = {value}" for key, value in head.items()]
    headings = "Well,Well Position,Omit,Sample Name,Target Name,Task,Reporter,Quencher,CT,Quantity"
    lines += ["", "[Results]", "\t".join([*headings.split(","), "Automatic Ct Threshold", "NOAMP"])]
    lines += ["\t".join(_well(row)) for row in table.to_dict("records")]
    return ("\n".join(lines) + "\n").encode("utf-8")


def _well(row: Mapping[Any, Any]) -> list[str]:
    quantity = row.get("quantity", math.nan)
    missing = math.isnan(row["cq"])
    return [
        str(row["well"]), row["position"], "false", row["sample"], row["target"],
        _TASKS[row["task"]], "FAM", "NFQ-MGB",
        "Undetermined" if missing else f"{row['cq']:.3f}",
        "" if math.isnan(quantity) else f"{quantity:,.3f}", "true", "Y" if missing else "N",
    ]  # fmt: skip


def qiacuity_csv(table: pd.DataFrame) -> bytes:
    """Return a plate of the nanoplate instrument: ``sep=`` line, relative intervals in percent."""
    headings = [
        "", "Sample/NTC/Control", "Reaction Mix", "Target", "IC", "Control type",
        "Concentration (copies/µL)", "CI (95%)", "Partitions (valid)", "Partitions (positive)",
        "Partitions (negative)", "Threshold",
    ]  # fmt: skip
    setting = noise("digital_pcr")
    body = []
    for row in table.to_dict("records"):
        control = "Non Template Control" if row["sample"] == setting["no_template"] else "-"
        body.append([
            row["well"], row["sample"], row["mix"], row["target"], "-", control,
            f"{row['concentration_per_ul']:.3f}", _relative_interval(row), row["total"],
            row["positives"], row["negatives"], f"{setting['threshold']:.2f}",
        ])  # fmt: skip
    return b"sep=,\n" + _csv([headings, *body])


def _relative_interval(row: Mapping[Any, Any]) -> str:
    lam = -math.log1p(-row["positives"] / row["total"])
    if not lam:
        return "-"
    return f"{100 * _Z * math.sqrt(math.expm1(lam) / row['total']) / lam:.1f}%"


def absolute_q_csv(table: pd.DataFrame, *, run: str) -> bytes:
    """Return a summary of the microarray instrument: the dyes side by side, averages inside."""
    dyes = list(dict.fromkeys(table["dye"]))
    start = ["Run name", "Group", "Sample", "Well", "DF", "QC", "Total"]
    group = ["Target", "Conc.", "SD", "CV%", "Lambda (cp/Rxn)", "Positives", "Threshold"]
    names = ["" for _ in start] + [cell for dye in dyes for cell in [dye, *[""] * 6]]
    lines: list[list[object]] = [names, [*start, *group * len(dyes)]]
    average: list[object] = ["", "", "", "Average", "", "", f"{table['total'].mean():.2f}"]
    for dye in dyes:
        average += _average(table[table["dye"] == dye])
    lines.append(average)
    for (sample, well), rows in table.groupby(["sample", "well"], sort=False):
        line: list[object] = [run, "", sample, well, "1/1.00000", "PASS", rows["total"].iloc[0]]
        for row in rows.to_dict("records"):
            printed = f"{row['concentration_per_ul']:.2f}"
            lam = f"{row['copies_per_partition']:.5f}"
            line += [row["target"], printed, "", "", lam, row["positives"], 1500]
        lines.append(line)
    return _csv(lines)


def _average(table: pd.DataFrame) -> list[object]:
    found = table["concentration_per_ul"]
    mean, sd = found.mean(), found.std(ddof=0)
    positives = round(table["positives"].mean())
    cv = 100 * sd / mean if mean else 0.0
    return [table["target"].iloc[0], f"{mean:.2f}", f"{sd:.2f}", f"{cv:.2f}", "", positives, ""]


def _csv(lines: Iterable[Iterable[object]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(lines)
    return text.getvalue().encode("utf-8")
