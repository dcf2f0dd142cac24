"""Good files of the plate readers: an endotoxin run as the bank writes it, and a Gen5 text."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from stemcell_kit.bank import build
from stemcell_kit.bank.exports.endotoxin import softmax_text

__all__ = ["SAMPLES", "gen5_text", "kinetic_text"]

WELLS = [f"{row}{column}" for row in "AB" for column in (1, 2, 3)]


def softmax() -> bytes:
    """Standards, blanks and two lots, twenty wells."""
    table = build(7).table("endotoxin", ["SKTi001-A-M1", "SKTi003-A-W1"])
    return softmax_text(table, run_s=6000).encode("utf-8")


def gen5() -> bytes:
    """Three reads of six wells and two results."""
    return gen5_text().encode("utf-8")


def kinetic_text(
    *, reads: int = 3, interval: int = 30, stated: int | None = None, blocks: int = 1
) -> str:
    """Return a raw kinetic SoftMax Pro export of two rows and three columns, A1 not read."""
    head = ["Plate:", "Plate1", "1.3", "PlateFormat", "Kinetic", "Absorbance", "Raw", "FALSE"]
    number = reads if stated is None else stated
    head += [str(number), str(interval * (number - 1)), str(interval), "", "", "", "1", "405"]
    head += ["1", "3", "96", "1", "2"]
    lines = [f"##BLOCKS= {blocks}", "\t".join(head), "\tTemperature(\u00b0C)\t1\t2\t3"]
    for read in range(reads):
        seconds = 30 * read
        lines += [
            f"{seconds // 60}:{seconds % 60:02d}\t37.00\t\t0.05{read}2\t0.06{read}3",
            f"\t\t0.07{read}4\t0.08{read}5\t0.09{read}6",
            "\t",
        ]
    return "\n".join([*lines, "~End", "Original Filename: run", ""])


def gen5_text(*, results: Sequence[str] = (), reads: int = 3, padding: int = 0) -> str:
    """Return an export with layout, kinetic table and results; *results* replaces their lines."""
    head = ["Software Version\t3.12.08", "", "Experiment File Path:\trun.xpt", ""]
    head += ["Plate Number\tPlate 1", "Date\t11/5/2024", "Reading Type\tReader", ""]
    head += ["Procedure Details", "", "Plate Type\t96 WELL PLATE"]
    head += [
        f"Start Kinetic\tRuntime 0:30:00 (HH:MM:SS), Interval 0:10:00, {reads + padding} Reads"
    ]
    layout = ["", "Layout", "\t1\t2\t3", "A\tSTD1\tSTD2\tSPL1\tWell ID", "\t40\t20.5\t\tConc/Dil"]
    layout += ["B\tSTD1\tSTD2\tSPL1\tWell ID", "\t40\t20.5\t\tConc/Dil", "", "600", ""]
    table = ["\t".join(["Time", "T\u00b0 600", *WELLS])]
    for read in range(reads):
        values = [f"{0.1 * (read + 1) + 0.01 * place:.3f}" for place in range(6)]
        table.append("\t".join([f"0:{10 * read:02d}:22", "37.0", *values]))
    table += ["0:00:00" + "\t" * 7] * padding
    own = ["A\t31.303\t34.192\t1.5\tMax V [600]", "\t27.131\t>40.000\t<0.000\t[Concentration]"]
    own += ["B\t32.521\t34.040\t2.5\tMax V [600]", "\t30.893\t?????\t1.250\t[Concentration]"]
    curve = ["", "Curve Name\tCurve Formula\tA\tB\tR2", "Curve\tY=A*X+B\t0.5\t0.1\t0.995", ""]
    return "\n".join(
        [*head, *layout, *table, "", "Results", "\t1\t2\t3", *(results or own), *curve]
    )


SAMPLES: dict[str, Callable[[], bytes]] = {"softmax": softmax, "gen5": gen5}
