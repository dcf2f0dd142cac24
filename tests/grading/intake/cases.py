"""Notebooks that are broken, odd or forged, each with what must come of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

__all__ = ["ACCEPTED", "REFUSED", "Case"]

Build = Callable[[Any], Any]


@dataclass(frozen=True)
class Case:
    """``build`` makes the file's content of a fresh notebook; ``says`` is part of what is told."""

    name: str
    build: Build
    says: str = ""


def change(change_cells: Callable[[list[Any]], object]) -> Build:
    """A notebook with something done to its cells."""

    def build(notebook: Any) -> Any:
        change_cells(notebook["cells"])
        return notebook

    return build


def marks(position: int, **values: Any) -> Build:
    """A notebook with other nbgrader metadata in one cell; None takes a key away."""

    def build(notebook: Any) -> Any:
        found = notebook["cells"][position]["metadata"]["nbgrader"]
        found.update(values)
        for key in [key for key, value in values.items() if value is None]:
            del found[key]
        return notebook

    return build


def metadata(position: int, **values: Any) -> Build:
    """A notebook with other metadata in one cell."""
    return change(lambda cells: cells[position]["metadata"].update(values))


def cell(position: int, **values: Any) -> Build:
    """A notebook with other keys in one cell."""
    return change(lambda cells: cells[position].update(values))


def whole(**values: Any) -> Build:
    """A notebook with other keys at its top."""
    return lambda notebook: {**notebook, **values}


def spelled(wrong: str, right: str) -> Build:
    """A notebook whose text was edited as text."""
    return lambda notebook: json.dumps(notebook).replace(right, wrong, 1)


def without(key: str) -> Build:
    """A notebook whose cells lack a key."""
    return change(lambda cells: [cell.pop(key, None) for cell in cells])


def old_format(notebook: Any) -> Any:
    """The notebook as IPython 2 wrote it."""
    cells = [
        {
            "cell_type": cell["cell_type"],
            "metadata": cell["metadata"],
            "input" if cell["cell_type"] == "code" else "source": "".join(cell["source"]),
            **({"language": "python", "outputs": []} if cell["cell_type"] == "code" else {}),
        }
        for cell in notebook["cells"]
    ]
    return {"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [{"cells": cells}]}


def old_marks(schema: int) -> Build:
    """The notebook with nbgrader metadata of an older schema."""

    def build(notebook: Any) -> Any:
        for cell in notebook["cells"]:
            found = cell["metadata"]["nbgrader"]
            found["schema_version"] = schema
            del found["task"]
            if schema == 0:
                del found["schema_version"], found["cell_type"]
                found["points"] = str(found.get("points", ""))
        del notebook["cells"][5]  # those schemas have no tasks
        return notebook

    return build


def swap_halves(cells: list[Any]) -> None:
    """Move the first cells to the end."""
    cells[:] = cells[3:] + cells[:3]


PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
ATTACHED = {"dot.png": {"image/png": PNG}, "x.svg": {"image/svg+xml": "<svg/>"}}
PREFILLED = [{"output_type": "execute_result", "data": {"text/plain": "2"}, "metadata": {}}]

ACCEPTED = (
    Case("as released", lambda notebook: notebook),
    Case("bom", lambda n: b"\xef\xbb\xbf" + json.dumps(n).encode(), "byte order mark"),
    Case("utf-16", lambda n: json.dumps(n).encode("utf-16"), "UTF-16"),
    Case("utf-32", lambda n: json.dumps(n).encode("utf-32"), "UTF-32"),
    Case("utf-16 big end first", lambda n: b"\xfe\xff" + json.dumps(n).encode("utf-16-be"), "UTF"),
    Case("crlf", lambda n: json.dumps(n, indent=1).replace("\n", "\r\n")),
    Case("crlf in a source", cell(2, source="total = (\r\n5)\r\n")),
    Case(
        "a key twice", spelled('"nbformat": 3, "nbformat": 4', '"nbformat": 4'), "says some things"
    ),
    Case("not a number", spelled('"nbformat": 4, "x": NaN', '"nbformat": 4'), "numbers"),
    Case("beyond all numbers", spelled('"nbformat": 4, "x": 1e999', '"nbformat": 4'), "numbers"),
    Case("a million digits", spelled('"x": ' + "9" * 10**6 + ', "cells"', '"cells"'), "numbers"),
    Case("format 3", old_format, "upgraded from notebook format 3"),
    Case("format 4.4", lambda n: without("id")({**n, "nbformat_minor": 4})),
    Case("format 4.99", whole(nbformat_minor=99), "4.99"),
    Case("format missing", lambda n: {k: v for k, v in n.items() if k != "nbformat"}, "worked out"),
    Case("format as text", whole(nbformat="4"), "worked out"),
    Case("no metadata", whole(metadata=None)),
    Case("kernel of another world", whole(metadata={"kernelspec": {"name": ["bash"]}})),
    Case("widgets", whole(metadata={"widgets": {"x": 1}, "language": 5})),
    Case("unknown keys", lambda n: cell(2, extra={"deep": [1]})({**n, "extra": 1})),
    Case("ids missing", without("id")),
    Case(
        "ids equal", change(lambda cells: [c.update(id="same") for c in cells]), "id of their own"
    ),
    Case("ids impossible", cell(1, id="no id: spaces"), "id of their own"),
    Case("id is a list", cell(1, id=["a"]), "id of their own"),
    Case("outputs missing", without("outputs")),
    Case("counts missing", without("execution_count")),
    Case("metadata missing in cells", without("metadata"), "no cell has its nbgrader"),
    Case("source missing", cell(2, source=None), "missing or no text"),
    Case("source of numbers", cell(2, source=[1, "total = 5"]), "missing or no text"),
    Case("half a character", cell(2, source="total = 5 # \ud83d"), "no file can hold"),
    Case("a nul in the source", cell(2, source="total = 5 # \0"), "no file can hold"),
    Case("unknown cell kind", cell(0, cell_type="heading"), "unknown kind"),
    Case("a cell that is a text", change(lambda cells: cells.insert(1, "cell")), "no cells"),
    Case("attachments", cell(4, attachments=ATTACHED), "no pictures"),
    Case("attachments of nonsense", cell(4, attachments=[1]), "no pictures"),
    Case("steering tags", metadata(3, tags=["skip-execution", "raises-exception"]), "skip or hide"),
    Case("odd tags", metadata(3, tags=["a,b", "a", "a", 5, None, "x" * 1000])),
    Case("prefilled outputs", cell(3, outputs=PREFILLED)),
    Case("outputs of nonsense", cell(3, outputs="all good")),
    Case("huge outputs", cell(3, outputs=[{"text": "x" * 5_000_000}])),
    Case(
        "a cell copied", change(lambda cells: cells.append(dict(cells[2]))), "the last of several"
    ),
    Case("a test copied", change(lambda cells: cells.insert(0, dict(cells[3]))), "the last of"),
    Case("test deleted", change(lambda cells: cells.pop(3)), "missing"),
    Case("test changed", cell(3, source="assert True")),
    Case("answer deleted", change(lambda cells: cells.pop(2)), "missing"),
    Case("all but one deleted", change(lambda cells: cells.__delitem__(slice(1, None))), "missing"),
    Case("cells moved", change(swap_halves)),
    Case("stale release", marks(3, grade_id="adds-in-last-year"), "older release"),
    Case("test unmarked", marks(3, grade=False), "put right"),
    Case("test marked as answer", marks(3, solution=True), "put right"),
    Case("test unlocked", marks(3, locked=False), "put right"),
    Case("points multiplied", marks(3, points=1000), "put right"),
    Case("points as text", marks(3, points="2")),
    Case("points not a number", marks(3, points="many"), "put right"),
    Case("points beyond float", marks(3, points=10**39), "put right"),
    Case("points missing", marks(3, points=None), "put right"),
    Case("checksum forged", marks(3, checksum="0" * 32)),
    Case("checksum of nonsense", marks(3, checksum=5)),
    Case("marks of extra keys", marks(3, score=2, comment="full marks", remark=[1])),
    Case("marks are a text", metadata(3, nbgrader="adds"), "damaged"),
    Case("marks are empty", metadata(3, nbgrader={}), "missing"),
    Case("grade id a number", marks(3, grade_id=5), "damaged"),
    Case("grade id with a tag", marks(3, grade_id="<script>"), "damaged"),
    Case("grade id with a line end", marks(3, grade_id="adds\n"), "damaged"),
    Case("flag is a text", marks(3, grade="yes"), "damaged"),
    Case("schema 0", old_marks(0), "older version"),
    Case("schema 1", old_marks(1), "older version"),
    Case("schema 2", old_marks(2), "older version"),
    Case("schema 99", marks(3, schema_version=99), "newer version"),
    Case("schema a text", marks(3, schema_version="3"), "damaged"),
    Case("schema below zero", marks(3, schema_version=-1), "damaged"),
    Case(
        "marks lost altogether", change(lambda cells: [c["metadata"].clear() for c in cells]), "no"
    ),
    Case("test turned into text", cell(3, cell_type="markdown"), "turned back"),
    Case("answer turned into raw", cell(2, cell_type="raw", attachments={}), "turned back"),
    Case("essay turned into code", cell(4, cell_type="code", attachments=ATTACHED), "turned back"),
    Case("task turned into code", cell(5, cell_type="code"), "turned back"),
    Case("no cells", whole(cells=[]), "no cell has its nbgrader"),
)

REFUSED = (
    Case("empty", lambda _: b"", "is empty"),
    Case("blank", lambda _: b" \n ", "is empty"),
    Case("truncated", lambda n: json.dumps(n)[:-40], "breaks off"),
    Case("truncated in a text", lambda n: json.dumps(n)[:30], "breaks off"),
    Case("not json", lambda _: "print('hello')", "line 1 is not JSON"),
    Case("two notebooks in one", lambda n: json.dumps(n) + json.dumps(n), "not JSON"),
    Case("conflict marks", lambda n: "<<<<<<< HEAD\n" + json.dumps(n), "not JSON"),
    Case("web page", lambda _: "<!DOCTYPE html><html></html>", "not JSON"),
    Case("zip archive", lambda _: b"PK\x03\x04\0\0\0\0", "damaged or not a notebook"),
    Case("nul bytes", lambda n: json.dumps(n).encode() + b"\0\0", "damaged or not a notebook"),
    Case("utf-16 without mark", lambda n: json.dumps(n).encode("utf-16-le"), "damaged"),
    Case("half of utf-16", lambda n: json.dumps(n).encode("utf-16")[:-1], "not text in UTF-8"),
    Case("gbk", lambda _: '{"cells": "细胞"}'.encode("gbk"), "not text in UTF-8"),
    Case("deeply nested", lambda _: "[" * 200_000, "nested deeper"),
    Case("deeply nested metadata", lambda n: deep(n), "nested deeper"),
    Case("millions of values", lambda _: "[" + "[]," * 2_000_000 + "0]", "millions of values"),
    Case("a list", lambda _: [], "no notebook with cells"),
    Case("an empty object", lambda _: {}, "cannot be upgraded"),
    Case("cells are a text", whole(cells="cells"), "no notebook with cells"),
    Case("format 5", whole(nbformat=5), "notebook format 5"),
    Case("format of the far future", whole(nbformat=10**30), "notebook format 1000000"),
    Case("format 3 of nonsense", lambda _: {"nbformat": 3, "worksheets": 5}, "cannot be upgraded"),
    Case("format -3", whole(nbformat=-3), "cannot be upgraded"),
    Case("too many cells", lambda n: {**n, "cells": n["cells"] * 400}, "2400 cells"),
    Case("too much source", cell(2, source="x" * 21_000_000), "20 MB"),
    Case("too big", lambda _: b" " * 50_000_001, "larger than 50 MB"),
)


def deep(notebook: Any) -> str:
    """A notebook whose metadata is nested a hundred thousand times."""
    text = json.dumps({**notebook, "metadata": "HERE"})
    return text.replace('"HERE"', '{"a":' * 100_000 + "0" + "}" * 100_000)
