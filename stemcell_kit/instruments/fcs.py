"""Flow cytometry files (FCS 2.0, 3.0 and 3.1)."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import flowio
import numpy as np
import pandas as pd
from flowio.exceptions import FlowIOException

from stemcell_kit.errors import BadInput
from stemcell_kit.instruments.fcs_data import Layout, event_values, scale_values
from stemcell_kit.instruments.text import FileSource, read_bytes

__all__ = ["UNITS_FCS", "looks_like_fcs", "read_fcs"]

UNITS_FCS: dict[str, str] = {}
_MAGIC = b"FCS"
_VERSIONS = ("2.0", "3.0", "3.1")
_SPILL_KEYWORDS = ("spillover", "spill", "comp")
_SPECIAL = {bytes([mark]) for mark in b"^.+?()[]{}$|*\\"}
_BROKEN = (
    FlowIOException,
    Warning,
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    OSError,
    RuntimeError,
    StopIteration,
    TypeError,
    ValueError,
    re.error,
)


def looks_like_fcs(raw: bytes) -> bool:
    """Say whether a file begins as FCS files do."""
    return raw.startswith(_MAGIC) and raw[3:6].strip().replace(b".", b"").isdigit()


def read_fcs(source: FileSource, *, values: str = "scale", names: str = "stain") -> pd.DataFrame:
    """Read the events of an FCS file.

    Parameters
    ----------
    values
        ``scale``: log amplification and gain undone, time in units of the time step. ``channel``:
        the numbers as stored; the gates of old analog instruments are drawn on these.
    names
        ``stain``: columns by the stain where the file gives one, else by the detector.
        ``detector``: by the detector, as gating files name them.

    Returns
    -------
    One row per event, one column per channel.
    ``.attrs`` holds ``keywords``, ``detectors``, ``version``, ``values``, ``warnings`` and, where
    the file has a matrix, ``spillover`` (``detectors`` by their column, ``rows``).

    Raises
    ------
    BadInput
        The file is no FCS file, is cut off, or contradicts itself.
    """
    _check_option("values", values, ("scale", "channel"))
    _check_option("names", names, ("stain", "detector"))
    head, layout, stored = _parsed(read_bytes(source))
    doubts = [*layout.doubts, *_unread_text(head)]
    events = scale_values(stored, layout, doubts) if values == "scale" else stored
    columns = _column_names(head, names)
    # the columns lie one after the other in memory, so that gates read them fast
    table = pd.DataFrame(events.T, columns=columns, copy=False)
    table.attrs = {
        "keywords": dict(head.text),
        "detectors": list(head.pnn_labels),
        "version": head.version,
        "values": values,
    }
    matrix = _spillover(head.text, dict(zip(head.pnn_labels, columns, strict=True)), doubts)
    if matrix:
        table.attrs["spillover"] = matrix
    table.attrs["warnings"] = tuple(doubts)
    return table


def _check_option(option: str, given: str, known: Sequence[str]) -> None:
    if given not in known:
        raise BadInput(f"{option} is {given!r}; choose {' or '.join(known)}")


def _parsed(raw: bytes) -> tuple[flowio.FlowData, Layout, np.ndarray[Any, Any]]:
    """Parse the file; whatever the parser only warns about is refused as well."""
    if not raw.startswith(_MAGIC):
        start = raw[:20].decode("latin-1")
        raise BadInput(
            f"this is no FCS file: it begins with {start!r}. Choose the .fcs file itself."
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            head = flowio.FlowData(io.BytesIO(_plain_delimiter(raw)), only_text=True)
            if head.version not in _VERSIONS:
                raise ValueError(f"version {head.version}; expected {', '.join(_VERSIONS)}")
            layout = Layout.of(head, len(raw))
            return head, layout, event_values(raw, layout)
    except _BROKEN as error:
        reason = f"keyword {error} is missing" if isinstance(error, KeyError) else str(error)
        reason = reason.replace("InMemoryFile", "the file")
        raise BadInput(
            f"the FCS file cannot be read for certain ({reason or type(error).__name__}); it may "
            "be cut off or its offsets contradict each other. Export it again from the cytometer "
            "software."
        ) from None


def _plain_delimiter(raw: bytes) -> bytes:
    """Exchange a delimiter that FlowIO would take for part of a pattern.

    The standard allows any character; the new one is as long and is doubled where the old one was.
    """
    first, last = int(raw[10:18]), int(raw[18:26])
    text = raw[first : last + 1]
    if text[:1] not in _SPECIAL:
        return raw
    other = next(mark for mark in (b"\x1e", b"\x1f", b"\x0c") if mark not in text)
    return raw[:first] + text.replace(text[:1], other) + raw[last + 1 :]


def _column_names(head: flowio.FlowData, names: str) -> list[str]:
    detectors = list(head.pnn_labels)
    if names == "detector":
        return detectors
    stains = [s.strip() or d for s, d in zip(head.pns_labels, detectors, strict=True)]
    # two detectors may carry the same stain
    return [s if stains.count(s) == 1 else d for s, d in zip(stains, detectors, strict=True)]


def _unread_text(head: flowio.FlowData) -> list[str]:
    begin = head.text.get("beginstext", "0").strip()
    if begin in ("", "0", str(head.header["text_start"])):
        return []
    return ["the file has a second segment of keywords, which is not read; a matrix may be in it"]


def _spillover(
    text: Mapping[str, str], columns: Mapping[str, str], doubts: list[str]
) -> dict[str, Any] | None:
    """Read the spillover keyword: ``n, n detectors, n x n shares``, row by row."""
    for keyword in _SPILL_KEYWORDS:
        cells = [cell.strip() for cell in text.get(keyword, "").split(",")]
        if cells == [""]:
            continue
        try:
            size = int(cells[0])
            detectors, shares = cells[1 : size + 1], [float(cell) for cell in cells[size + 1 :]]
            if size < 1 or len(shares) != size * size or not np.isfinite(shares).all():
                raise ValueError
            named = [columns[detector] for detector in detectors]
        except (ValueError, KeyError):
            doubts.append(
                f"the keyword ${keyword.upper()} is no matrix of this file's detectors and was "
                "left out; take the matrix from the single stains"
            )
            continue
        return {"detectors": named, "rows": _rows(shares, size)}
    return None


def _rows(shares: Sequence[float], size: int) -> list[list[float]]:
    return [list(shares[start : start + size]) for start in range(0, size * size, size)]
