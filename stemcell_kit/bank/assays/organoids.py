"""Organoids: variants of tumour and organoid, size, forming efficiency, swelling."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pandas as pd
from numpy.random import RandomState

from stemcell_kit.bank.assays.assay import Assay
from stemcell_kit.bank.dictionary import columns
from stemcell_kit.bank.noise import between, noise, pick, stream, whole_between
from stemcell_kit.bank.products import Product
from stemcell_kit.bank.truth import Truth

__all__ = [
    "ASSAYS",
    "Growth",
    "Tumour",
    "Variant",
    "growth_truth",
    "organoid_forming",
    "organoid_size",
    "organoid_variants",
    "swelling",
    "swelling_truth",
    "tumour_truth",
]

_BASES = "ACGT"
# copies with the variant, and of the place, in a tumour cell; a normal cell has two
_STATES = {"heterozygous": (1, 2), "loss": (1, 1)}


@dataclass(frozen=True)
class Variant:
    """A somatic variant: where it is, its copy state, and the share of tumour cells with it."""

    chromosome: str
    position: int
    reference: str
    alternate: str
    gene: str
    state: str
    in_tumour: float
    in_organoid: float
    thin: bool = False

    @property
    def name(self) -> str:
        """Chromosome, position, reference and alternate joined by colons."""
        return f"{self.chromosome}:{self.position}:{self.reference}:{self.alternate}"


@dataclass(frozen=True)
class Tumour:
    """Share of tumour cells in both samples, and the variants of either."""

    purity: float
    organoid_purity: float
    variants: tuple[Variant, ...]


@dataclass(frozen=True)
class Growth:
    """Median diameter on day 1, its growth per day, and the share of cells that form organoids."""

    first_diameter_um: float
    fold_per_day: float
    efficiency: float


def tumour_truth(truth: Truth, lot: Product) -> Tumour:
    """Return what is true of a tumour and its organoid, faults included."""
    setting = noise("organoid_variants")
    rng = stream(truth.seed, "organoid_variants", "truth", lot.id)
    purity = between(rng, setting["purity"])
    lost = pick(rng, [driver[0] for driver in setting["drivers"]])
    lost = lost if lot.share("organoid-lost-driver") else ""
    variants = [_driver(rng, driver, lost) for driver in setting["drivers"]]
    variants += [_passenger(rng, thin=not n) for n in range(setting["shared_passengers"])]
    share = setting["subclone_share"]
    variants += [_passenger(rng, shares=(share, 0.0)), _passenger(rng, shares=(0.0, 1.0))]
    return Tumour(purity, 1 - lot.share("organoid-stroma"), tuple(variants))


def growth_truth(truth: Truth, lot: Product) -> Growth:
    """Return what is true of the growth of an intestinal lot."""
    size, rng = noise("organoid_size"), stream(truth.seed, "organoid_size", "truth", lot.id)
    return Growth(
        between(rng, size["first_diameter_um"]),
        between(rng, size["fold_per_day"]),
        between(rng, noise("organoid_forming")["efficiency"]),
    )


def swelling_truth(truth: Truth, lot: Product) -> dict[str, float]:
    """Return the gain of area in an hour with forskolin and with vehicle, faults included."""
    setting, rng = noise("swelling"), stream(truth.seed, "swelling", "truth", lot.id)
    gains = {name: between(rng, setting[f"gain_{name}"]) for name in ("forskolin", "vehicle")}
    if lot.share("swelling-absent"):
        gains["forskolin"] = gains["vehicle"]
    return gains


def organoid_variants(truth: Truth, lots: Sequence[Product]) -> pd.DataFrame:
    """Read each variant of a tumour or its organoid in both samples."""
    rows = [row for lot in lots for row in _reads(truth, lot)]
    return pd.DataFrame(rows, columns=columns("organoid_variants"))


def organoid_size(truth: Truth, lots: Sequence[Product]) -> pd.DataFrame:
    """Outline the organoids of each lot on every day of the curve."""
    rows = [row for lot in lots for row in _outlines(truth, lot)]
    return pd.DataFrame(rows, columns=columns("organoid_size"))


def organoid_forming(truth: Truth, lots: Sequence[Product]) -> pd.DataFrame:
    """Seed single cells and count what grows; the number seeded has its own error."""
    rows = [row for lot in lots for row in _seeded_wells(truth, lot)]
    return pd.DataFrame(rows, columns=columns("organoid_forming"))


def swelling(truth: Truth, lots: Sequence[Product]) -> pd.DataFrame:
    """Follow the area of each well for an hour; it gains evenly."""
    rows = [row for lot in lots for row in _swelling_wells(truth, lot)]
    return pd.DataFrame(rows, columns=columns("swelling"))


# --- variants ------------------------------------------------------------------------------


def _driver(rng: RandomState, driver: Sequence[str | int], lost: str) -> Variant:
    gene, chromosome, start, length, kind, state = driver
    position = whole_between(rng, (int(start), int(start) + int(length)))
    reference, alternate = _change(rng, deletion=kind == "deletion")
    kept = 0.0 if gene == lost else 1.0
    return Variant(
        str(chromosome), position, reference, alternate, str(gene), str(state), 1.0, kept
    )


def _passenger(
    rng: RandomState, *, thin: bool = False, shares: tuple[float, float] = (1.0, 1.0)
) -> Variant:
    setting = noise("organoid_variants")
    place = pick(rng, setting["chromosomes"]), whole_between(rng, setting["passenger_position"])
    state = "loss" if rng.random_sample() < setting["loss_share"] else "heterozygous"
    # a part of the tumour, and what is read thinly, stays simple to follow
    state = "heterozygous" if thin or 0 < shares[0] < 1 else state
    return Variant(*place, *_change(rng, deletion=False), "", state, *shares, thin)


def _change(rng: RandomState, *, deletion: bool) -> tuple[str, str]:
    first = pick(rng, _BASES)
    other = pick(rng, [base for base in _BASES if base != first])
    return (first + other + pick(rng, _BASES), first) if deletion else (first, other)


def _reads(truth: Truth, lot: Product) -> Iterator[dict[str, object]]:
    setting, held = noise("organoid_variants"), tumour_truth(truth, lot)
    for sample, purity in (("tumour", held.purity), ("organoid", held.organoid_purity)):
        for variant in sorted(held.variants, key=lambda one: (int(one.chromosome), one.position)):
            rng = stream(truth.seed, "organoid_variants", lot.id, sample, variant.name)
            thin = variant.thin and sample == "organoid"
            depth = max(1, int(rng.poisson(setting["thin_depth" if thin else "depth"])))
            share = variant.in_tumour if sample == "tumour" else variant.in_organoid
            reads = int(rng.binomial(depth, max(_vaf(variant, purity, share), setting["error"])))
            yield {
                "lot": lot.id,
                "sample": sample,
                "chromosome": variant.chromosome,
                "position": variant.position,
                "reference": variant.reference,
                "alternate": variant.alternate,
                "gene": variant.gene,
                "genotype": _genotype(reads, depth),
                "alternate_reads": reads,
                "depth": depth,
            }


def _vaf(variant: Variant, purity: float, share: float) -> float:
    mutated, copies = _STATES[variant.state]
    return share * purity * mutated / (purity * copies + (1 - purity) * 2)


def _genotype(reads: int, depth: int) -> str:
    setting = noise("organoid_variants")
    if reads < setting["called_reads"]:
        return "0/0"
    return "1/1" if reads / depth > setting["genotype_homozygous_above"] else "0/1"


# --- size and swelling ---------------------------------------------------------------------


def _outlines(truth: Truth, lot: Product) -> Iterator[dict[str, object]]:
    setting, held = noise("organoid_size"), growth_truth(truth, lot)
    rng = stream(truth.seed, "organoid_size", lot.id)
    for day in setting["days"]:
        median = held.first_diameter_um * held.fold_per_day ** (day - 1)
        for place in range(1, setting["organoids"] + 1):
            diameter = median * math.exp(setting["sigma"] * rng.normal())
            area = math.pi * diameter**2 / 4
            around = math.sqrt(4 * math.pi * area / between(rng, setting["circularity"]))
            yield {
                "lot": lot.id,
                "day": day,
                "organoid": place,
                "area_um2": round(area, 1),
                "perimeter_um": round(around, 1),
            }


def _seeded_wells(truth: Truth, lot: Product) -> Iterator[dict[str, object]]:
    setting, held = noise("organoid_forming"), growth_truth(truth, lot)
    rng = stream(truth.seed, "organoid_forming", lot.id)
    for well in range(1, setting["wells"] + 1):
        seeded = round(setting["seeded_cells"] * (1 + setting["seeding_cv"] * rng.normal()))
        yield {
            "lot": lot.id,
            "well": f"A{well}",
            "seeded_cells": setting["seeded_cells"],
            "organoids": int(rng.binomial(seeded, held.efficiency)),
        }


def _swelling_wells(truth: Truth, lot: Product) -> Iterator[dict[str, object]]:
    setting = noise("swelling")
    last = setting["minutes"][-1]
    for treatment, gain in swelling_truth(truth, lot).items():
        for place in range(1, setting["wells"] + 1):
            rng = stream(truth.seed, "swelling", lot.id, treatment, str(place))
            start = between(rng, setting["start_area_um2"])
            own = gain * (1 + setting["well_cv"] * rng.normal())
            for minutes in setting["minutes"]:
                area = start * (1 + own * minutes / last)
                area *= 1 + setting["picture_cv"] * rng.normal()
                yield {
                    "lot": lot.id,
                    "well": f"{'B' if treatment == 'forskolin' else 'C'}{place}",
                    "treatment": treatment,
                    "minutes": minutes,
                    "area_um2": round(area, 0),
                }


ASSAYS: dict[str, Assay] = {
    "organoid_variants": Assay(organoid_variants, of="tumour-organoid"),
    "organoid_size": Assay(organoid_size, of="intestinal-organoid"),
    "organoid_forming": Assay(organoid_forming, of="intestinal-organoid"),
    "swelling": Assay(swelling, of="intestinal-organoid"),
}
