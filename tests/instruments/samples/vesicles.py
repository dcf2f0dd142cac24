"""Good files of the vesicle formats: an NTA summary as the bank writes it, and a ZetaView text."""

from __future__ import annotations

import math
from collections.abc import Callable

import pandas as pd

from stemcell_kit.bank import build
from stemcell_kit.bank.exports.vesicles import nanosight_csv

__all__ = ["SAMPLES", "zetaview_text"]

REMOVED = {4: "MAX_DRIFT", 9: "GRUBBS_CONCENTRATION"}


def nanosight() -> bytes:
    """Five videos of one vesicle lot."""
    table: pd.DataFrame = build(7).table("ev_size", ["EV-2401"])
    return nanosight_csv(table[table["sample"] == "vesicles"]).encode("latin-1")


def zetaview() -> bytes:
    """Thirty bins around 120 nm at a dilution of 1000, two of eleven positions removed."""
    return zetaview_text().encode("latin-1")


def zetaview_text(*, dilution: float = 1000, stated: float | None = None) -> str:
    """Return the export; *stated* replaces the concentration of its head line."""
    sizes = [15.0 + 10 * place for place in range(30)]
    tracks = [round(200 * math.exp(-(((size - 120) / 45) ** 2)), 1) for size in sizes]
    bins = [1e5 * one for one in tracks]
    total = sum(bins) * dilution if stated is None else stated
    head = {
        "Sample": "EV-2401",
        "Date": "2024-11-05",
        "Temperature": "24.1 °C sensed",
        "Number of Traces": str(round(sum(tracks))),
        "Average Number of Particles": "84",
        "Original Concentration": f"{total:.1E} Particles / cm³",
        "Dilution:": f"{dilution:g}",
        "Particle Drift Check Result": "Good",
        "Cell Check Result": "Very Good",
    }
    lines = ["ZetaView S/N 17-333", "Parameter"]
    lines += [f"{key}:\t{value}" for key, value in head.items()]
    lines += ["", "Position\tParticles\tMedian / nm\tRemoved"]
    lines += [f"{n}\t{80 + n}\t{119.5 + n}\t{REMOVED.get(n, '')}" for n in range(1, 12)]
    lines += ["", "Size / nm\tNumber\tConcentration / cm-3\tVolume / nm^3\tArea / nm^2"]
    for size, count, per_ml in zip(sizes, tracks, bins, strict=True):
        volume, area = count * math.pi / 6 * size**3, count * math.pi * size**2
        lines.append(f"{size:.1f}\t{count:.1f}\t{per_ml:.4E}\t{volume:.4E}\t{area:.4E}")
    return "\n".join([*lines, "-1.0\t0.0\t0.0000E+00\t0.0000E+00\t0.0000E+00", ""])


SAMPLES: dict[str, Callable[[], bytes]] = {"nanosight": nanosight, "zetaview": zetaview}
