"""Array segments of each lot and of its registered donor."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import pandas as pd
from numpy.random import RandomState

from stemcell_kit.bank.dictionary import columns
from stemcell_kit.bank.noise import noise, pick, stream
from stemcell_kit.bank.truth import Lot, Truth

__all__ = ["array_segments"]

Place = tuple[str, float, float]


def array_segments(truth: Truth, lots: Sequence[Lot]) -> pd.DataFrame:
    """List the segments of the donor and of the lot that differ from the usual copies.

    Copies are a mean over all cells. A donor carries a few inherited segments; what a foreign line
    brings has its own. A change in too few cells is not called.
    """
    rows = [row for lot in lots for row in _rows(truth, lot)]
    return pd.DataFrame(rows, columns=columns("array_segments"))


def _rows(truth: Truth, lot: Lot) -> Iterator[dict[str, object]]:
    donor = truth.registered_donor(lot)
    # the software expects the sex chromosomes of the registered donor
    usual = {"X": 1.0, "Y": 1.0} if donor.sex == "male" else {"X": 2.0, "Y": 0.0}
    inherited = _inherited(truth.seed, donor.id)
    samples = (("donor", donor.id, inherited), ("line", lot.id, _of_lot(truth, lot)))
    for role, sample, changes in samples:
        rng = stream(truth.seed, "array_segments", sample)
        about = {"lot": lot.id, "sample": sample, "role": role}
        for row in _measured(rng, changes, usual):
            yield {**about, **row}


def _inherited(seed: int, donor: str) -> dict[Place, float]:
    """Draw the inherited segments of a donor: place to difference from two copies."""
    setting = noise("array_segments")
    rng = stream(seed, "inherited segments", donor)
    places = sorted(setting["inherited"], key=lambda _: rng.random_sample())
    chosen = places[: setting["inherited_per_donor"]]
    return {(c, float(s), float(e)): 1.0 if kind == "gain" else -1.0 for c, s, e, kind in chosen}


def _of_lot(truth: Truth, lot: Lot) -> dict[Place, float]:
    """Return what the cells of a lot carry on average, as difference from the usual copies."""
    setting = noise("array_segments")
    found: dict[Place, float] = {}
    for line, share in lot.content:
        for place, change in _inherited(truth.seed, truth.donor_of(line).id).items():
            found[place] = found.get(place, 0.0) + share * change
    gained = pick(stream(truth.seed, "gain-3mb", lot.id), setting["gain_3mb"])
    planted = {"trisomy-12": setting["chromosome_12"], "gain-20q": setting["gain_20q"]}
    for fault, place in {**planted, "gain-3mb": gained}.items():
        if lot.share(fault):
            found[_place(place)] = lot.share(fault)
    registered = 1.0 if truth.registered_donor(lot).sex == "male" else 0.0
    foreign = truth.male_share(lot) - registered
    if foreign:
        found[_place(setting["chromosome_x"])] = -foreign
        found[_place(setting["chromosome_y"])] = foreign
    return found


def _place(words: Sequence[object]) -> Place:
    chromosome, start, end = words
    return str(chromosome), float(str(start)), float(str(end))


def _measured(
    rng: RandomState, changes: Mapping[Place, float], usual: Mapping[str, float]
) -> Iterator[dict[str, object]]:
    setting = noise("array_segments")
    jitter = setting["boundary_mb"]
    for (chromosome, start, end), change in sorted(changes.items(), key=_order):
        # three draws for every place, called or not
        first, last, error = (float(draw) for draw in rng.normal(size=3))
        if abs(change) < setting["called_share"]:
            continue
        copies = usual.get(chromosome, 2.0) + change + setting["copies_sd"] * error
        begin, finish = max(0.0, start + jitter * first), end + jitter * last
        yield {
            "chromosome": chromosome,
            "start_mb": round(begin, 3),
            "end_mb": round(finish, 3),
            "copies": round(max(0.0, copies), 2),
            "probes": round((finish - begin) * setting["probes_per_mb"]),
        }


def _order(change: tuple[Place, float]) -> tuple[int, float]:
    chromosome, start, _ = change[0]
    return (int(chromosome) if chromosome.isdigit() else 22 + ord(chromosome) - ord("W"), start)
