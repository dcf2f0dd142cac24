"""The figure of the ethics lesson: the age of an embryo, with frozen time and without."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from stemcell_kit.catalogue import catalogue
from stemcell_kit.language import say
from stemcell_kit.plots.style import COLOURS, GREY, INK, limit_line, new_axes

__all__ = ["plot_embryo_clocks"]

_HEIGHT = 0.34


def plot_embryo_clocks(logs: pd.DataFrame) -> Axes:
    """Draw each embryo on the calendar from its day 0: culture filled, frozen time hatched.

    The number beside a bar says how many of its days are culture. An embryo without a day 0 has
    no place on the axis.
    """
    height = 1.5 + 0.5 * len(logs)
    ax = new_axes(say("ethics.clock-title"), say("ethics.clock-days"), "", height=height)
    limit = catalogue().limit("eth-embryo-day").at_most or 0.0
    for place, row in enumerate(logs.itertuples(index=False)):
        _draw(ax, place, row, limit)
    limit_line(ax, limit, say("ethics.clock-limit", days=limit), vertical=True)
    ax.set_yticks(range(len(logs)), list(logs["embryo"]))
    ax.set_ylim(len(logs) - 0.4, -1.3)
    ax.set_xlim(0, 1.42 * max(ax.get_xlim()[1], limit))
    ax.legend(*_key(ax), loc="upper right", ncols=2, fontsize=9, frameon=False)
    return ax


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


def _key(ax: Axes) -> tuple[list[Any], list[str]]:
    empty = [ax.barh(0, 0, **look) for look in (_CULTURE, _FROZEN)]
    return empty, [say("ethics.clock-culture"), say("ethics.clock-frozen")]


def _days_since(start: datetime, moment: str) -> float:
    return (datetime.fromisoformat(moment) - start) / timedelta(days=1)
