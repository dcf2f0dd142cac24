"""Identity beside STR: a SNP panel of lots and donors, and the species of a lot."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import pandas as pd
from numpy.random import RandomState

from stemcell_kit.bank.assays.assay import Assay
from stemcell_kit.bank.dictionary import columns
from stemcell_kit.bank.noise import noise, stream
from stemcell_kit.bank.truth import Donor, Lot, Truth

__all__ = ["ASSAYS", "snp_genotypes", "snp_panel", "species"]

_NO_CALL = "NC"
_NONE = float("nan")


def snp_genotypes(truth: Truth, donor: Donor) -> dict[str, str]:
    """Return the true genotype of a donor at each SNP, e.g. ``{"SNP-01": "AG"}``."""
    rng = stream(truth.seed, "snp", donor.id)
    found = {}
    for name, first, second, frequency in noise("snp_panel")["snps"]:
        copies = rng.random_sample(2) < frequency
        found[name] = "".join(sorted(first if is_first else second for is_first in copies))
    return found


def snp_panel(truth: Truth, lots: Sequence[Lot]) -> pd.DataFrame:
    """Type each lot and the reference sample of each of their registered donors.

    A mixture moves the signal between the clusters: calls are lost, and bases added.
    """
    references = {truth.registered_donor(lot).id: truth.registered_donor(lot) for lot in lots}
    rows: list[dict[str, object]] = []
    for lot in lots:
        content = [(truth.donor_of(line), share) for line, share in lot.content]
        about = {"sample": lot.id, "role": "lot", "donor": truth.registered_donor(lot).id}
        rows += [{**about, **call} for call in _calls(truth, lot.id, content)]
    for name, donor in references.items():
        about = {"sample": name, "role": "donor", "donor": name}
        rows += [{**about, **call} for call in _calls(truth, name, [(donor, 1.0)])]
    return pd.DataFrame(rows, columns=columns("snp_panel"))


def species(truth: Truth, lots: Sequence[Lot]) -> pd.DataFrame:
    """Run the human and the mouse assay on each lot, on pure cells of both and on a blank."""
    setting = noise("species")
    shares = {
        setting["calibrators"]["human"]: ("", "human", 0.0),
        setting["calibrators"]["mouse"]: ("", "mouse", 1.0),
        setting["no_template"]: ("", "no template", _NONE),
        **{lot.id: (lot.id, "lot", lot.share("mouse-cells")) for lot in lots},
    }
    rows = [
        {"sample": sample, "lot": lot, "role": role, "replicate": replicate, **cq}
        for sample, (lot, role, mouse) in shares.items()
        for replicate, cq in enumerate(_wells(truth, sample, mouse), start=1)
    ]
    return pd.DataFrame(rows, columns=columns("species"))


def _calls(
    truth: Truth, sample: str, content: Sequence[tuple[Donor, float]]
) -> Iterator[dict[str, object]]:
    setting = noise("snp_panel")
    rng = stream(truth.seed, "snp_panel", sample)
    true = [(snp_genotypes(truth, donor), share) for donor, share in content]
    for name, first, second, _ in setting["snps"]:
        copies = sum(share * genotypes[name].count(second) for genotypes, share in true)
        signal = float(copies / 2 + rng.normal(0.0, setting["share_sd"]))
        failed = rng.random_sample() < setting["no_call"]
        shown = round(min(max(signal, 0.0), 1.0), 3)
        genotype = _NO_CALL if failed else _call(shown, first, second)
        yield {"snp": name, "genotype": genotype, "second_base_share": shown}


def _call(share: float, first: str, second: str) -> str:
    setting = noise("snp_panel")
    low, high = setting["heterozygous"]
    if share <= setting["homozygous_below"]:
        return first + first
    if share >= 1 - setting["homozygous_below"]:
        return second + second
    return first + second if low <= share <= high else _NO_CALL


def _wells(truth: Truth, sample: str, mouse: float) -> Iterator[dict[str, float]]:
    setting = noise("species")
    rng = stream(truth.seed, "species", sample)
    shift = float(rng.normal(0.0, setting["input_sd"]))
    shares = {"human": 1.0 - mouse, "mouse": mouse}
    for _ in range(setting["replicates"]):
        yield {
            f"{kind}_cq": _cq(rng, setting["pure_cq"][kind] + shift, share)
            for kind, share in shares.items()
        }


def _cq(rng: RandomState, pure: float, share: float) -> float:
    error = float(rng.normal(0.0, noise("species")["cq_sd"]))
    if not share > 0:  # a blank has no share at all
        return _NONE
    cq = round(pure - math.log2(share) + error, 2)
    return cq if cq <= noise("species")["last_cq"] else _NONE


ASSAYS = {"snp_panel": Assay(snp_panel), "species": Assay(species)}
