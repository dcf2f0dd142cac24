"""From the tube on the reception desk to a named line: reception, quarantine, derivation."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import pandas as pd

from stemcell_kit.bank.assays.origin import collected_on, is_planted, lines_of, sample_of
from stemcell_kit.bank.dictionary import columns
from stemcell_kit.bank.noise import between, noise, pick, stream, whole_between
from stemcell_kit.bank.truth import Line, Lot, Truth

__all__ = ["derivation", "quarantine", "reception"]


def reception(truth: Truth, lots: Sequence[Lot]) -> pd.DataFrame:
    """Return the reception form of each primary sample, with the virus screen of its donor.

    ``late-arrival`` exceeds the time validated for the material, ``no-temperature`` lacks the
    reading, ``name-on-label`` names a person; ``virus-positive`` and ``virus-open`` are results.
    """
    rows = [_received(truth, line, lots) for line in lines_of(truth, lots)]
    return pd.DataFrame(rows, columns=columns("reception"))


def quarantine(truth: Truth, lots: Sequence[Lot]) -> pd.DataFrame:
    """Return the log of the quarantine incubator.

    With ``early-release`` a culture leaves between its two results.
    """
    rows = [_quarantined(truth, line, lots) for line in lines_of(truth, lots)]
    return pd.DataFrame(rows, columns=columns("quarantine"))


def derivation(truth: Truth, lots: Sequence[Lot]) -> pd.DataFrame:
    """Return the derivation record of each line, every cell as text.

    ``derivation-gap`` leaves the vector lot empty, ``pooled-clone`` names two colonies,
    ``listed-early`` puts the line into the catalogue while it is young.
    """
    rows = [_derived(truth, line, lots) for line in lines_of(truth, lots)]
    return pd.DataFrame(rows, columns=columns("derivation"))


def _received(truth: Truth, line: Line, lots: Sequence[Lot]) -> dict[str, Any]:
    setting = noise("reception")
    rng = stream(truth.seed, "reception", line.name)
    validated = setting["validated_h"][line.source_material]
    late = _has(lots, line, "late-arrival")
    share = between(rng, setting["late_share" if late else "in_time_share"])
    taken = dt.datetime.combine(
        collected_on(truth, line, lots), dt.time(whole_between(rng, (8, 15)))
    )
    clinic, bank = pick(rng, setting["clinic_offsets_h"]), setting["bank_offset_h"]
    taken = taken.replace(tzinfo=dt.timezone(dt.timedelta(hours=clinic)))
    arrived = taken + dt.timedelta(minutes=round(60 * share * validated))
    arrived = arrived.astimezone(dt.timezone(dt.timedelta(hours=bank)))
    temperature = round(between(rng, setting["temperature_c"]), 1)
    person = f"{pick(rng, setting['initials'])} {pick(rng, setting['birth_dates'])}"
    code, name = sample_of(line), _has(lots, line, "name-on-label")
    return {
        "line": line.name,
        "donor": line.donor,
        "sample": code,
        "label": f"{person} {setting['short'][line.source_material]}" if name else code,
        "material": line.source_material,
        "collected_at": taken.isoformat(timespec="minutes"),
        "received_at": arrived.isoformat(timespec="minutes"),
        "validated_h": validated,
        "temperature_c": None if _has(lots, line, "no-temperature") else temperature,
        **_viruses(truth, line, lots),
        "aliquots_left": whole_between(rng, setting["aliquots_left"]),
    }


def _viruses(truth: Truth, line: Line, lots: Sequence[Lot]) -> dict[str, str]:
    setting = noise("reception")
    results = dict.fromkeys(setting["viruses"], "negative")
    # blood is drawn once from a donor, so sister lines share the result
    rng = stream(truth.seed, "viruses", line.donor)
    positive, open_ = pick(rng, setting["found"]), pick(rng, setting["viruses"])

    def is_of_donor(lot: Lot) -> bool:
        return truth.lines[lot.line].donor == line.donor

    if is_planted(lots, "virus-open", is_of_donor):
        results[open_] = "not tested"
    if is_planted(lots, "virus-positive", is_of_donor):
        results[positive] = "positive"
    return results


def _quarantined(truth: Truth, line: Line, lots: Sequence[Lot]) -> dict[str, str]:
    setting = noise("quarantine")
    rng = stream(truth.seed, "quarantine", line.name)
    entered = collected_on(truth, line, lots) + dt.timedelta(days=setting["days_to_entry"])
    mycoplasma, sterility, wait, early = (
        whole_between(rng, setting[name])
        for name in ("mycoplasma_days", "sterility_days", "days_to_release", "days_early")
    )
    left = sterility - early if _has(lots, line, "early-release") else sterility + wait

    def after(days: int) -> str:
        return (entered + dt.timedelta(days=days)).isoformat()

    return {
        "line": line.name,
        "sample": sample_of(line),
        "entered": entered.isoformat(),
        "mycoplasma": "negative",
        "mycoplasma_result": after(mycoplasma),
        "sterility": "negative",
        "sterility_result": after(sterility),
        "left": after(left),
        "released_by": pick(rng, setting["reviewers"]),
    }


def _derived(truth: Truth, line: Line, lots: Sequence[Lot]) -> dict[str, str]:
    setting = noise("derivation")
    rng = stream(truth.seed, "derivation", line.name)
    kit = setting["kits"][line.reprogramming]
    started = dt.date.fromisoformat(line.first_day)
    started -= dt.timedelta(days=whole_between(rng, setting["days_before_seed"]))
    vector_lot = f"{kit['vector']}-{whole_between(rng, (100, 999))}"
    colony = whole_between(rng, setting["colonies"])
    listed, young = (whole_between(rng, setting[name]) for name in ("listed_at", "listed_early_at"))
    pooled, early = _has(lots, line, "pooled-clone"), _has(lots, line, "listed-early")
    return {
        "line": line.name,
        "donor": line.donor,
        "source_cell": f"{sample_of(line)} p{whole_between(rng, setting['source_passage'])}",
        "method": line.reprogramming,
        "factors": kit["factors"],
        "vector_lot": "" if _has(lots, line, "derivation-gap") else vector_lot,
        "dose": kit["dose"],
        "matrix": pick(rng, setting["matrices"]),
        "medium": pick(rng, setting["media"]),
        "feeder": "none",
        "operator": pick(rng, noise("truth")["operators"]),
        "started": started.isoformat(),
        "colony": f"{colony}+{colony + 1}" if pooled else str(colony),
        "listed_at": f"p{young if early else listed}",
    }


def _has(lots: Sequence[Lot], line: Line, fault: str) -> bool:
    return is_planted(lots, fault, lambda lot: lot.line == line.name)
