"""Undifferentiated state: from events, stainings and readings to results."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from stemcell_kit.errors import BadInput
from stemcell_kit.qc.flow.flow_percent import PercentPositive, gate_threshold, percent_positive
from stemcell_kit.teaching_tables import teaching_table

__all__ = [
    "gate_by_control",
    "gating_steps",
    "germ_layer_counts",
    "live_singlets",
    "marker_gate",
    "marker_positive",
    "marker_summary",
    "reading_counts",
]


def live_singlets(events: pd.DataFrame) -> pd.DataFrame:
    """Keep the events inside the written gates: cells, singlets, live; in all tubes alike."""
    for gate in teaching_table("gating").itertuples():
        events = _kept(events, gate)
    return events


def gating_steps(events: pd.DataFrame, marker: str, *, percentile: float) -> pd.DataFrame:
    """Show gate by gate how many stained events are left and how many of them are positive.

    The fluorescence gate is set anew on the isotype tube at each step.
    """
    rows = [_step("all events", events, marker, percentile)]
    for gate in teaching_table("gating").itertuples():
        events = _kept(events, gate)
        rows.append(_step(f"+ {gate.gate}", events, marker, percentile))
    return pd.DataFrame(rows).set_index("gates")


def marker_gate(
    events: pd.DataFrame,
    marker: str,
    *,
    percentile: float,
    control: str = "isotype",
    lot: str | None = None,
) -> float:
    """Return the channel value that leaves ``100 - percentile`` percent of a control above it."""
    return gate_threshold(_channel(events, marker, control, lot), percentile=percentile)


def marker_positive(
    events: pd.DataFrame,
    marker: str,
    *,
    percentile: float | None = None,
    gate: float | None = None,
    lot: str | None = None,
) -> PercentPositive:
    """Percent of stained events above a gate, with the isotype tube as background.

    Parameters
    ----------
    events
        Events of one lot, or of several and the *lot* to read; gate live singlets first.
    percentile, gate
        One of them: a percentile of the isotype tube, or the channel value itself.

    Raises
    ------
    BadInput
        No such marker, tube or lot, or not just one of *percentile* and *gate*.
    """
    if percentile is not None and gate is None:
        gate = marker_gate(events, marker, percentile=percentile, lot=lot)
    elif gate is None or percentile is not None:
        raise BadInput("give either a percentile of the isotype tube or the gate itself")
    sample = _channel(events, marker, "stained", lot)
    return percent_positive(sample, gate, control=_channel(events, marker, "isotype", lot))


def gate_by_control(events: pd.DataFrame, marker: str, *, percentile: float) -> pd.DataFrame:
    """Percent positive with the gate set on each control: what moving the gate does."""
    rows = {}
    for control in ("unstained", "isotype"):
        gate = marker_gate(events, marker, percentile=percentile, control=control)
        rows[f"gate on {control}"] = {
            "gate": round(gate),
            **_rounded(marker_positive(events, marker, gate=gate)),
        }
    return pd.DataFrame.from_dict(rows, orient="index")


def marker_summary(
    events: pd.DataFrame, markers: Iterable[str], *, percentile: float, lot: str | None = None
) -> pd.DataFrame:
    """Percent positive, interval, background and corrected percent, one row per marker."""
    rows = {
        marker: _rounded(marker_positive(events, marker, percentile=percentile, lot=lot))
        for marker in markers
    }
    return pd.DataFrame.from_dict(rows, orient="index")


def germ_layer_counts(report: pd.DataFrame) -> pd.DataFrame:
    """Count per report and germ layer the markers named, the informative ones, those that show it.

    A marker shows its layer when it is informative, seen in the directed culture and, in the
    same run, not seen in the undifferentiated control. A control that was not run shows nothing.
    """
    known = teaching_table("germ_layer_markers").query("informative == 'yes'")
    layer_of = dict(zip(known["gene"], known["layer"], strict=True))
    informative = report["gene"].map(layer_of) == report["layer"]
    shows = informative & (report["differentiated"] == "+") & (report["undifferentiated"] == "-")
    marked = report.assign(named=1, informative=informative.astype(int), shows=shows.astype(int))
    return marked.groupby(["report", "layer"], sort=False)[["named", "informative", "shows"]].sum()


def reading_counts(readings: pd.DataFrame) -> pd.DataFrame:
    """Cross-table of two readers: rows are the calls of reader 1, columns those of reader 2."""
    calls = sorted({*readings["reader_1"], *readings["reader_2"]})
    counts = pd.crosstab(readings["reader_1"], readings["reader_2"])
    return counts.reindex(index=calls, columns=calls, fill_value=0)


def _kept(events: pd.DataFrame, gate: Any) -> pd.DataFrame:
    above, _, below = gate.channel.partition(" / ")
    values = events[above] / events[below] if below else events[above]
    inside = values >= gate.value if gate.keep == "at least" else values <= gate.value
    return events[inside]


def _step(name: str, events: pd.DataFrame, marker: str, percentile: float) -> dict[str, Any]:
    found = marker_positive(events, marker, percentile=percentile)
    gate = marker_gate(events, marker, percentile=percentile)
    return {
        "gates": name,
        "stained events": found.total,
        "fluorescence gate": round(gate),
        "percent": round(found.percent, 1),
    }


def _rounded(found: PercentPositive) -> dict[str, float]:
    return {
        "events": found.total,
        "percent": round(found.percent, 2),
        "low": round(found.interval.low, 2),
        "high": round(found.interval.high, 2),
        "background": round(found.background or 0.0, 2),
        "corrected": round(found.corrected or 0.0, 2),
    }


def _channel(events: pd.DataFrame, marker: str, tube: str, lot: str | None) -> pd.Series[float]:
    if marker not in events:
        raise BadInput(f"no channel {marker!r}; the table has {', '.join(events.columns)}")
    lots = list(events["lot"].unique())
    if lot is None and len(lots) != 1:
        raise BadInput(f"the table holds {len(lots)} lots; name one, e.g. lot={lots[:1]}")
    chosen = events[(events["lot"] == (lot or lots[0])) & (events["tube"] == tube)]
    if chosen.empty:
        raise BadInput(f"no event of lot {lot or lots[0]!r} in tube {tube!r}; check the names")
    return chosen[marker]
