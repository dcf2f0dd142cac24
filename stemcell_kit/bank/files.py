"""The bank as a folder of files, the way a laboratory keeps it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path

from stemcell_kit.bank.exports import (
    counter_csv,
    fcs_bytes,
    genemapper_text,
    quantstudio_text,
    sheet_csv,
    wide_csv,
)
from stemcell_kit.bank.noise import noise
from stemcell_kit.bank.virtual_bank import Bank
from stemcell_kit.instruments.sheets import SHEETS

__all__ = ["write"]


def write(
    bank: Bank, folder: str | Path, *, lots: Iterable[str] | None = None, reveal: bool = False
) -> list[Path]:
    """Write the instrument files of all lots, or of those named, and return their paths.

    The same bank gives the same bytes. ``truth.json`` is written only with *reveal*.

    Raises
    ------
    BadInput
        A lot is not in the bank.
    """
    chosen = list(bank.table("lots", lots)["lot"])
    folder = Path(folder)
    paths: list[Path] = []
    for name, content in _files(bank, chosen):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        paths.append(path)
    if reveal:
        paths.append(folder / "truth.json")
        paths[-1].write_text(_truth(bank), encoding="utf-8", newline="\n")
    return paths


def _files(bank: Bank, lots: list[str]) -> Iterator[tuple[str, bytes]]:
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
            about = {"fil": f"{lot}_{tube}.fcs", "date": _fcs_date(frozen[lot])}
            about |= {"lot": lot, "tube name": tube, "cyt": "virtual cytometer"}
            yield f"flow/{lot}_{tube}.fcs", fcs_bytes(events[events["tube"] == tube], about=about)


def _fcs_date(date: str) -> str:
    """Write an ISO date as FCS asks, without the month names of the computer's language."""
    year, month, day = date.split("-")
    names = "JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC"
    return f"{day}-{names[3 * int(month) - 3 : 3 * int(month)]}-{year}"


def _truth(bank: Bank) -> str:
    truth = {
        "seed": bank.seed,
        "donors": {name: asdict(donor) for name, donor in bank.truth.donors.items()},
        "lots": {name: asdict(lot) for name, lot in bank.truth.lots.items()},
        "laboratory": dict(bank.truth.laboratory),
    }
    return json.dumps(truth, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
