"""Mycoplasma by culture and indicator cells: media, temperatures, dates, plates, slides."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

import pandas as pd

from stemcell_kit.catalogue import catalogue
from stemcell_kit.qc.identity.identifiers import read_iso_date
from stemcell_kit.qc.sterility.growth_promotion import accepted_counts
from stemcell_kit.teaching_tables import teaching_table
from stemcell_kit.worksheets.bounds import within_limit
from stemcell_kit.worksheets.rows import each_row

__all__ = [
    "agar_counts_accepted",
    "call_indicator_runs",
    "call_plate_runs",
    "check_mycoplasma_media",
    "culture_temperatures",
    "mycoplasma_calendar",
]

_AGAR = {"Ph. Eur.": "ste-mycoplasma-agar-ph-eur", "USP": "ste-mycoplasma-agar-usp"}
_WARMTH = {"USP": "ste-mycoplasma-culture-usp-c", "Ph. Eur.": "ste-mycoplasma-culture-ph-eur-c"}
_TYPES = {"fermenter", "arginine user"}


def agar_counts_accepted(inoculum_cfu: int) -> pd.DataFrame:
    """Return the fewest and the most colonies that two pharmacopoeias accept for an inoculum."""
    rows = []
    for name, limit_id in _AGAR.items():
        limit = catalogue().limit(limit_id)
        low, high = accepted_counts(
            inoculum_cfu, at_least=limit.at_least or 0, at_most=limit.at_most or 0
        )
        rows.append({"rule": name, "fewest": low, "most": high})
    return pd.DataFrame(rows).set_index("rule")


def check_mycoplasma_media(tests: pd.DataFrame) -> pd.DataFrame:
    """Judge lots of mycoplasma media by the organisms that were grown in them.

    Parameters
    ----------
    tests
        One row per lot and organism: ``lot, organism, type`` (fermenter or arginine user),
        ``inoculum_cfu, broth_day`` and ``colony_day`` (0 for never), ``colonies``.

    Returns
    -------
    By lot: whether both metabolic types were used at no more than the challenge level, whether
    broth and agar were in time, and whether every count is accepted by each pharmacopoeia.
    """
    rows = [{"lot": lot, **_medium(own)} for lot, own in tests.groupby("lot", sort=False)]
    return pd.DataFrame(rows).set_index("lot")


def culture_temperatures(celsius: Iterable[float]) -> pd.DataFrame:
    """Say of each temperature of a mycoplasma culture which pharmacopoeia allows it."""
    rows = [
        {"celsius": one, **{k: within_limit(catalogue().limit(v), one) for k, v in _WARMTH.items()}}
        for one in celsius
    ]
    return pd.DataFrame(rows).set_index("celsius")


def mycoplasma_calendar(inoculated: str) -> pd.DataFrame:
    """Return the dates of a culture: inoculation, each subculture to agar, the last reading.

    Parameters
    ----------
    inoculated
        ISO date, e.g. ``2024-03-04``.
    """
    start = read_iso_date(inoculated)
    days = [int(day) for day in teaching_table("mycoplasma_subcultures")["day"]]
    end = int(catalogue().limit("ste-mycoplasma-culture-days").at_least or 0)
    steps = [
        (0, "inoculate broth and agar"),
        *((day, "subculture broth to agar") for day in days),
        (end, "last reading, result at the earliest"),
    ]
    rows = [
        {"day": day, "date": (start + dt.timedelta(days=day)).isoformat(), "step": step}
        for day, step in steps
    ]
    return pd.DataFrame(rows).set_index("day")


def call_plate_runs(runs: pd.DataFrame) -> pd.DataFrame:
    """Call culture runs by the plates that grew; the controls are looked at first.

    Parameters
    ----------
    runs
        One row per run: ``run, positive_growing, negative_growing, test_growing``, in plates.

    Returns
    -------
    By run ``call`` (negative, positive or invalid) and ``reason``.
    """
    positive = catalogue().limit("ste-plates-positive-growing")
    negative = catalogue().limit("ste-plates-negative-growing")
    rows = []
    for row in each_row(runs):
        call, reason = "negative", "controls right, no colony on a test plate"
        if not within_limit(positive, row.positive_growing):
            call, reason = "invalid", "no positive control grew: no sensitivity shown"
        elif not within_limit(negative, row.negative_growing):
            call, reason = "invalid", "a negative control grew: contaminated in the laboratory"
        elif row.test_growing:
            call, reason = "positive", "controls right, colonies on a test plate"
        rows.append({"run": row.run, "call": call, "reason": reason})
    return pd.DataFrame(rows).set_index("run")


def call_indicator_runs(slides: pd.DataFrame) -> pd.DataFrame:
    """Call DNA stains of indicator cells: controls first, then the layer, then the sample.

    Parameters
    ----------
    slides
        One row per run: ``run``, fluorescence outside the nuclei in ``positives`` (of so many
        positive ``controls``), ``negative`` and ``sample`` (true or false), and whether the cells
        of the sample lie ``apart``.

    Returns
    -------
    By run ``call`` (negative, positive, invalid or not readable).
    """
    rows = []
    for row in each_row(slides):
        call = "positive" if row.sample else "negative"
        if row.positives < row.controls or row.negative:
            call = "invalid"
        elif not row.apart:
            call = "not readable"
        rows.append({"run": row.run, "call": call})
    return pd.DataFrame(rows).set_index("run")


def _medium(own: pd.DataFrame) -> dict[str, bool]:
    limits = catalogue().limit
    small = all(within_limit(limits("ste-challenge-cfu"), cfu) for cfu in own["inoculum_cfu"])
    in_time = {
        f"{name}_in_time": _in_time(list(own[f"{name}_day"]), limits(limit_id).at_most or 0)
        for name, limit_id in (
            ("broth", "ste-mycoplasma-broth-days"),
            ("colony", "ste-mycoplasma-colony-days"),
        )
    }
    counts = {
        name: all(
            within_limit(limits(limit_id), row.colonies / row.inoculum_cfu) for row in each_row(own)
        )
        for name, limit_id in _AGAR.items()
    }
    return {"two_types": small and set(own["type"]) >= _TYPES, **in_time, **counts}


def _in_time(days: Sequence[int], latest: float) -> bool:
    return all(0 < day <= latest for day in days)
