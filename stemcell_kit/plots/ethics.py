"""Figures of the ethics lessons: the age of an embryo, and work inside and outside approvals."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import date2num
from matplotlib.patches import Patch

from stemcell_kit.catalogue import catalogue
from stemcell_kit.language import say
from stemcell_kit.plots.style import COLOURS, GREY, INK, limit_line, new_axes
from stemcell_kit.worksheets.rows import each_row

__all__ = ["plot_approval_cover", "plot_embryo_clocks"]

_HEIGHT = 0.34


def plot_embryo_clocks(logs: pd.DataFrame) -> Axes:
    """Draw each embryo on the calendar from its day 0: culture filled, frozen time hatched.

    The number beside a bar says how many of its days are culture. An embryo without a day 0 has
    no place on the axis.
    """
    height = 1.5 + 0.5 * len(logs)
    ax = new_axes(say("ethics.clock-title"), say("ethics.clock-days"), "", height=height)
    limit = catalogue().limit("eth-embryo-day").at_most or 0.0
    for place, row in enumerate(each_row(logs)):
        _draw(ax, place, row, limit)
    limit_line(ax, limit, say("ethics.clock-limit", days=limit), vertical=True)
    ax.set_yticks(range(len(logs)), list(logs["embryo"]))
    ax.set_ylim(len(logs) - 0.4, -1.3)
    ax.set_xlim(0, 1.42 * max(ax.get_xlim()[1], limit))
    words = [say(f"ethics.clock-{name}") for name in ("culture", "frozen")]
    keys = [Patch(**look) for look in (_CULTURE, _FROZEN)]
    ax.legend(keys, words, loc="upper right", ncols=2, fontsize=9, frameon=False)
    return ax


def plot_approval_cover(periods: pd.DataFrame) -> Axes:
    """Draw the approvals of each project as outlines, and its work inside and outside of them.

    Work outside stands higher and is hatched, so that it is seen without colour.
    """
    height = 1.6 + 0.55 * len(periods)
    ax = new_axes(say("ethics.cover-title"), say("ethics.cover-day"), "", height=height)
    for place, row in enumerate(each_row(periods)):
        approvals = [(row.approved_from, row.approved_to), (row.renewed_from, row.renewed_to)]
        for first, last in approvals:
            _span(ax, place, first, last, 0.62, _APPROVAL)
        for first, last, covered in _stretches(row, approvals):
            _span(ax, place, first, last, 0.26 if covered else 0.46, _COVERED if covered else _BARE)
    ax.xaxis_date()
    ax.set_yticks(range(len(periods)), list(periods["project"]))
    ax.set_ylim(len(periods) - 0.4, -1.2)
    words = [say(f"ethics.cover-{name}") for name in ("approval", "work", "bare")]
    keys = [Patch(**look) for look in (_APPROVAL, _COVERED, _BARE)]
    first, last = ax.dataLim.intervalx
    ax.set_xlim(first - 0.02 * (last - first), last + 0.02 * (last - first))
    ax.legend(keys, words, loc="upper right", ncols=3, fontsize=9, frameon=False)
    return ax


_APPROVAL: dict[str, Any] = {"facecolor": "white", "edgecolor": INK, "linewidth": 1.1, "zorder": 2}
_COVERED: dict[str, Any] = {"color": COLOURS["sky"], "zorder": 3}
_BARE: dict[str, Any] = {
    "facecolor": "white",
    "edgecolor": COLOURS["vermilion"],
    "hatch": "////",
    "zorder": 4,
}


def _stretches(row: Any, approvals: list[tuple[str, str]]) -> list[tuple[str, str, bool]]:
    """Cut the work of a project where an approval begins or ends; dates as text sort in order."""
    days = [day.date().isoformat() for day in pd.date_range(row.work_from, row.work_to)]
    stretches: list[tuple[str, str, bool]] = []
    for day in days:
        covered = any(first <= day <= last for first, last in approvals)
        if stretches and stretches[-1][2] is covered:
            stretches[-1] = (stretches[-1][0], day, covered)
        else:
            stretches.append((day, day, covered))
    return stretches


def _span(ax: Axes, place: int, first: str, last: str, height: float, look: Any) -> None:
    begin, end = (date2num(datetime.fromisoformat(day)) for day in (first, last))
    ax.barh(place, end + 1 - begin, left=begin, height=height, **look)  # the last day is included


def _draw(ax: Axes, place: int, row: Any, limit: float) -> None:
    if not row.day_zero:
        unknown = say("ethics.clock-unknown")
        ax.annotate(unknown, (limit + 0.6, place), va="center", fontsize=9, color=INK)
        return
    start = datetime.fromisoformat(row.day_zero)
    pauses = [row.frozen, row.thawed] if row.frozen else []
    days = [_days_since(start, moment) for moment in (*pauses, row.ended)]
    frozen = [(days[0], days[1])] if pauses else []
    culture = [(0.0, days[0]), (days[1], days[2])] if pauses else [(0.0, days[0])]
    for spans, look in ((culture, _CULTURE), (frozen, _FROZEN)):
        for begin, end in spans:
            ax.barh(place, end - begin, left=begin, height=_HEIGHT, **look)
    grown = sum(end - begin for begin, end in culture)
    words = say("ethics.clock-label", days=f"{grown:.5g}", whole=f"{days[-1]:.5g}")
    ax.annotate(words, (days[-1] + 0.6, place), va="center", fontsize=9, color=INK)


_CULTURE: dict[str, Any] = {"color": COLOURS["blue"], "zorder": 3}
_FROZEN: dict[str, Any] = {"facecolor": "white", "edgecolor": GREY, "hatch": "////", "zorder": 2}


def _days_since(start: datetime, moment: str) -> float:
    return (datetime.fromisoformat(moment) - start) / timedelta(days=1)
