"""Flow cytometry files (FCS 2.0, 3.0 and 3.1)."""

from __future__ import annotations

import io
import warnings
from typing import Any

import flowio
import pandas as pd
from flowio.exceptions import FlowIOException

from stemcell_kit.errors import BadInput
from stemcell_kit.instruments.text import FileSource, read_bytes

__all__ = ["read_fcs"]

_MAGIC = b"FCS"


def read_fcs(source: FileSource) -> pd.DataFrame:
    """Read the events of an FCS file.

    Returns
    -------
    One row per event, one column per channel on the linear scale (log amplification and gain
    undone), named by the stain where the file gives one, else by the detector.
    ``.attrs`` holds ``keywords``, ``detectors`` and ``version``.

    Raises
    ------
    BadInput
        The file is no FCS file, is cut off, or contradicts itself.
    """
    raw = read_bytes(source)
    if not raw.startswith(_MAGIC):
        start = raw[:20].decode("latin-1")
        raise BadInput(
            f"this is no FCS file: it begins with {start!r}. Choose the .fcs file itself."
        )
    data, events = _parsed(raw)
    detectors = list(data.pnn_labels)
    names = [stain or detector for stain, detector in zip(data.pns_labels, detectors, strict=True)]
    # two detectors may carry the same stain
    unique = [n if names.count(n) == 1 else d for n, d in zip(names, detectors, strict=True)]
    table = pd.DataFrame(events, columns=unique)
    table.attrs = {"keywords": dict(data.text), "detectors": detectors, "version": data.version}
    return table


def _parsed(raw: bytes) -> tuple[flowio.FlowData, Any]:
    """Parse the file; whatever the parser only warns about is refused as well."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            data = flowio.FlowData(io.BytesIO(raw))
            return data, data.as_array(preprocess=True)
    except (FlowIOException, Warning, ValueError, KeyError, TypeError, EOFError, OSError) as error:
        raise BadInput(
            f"the FCS file cannot be read for certain ({error}); it may be cut off or its offsets "
            "contradict each other. Export it again from the cytometer software."
        ) from None
