"""The files of the bank, area by area, in the shapes that instruments export.

Each area is a function of the bank and the ids of the chosen lots, bank lots and products; it
yields name and content of its files, and nothing when none of its lots is chosen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from stemcell_kit.bank.exports import (
    banking,
    endotoxin,
    environment,
    flow_panels,
    identity,
    molecular,
    organoids,
    potency,
    quality,
    sterility,
    vesicles,
)
from stemcell_kit.bank.virtual_bank import Bank

__all__ = ["AREAS"]

AREAS: tuple[Callable[[Bank, Sequence[str]], Iterator[tuple[str, bytes]]], ...] = (
    banking.files,
    endotoxin.files,
    environment.files,
    sterility.files,
    flow_panels.files,
    potency.files,
    vesicles.files,
    organoids.files,
    molecular.files,
    quality.files,
    identity.files,
)
