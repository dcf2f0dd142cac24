"""The file of origin: approvals and consents, donor data and restrictions of each line.

The rows belong to lines or donors; a fault shows when the lot that carries it is asked for.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pandas as pd

from stemcell_kit.bank.dictionary import columns
from stemcell_kit.bank.noise import noise, pick, stream, whole_between
from stemcell_kit.bank.truth import Donor, Line, Lot, Truth

__all__ = [
    "collected_on",
    "consent_items",
    "donor_data",
    "donors_of",
    "is_planted",
    "lines_of",
    "origin_dates",
    "restrictions",
    "sample_of",
    "with_two_readings",
]


def origin_dates(truth: Truth, lots: Sequence[Lot]) -> pd.DataFrame:
    """Return approval, consent and collection of each line, every cell as text.

    ``late-approval`` dates the approval after the consent, ``early-collection`` the collection
    before it; ``register-gap`` drops the consent and writes the collection with two readings.
    """
    rows = [_dates(truth, line, lots) for line in lines_of(truth, lots)]
    return pd.DataFrame(rows, columns=columns("origin_dates"))


def consent_items(truth: Truth, lots: Sequence[Lot]) -> pd.DataFrame:
    """Compare the consent form of each donor with the ten items, one row per item.

    Each form lacks one item and restricts what follows; with ``narrow-consent`` it lacks a
    second one and nobody drew a restriction from it.
    """
    rows = [row for donor in donors_of(truth, lots) for row in _items(truth, donor, lots)]
    return pd.DataFrame(rows, columns=columns("consent_items"))


def restrictions(truth: Truth, lots: Sequence[Lot]) -> pd.DataFrame:
    """Return each restriction of a line as three documents word it.

    With ``restriction-lost`` one document says nothing of the restriction from the consent.
    """
    rows = [row for line in lines_of(truth, lots) for row in _restricted(truth, line, lots)]
    return pd.DataFrame(rows, columns=columns("restrictions"))


def donor_data(truth: Truth, lots: Sequence[Lot]) -> pd.DataFrame:
    """Return the minimum data of each donor as text; ``blank-field`` leaves one cell empty."""
    rows = [_donor(truth, donor, lots) for donor in donors_of(truth, lots)]
    return pd.DataFrame(rows, columns=columns("donor_data"))


# --- what the other files of origin share ----------------------------------------------------


def lines_of(truth: Truth, lots: Sequence[Lot]) -> list[Line]:
    """Return the lines of *lots*, each once, in their order."""
    return [truth.lines[name] for name in dict.fromkeys(lot.line for lot in lots)]


def donors_of(truth: Truth, lots: Sequence[Lot]) -> list[Donor]:
    """Return the registered donors of *lots*, each once, in their order."""
    return list({donor.id: donor for donor in map(truth.registered_donor, lots)}.values())


def is_planted(lots: Sequence[Lot], fault: str, belongs: Callable[[Lot], bool]) -> bool:
    """Say whether one of *lots* that belongs to the line or donor carries the fault."""
    return any(lot.share(fault) for lot in lots if belongs(lot))


def sample_of(line: Line) -> str:
    """Return the code of the primary sample a line was made from."""
    return f"P-{line.donor.removeprefix('D-')}-{line.name.rsplit('-', 1)[1]}"


def collected_on(truth: Truth, line: Line, lots: Sequence[Lot]) -> dt.date:
    """Return the day the primary sample was taken: after the consent, or before it by a fault."""
    setting = noise("origin")
    consented = dt.date.fromisoformat(truth.donors[line.donor].consent_date)
    rng = stream(truth.seed, "collection", line.name)
    later, earlier = (
        whole_between(rng, setting[name]) for name in ("days_to_collection", "days_out_of_order")
    )
    early = _of_line(lots, line, "early-collection")
    return consented + dt.timedelta(days=-earlier if early else later)


def with_two_readings(day: dt.date) -> str:
    """Write a day near *day* so that day and month can be confused."""
    number = min(day.day, 12)
    # 04/04 reads the same either way
    number += (1 if number < 12 else -1) if number == day.month else 0
    return f"{number:02d}/{day.month:02d}/{day.year}"


# --- rows --------------------------------------------------------------------------------------


def _dates(truth: Truth, line: Line, lots: Sequence[Lot]) -> dict[str, str]:
    setting, donor = noise("origin"), truth.donors[line.donor]
    rng = stream(truth.seed, "origin_dates", line.name)
    before, late = (
        whole_between(rng, setting[name]) for name in ("days_approved_before", "days_out_of_order")
    )
    consented = dt.date.fromisoformat(donor.consent_date)
    approved, collected = consented - dt.timedelta(days=before), collected_on(truth, line, lots)
    if _of_line(lots, line, "late-approval"):
        approved = consented + dt.timedelta(days=late)
    gap = _of_line(lots, line, "register-gap")
    return {
        "line": line.name,
        "donor": donor.id,
        "sample": sample_of(line),
        "approval": pick(rng, setting["approvals"]),
        "approved": approved.isoformat(),
        "consent": "" if gap else donor.consent,
        "form": _form(donor),
        "consented": donor.consent_date,
        "collected": with_two_readings(collected) if gap else collected.isoformat(),
    }


def _items(truth: Truth, donor: Donor, lots: Sequence[Lot]) -> Iterator[dict[str, Any]]:
    missing, forgotten = _missing_items(truth, donor)
    narrow = is_planted(lots, "narrow-consent", lambda lot: truth.registered_donor(lot) is donor)
    absent = {missing, forgotten} if narrow else {missing}
    for number, (item, restriction) in enumerate(noise("origin")["items"], 1):
        yield {
            "donor": donor.id,
            "form": _form(donor),
            "number": number,
            "item": item,
            "present": number not in absent,
            "restriction": restriction if number == missing else "",
        }


def _restricted(truth: Truth, line: Line, lots: Sequence[Lot]) -> Iterator[dict[str, str]]:
    setting = noise("origin")
    number, _ = _missing_items(truth, truth.donors[line.donor])
    found = {"consent": setting["items"][number - 1][1]}
    if line.reprogramming in setting["licences"]:
        found["reprogramming licence"] = setting["licences"][line.reprogramming]
    silent = pick(stream(truth.seed, "restrictions", line.name), setting["documents"])
    lost = _of_line(lots, line, "restriction-lost")
    for origin, words in found.items():
        row = {"line": line.name, "origin": origin, **dict.fromkeys(setting["documents"], words)}
        yield {**row, silent: ""} if lost and origin == "consent" else row


def _donor(truth: Truth, donor: Donor, lots: Sequence[Lot]) -> dict[str, str]:
    setting = noise("origin")
    rng = stream(truth.seed, "donor_data", donor.id)
    decade = 10 * (donor.age // 10)
    line = next(one for one in truth.lines.values() if one.donor == donor.id)
    row = {
        "donor": donor.id,
        "sex": donor.sex,
        "age_band": f"{decade} to {decade + 9}",
        "health": pick(rng, setting["health"]),
        "genotype": pick(rng, setting["genotypes"]),
        "tissue": line.source_material,
        "collected": collected_on(truth, line, lots).isoformat(),
        "collector": _form(donor).split()[0],
        "consent": donor.consent,
    }
    blank = pick(rng, setting["often_blank"])
    planted = is_planted(lots, "blank-field", lambda lot: truth.registered_donor(lot) is donor)
    return {**row, blank: ""} if planted else row


def _of_line(lots: Sequence[Lot], line: Line, fault: str) -> bool:
    return is_planted(lots, fault, lambda lot: lot.line == line.name)


def _form(donor: Donor) -> str:
    """Return clinic and version of a donor's consent form; each clinic has its own wording."""
    return str(noise("origin")["forms"][noise("truth")["donors"].index(donor.id)])


def _missing_items(truth: Truth, donor: Donor) -> tuple[int, int]:
    """Draw the item that a form lacks and a second one, both with something to restrict."""
    items = noise("origin")["items"]
    numbers = [number for number, (_, restriction) in enumerate(items, 1) if restriction]
    rng = stream(truth.seed, "consent_items", donor.id)
    first = pick(rng, numbers)
    return first, pick(rng, [number for number in numbers if number != first])
