"""The product lots of the virtual bank: NK cells, neural cells, organoids, vesicles."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from stemcell_kit.bank.noise import noise, pick, stream, whole_between

__all__ = ["Product", "draw_products", "product_kinds"]


@dataclass(frozen=True)
class Product:
    """One lot of a product: what it is, what it was made from, and what is wrong with it.

    ``source`` is a working bank or a coded donor; ``faults`` maps a fault to its share.
    """

    id: str
    kind: str
    source: str
    made: str
    faults: Mapping[str, float] = field(default_factory=dict)

    def share(self, fault: str) -> float:
        """Return the share of a fault in this lot; 0.0 if it does not carry it."""
        return self.faults.get(fault, 0.0)


def product_kinds() -> tuple[str, ...]:
    """Return the kinds of product that the bank makes."""
    return tuple(noise("products")["lots"])


def draw_products(seed: int, working_banks: Sequence[str]) -> dict[str, Product]:
    """Draw the product lots of a seed, without faults."""
    return {
        name: _draw_product(seed, kind, place, name, working_banks)
        for kind in product_kinds()
        for place, name in enumerate(noise("products")["lots"][kind])
    }


def _draw_product(
    seed: int, kind: str, place: int, name: str, working_banks: Sequence[str]
) -> Product:
    setting = noise("products")
    rng = stream(seed, "product", name)
    made = dt.date.fromisoformat(setting["first_day"])
    made += dt.timedelta(days=whole_between(rng, (0, setting["spread_days"])))
    donors = setting["donors"].get(kind)
    source = donors[place] if donors else pick(rng, working_banks)
    return Product(name, kind, source, made.isoformat())
