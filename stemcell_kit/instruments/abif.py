"""Traces of capillary electrophoresis (.fsa, ABIF), read with Biopython."""

from __future__ import annotations

import io
import struct
import warnings
from typing import Any

import pandas as pd

from stemcell_kit.errors import BadInput
from stemcell_kit.instruments.text import FileSource, read_bytes

__all__ = ["UNITS_ABIF", "looks_like_abif", "read_abif"]

# The channels are named by their dyes, so the reader gives the unit of each.
UNITS_ABIF: dict[str, str] = {}

_MAGIC = b"ABIF"
_ENTRY = struct.Struct(">4sI2H4I")
_INLINE = 4
# raw signal of the first four channels, and of a fifth
_CHANNELS = {1: "DATA1", 2: "DATA2", 3: "DATA3", 4: "DATA4", 5: "DATA105"}


def read_abif(source: FileSource) -> pd.DataFrame:
    """Read the traces of one run of one capillary.

    Returns
    -------
    One row per scan: ``scan`` and one column per dye, in relative fluorescence units (RFU).
    ``.attrs`` has ``sample``, ``size_standard``, ``dyes`` in channel order, ``run`` and
    ``date``; text that the file lacks is empty.

    Raises
    ------
    BadInput
        The file is no ABIF file, is cut off, has no dyes, or has channels of unequal length.
    """
    raw = read_bytes(source)
    if not looks_like_abif(raw):
        raise BadInput(
            f"this is no ABIF file: it begins with {raw[:12]!r}. Choose the .fsa file itself."
        )
    _check_directory(raw)
    tags = _tags(raw)
    channels = {n: tags[name] for n, name in _CHANNELS.items() if name in tags}
    dyes = [_text(tags.get(f"DyeN{n}")) for n in channels]
    lengths = {len(values) for values in channels.values()}
    if not channels or len(lengths) != 1 or "" in dyes or len(set(dyes)) < len(dyes):
        raise BadInput(
            f"found channels of {sorted(lengths)} scans with the dyes {dyes}; expected at least one "
            "channel, all of one length, each with its own dye. Export the run again."
        )
    table = pd.DataFrame(dict(zip(dyes, map(list, channels.values()), strict=True)))
    table.insert(0, "scan", range(len(table)))
    table.attrs = {
        "sample": _text(tags.get("SpNm1")) or _text(tags.get("SMPL1")),
        "size_standard": _text(tags.get("StdF1")),
        "dyes": tuple(dyes),
        "run": _text(tags.get("RunN1")),
        "date": str(tags.get("RUND1", "")),
        "units": dict.fromkeys(dyes, "RFU"),
    }
    return table


def looks_like_abif(raw: bytes) -> bool:
    """Say whether the file begins as an ABIF file does."""
    return raw.startswith(_MAGIC)


def _check_directory(raw: bytes) -> None:
    """Refuse a file whose directory points behind its end: it is cut off."""
    start = len(_MAGIC) + 2
    try:
        *_, count, _, offset, _ = _ENTRY.unpack_from(raw, start)
        entries = [_ENTRY.unpack_from(raw, offset + n * _ENTRY.size) for n in range(count)]
    except struct.error:
        entries = []
    ends = [place + size for *_, size, place, _ in entries if size > _INLINE]
    if not ends or max(ends) > len(raw):
        raise BadInput(
            f"the file has {len(raw)} bytes, but its directory points further or is missing; it "
            "is cut off or damaged. Copy it from the instrument again."
        )


def _tags(raw: bytes) -> dict[str, Any]:
    from Bio import SeqIO

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            record = SeqIO.read(io.BytesIO(raw), "abi")
    except Exception as error:  # the parser lets errors of its parts through
        raise BadInput(
            f"the ABIF file cannot be read ({error}); it may be damaged. Copy it again."
        ) from None
    return dict(record.annotations["abif_raw"])


def _text(value: object) -> str:
    if value is None:
        return ""
    text = (value.decode("latin-1") if isinstance(value, bytes) else str(value)).strip("\x00 ")
    if not text.isprintable():
        raise BadInput(f"the file holds the name {text!r}, which is no text; it is damaged")
    return text
