"""Donors, labels and the register of origin, as the bank has written them down."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pandas as pd

from stemcell_kit.bank.dictionary import columns
from stemcell_kit.bank.truth import Lot, Truth

__all__ = ["donors", "labels", "register"]


def donors(truth: Truth, lots: Sequence[Lot]) -> pd.DataFrame:
    """Return the registered donors of *lots*."""
    found = {truth.registered_donor(lot).id: truth.registered_donor(lot) for lot in lots}
    rows = [
        {
            "donor": donor.id,
            "sex": donor.sex,
            "age": donor.age,
            "consent": donor.consent,
            "consent_date": donor.consent_date,
        }
        for donor in found.values()
    ]
    return pd.DataFrame(rows, columns=columns("donors"))


def labels(truth: Truth, lots: Sequence[Lot]) -> pd.DataFrame:
    """Return the lots as their labels say, right or wrong."""
    rows = [
        {
            "lot": lot.id,
            "line": lot.line,
            "donor": truth.registered_donor(lot).id,
            "tier": lot.tier,
            "parent_lot": lot.parent,
            "passage": lot.label_passage,
            "frozen": lot.frozen,
            "vials": lot.vials,
            "cells_per_vial": lot.cells_per_vial,
            "operator": lot.operator,
        }
        for lot in lots
    ]
    return pd.DataFrame(rows, columns=columns("lots"))


def register(truth: Truth, lots: Sequence[Lot]) -> pd.DataFrame:
    """Return the register of origin, every cell as text."""
    return pd.DataFrame([_entry(truth, lot) for lot in lots], columns=columns("register"))


def _entry(truth: Truth, lot: Lot) -> dict[str, str]:
    line, donor = truth.lines[lot.line], truth.registered_donor(lot)
    gap = bool(lot.share("register-gap"))
    return {
        "lot": lot.id,
        "line": line.name,
        "donor": donor.id,
        "donor_sex": donor.sex,
        "consent": "" if gap else donor.consent,
        "consent_date": donor.consent_date,
        "source_material": line.source_material,
        "reprogramming": line.reprogramming,
        "passage_label": f"p{lot.label_passage}",
        "passage_log": f"p{lot.passage}",
        "frozen": _ambiguous(lot.frozen) if gap else lot.frozen,
        "parent_lot": lot.parent,
    }


def _ambiguous(date: str) -> str:
    """Write a date so that day and month can be confused."""
    day = dt.date.fromisoformat(date)
    return f"{min(day.day, 12):02d}/{day.month:02d}/{day.year}"
