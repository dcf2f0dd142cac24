"""The virtual stem-cell bank behind all worked data.

``build(seed, faults)`` draws donors, lines and lots with a hidden truth; ``Bank.table(assay)``
shows what one assay finds; ``write(bank, folder)`` writes the files that instruments export.
"""

from __future__ import annotations

from stemcell_kit.bank.assays import ASSAYS
from stemcell_kit.bank.dictionary import about_assay, columns, describe
from stemcell_kit.bank.faults import FAULTS, Fault, FaultKind, parse_fault
from stemcell_kit.bank.files import write
from stemcell_kit.bank.virtual_bank import Bank, build

__all__ = [
    "ASSAYS",
    "FAULTS",
    "Bank",
    "Fault",
    "FaultKind",
    "about_assay",
    "build",
    "columns",
    "describe",
    "parse_fault",
    "write",
]
