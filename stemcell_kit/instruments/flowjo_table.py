"""The statistics table of FlowJo: one row a sample, one column a population and statistic."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from statistics import mean

import pandas as pd

from stemcell_kit.errors import BadInput
from stemcell_kit.instruments.text import FileSource, Row, decode, number, read_bytes, rows

__all__ = ["UNITS_FLOWJO_TABLE", "looks_like_flowjo_table", "read_flowjo_table"]

UNITS_FLOWJO_TABLE: dict[str, str] = {}

_COLUMNS = ["sample", "gate", "parent", "statistic", "value", "unit"]
_SEPARATORS = (",", "\t", ";")
_BAR = " | "
_FREQUENCY = re.compile(r"Freq\. of (Parent|Grandparent|Total)", re.IGNORECASE)
_HEAD = re.compile(rb'\A(?:\xef\xbb\xbf)?(?:sep=.\r?\n)?"?(?:Sample:?)?"?[,;\t]"?[^,;\t\r\n]+ \| ')


def looks_like_flowjo_table(raw: bytes) -> bool:
    """Say whether a file begins with the headings of such a table."""
    plain = raw[:4000].replace(b"\x00", b"").lstrip(b"\xff\xfe")
    return _HEAD.match(plain) is not None and (b"Freq. of" in plain or b"Count" in plain)


def read_flowjo_table(source: FileSource) -> pd.DataFrame:
    """Read the samples of a table; its rows ``Mean`` and ``SD`` are checked and left out.

    Returns
    -------
    One row per sample and statistic: ``sample, gate`` (its path), ``parent, statistic, value,
    unit``. ``.attrs["warnings"]`` names percentages without both of their counts.

    Raises
    ------
    BadInput
        The file is no such table, a line is cut off, a percentage is not between 0 and 100, or
        the file contradicts itself: the mean row, or a percentage of the parent beside its counts.
    """
    header, body = _table(decode(read_bytes(source)))
    heads = [_head(cell) for cell in header.cells[1:] if cell]
    samples, summary = _split(body)
    decimal = "," if header.cells and _has_decimal_comma(body, len(header.cells)) else "."
    values = [_values(row, heads, decimal) for row in samples]
    for row in summary:
        _check_mean(row, heads, values, decimal)
    for row, found in zip(samples, values, strict=True):
        _check_percents(row, found)
    lines = [
        (row.cells[0], gate, gate.rpartition("/")[0], statistic, value, _unit(statistic))
        for row, found in zip(samples, values, strict=True)
        for (gate, statistic), value in found.items()
    ]
    table = pd.DataFrame(lines, columns=_COLUMNS)
    table.attrs["warnings"] = tuple(_doubts(heads, table))
    return table


def _table(text: str) -> tuple[Row, list[Row]]:
    text = re.sub(r"\A\s*\"?sep=.\"?\n", "", text)
    for separator in _SEPARATORS:
        found = list(rows(text, separator))
        if found and len(found[0].cells) > 1 and _BAR in found[0].cells[1]:
            header, body = found[0], found[1:]
            break
    else:
        raise BadInput(
            "this is no table of FlowJo: its headings are not 'population | statistic'. Export the "
            "table from the table editor as CSV."
        )
    _check_lines(text, header, body)
    return header, body


def _check_lines(text: str, header: Row, body: Sequence[Row]) -> None:
    """Refuse what looks cut off: a last line without an end, a line shorter than the headings."""
    if not text.endswith("\n") and body and body[-1].cells[0] != "SD":
        raise BadInput(
            f"line {body[-1].line} is the last and has no line end, so its last number may be cut "
            "off. Export the table again."
        )
    width = max(place for place, cell in enumerate(header.cells) if cell) + 1
    for row in body:
        if len(row.cells) < width or any(row.cells[width:]):
            raise BadInput(
                f"line {row.line} has {len(row.cells)} cells under {width} headings; the file is "
                "cut off, or a decimal comma splits numbers. Export it again with decimal points."
            )


def _head(cell: str) -> tuple[str, str]:
    gate, bar, statistic = cell.rpartition(_BAR)
    if not bar or not gate.strip() or not statistic.strip():
        raise BadInput(f"the heading {cell!r} is not 'population | statistic'; export it again.")
    return gate.strip(), statistic.strip()


def _split(body: Sequence[Row]) -> tuple[list[Row], list[Row]]:
    summary = [row for row in body if row.cells[0] in ("Mean", "SD")]
    samples = [row for row in body if row.cells[0] not in ("Mean", "SD")]
    names = [row.cells[0] for row in samples]
    if not names or not all(names) or len(set(names)) != len(names):
        raise BadInput(
            f"the samples are {', '.join(names) or 'none'}; expected each with a name of its own."
        )
    if summary and body.index(summary[0]) < len(samples):
        raise BadInput("a Mean or SD row stands among the samples; expected it at the end.")
    return samples, [row for row in summary if row.cells[0] == "Mean"]


def _has_decimal_comma(body: Sequence[Row], width: int) -> bool:
    cells = [cell for row in body for cell in row.cells[1:width]]
    return any(re.fullmatch(r"-?\d+,\d+\s*%?", cell) for cell in cells) and not any(
        "." in cell for cell in cells
    )


def _values(
    row: Row, heads: Sequence[tuple[str, str]], decimal: str
) -> dict[tuple[str, str], float]:
    found: dict[tuple[str, str], float] = {}
    for head, cell in zip(heads, row.cells[1:], strict=False):
        if head in found:
            raise BadInput(f"the column {_BAR.join(head)!r} is there twice; export it again.")
        try:
            value = number(cell, decimal=decimal)
        except BadInput as error:
            raise BadInput(f"line {row.line}, {_BAR.join(head)}: {error}") from None
        _check_range(row, head, value)
        found[head] = value
    return found


def _check_range(row: Row, head: tuple[str, str], value: float) -> None:
    if math.isnan(value):
        return
    if _FREQUENCY.match(head[1]) and not 0 <= value <= 100:
        raise BadInput(f"line {row.line}: {_BAR.join(head)} is {value:g}; expected 0 to 100 %.")
    if head[1].casefold() == "count" and (value < 0 or value != int(value)):
        raise BadInput(f"line {row.line}: {_BAR.join(head)} is {value:g}; expected whole events.")


def _check_mean(
    row: Row,
    heads: Sequence[tuple[str, str]],
    values: Sequence[Mapping[tuple[str, str], float]],
    decimal: str,
) -> None:
    """The table's own mean must be that of its samples, to the digits that it shows."""
    for head, cell in zip(heads, row.cells[1:], strict=False):
        column = [found[head] for found in values if not math.isnan(found[head])]
        stated = number(cell, decimal=decimal)
        if column and not math.isnan(stated):
            # the samples are rounded as well
            room = max(0.01 * abs(mean(column)), 10.0 ** -_decimals(cell, decimal))
            if abs(stated - mean(column)) > room:
                raise BadInput(
                    f"line {row.line}: the mean of {_BAR.join(head)} is stated as {stated:g}, the "
                    f"samples give {mean(column):.4g}; a sample is missing or was changed."
                )


def _check_percents(row: Row, found: Mapping[tuple[str, str], float]) -> None:
    for (gate, statistic), value in found.items():
        both = _counts(gate, statistic, found)
        if both is None or math.isnan(value) or not both[1]:
            continue
        percent = 100 * both[0] / both[1]
        if abs(percent - value) > max(0.06, 0.01 * percent):
            raise BadInput(
                f"line {row.line}: {gate} is stated as {value:g} % of its parent, its counts give "
                f"{percent:.4g} %; the table was changed. Export it again."
            )


def _counts(
    gate: str, statistic: str, found: Mapping[tuple[str, str], float]
) -> tuple[float, float] | None:
    if statistic.casefold() != "freq. of parent":
        return None
    counted = {name: value for (name, kind), value in found.items() if kind.casefold() == "count"}
    parent = gate.rpartition("/")[0]
    if gate not in counted or parent not in counted:
        return None
    both = counted[gate], counted[parent]
    return None if any(math.isnan(one) for one in both) else both


def _decimals(cell: str, decimal: str) -> int:
    return len(re.sub(r"\D*$", "", cell).rpartition(decimal)[2]) if decimal in cell else 0


def _unit(statistic: str) -> str:
    if _FREQUENCY.match(statistic):
        return "%"
    return "events" if statistic.casefold() == "count" else ""


def _doubts(heads: Sequence[tuple[str, str]], table: pd.DataFrame) -> Iterator[str]:
    counted = {gate for gate, statistic in heads if statistic.casefold() == "count"}
    for gate, statistic in heads:
        if not _FREQUENCY.match(statistic):
            continue
        parent = gate.rpartition("/")[0]
        if statistic.casefold() != "freq. of parent" or not {gate, parent} <= counted:
            yield f"{gate}{_BAR}{statistic} stands without both of its counts; export them as well"
    missing = int(table["value"].isna().sum())
    if missing:
        yield f"{missing} cells are empty"
