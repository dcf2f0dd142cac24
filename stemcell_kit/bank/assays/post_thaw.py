"""Thawed vials of each lot, spread over the order of filling."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from stemcell_kit.bank.dictionary import columns
from stemcell_kit.bank.noise import between, noise, stream
from stemcell_kit.bank.truth import Lot, Truth

__all__ = ["post_thaw"]


def post_thaw(truth: Truth, lots: Sequence[Lot]) -> pd.DataFrame:
    """Thaw the first, the last and three vials between, per lot.

    ``fill-drift`` lowers recovery in step with the fill position; ``dilution-twice`` doubles the
    recovered counts, as the same counter export feeds this table.
    """
    rows = [row for lot in lots for row in _vials(truth, lot)]
    return pd.DataFrame(rows, columns=columns("post_thaw"))


def _vials(truth: Truth, lot: Lot) -> list[dict[str, object]]:
    setting = noise("post_thaw")
    rng = stream(truth.seed, "post_thaw", lot.id)
    viability, recovery, attachment = (
        between(rng, setting[name]) for name in ("viability", "recovery", "attachment")
    )
    factor = noise("counts")["dilution"] if lot.share("dilution-twice") else 1
    rows: list[dict[str, object]] = []
    for step in range(setting["vials"]):
        place = step / (setting["vials"] - 1)
        kept = 1 - lot.share("fill-drift") * place
        vary = 1 + setting["vial_cv"] * rng.normal(size=2)
        alive = min(0.99, viability * (1 + setting["viability_cv"] * rng.normal()) * (1 + kept) / 2)
        viable = lot.cells_per_vial * recovery * kept * vary[0]
        rows.append(
            {
                "lot": lot.id,
                "vial": 1 + round(place * (lot.vials - 1)),
                "vials_filled": lot.vials,
                "viable_frozen": lot.cells_per_vial,
                "total_recovered": int(round(factor * viable / alive, -3)),
                "viable_recovered": int(round(factor * viable, -3)),
                "viability_percent": round(100 * float(alive), 1),
                "attached_24h": int(round(viable * min(0.98, attachment * vary[1]), -3)),
            }
        )
    return rows
