"""One mycoplasma amplification run over all lots, with its controls."""

from __future__ import annotations

from collections.abc import Sequence
from string import ascii_uppercase

import pandas as pd
from numpy.random import RandomState

from stemcell_kit.bank.dictionary import columns
from stemcell_kit.bank.noise import between, noise, stream
from stemcell_kit.bank.truth import Lot, Truth

__all__ = ["mycoplasma"]

_ROLES = ("positive control", "negative control", "no template")
_NONE = float("nan")


def mycoplasma(truth: Truth, lots: Sequence[Lot]) -> pd.DataFrame:
    """Run each lot twice beside the three run controls.

    A strong target takes reagents from the internal control and delays it. In an inhibited
    sample neither signal appears, contaminated or not.
    """
    wanted = {lot.id for lot in lots}
    replicates = noise("mycoplasma")["replicates"]
    rows: list[dict[str, object]] = []
    for place, sample in enumerate([*_ROLES, *truth.lots]):
        if sample in truth.lots and sample not in wanted:
            continue
        rng = stream(truth.seed, "mycoplasma", sample)
        usual = between(rng, noise("mycoplasma")["contaminated_cq"])
        for replicate in range(replicates):
            target, control = _signals(rng, truth, sample, usual)
            number = place * replicates + replicate
            rows.append(
                {
                    "run": f"NAT-{truth.seed % 1000:03d}",
                    "well": f"{ascii_uppercase[number % 8]}{number // 8 + 1}",
                    "sample": sample,
                    "lot": sample if sample in truth.lots else "",
                    "role": "sample" if sample in truth.lots else sample,
                    "target_cq": target,
                    "control_cq": control,
                }
            )
    return pd.DataFrame(rows, columns=columns("mycoplasma"))


def _signals(
    rng: RandomState, truth: Truth, sample: str, contaminated_cq: float
) -> tuple[float, float]:
    """Return the Cq of the target and of the internal control of one well."""
    setting = noise("mycoplasma")
    target_error, control_error = setting["cq_sd"] * rng.normal(size=2)
    control = setting["internal_control_cq"] + control_error
    lot = truth.lots.get(sample)
    if lot is not None and lot.share("mycoplasma-control-failure"):
        return _NONE, _NONE
    if lot is not None and lot.share("mycoplasma"):
        delayed = control + setting["competition_cq"]
        return round(contaminated_cq + target_error, 2), round(delayed, 2)
    if sample == "positive control":
        return round(setting["positive_control_cq"] + target_error, 2), round(control, 2)
    return _NONE, round(control, 2)
