"""Reading a sterility test, step by step: vessels, controls, findings and repeats."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Any

import numpy as np
import pandas as pd

from stemcell_kit.catalogue import catalogue
from stemcell_kit.errors import BadInput
from stemcell_kit.model import Limit
from stemcell_kit.qc.sterility.sampling_plan import pass_chance
from stemcell_kit.qc.sterility.sterility_call import (
    Cause,
    NegativeControl,
    PositiveControl,
    SterilityCall,
    Vessels,
    first_run,
)
from stemcell_kit.qc.sterility.sterility_repeat import follow_up, repeat_run
from stemcell_kit.qc.sterility.vessel_readings import call_session, session_readings
from stemcell_kit.worksheets.rows import each_row

__all__ = [
    "call_repeat_records",
    "call_session_records",
    "call_sterility_sessions",
    "isolates_alike",
    "retest_pass_chances",
    "sterility_decision_table",
    "sterility_follow_ups",
]

MEDIA = ("FTM", "TSB")


def call_sterility_sessions(vessels: pd.DataFrame) -> pd.DataFrame:
    """Call the session of each lot from its vessels, controls and suitability challenge.

    Returns
    -------
    One row per lot: ``negative_control, positive_control, vessels, suitable, outcome, row``
    (of the decision table).

    Raises
    ------
    BadInput
        A session has no result yet, or lacks a medium or its negative control; it is named.
    """
    found = {str(lot): _call(str(lot), own) for lot, own in vessels.groupby("lot", sort=True)}
    return pd.DataFrame(found.values(), index=pd.Index(found, name="lot"))


def sterility_decision_table() -> pd.DataFrame:
    """Return all combinations of controls, vessels and cause with their call, R01 to R48."""
    words = product(NegativeControl, PositiveControl, Vessels, Cause)
    rows = [
        {
            "negative_control": str(negative),
            "positive_control": str(positive),
            "vessels": str(seen),
            "cause": str(cause),
            **_words(
                first_run(
                    negative_control=negative, positive_control=positive, vessels=seen, cause=cause
                )
            ),
        }
        for negative, positive, seen, cause in words
    ]
    return pd.DataFrame(rows).set_index("row")


def call_session_records(records: pd.DataFrame, findings: pd.DataFrame) -> pd.DataFrame:
    """Call sessions of which only the words and the investigation are on record.

    Parameters
    ----------
    records
        ``test, negative_control, positive_control, vessels, investigation``.
    findings
        ``finding, ground, hides_growth``: what each wording of an investigation amounts to.

    Returns
    -------
    One row per test: ``ground, outcome, row, next_step``.

    Raises
    ------
    BadInput
        A wording that *findings* does not hold.
    """
    known = {row.finding: (row.ground, bool(row.hides_growth)) for row in each_row(findings)}
    called = {}
    for row in each_row(records):
        if row.investigation not in known:
            raise BadInput(
                f"test {row.test} was investigated with {row.investigation!r}; expected one of the "
                "findings in the list. Add it there with its ground."
            )
        ground, hides = known[row.investigation]
        call = first_run(
            negative_control=row.negative_control,
            positive_control=row.positive_control,
            vessels=row.vessels,
            cause=Cause.NONE if ground == "none" else Cause.LABORATORY,
            could_hide_growth=None if ground == "none" else hides,
        )
        called[row.test] = {"ground": ground, **_words(call), "next_step": call.next_step}
    return pd.DataFrame(called.values(), index=pd.Index(called, name="test"))


def call_repeat_records(records: pd.DataFrame) -> pd.DataFrame:
    """Call repeats on record; a repeat beyond the number that is allowed is not acceptable.

    Returns
    -------
    One row per test: ``outcome`` (complies, does not comply, no result, not acceptable) and
    ``because``.
    """
    allowed = _limit("ste-repeats-allowed").at_most
    called = {}
    for row in each_row(records):
        call = repeat_run(
            controls_in_order=row.controls == "in order",
            growth=row.vessels == "growth",
            same_units=_enough_units(row),
            same_method=row.method == row.first_method,
            first_cause_in_product=row.cause_of_first == "product",
        )
        words = {"outcome": call.outcome.removesuffix(" as a repeat"), "because": call.next_step}
        if row.repeat > (allowed or 0):
            words = {"outcome": "not acceptable", "because": "only one repeat is foreseen"}
        called[row.test] = words
    return pd.DataFrame(called.values(), index=pd.Index(called, name="test"))


def sterility_follow_ups(situations: Sequence[str]) -> pd.DataFrame:
    """Return what follows each situation beside or after the first run."""
    rows = [(one, follow_up(one).outcome, follow_up(one).next_step) for one in situations]
    return pd.DataFrame(rows, columns=["situation", "outcome", "next_step"]).set_index("situation")


def isolates_alike(files: pd.DataFrame) -> pd.DataFrame:
    """Say of each file whether its isolates point to the laboratory and away from production.

    The identity speaks for the technique only if vessel and laboratory hold one strain, typed,
    which production does not hold.

    Returns
    -------
    One row per file: ``vessel_isolate, vessel_strain, laboratory_strain, production_strains,
    supports_ground_d``.
    """
    names = ["vessel_isolate", "vessel_strain", "laboratory_strain", "production_strains"]
    table = files.set_index("file")[names].copy()
    table["supports_ground_d"] = [
        row.vessel_strain != ""
        and row.vessel_strain == row.laboratory_strain
        and row.vessel_strain not in str(row.production_strains).split(", ")
        for row in each_row(files)
    ]
    return table


def retest_pass_chances(
    units: int, contaminated_percent: Sequence[float] | np.ndarray, *, repeat_units: int
) -> pd.DataFrame:
    """Chance to pass once, with a free retest, and with a free retest on *repeat_units* units.

    A free retest is one that needs no proven cause. All columns are in per cent.
    """
    rows = []
    for percent in contaminated_percent:
        once = pass_chance(units, percent / 100)
        small = once + (1 - once) * pass_chance(repeat_units, percent / 100)
        free = pass_chance(units, percent / 100, tests=2)
        rows.append((percent, 100 * once, 100 * free, 100 * small))
    names = ["contaminated", "one_test", "free_retest", "small_retest"]
    return pd.DataFrame(rows, columns=names)


def _limit(name: str) -> Limit:
    return catalogue().limit(name)


def _call(lot: str, own: pd.DataFrame) -> dict[str, object]:
    needed = ("sterility-incubation-days", "ste-subculture-days")
    days, more = (int(_limit(name).at_least or 0) for name in needed)
    read = [{str(name): value for name, value in row.items()} for row in own.to_dict("records")]
    try:
        seen = session_readings(
            read,
            media=MEDIA,
            incubation_days=days,
            subculture_days=more,
            challenge_days=int(_limit("ste-positive-control-days").at_most or 0),
        )
    except BadInput as problem:
        raise BadInput(f"session of {lot}: {problem}") from None
    return {
        "negative_control": str(seen.negative_control),
        "positive_control": str(seen.positive_control),
        "vessels": str(seen.vessels),
        "suitable": seen.suitable,
        **_words(call_session(seen)),
    }


def _words(call: SterilityCall) -> dict[str, str]:
    return {"outcome": str(call.outcome), "row": call.row}


def _enough_units(row: Any) -> bool:
    wanted = _limit("ste-repeat-units-percent").at_least or 0
    return bool(100 * row.units >= wanted * row.first_units)
