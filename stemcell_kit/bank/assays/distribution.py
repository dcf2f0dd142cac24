"""The way of a lot after harvest: frozen, stored in boxes, shipped, logged on the journey."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import ceil
from typing import Any

import pandas as pd
from numpy.random import RandomState

from stemcell_kit.bank.dictionary import columns
from stemcell_kit.bank.noise import between, noise, pick, stream, whole_between
from stemcell_kit.bank.truth import Lot, Truth

__all__ = ["consignments", "freezing", "storage", "transit"]

_DRY_ICE = "dry ice"


def freezing(truth: Truth, lots: Sequence[Lot]) -> pd.DataFrame:
    """Return the time stamps of each fill; under ``fill-drift`` the vials wait too long."""
    return pd.DataFrame([_freeze(truth, lot) for lot in lots], columns=columns("freezing"))


def storage(truth: Truth, lots: Sequence[Lot]) -> pd.DataFrame:
    """List the boxes of each lot, in two tanks by turns.

    With ``crowded-tank`` all boxes stand in one tank and the last is above the cold zone.
    """
    rows = [row for lot in lots for row in _boxes(truth, lot)]
    return pd.DataFrame(rows, columns=columns("storage"))


def consignments(truth: Truth, lots: Sequence[Lot]) -> pd.DataFrame:
    """List what has left the bank, two or three consignments per master and working bank.

    ``late-agreement`` dates one agreement after its shipment; ``warm-transit`` shortens the
    hold time of the first shipper.
    """
    rows = [row for lot in lots for row in _shipped(truth, lot)]
    return pd.DataFrame(rows, columns=columns("consignments"))


def transit(truth: Truth, lots: Sequence[Lot]) -> pd.DataFrame:
    """Return the logger readings of each consignment.

    With ``warm-transit`` the first shipper warms at a place nobody recorded and is filled up
    again before it arrives.
    """
    rows = [
        row
        for lot in lots
        for number, consignment in enumerate(_shipped(truth, lot))
        for row in _readings(truth, lot, consignment, warm=_is_warm(lot, number))
    ]
    return pd.DataFrame(rows, columns=columns("transit"))


def _freeze(truth: Truth, lot: Lot) -> dict[str, object]:
    setting = noise("freezing")
    rng = stream(truth.seed, "freezing", lot.id)
    start = dt.datetime.fromisoformat(f"{lot.frozen}T{whole_between(rng, setting['hours']):02d}:00")
    start += dt.timedelta(minutes=whole_between(rng, (0, 59)))
    rate = between(rng, setting["cooling_c_per_min"])
    slow = bool(lot.share("fill-drift"))
    contact = whole_between(rng, setting["slow_contact_min" if slow else "contact_min"])
    moments = {"cryoprotectant": 0, "first_vial": 2, "last_vial": contact - 1, "cooling": contact}
    return {
        "lot": lot.id,
        **{
            f"{name}_at": (start + dt.timedelta(minutes=later)).isoformat(timespec="minutes")
            for name, later in moments.items()
        },
        "cooling_c_per_min": round(rate, 2),
        "end_temperature_c": setting["end_temperature_c"],
    }


def _boxes(truth: Truth, lot: Lot) -> Iterator[dict[str, object]]:
    setting = noise("storage")
    rng = stream(truth.seed, "storage", lot.id)
    tanks, crowded = setting["tanks"], bool(lot.share("crowded-tank"))
    boxes = max(len(tanks), ceil(lot.vials / setting["box_vials"]))
    marks = [round(lot.vials * n / boxes) for n in range(boxes + 1)]
    first_tank = pick(rng, range(len(tanks)))
    for number, (before, last) in enumerate(pairwise(marks), 1):
        place = first_tank if crowded else (first_tank + number) % len(tanks)
        level = whole_between(rng, setting["levels"])
        mapped = setting["bottom_c"] + setting["rise_c"] * level + rng.normal()
        if crowded and number == boxes:
            level, mapped = setting["top_level"], between(rng, setting["top_c"])
        yield {
            "lot": lot.id,
            "box": f"{lot.id}-B{number}",
            "tank": tanks[place][0],
            "site": tanks[place][1],
            "level": level,
            "first_vial": before + 1,
            "last_vial": last,
            "probe_c": setting["bottom_c"],
            "mapped_c": round(float(mapped), 1),
        }


def _shipped(truth: Truth, lot: Lot) -> list[dict[str, Any]]:
    if lot.letter == "S":
        return []
    setting = noise("consignments")
    rng = stream(truth.seed, "consignments", lot.id)
    count = whole_between(rng, setting["per_lot"])
    people = _drawn(rng, setting["recipients"], count + 1)
    handed_on, late = pick(rng, range(count)), pick(rng, range(count))
    rows: list[dict[str, Any]] = []
    for number, gap in enumerate(_drawn(rng, _between_thawed(lot), count)):
        row = _consignment(rng, lot, number, dry_ice=number == count - 1)
        vials = whole_between(rng, setting["vials"])
        wait = whole_between(rng, setting["days_late"])
        if lot.share("late-agreement") and number == late:
            shipped = dt.date.fromisoformat(row["shipped"])
            row["agreement"] = (shipped + dt.timedelta(days=wait)).isoformat()
        row["first_vial"], row["last_vial"] = gap, gap + vials - 1
        row["recipient"] = people[number]
        row["passed_on_to"] = people[-1] if number == handed_on else ""
        rows.append(row)
    return rows


def _consignment(rng: RandomState, lot: Lot, number: int, *, dry_ice: bool) -> dict[str, Any]:
    setting = noise("consignments")
    kind = setting["dry_ice" if dry_ice else "dry_shipper"]
    planned = 2 * whole_between(rng, kind["planned_2h"])
    factor, margin = between(rng, kind["hold_factor"]), between(rng, kind["hold_margin_h"])
    if _is_warm(lot, number):
        factor = setting["warm_hold_factor"]
    day = dt.date.fromisoformat(lot.frozen)
    day += dt.timedelta(days=whole_between(rng, setting["days_after_freezing"]))
    # shipped from Monday to Wednesday, so that nothing stands over a weekend
    day += dt.timedelta(days=-day.weekday() + whole_between(rng, (0, 2)))
    agreed = day - dt.timedelta(days=whole_between(rng, setting["days_agreed_before"]))
    return {
        "consignment": f"{lot.id}/{number + 1}",
        "lot": lot.id,
        "container": _DRY_ICE if dry_ice else "dry shipper",
        "marking": setting["dry_ice_marking"] if dry_ice else "",
        "planned_h": planned,
        "hold_h": round(planned * factor + margin),
        "agreement": agreed.isoformat(),
        "shipped": day.isoformat(),
    }


def _readings(
    truth: Truth, lot: Lot, consignment: dict[str, Any], *, warm: bool
) -> Iterator[dict[str, object]]:
    setting = noise("transit")
    rng = stream(truth.seed, "transit", str(consignment["consignment"]))
    dry_ice = consignment["container"] == _DRY_ICE
    base = setting["dry_ice_c" if dry_ice else "dry_shipper_c"]
    peak = between(rng, setting["warm_peak_c"])
    last = consignment["planned_h"] + (setting["delay_h"] if warm else 0)
    for hour in range(0, last + 1, setting["step_h"]):
        rise = _rise(hour / last) if warm else 0.0
        reading = base + rise * (peak - base) + setting["sd_c"] * rng.normal()
        holder = "bank" if hour == 0 else "recipient" if hour == last else "courier"
        yield {
            "consignment": consignment["consignment"],
            "lot": lot.id,
            "hour": hour,
            "temperature_c": round(float(reading), 1),
            "holder": "" if rise else holder,
        }


def _rise(journey: float) -> float:
    """Return how far a failing shipper has warmed, as a share of its peak, until it is refilled."""
    start, refilled = noise("transit")["warm_from_to"]
    return (journey - start) / (refilled - start) if start < journey <= refilled else 0.0


def _is_warm(lot: Lot, number: int) -> bool:
    return bool(lot.share("warm-transit")) and number == 0


def _between_thawed(lot: Lot) -> list[int]:
    """Return the first vial of each gap between the vials thawed for testing."""
    steps = noise("post_thaw")["vials"] - 1
    return [2 + round(step / steps * (lot.vials - 1)) for step in range(steps)]


def _drawn(rng: RandomState, options: Sequence[Any], count: int) -> list[Any]:
    """Draw *count* different options."""
    left, drawn = list(options), []
    for _ in range(count):
        drawn.append(left.pop(whole_between(rng, (0, len(left) - 1))))
    return drawn
