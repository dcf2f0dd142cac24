"""Banks by their seed and their one fault, each built once for all tests that ask for it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from stemcell_kit.bank import Bank, Fault, build

__all__ = ["Made"]


@dataclass(frozen=True)
class Made:
    """A bank by its seed and its one fault in *lot*, so that files are read once for all tests."""

    seed: int
    fault: str = ""
    lot: str = ""

    @property
    def bank(self) -> Bank:
        """The bank itself."""
        return _bank_of(self)


@cache
def _bank_of(made: Made) -> Bank:
    return build(made.seed, [Fault(made.fault, made.lot)] if made.fault else [])
