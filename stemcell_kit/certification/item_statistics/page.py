"""The statistics of an examination as one HTML page, without script or anything from outside."""

from __future__ import annotations

import math
from statistics import median
from typing import Any

from stemcell_kit import __version__
from stemcell_kit.certification.item_statistics.statistics import ItemStatistics
from stemcell_kit.language import say
from stemcell_kit.pages import page_from

__all__ = ["statistics_page", "used_coefficient", "warnings_of"]

_STEPS = 40
_EXAMPLE = 60


def statistics_page(statistics: ItemStatistics) -> str:
    """Return the page, in the language in force; every word from the results is escaped."""
    forms = statistics.forms
    return page_from(
        "item_statistics.html.j2",
        filters={"round_to": _rounded, "points": lambda points: f"{points:.4g}"},
        statistics=statistics,
        results=statistics.results,
        rules=statistics.rules,
        version=__version__,
        warnings=warnings_of(statistics),
        compared=[*([forms.halves] if forms.halves else []), *forms.each],
        edges=_edges(statistics),
        **_reliability(statistics),
    )


def used_coefficient(statistics: ItemStatistics) -> tuple[str, str, str]:
    """Return the coefficient that speaks for a form: key, key of its error, name."""
    if statistics.whole.complete:
        name = statistics.whole.coefficient or "Cronbach's alpha"
        return "alpha", "alpha_sem_percent", name
    return "phi", "sem_percent", "Phi"


def warnings_of(statistics: ItemStatistics) -> list[str]:
    """Return the warnings in words."""
    rules, forms = statistics.rules, statistics.forms
    limits = {
        "range": rules.expected_range_percent,
        "uneven": rules.tolerance_percent,
        "not-equivalent": rules.group_tolerance_percent,
    }
    return [
        say(
            f"item-statistics.warning-{key}",
            n=statistics.whole.n,
            unstable=rules.unstable_below,
            rough=rules.rough_below,
            reliability=rules.reliability,
            range=forms.expected_range,
            distance=forms.observed_distance,
            limit=limits.get(key, 0),
        )
        for key in statistics.warnings
    ]


def _reliability(statistics: ItemStatistics) -> dict[str, Any]:
    used, used_sem, used_name = used_coefficient(statistics)
    values = statistics.whole.measured.values
    around = values.get(used_sem)
    return {
        "used": used,
        "used_sem": used_sem,
        "used_name": used_name,
        "spread": statistics.whole.spread,
        "around": {"low": max(0.0, _EXAMPLE - around), "high": min(100.0, _EXAMPLE + around)}
        if around is not None
        else {},
    }


def _edges(statistics: ItemStatistics) -> tuple[str, str]:
    """Points of the lines so many standard errors above and below the plan."""
    sizes = [one.n for one in statistics.questions if one.n >= statistics.rules.per_question]
    if not sizes:
        return "", ""
    far = statistics.rules.standard_errors / math.sqrt(median(sizes))
    shares = [step / _STEPS for step in range(_STEPS + 1)]
    lines = [
        [(p, min(1.0, max(0.0, p + sign * far * math.sqrt(p * (1 - p))))) for p in shares]
        for sign in (1, -1)
    ]
    upper, lower = (" ".join(f"{100 * x:.1f},{100 - 100 * y:.1f}" for x, y in one) for one in lines)
    return upper, lower


def _rounded(value: float, digits: int) -> str:
    # no minus before a zero
    return f"{round(value, digits) + 0.0:.{digits}f}"
