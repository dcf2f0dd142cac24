"""The virtual stem-cell bank behind all worked data.

``build(seed, faults)`` draws donors, lines and lots with a hidden truth; ``Bank.table(assay)``
shows what one assay finds; ``write(bank, folder)`` writes the files that instruments export.
In a notebook the room itself is called: ``sk.bank(7, ["swap", "mixture:0.3@SKTi002-A-M1"])``.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from types import ModuleType

from stemcell_kit.bank.assays import ASSAYS
from stemcell_kit.bank.dictionary import about_assay, columns, describe, validate
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
    "validate",
    "write",
]


class _BankRoom(ModuleType):
    """This module, which a notebook calls as ``sk.bank(seed)``."""

    def __call__(self, seed: int, faults: Sequence[Fault | str] = ()) -> Bank:
        """Make the bank of a seed; faults may be words as the command line takes them."""
        return build(seed, [parse_fault(one) if isinstance(one, str) else one for one in faults])


# ``sk.bank`` is both this room and the word a notebook uses; a module can be made callable only so
sys.modules[__name__].__class__ = _BankRoom
