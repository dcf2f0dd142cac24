"""The workbooks of Design & Analysis and Diomni, as the text that the QuantStudio reader knows."""

from __future__ import annotations

import io
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Sequence

import openpyxl

from stemcell_kit.errors import BadInput
from stemcell_kit.instruments.pcr_tables import plain_position

__all__ = ["PLATE_COLUMNS", "is_pcr_workbook", "workbook_tables"]

PLATE_COLUMNS = {"96": 12, "384": 24}
# what reading a damaged archive can raise: zip, deflate, XML and openpyxl have no common error
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    OSError,
    EOFError,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    RuntimeError,
    SyntaxError,
)
_RESULTS = "Results"
_CALLS = "Target Call"


def is_pcr_workbook(raw: bytes) -> bool:
    """Say whether the bytes are a workbook with the sheets of a PCR run."""
    if not raw.startswith(b"PK\x03\x04"):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as parts:
            listing = parts.read("xl/workbook.xml").decode("utf-8", errors="replace")
    except _DAMAGE:
        return False
    amplified = "Amplification Data" in listing
    return amplified and (f'"{_RESULTS}"' in listing or f'"{_CALLS}"' in listing)


def workbook_tables(raw: bytes) -> tuple[dict[str, str], list[list[str]], dict[str, str]]:
    """Return the head, the result table with its headings first, and the calls by well and target.

    Raises
    ------
    BadInput
        The workbook is damaged or has no sheet of results.
    """
    sheets = _sheets(raw)
    if _RESULTS in sheets:
        head, table = _split(sheets[_RESULTS], _RESULTS)
        return head, table, _calls(sheets[_CALLS]) if _CALLS in sheets else {}
    if _CALLS in sheets:
        head, table = _split(sheets[_CALLS], _CALLS)
        return head, _with_well_numbers(table, head), {}
    found = ", ".join(sheets) or "none"
    raise BadInput(
        f"the workbook has the sheets {found}; expected {_RESULTS} or {_CALLS}. "
        "Tick the results when you export the run."
    )


def _sheets(raw: bytes) -> dict[str, list[list[str]]]:
    with warnings.catch_warnings():
        # the vendor's workbooks have no default style, which openpyxl mentions
        warnings.simplefilter("ignore")
        try:
            book = openpyxl.load_workbook(io.BytesIO(raw), read_only=True, data_only=True)
            wanted = (_RESULTS, _CALLS)
            return {
                name: list(_rows(book[name])) if name in wanted else [] for name in book.sheetnames
            }
        except _DAMAGE as error:
            raise BadInput(
                f"the workbook cannot be opened ({error}); it looks cut off or damaged. "
                "Export it again."
            ) from None


def _rows(sheet: object) -> Iterator[list[str]]:
    for row in sheet.iter_rows(values_only=True):  # type: ignore[attr-defined]
        yield ["" if cell is None else _cell(cell) for cell in row]


def _cell(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).replace("\t", " ").replace("\n", " ").strip()


def _split(rows: Sequence[list[str]], sheet: str) -> tuple[dict[str, str], list[list[str]]]:
    """Return the settings above the table, and the table."""
    for start, row in enumerate(rows):
        if row[:1] == ["Well"] and "Target" in row:
            head = {one[0]: one[1] for one in rows[:start] if len(one) > 1 and one[0]}
            body = [one for one in rows[start:] if any(one)]
            return head, body
    raise BadInput(
        f"the sheet {sheet} has no line that begins with Well and names a Target; "
        "expected the table of results. Export the run again."
    )


def _calls(rows: Sequence[list[str]]) -> dict[str, str]:
    """Return the software's call of each well and target, under ``A1/target``."""
    _, table = _split(rows, _CALLS)
    headings, *body = table
    if "Call" not in headings:
        raise BadInput(
            f"the sheet {_CALLS} has no column Call; found {', '.join(filter(None, headings))}. "
            "Export the run again."
        )
    well, target, call = (headings.index(name) for name in ("Well", "Target", "Call"))
    return {f"{row[well]}/{row[target]}": row[call] for row in body}


def _with_well_numbers(table: list[list[str]], head: dict[str, str]) -> list[list[str]]:
    """Number the wells of a plate that names them by position only."""
    size = head.get("Block Type", "").split("-")[0]
    if size not in PLATE_COLUMNS:
        raise BadInput(
            f"the block type is {head.get('Block Type', '')!r}; expected a plate of 96 or 384 "
            "wells, without which wells cannot be numbered."
        )
    headings, *body = table
    names = {"Sample type": "Task"}
    renamed = ["Well", "Well Position", *(names.get(name, name) for name in headings[1:])]
    numbered = []
    for row in body:
        position = plain_position(row[0])
        number = (ord(position[0]) - ord("A")) * PLATE_COLUMNS[size] + int(position[1:])
        numbered.append([str(number), position, *row[1:]])
    return [renamed, *numbered]
