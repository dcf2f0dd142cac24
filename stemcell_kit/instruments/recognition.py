"""One door for every export: the file is recognised by what is in it, never by its name."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from stemcell_kit.errors import BadInput
from stemcell_kit.instruments.formats import FORMATS, Format
from stemcell_kit.instruments.text import FileSource, read_bytes

__all__ = ["read"]


def read(source: FileSource, *, format: str | None = None, **options: Any) -> pd.DataFrame:
    """Read an instrument export of any format that the kit knows.

    Parameters
    ----------
    source
        A path, or the bytes of a file.
    format
        The id of a format, to choose one where the content could be of two.
    options
        Passed to the reader of the format, e.g. ``day_first=True``.

    Returns
    -------
    A tidy table. ``.attrs`` holds ``format``, ``units`` (column to unit), ``provenance`` (file
    name, size and SHA-256 of what was read) and ``warnings``, and what the format adds.

    Raises
    ------
    BadInput
        The file is of no known format, could be of two, or cannot be read for certain.
    """
    raw = read_bytes(source)
    found = _chosen(format) if format else _recognised(raw)
    table = found.read(raw, **options)
    table.attrs["format"] = found.id
    units = {**found.units, **table.attrs.get("units", {})}
    table.attrs["units"] = {name: unit for name, unit in units.items() if name in table.columns}
    table.attrs["provenance"] = _provenance(source, raw)
    table.attrs.setdefault("warnings", ())
    return table


def _chosen(format_id: str) -> Format:
    if format_id not in FORMATS:
        raise BadInput(f"no format {format_id!r}; choose one of {', '.join(FORMATS)}")
    return FORMATS[format_id]


def _recognised(raw: bytes) -> Format:
    found = [one for one in FORMATS.values() if one.recognises(raw)]
    if len(found) == 1:
        return found[0]
    if not found:
        known = "; ".join(one.writes for one in FORMATS.values())
        raise BadInput(
            f"this file is none of the exports that the kit knows ({known}). For another table, "
            "read it with read_table(path, columns={...}) and say which heading is which column."
        )
    raise BadInput(
        f"this file could be of {' or '.join(one.writes for one in found)}; "
        f"say which, e.g. format={found[0].id!r}"
    )


def _provenance(source: FileSource, raw: bytes) -> Mapping[str, Any]:
    return {
        "file": "" if isinstance(source, bytes) else Path(source).name,
        "bytes": len(raw),
        "sha256": hashlib.sha256(raw).hexdigest(),
    }
