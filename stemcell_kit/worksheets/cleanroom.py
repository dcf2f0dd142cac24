"""Clean rooms, step by step: particles, plates, prints and levels against published tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from stemcell_kit.catalogue import catalogue
from stemcell_kit.errors import BadInput
from stemcell_kit.qc.environment.count_limits import count_limits
from stemcell_kit.qc.environment.environmental_counts import air_concentration
from stemcell_kit.qc.environment.particle_class import minimum_volume
from stemcell_kit.qc.environment.recovery_rate import recovery_rate
from stemcell_kit.qc.environment.settle_coverage import settle_coverage
from stemcell_kit.teaching_tables import teaching_table
from stemcell_kit.worksheets.rows import each_row

__all__ = [
    "air_volumes",
    "check_glove_prints",
    "check_room_particles",
    "check_room_plates",
    "check_settle_sessions",
    "compare_count_rules",
    "judge_particle_reports",
    "particle_limit",
    "room_recovery_rates",
]

_TABLES = {
    "china": "particles_cn_gmp",
    "eu": "particles_eu_5um",
    "vendor": "vendor_particles",
}
_RULES = ("poisson", "mean + sd", "negative binomial", "inverse cdf", "linear", "next higher")


def judge_particle_reports(reports: pd.DataFrame) -> pd.DataFrame:
    """Hold each particle count against the Chinese, the EU and a vendor's table.

    Returns
    -------
    One row per report: ``grade, state, size_um, volume_l, per_m3`` and for each table
    ``within``, ``beyond``, ``not shown`` (too little air for that limit) or ``no limit``.
    """
    rows = [
        {
            "report": row.report,
            "grade": row.grade,
            "state": row.state,
            "size_um": row.size_um,
            "volume_l": row.volume_l,
            "per_m3": round(1000 * row.particles / row.volume_l, 1),
            **{market: _particle_verdict(row, table) for market, table in _TABLES.items()},
        }
        for row in each_row(reports)
    ]
    return pd.DataFrame(rows).set_index("report")


def particle_limit(row: Any, table: str) -> float:
    """Return the limit of a table for grade, state and size of *row*; NaN where it has none."""
    limits = teaching_table(table)
    own = limits[
        (limits["grade"] == row.grade)
        & (limits["state"] == row.state)
        & (limits["size_um"] == row.size_um)
    ]
    return float(own["per_m3"].iloc[0]) if len(own) else float("nan")


def check_room_particles(particles: pd.DataFrame) -> pd.DataFrame:
    """Give the highest location of each room, state and size with its limits per m³.

    Returns
    -------
    One row per room, state and size: ``grade, highest, china, eu`` (limits; EU at 5 µm only)
    and ``finding``: ``within`` if no location is beyond a limit and the air was enough.
    """
    rows = []
    for (room, state, size), own in particles.groupby(["room", "state", "size_um"]):
        per_m3 = 1000 * own["particles"] / own["volume_l"]
        worst = next(each_row(own[per_m3 == per_m3.max()]))
        seen = [_particle_verdict(one, _TABLES["china"]) for one in each_row(own)]
        rows.append(
            {
                "room": room,
                "grade": worst.grade,
                "state": state,
                "size_um": size,
                "highest": round(float(per_m3.max())),
                "china": particle_limit(worst, _TABLES["china"]),
                "eu": particle_limit(worst, _TABLES["eu"]),
                "finding": next((w for w in ("beyond", "not shown") if w in seen), seen[0]),
            }
        )
    return pd.DataFrame(rows).sort_values(["grade", "state", "size_um"]).set_index("room")


def air_volumes(limits_per_m3: Sequence[float], *, flow_l_per_min: float) -> pd.DataFrame:
    """Return the smallest sample for each particle limit: 20 / limit, in litres and minutes."""
    floor = catalogue().limit("ste-air-volume-floor-l").at_least or 0
    rows = []
    for limit in limits_per_m3:
        found = minimum_volume(
            limit, at_least_l=floor, flow_l_per_min=flow_l_per_min, at_least_min=1
        )
        rows.append((limit, round(found.value, 1), round(found.value / flow_l_per_min, 1)))
    return pd.DataFrame(rows, columns=["per_m3", "litres", "minutes"]).set_index("per_m3")


def check_room_plates(environment: pd.DataFrame) -> pd.DataFrame:
    """Turn colonies into the unit of their limit, and say which plates are beyond it.

    Active air is counted per m³; a plate in grade A is beyond with a single colony.

    Returns
    -------
    The table with ``value, unit, at_most, beyond``.

    Raises
    ------
    BadInput
        A grade and kind of plate for which the table has no limit.
    """
    known = each_row(teaching_table("microbes_in_operation"))
    limits = {(row.grade, row.kind): (row.unit, row.at_most) for row in known}
    table = environment.copy()
    keys = list(zip(table["grade"], table["kind"], strict=True))
    unknown = [key for key in keys if key not in limits]
    if unknown:
        raise BadInput(
            f"no limit for {unknown[0][1]} plates in grade {unknown[0][0]}; expected a grade A to "
            "D, and gloves in A and B only."
        )
    table["value"] = [_plate_value(row) for row in each_row(table)]
    table["unit"] = [limits[key][0] for key in keys]
    table["at_most"] = [limits[key][1] for key in keys]
    table["beyond"] = table["value"] > table["at_most"]
    return table


def check_settle_sessions(sessions: pd.DataFrame) -> pd.DataFrame:
    """Say whether a settle plate was open all session long, and none of them too long.

    Returns
    -------
    One row per session: ``covered`` (percent), ``gaps`` and ``finding`` (complete, gap, too long).
    """
    longest = catalogue().limit("ste-settle-exposure-h").at_most or 0
    rows = []
    for row in each_row(sessions):
        written = [plate for plate in (row.plate_1, row.plate_2, row.plate_3) if plate]
        found = settle_coverage(
            (_clock(row.begin), _clock(row.end)),
            [[_clock(time) for time in plate.split("-")] for plate in written],
            longest_h=longest,
        )
        word = "gap" if found.gaps else "too long" if found.too_long else "complete"
        rows.append((row.session, round(found.value, 1), ", ".join(found.gaps), word))
    return pd.DataFrame(rows, columns=["session", "covered", "gaps", "finding"]).set_index(
        "session"
    )


def check_glove_prints(prints: pd.DataFrame) -> pd.Series:
    """Say of each glove print whether it counts: after the last handling, before disinfection."""
    found = {}
    for row in each_row(prints):
        early = row.print_taken < row.last_handling
        late = row.print_taken >= row.gloves_disinfected
        found[row.print] = "too early" if early else "disinfected before" if late else "counts"
    return pd.Series(found, name="finding").rename_axis("print")


def room_recovery_rates(environment: pd.DataFrame) -> pd.DataFrame:
    """Return the share of plates with any growth per grade, with its exact 95 % interval.

    Returns
    -------
    One row per grade: ``plates, with_growth, percent, low, high``.
    """
    rows = []
    for grade, own in environment.groupby("grade"):
        found = recovery_rate(int((own["colonies"] > 0).sum()), len(own))
        low, high = (round(end, 1) for end in (found.interval.low, found.interval.high))
        rows.append((grade, found.n, found.positive, round(found.value, 1), low, high))
    names = ["grade", "plates", "with_growth", "percent", "low", "high"]
    return pd.DataFrame(rows, columns=names).set_index("grade")


def compare_count_rules(counts: Sequence[int]) -> pd.DataFrame:
    """Return alert and action level of the same counts by six rules (95 and 99 %, or 2 and 3 SD).

    ``plates_above`` is how many of the plates lie above the action level.
    """
    rows = []
    for rule in _RULES:
        alert, action = (2, 3) if rule == "mean + sd" else (0.95, 0.99)
        found = count_limits(counts, rule=rule, alert=alert, action=action)
        above = sum(count > found.action for count in counts)
        rows.append((rule, round(found.alert, 2), round(found.action, 2), above))
    names = ["rule", "alert", "action", "plates_above"]
    return pd.DataFrame(rows, columns=names).set_index("rule")


def _particle_verdict(row: Any, table: str) -> str:
    limit = particle_limit(row, table)
    if limit != limit:  # no limit in this table
        return "no limit"
    if 1000 * row.particles / row.volume_l > limit:
        return "beyond"
    # ISO 14644-1: a sample must be able to hold 20 particles at the limit
    return "within" if row.volume_l >= 20_000 / limit * (1 - 1e-9) else "not shown"


def _plate_value(row: Any) -> float:
    if row.kind != "air":
        return float(row.colonies)
    return air_concentration(int(row.colonies), volume_l=row.volume_l).value


def _clock(time: str) -> str:
    return f"2025-01-01 {time.strip()}"
