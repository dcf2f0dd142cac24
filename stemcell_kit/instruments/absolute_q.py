"""QuantStudio Absolute Q exports: digital PCR, dyes side by side or below each other."""

from __future__ import annotations

import math
import re

import pandas as pd

from stemcell_kit.errors import BadInput
from stemcell_kit.instruments.partitions import partition_warnings
from stemcell_kit.instruments.pcr_tables import opening, plain_position
from stemcell_kit.instruments.table import Column, read_columns
from stemcell_kit.instruments.text import FileSource, Row, decode, number, read_bytes, rows

__all__ = ["UNITS_ABSOLUTE_Q", "looks_like_absolute_q", "read_absolute_q"]

UNITS_ABSOLUTE_Q = {"concentration_per_ul": "copies/µL", "lambda": "copies/partition"}

_ORDER = ["run", "group", "sample", "well", "dilution", "qc", "dye", "target"]
_NUMBERS = ["concentration_per_ul", "lambda", "total", "positives"]
_LONG = (
    Column("run", ("Run",)),
    Column("group", ("Group",)),
    Column("sample", ("Name",)),
    Column("well", ("Well",)),
    Column("total", ("Total",), "number"),
    Column("dye", ("Dye",)),
    Column("target", ("Target",)),
    Column("concentration_per_ul", ("Conc. cp/uL",), "number"),
    Column("positives", ("Positives",), "number"),
)
_WIDE_START = ("Run name", "Group", "Sample", "Well", "DF", "QC", "Total", "Target", "Conc.")
_OF_A_DYE = {"Target": "target", "Conc.": "concentration_per_ul", "Lambda (cp/Rxn)": "lambda",
             "Positives": "positives"}  # fmt: skip
_LAMBDA_ROOM = 0.02
_MEAN_ROOM = 0.01


def looks_like_absolute_q(raw: bytes) -> bool:
    """Say whether the bytes are an Absolute Q summary, wide or long."""
    start = opening(raw)
    long = "Total,Dye,Target,Conc. cp/uL" in start
    return long or "Run name,Group,Sample,Well,DF,QC,Total" in start


def read_absolute_q(source: FileSource) -> pd.DataFrame:
    """Read the wells of a digital PCR run.

    Returns
    -------
    One row per well and dye: ``run, group, sample, well, dilution, qc, dye, target,
    concentration_per_ul, lambda, total, positives``. The ``Average`` lines of the software are
    left out; where its mean is not that of the wells, ``.attrs["warnings"]`` says so.

    Raises
    ------
    BadInput
        A file without these columns, one that is cut off, more positive than valid partitions,
        or a lambda that the counts do not give.
    """
    text = decode(read_bytes(source))
    lines = list(rows(text, ","))
    found = _wide(lines) if any(_is_wide(line) for line in lines[:5]) else _long(text)
    averages = found[found["well"] == "Average"]
    table = found[found["well"] != "Average"].reset_index(drop=True)
    if table.empty:
        raise BadInput("the file has average lines only; expected wells. Export the run again.")
    table["well"] = [plain_position(cell) for cell in table["well"]]
    _check_counts(table)
    table[["total", "positives"]] = table[["total", "positives"]].astype(int)
    told = found.attrs.get("warnings", ())
    told += partition_warnings(table.assign(place=table["well"] + " " + table["dye"]))
    table = table[[*_ORDER, *_NUMBERS]]
    table.attrs["warnings"] = (*told, *_quality(table), *_means(table, averages))
    return table


def _is_wide(line: Row) -> bool:
    return line.cells[: len(_WIDE_START)] == _WIDE_START


def _long(text: str) -> pd.DataFrame:
    table = read_columns(text.encode("utf-8"), _LONG, what="an Absolute Q summary")
    table["group"] = table["group"].str.replace(r" \(\d+\)$", "", regex=True)
    table["dilution"], table["qc"] = 1.0, ""
    table["lambda"] = [
        _lambda(p, t) for p, t in zip(table["positives"], table["total"], strict=True)
    ]
    return table


def _lambda(positives: float, total: float) -> float:
    return -math.log1p(-positives / total) if 0 <= positives < total else math.inf


def _wide(lines: list[Row]) -> pd.DataFrame:
    """Put the groups of columns of the dyes below each other."""
    start = next(place for place, line in enumerate(lines) if _is_wide(line))
    headings, body = lines[start].cells, lines[start + 1 :]
    if start == 0 or not body:
        raise BadInput(
            "the line with the names of the dyes, or every well, is missing; expected it above the "
            "headings. Export the summary again."
        )
    dyes = _dyes(lines[start - 1].cells, headings)
    found = []
    for line in body:
        if len(line.cells) != len(headings):
            raise BadInput(
                f"line {line.line} has {len(line.cells)} cells under {len(headings)} headings; the "
                "file looks cut off, or a decimal comma splits its numbers. Export it again."
            )
        found += [_one_dye(line, headings, place, dye) for place, dye in dyes.items()]
    return pd.DataFrame(found)


def _dyes(names: tuple[str, ...], headings: tuple[str, ...]) -> dict[int, str]:
    """Return the dye of each group of columns by the place of its first column."""
    dyes = {place: dye for place, dye in enumerate(names) if dye}
    starts = [place for place, name in enumerate(headings) if name == "Target"]
    if list(dyes) != starts:
        raise BadInput(
            f"found {len(dyes)} dyes above {len(starts)} groups of columns; expected one dye above "
            "each column Target. The first lines were changed: export the summary again."
        )
    return dyes


def _one_dye(line: Row, headings: tuple[str, ...], start: int, dye: str) -> dict[str, object]:
    cells = dict(zip(headings[:7], line.cells, strict=False))
    following = [p for p in range(start + 1, len(headings)) if headings[p] == "Target"]
    end = following[0] if following else len(headings)
    group = dict(zip(headings[start:end], line.cells[start:end], strict=True))
    missing = [name for name in _OF_A_DYE if name not in group]
    if missing:
        raise BadInput(f"the columns of {dye} lack {', '.join(missing)}; export the summary again.")
    average = cells["Well"] == "Average"
    try:
        return {
            "run": cells["Run name"], "group": cells["Group"], "sample": cells["Sample"],
            "well": cells["Well"], "qc": cells["QC"], "dye": dye, "target": group["Target"],
            "dilution": math.nan if average else _dilution(cells["DF"]),
            "total": number(cells["Total"]),
            **{_OF_A_DYE[name]: number(group[name]) for name in list(_OF_A_DYE)[1:]},
        }  # fmt: skip
    except BadInput as error:
        raise BadInput(f"line {line.line}, {dye}: {error}") from None


def _dilution(cell: str) -> float:
    """Read ``1/10.00000`` as 10: the sample was diluted tenfold."""
    form = re.fullmatch(r"1/(\d+(?:\.\d+)?)", cell)
    if form is None or float(form[1]) < 1:
        raise BadInput(f"the dilution (DF) is {cell!r}; expected one such as 1/1.00000 or 1/10")
    return float(form[1])


def _check_counts(table: pd.DataFrame) -> None:
    for row in table.to_dict("records"):
        total, positives = row["total"], row["positives"]
        whole = total > 0 and total == int(total) and 0 <= positives == int(positives) <= total
        if not whole:
            raise BadInput(
                f"well {row['well']} {row['dye']} has {positives:g} positive of {total:g} "
                "partitions; expected whole numbers, no more positive than there are."
            )
        counted, said = _lambda(positives, total), row["lambda"]
        if math.isfinite(counted) and not math.isclose(
            counted, said, rel_tol=_LAMBDA_ROOM, abs_tol=2e-5
        ):
            raise BadInput(
                f"well {row['well']} {row['dye']} states {said:g} copies per partition, its counts "
                f"give {counted:.5f}; cells were changed or columns exchanged. Export it again."
            )


def _quality(table: pd.DataFrame) -> tuple[str, ...]:
    doubtful = table[~table["qc"].isin(["", "PASS"])]
    return tuple(
        f"well {row['well']}: the quality control of the software says {row['qc']}"
        for row in doubtful.drop_duplicates("well").to_dict("records")
    )


def _means(table: pd.DataFrame, averages: pd.DataFrame) -> tuple[str, ...]:
    """Compare the software's mean with that of the wells of its group."""
    found = []
    for said in averages.to_dict("records"):
        own = table[(table["dye"] == said["dye"]) & (table["group"] == said["group"])]
        if own.empty:
            own = table[table["dye"] == said["dye"]]
        mean, stated = own["concentration_per_ul"].mean(), said["concentration_per_ul"]
        if not math.isclose(mean, stated, rel_tol=_MEAN_ROOM, abs_tol=_MEAN_ROOM):
            found.append(
                f"{said['dye']}: the file states a mean of {stated:g} copies/µL, its wells give "
                f"{mean:g}; were wells left out of the export?"
            )
    return tuple(found)
