"""G-banding: metaphases cell by cell, and the ISCN string a cytogeneticist writes from them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pandas as pd
from numpy.random import RandomState

from stemcell_kit.bank.dictionary import columns
from stemcell_kit.bank.noise import noise, pick, stream
from stemcell_kit.bank.truth import Lot, Truth

__all__ = ["iscn", "karyotype", "karyotype_string"]

_NORMAL_COUNT = 46
_AUTOSOMES = (1, 22)


def karyotype(truth: Truth, lots: Sequence[Lot]) -> pd.DataFrame:
    """Draw the metaphases of each lot; a mosaic is a binomial draw per cell.

    A chromosome is lost in spreading at a low rate. A gain of 20q11.21 stays invisible.
    """
    rows = [row for lot in lots for row in _metaphases(truth, lot)]
    return pd.DataFrame(rows, columns=columns("karyotype"))


def iscn(truth: Truth, lots: Sequence[Lot]) -> pd.DataFrame:
    """Write one ISCN string per lot from its metaphases."""
    cells = karyotype(truth, lots)
    rows = []
    for lot in lots:
        own = cells[cells["lot"] == lot.id]
        written, non_clonal = karyotype_string(own)
        donor = truth.registered_donor(lot)
        rows.append(
            {
                "lot": lot.id,
                "donor": donor.id,
                "donor_sex": donor.sex,
                "karyotype": written,
                "metaphases": len(own),
                "non_clonal": non_clonal,
                "bands": pick(stream(truth.seed, "bands", lot.id), noise("karyotype")["bands"]),
            }
        )
    return pd.DataFrame(rows, columns=columns("iscn"))


def karyotype_string(cells: pd.DataFrame) -> tuple[str, int]:
    """Return the ISCN string of one lot's cells and the number of cells that are not clonal.

    Abnormal clones come first, larger before smaller, normal cells last. A change that does not
    reach the clone rule is left out, and its cells are counted as not clonal.
    """
    setting = noise("karyotype")
    needed = {"gain": setting["clone_cells_gain"], "loss": setting["clone_cells_loss"]}
    keys = zip(cells["count"], cells["sex"], cells["abnormalities"], cells["kind"], strict=True)
    groups = Counter(keys)
    clones = {key: n for key, n in groups.items() if n >= needed.get(key[3], 1)}
    order = sorted(clones, key=lambda key: (key[3] == "normal", -clones[key], key[1], key[2]))
    words = [
        f"{count},{sex}{',' + change if change else ''}[{clones[count, sex, change, kind]}]"
        for count, sex, change, kind in order
    ]
    return "/".join(words), len(cells) - sum(clones.values())


def _metaphases(truth: Truth, lot: Lot) -> list[dict[str, object]]:
    rng = stream(truth.seed, "karyotype", lot.id)
    cells = noise("karyotype")["metaphases"][lot.letter]
    return [{"lot": lot.id, "cell": n, **_cell(rng, truth, lot)} for n in range(1, cells + 1)]


def _cell(rng: RandomState, truth: Truth, lot: Lot) -> dict[str, object]:
    # always four draws per cell, so that a fault changes only what it should
    in_clone, male, lost, which = rng.random_sample(4)
    sex = "XY" if male < truth.male_share(lot) else "XX"
    if in_clone < lot.share("trisomy-12"):
        return {"count": _NORMAL_COUNT + 1, "sex": sex, "abnormalities": "+12", "kind": "gain"}
    if lost < noise("karyotype")["random_loss"]:
        first, last = _AUTOSOMES
        chromosome = first + int(which * (last - first + 1))
        change = f"-{chromosome}"
        return {"count": _NORMAL_COUNT - 1, "sex": sex, "abnormalities": change, "kind": "loss"}
    return {"count": _NORMAL_COUNT, "sex": sex, "abnormalities": "", "kind": "normal"}
