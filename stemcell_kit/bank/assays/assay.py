"""What an assay is: a table made from the hidden truth, for bank lots or for lots of a product."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

__all__ = ["Assay"]


@dataclass(frozen=True)
class Assay:
    """An assay: ``table(truth, lots)`` gives its results.

    ``of`` says whose lots it takes: ``lot`` for the bank's own, else a kind of product.
    """

    table: Callable[..., pd.DataFrame]
    of: str = "lot"
