"""Flow cytometry of products: FCS files with their spillover matrix, and the gates."""

from __future__ import annotations

import io
from array import array
from collections.abc import Iterator, Mapping, Sequence

import flowio
import numpy as np
import pandas as pd

from stemcell_kit.bank.assays.flow_panels import nk_dose, nk_flow, nsc_flow, stored_spillover
from stemcell_kit.bank.exports.banking import fcs_date, sheet_csv
from stemcell_kit.bank.exports.gatingml import gatingml_text
from stemcell_kit.bank.noise import noise
from stemcell_kit.bank.products import Product
from stemcell_kit.bank.virtual_bank import Bank
from stemcell_kit.instruments.sheets.flow_panels import SHEETS

__all__ = ["files", "tube_fcs"]


def files(bank: Bank, chosen: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    """Yield the tubes, gates and doses of the chosen NK cell and neural stem cell lots."""
    wanted = [product for product in bank.products if product.id in chosen]
    nk = [one for one in wanted if one.kind == "nk"]
    if nk:
        dyes = dict(zip(noise("nk_flow")["dyes"], noise("nk_flow")["detectors"], strict=True))
        doses = sheet_csv(nk_dose(bank.truth, nk), SHEETS["nk_dose"])
        yield "nk_dose.csv", doses.encode("utf-8")
        yield "nk_flow/gates.xml", gatingml_text(noise("nk_gates"), dyes).encode("utf-8")
        matrix = _spillover_keyword(list(dyes.values()), stored_spillover(bank.truth))
        for lot in nk:
            table = nk_flow(bank.truth, [lot])
            yield from _tubes("nk_flow", lot, table, dyes, {"spillover": matrix})
    nsc = [one for one in wanted if one.kind == "nsc"]
    if nsc:
        dyes = noise("nsc_flow")["detectors"]
        yield "nsc_flow/gates.xml", gatingml_text(noise("nsc_gates"), dyes).encode("utf-8")
        for lot in nsc:
            yield from _tubes("nsc_flow", lot, nsc_flow(bank.truth, [lot]), dyes, {})


def tube_fcs(events: pd.DataFrame, dyes: Mapping[str, str], about: Mapping[str, str]) -> bytes:
    """Return one tube as FCS 3.1, 32-bit floats, linear; *dyes* maps a stain to its detector."""
    values = np.ascontiguousarray(events.to_numpy(dtype="<f4"))
    stream = io.BytesIO()
    numbers = array("f")
    numbers.frombytes(values.astype("=f4").tobytes())
    flowio.create_fcs(
        stream,
        numbers,
        channel_names=[dyes.get(str(name), str(name)) for name in events],
        opt_channel_names=[name if name in dyes else "" for name in events],
        metadata_dict=dict(about),
    )
    return stream.getvalue()


def _tubes(
    folder: str,
    lot: Product,
    table: pd.DataFrame,
    dyes: Mapping[str, str],
    more: Mapping[str, str],
) -> Iterator[tuple[str, bytes]]:
    for tube, events in table.groupby("tube", sort=False):
        name = f"{lot.id}_{str(tube).replace(' ', '_')}.fcs"
        about = {"fil": name, "date": fcs_date(lot.made), "lot": lot.id, "tube name": str(tube)}
        about |= {"cyt": "virtual cytometer", **more}
        yield f"{folder}/{name}", tube_fcs(events.drop(columns=["lot", "tube"]), dyes, about)


def _spillover_keyword(detectors: Sequence[str], rows: Sequence[Sequence[float]]) -> str:
    shares = [f"{share:.6g}" for row in rows for share in row]
    return ",".join([str(len(detectors)), *detectors, *shares])
