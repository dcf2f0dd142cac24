"""The virtual stem-cell bank: one seed, its planted faults, and every assay on it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from stemcell_kit.bank.assays import ASSAYS
from stemcell_kit.bank.faults import Fault
from stemcell_kit.bank.inventory import inventory_html, inventory_text
from stemcell_kit.bank.products import Product
from stemcell_kit.bank.truth import Donor, Line, Lot, Truth, draw_truth
from stemcell_kit.errors import BadInput

__all__ = ["Bank", "build"]


@dataclass(frozen=True, repr=False)
class Bank:
    """A bank of four donors, six lines and eighteen lots, and the products made from it.

    ``truth`` is what nobody is shown.
    """

    seed: int
    faults: tuple[Fault, ...]
    truth: Truth

    @property
    def donors(self) -> tuple[Donor, ...]:
        """The donors in the order of their ids."""
        return tuple(self.truth.donors.values())

    @property
    def lines(self) -> tuple[Line, ...]:
        """The lines in the order of their names."""
        return tuple(self.truth.lines.values())

    @property
    def lots(self) -> tuple[str, ...]:
        """The lot ids: per line seed stock, master bank, working bank."""
        return tuple(self.truth.lots)

    @property
    def products(self) -> tuple[Product, ...]:
        """The lots of NK cells, neural cells, organoids and vesicles made from the bank's cells."""
        return tuple(self.truth.products.values())

    @property
    def passages(self) -> pd.DataFrame:
        """The passage log of all lines."""
        return self.table("passage_log")

    def table(self, assay: str, lots: Iterable[str] | None = None) -> pd.DataFrame:
        """Return the results of one assay, for all lots or for those named.

        A lot gives the same rows whether it is asked for alone or with others. Columns, units and
        meanings: ``stemcell_kit.bank.describe(assay)``.

        Raises
        ------
        BadInput
            There is no such assay or lot.
        """
        if assay not in ASSAYS:
            raise BadInput(f"no assay {assay!r}; choose one of {', '.join(ASSAYS)}")
        one = ASSAYS[assay]
        return one.table(self.truth, self._chosen(one.of, lots))

    def __repr__(self) -> str:
        return inventory_text(self)

    def _repr_html_(self) -> str:
        return inventory_html(self)

    def write(
        self, folder: str | Path, *, lots: Iterable[str] | None = None, reveal: bool = False
    ) -> list[Path]:
        """Write the instrument files, as :func:`stemcell_kit.bank.write` does."""
        from stemcell_kit.bank.files import write

        return write(self, folder, lots=lots, reveal=reveal)

    def _chosen(self, of: str, lots: Iterable[str] | None) -> list[Lot] | list[Product]:
        carriers: dict[str, Any] = dict(self.truth.lots)
        if of != "lot":
            carriers = {one.id: one for one in self.products if one.kind == of}
        if lots is None:
            return list(carriers.values())
        wanted = [lots] if isinstance(lots, str) else list(lots)
        for lot in wanted:
            if lot not in carriers:
                near = difflib.get_close_matches(lot, carriers, n=3) or list(carriers)[:3]
                raise BadInput(f"no lot {lot!r} in this bank; for example {', '.join(near)}")
        return [carriers[lot] for lot in carriers if lot in wanted]


def build(seed: int, faults: Sequence[Fault] = ()) -> Bank:
    """Make the bank of a seed with the faults planted; the same seed gives the same bank.

    A fault without a lot lands on a master or working bank that no other fault has taken.

    Raises
    ------
    BadInput
        A fault names an unknown lot, is planted twice on one lot, or finds no free lot.
    """
    return Bank(seed, tuple(faults), draw_truth(seed, faults))
