"""One cell of a learner's notebook, rebuilt from the parts that the grading needs."""

from __future__ import annotations

import hashlib
import re
from typing import Any

from stemcell_kit.grading.intake.notes import Notes
from stemcell_kit.grading.outputs.pictures import clean_attachments
from stemcell_kit.grading.outputs.plain import joined, storable

__all__ = ["KINDS", "Cell", "clean_cell", "turn_into"]

Cell = dict[str, Any]

MOST_TAGS = 50
LONGEST_TAG = 100
KINDS = ("code", "markdown", "raw")
_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")
# tags by which nbclient skips a cell or forgives its error, and nbconvert hides it
_STEERING = re.compile(r"(?:skip|raises|remove|hide|injected|parameters|nbval)", re.IGNORECASE)


def clean_cell(given: dict[str, Any], position: int, taken_ids: set[str], notes: Notes) -> Cell:
    """Return a valid cell of format 4.5 with the source and the honest metadata of *given*.

    Parameters
    ----------
    given
        What stands in the list of cells.
    position
        Its number in the notebook, from 1.
    taken_ids
        Ids of the cells before it; this cell's id is added.
    """
    kind = given.get("cell_type")
    if kind not in KINDS:
        notes.add("cell_kind", position)
        kind = "raw"
    source = _source(given.get("source"), position, notes)
    cell: Cell = {
        "id": _cell_id(given, f"{position}\n{kind}\n{source}", position, taken_ids, notes),
        "cell_type": kind,
        "metadata": _metadata(given.get("metadata"), position, notes),
        "source": source,
    }
    if kind == "code":
        cell |= {"execution_count": None, "outputs": []}
    elif given.get("attachments"):
        cell |= _attachments(given["attachments"], position, notes)
    return cell


def turn_into(cell: Cell, kind: str) -> None:
    """Make a cell one of another kind, with the keys that this kind has."""
    cell["cell_type"] = kind
    for key in ("attachments", "execution_count", "outputs"):
        cell.pop(key, None)
    if kind == "code":
        cell |= {"execution_count": None, "outputs": []}


def _source(given: object, position: int, notes: Notes) -> str:
    """Join the lines; line ends of Windows are line ends, as they are for Python."""
    lines = given if isinstance(given, list) else [given]
    if not all(isinstance(line, str) for line in lines):
        notes.add("source", position)
    whole = joined(given).replace("\r\n", "\n")
    source = storable(whole)
    if source != whole:
        notes.add("characters", position)
    return source


def _cell_id(
    given: dict[str, Any], content: str, position: int, taken_ids: set[str], notes: Notes
) -> str:
    """Keep a good id; make one from the content otherwise, the same at every grading."""
    found = given.get("id")
    name = found if isinstance(found, str) and _ID.fullmatch(found) else ""
    if "id" in given and (not name or name in taken_ids):
        notes.add("cell_id", position)
    while not name or name in taken_ids:
        content += "\n"
        name = hashlib.sha256(content.encode()).hexdigest()[:12]
    taken_ids.add(name)
    return name


def _metadata(given: object, position: int, notes: Notes) -> dict[str, Any]:
    if not isinstance(given, dict):
        return {}
    kept = {key: given[key] for key in ("deletable", "editable") if type(given.get(key)) is bool}
    tags = given.get("tags")
    if isinstance(tags, list) and tags:
        kept["tags"] = _tags(tags, position, notes)
    if given.get("nbgrader"):
        kept["nbgrader"] = given["nbgrader"]
    return kept


def _tags(given: list[Any], position: int, notes: Notes) -> list[str]:
    texts = [tag for tag in given[:MOST_TAGS] if isinstance(tag, str)]
    if any(_STEERING.match(tag) for tag in texts):
        notes.add("tags", position)
    good = [
        storable(tag)
        for tag in texts
        if tag and "," not in tag and len(tag) <= LONGEST_TAG and not _STEERING.match(tag)
    ]
    return list(dict.fromkeys(good))


def _attachments(given: object, position: int, notes: Notes) -> dict[str, Any]:
    kept = clean_attachments(given)
    if not isinstance(given, dict) or kept.keys() != given.keys():
        notes.add("attachments", position)
    return {"attachments": kept} if kept else {}
