"""Good files of the PCR formats: what the bank writes, a CFX table, and workbooks."""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Mapping, Sequence

import openpyxl

from stemcell_kit.bank import build
from stemcell_kit.bank.exports.molecular import absolute_q_csv, qiacuity_csv, quantstudio_run

__all__ = ["CFX_HEAD", "SAMPLES", "cfx_text", "workbook"]

CFX_HEAD = (
    ",Well,Fluor,Target,Content,Sample,Biological Set Name,Cq,Cq Mean,Cq Std. Dev,"
    "Starting Quantity (SQ),Log Starting Quantity"
)


def quantstudio() -> bytes:
    """Standards, a blank and one lot of the plate for the residual vector."""
    table = build(7).table("residual_vector", ["SKTi001-A-M1"])
    return quantstudio_run(
        table, name="Residual vector 7", kind="Standard Curve", finished="2024-03-01 11:10:00"
    )


def cfx() -> bytes:
    """Three standards, a blank and two samples in duplicate."""
    return cfx_text().encode("utf-8")


def cfx_text() -> str:
    """Return the table; Cq follows a slope of -3.4."""
    rows = [CFX_HEAD]
    wells = [("Std-1", "", 1e5), ("Std-2", "", 1e4), ("Std-3", "", 1e3), ("NTC", "", 0.0)]
    wells += [("Unkn-1", "MDA-2401", 2500.0), ("Unkn-2", "MDA-2402", 640.0)]
    for place, (content, sample, copies) in enumerate(wells):
        cqs = [_cq(copies, replicate) for replicate in (0, 1)]
        mean = sum(cqs) / 2
        for replicate, cq in enumerate(cqs):
            standard = content.startswith("Std")
            quantity = f"{copies:.5f},{math.log10(copies):.3f}" if standard else "NaN,NaN"
            shown = "NaN,NaN,NaN" if math.isnan(cq) else f"{cq:.2f},{mean:.2f},0.07"
            well = f"{'AB'[replicate]}{place + 1:02d}"
            rows.append(f",{well},SYBR,POU5F1,{content},{sample},,{shown},{quantity}")
    return "\n".join(rows) + "\n"


def _cq(copies: float, replicate: int) -> float:
    return 38.0 - 3.4 * math.log10(copies) + 0.1 * replicate if copies else math.nan


def absolute_q() -> bytes:
    """Two dyes, two wells of two lots, and the averages."""
    table = build(7).table("nsc_copy_number", ["NSC-2401", "NSC-2402"])
    return absolute_q_csv(table, run="NSC 7")


def qiacuity() -> bytes:
    """A blank and one lot with five targets each."""
    return qiacuity_csv(build(7).table("digital_pcr", ["SKTi001-A-M1"]))


def workbook(
    sheets: Mapping[str, Sequence[Sequence[object]]], *, head: Mapping[str, str] | None = None
) -> bytes:
    """Return a workbook of the PCR software: settings, an empty row, then each table."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    settings = {"Block Type": "96-Well 0.2-mL Block", "Experiment Name": "run 1"} | dict(head or {})
    for name, table in {**sheets, "Amplification Data": []}.items():
        sheet = book.create_sheet(name)
        for key, value in settings.items():
            sheet.append([key, value])
        sheet.append([])
        for row in table:
            sheet.append(list(row))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


SAMPLES: dict[str, Callable[[], bytes]] = {
    "quantstudio": quantstudio,
    "cfx": cfx,
    "absolute_q": absolute_q,
    "qiacuity": qiacuity,
}
