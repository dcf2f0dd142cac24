"""A learner's notebook, rebuilt cell by cell into one that every later step can read."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from stemcell_kit.grading.intake.cells import clean_cell
from stemcell_kit.grading.intake.limits import MEGABYTE, MOST_CELLS, MOST_SOURCE
from stemcell_kit.grading.intake.marks import CourseCell, grade_id_of, settle_marks
from stemcell_kit.grading.intake.notes import Notes, Refused

__all__ = ["clean_metadata", "clean_notebook", "grade_ids", "present_format"]

FORMAT, MINOR = 4, 5
_WORD = re.compile(r"[\w .+()/-]{1,80}")

Notebook = dict[str, Any]


def present_format(data: dict[str, Any], notes: Notes) -> Notebook:
    """Return a notebook of format 4, upgraded where it is older.

    Raises
    ------
    Refused
        It is no notebook, is of a future format, or cannot be upgraded.
    """
    version = data.get("nbformat")
    if type(version) is not int:
        version = FORMAT if isinstance(data.get("cells"), list) else 3
        notes.add("version_missing")
    if version > FORMAT:
        raise Refused("refused_version", found=min(version, 10**6), most=FORMAT)
    if version < FORMAT:
        return _upgraded(data, version, notes)
    if not isinstance(data.get("cells"), list):
        raise Refused("refused_kind")
    minor = data.get("nbformat_minor")
    if type(minor) is int and minor > MINOR:
        notes.add("version_new", f"{FORMAT}.{min(minor, 10**6)}")
    return data


def grade_ids(notebook: Notebook) -> set[str]:
    """Return the grade ids that a notebook holds, before anything in it is cleaned."""
    cells = (cell for cell in notebook["cells"][:MOST_CELLS] if isinstance(cell, dict))
    return {grade_id_of(cell.get("metadata")) for cell in cells} - {""}


def clean_notebook(
    notebook: Notebook,
    known: Collection[str] | Mapping[str, CourseCell] | None,
    notes: Notes,
) -> Notebook:
    """Return a valid notebook of format 4.5 without outputs.

    Raises
    ------
    Refused
        It has more cells or more text than a notebook can have.
    """
    from nbformat import ValidationError, validate

    if len(notebook["cells"]) > MOST_CELLS:
        raise Refused("refused_cells", found=len(notebook["cells"]), most=MOST_CELLS)
    taken_ids: set[str] = set()
    cells = []
    for position, given in enumerate(notebook["cells"], start=1):
        if isinstance(given, dict):
            cells.append(clean_cell(given, position, taken_ids, notes))
        else:
            notes.add("cell_left_out", position)
    if sum(len(cell["source"]) for cell in cells) > MOST_SOURCE:
        raise Refused("refused_source", most=MOST_SOURCE // MEGABYTE)
    settle_marks(cells, known, notes)
    clean = {
        "cells": cells,
        "metadata": clean_metadata(notebook.get("metadata")),
        "nbformat": FORMAT,
        "nbformat_minor": MINOR,
    }
    try:
        validate(clean)
    except ValidationError as error:  # what was rebuilt above is valid; this is the second lock
        raise Refused("refused_kind") from error
    return clean


def _upgraded(data: dict[str, Any], version: int, notes: Notes) -> Notebook:
    """Let nbformat upgrade an old notebook; its outputs are made again and stay behind."""
    from nbformat import convert, from_dict

    try:
        for sheet in [data, *(data.get("worksheets") or [])]:
            for cell in sheet.get("cells") or []:
                cell.update({"outputs": []} if "outputs" in cell else {})
        upgraded = convert(from_dict({**data, "nbformat": max(version, 1)}), FORMAT)
        cells = [{**cell} for cell in upgraded.cells]
    except Exception as error:  # nbformat raises many kinds for a damaged notebook
        raise Refused("refused_old", found=max(version, 1)) from error
    notes.add("version_old", max(version, 1))
    for cell in cells:
        cell.pop("id", None)  # drawn at random, and it would differ at the next grading
    return {"cells": cells, "metadata": upgraded.get("metadata")}


def clean_metadata(given: object) -> dict[str, Any]:
    """Return the metadata of a notebook that says which language it is in, and nothing else."""
    given = given if isinstance(given, dict) else {}
    kernel = _words(given.get("kernelspec"), ("name", "display_name", "language"))
    language = _words(given.get("language_info"), ("name", "version", "pygments_lexer"))
    kept = {}
    if kernel.keys() >= {"name", "display_name"}:
        kept["kernelspec"] = kernel
    if "name" in language:
        kept["language_info"] = language
    return kept


def _words(given: object, keys: Collection[str]) -> dict[str, str]:
    given = given if isinstance(given, dict) else {}
    return {
        key: given[key]
        for key in keys
        if isinstance(given.get(key), str) and _WORD.fullmatch(given[key])
    }
