"""How much a statement weighs: severity, and the laboratory's own view of the risk.

weight = severity x (occurrence / middle) x (detectability / middle), so that a statement nobody
has rated weighs what its severity says. The numbers are in ``content/assessment.toml``.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from stemcell_kit.catalogue import sound_content
from stemcell_kit.errors import BadInput
from stemcell_kit.language import say
from stemcell_kit.model import Severity
from stemcell_kit.records import Answer

__all__ = ["check_rating", "rating_scale", "weight"]


def weight(severity: Severity, answer: Answer) -> float:
    """Return the weight of a statement with this answer."""
    weights, middle = _weights()["severity"], _weights()["rating"]["middle"]
    rated = (answer.occurrence or middle, answer.detectability or middle)
    return float(weights[severity.value] * rated[0] * rated[1] / middle**2)


def rating_scale() -> range:
    """Return the steps of occurrence and detectability, lowest to highest."""
    rating = _weights()["rating"]
    return range(rating["lowest"], rating["highest"] + 1)


def check_rating(found: int) -> int:
    """Return a rating if it is a step of the scale.

    Raises
    ------
    BadInput
        It is none.
    """
    steps = rating_scale()
    if isinstance(found, bool) or found not in steps:
        raise BadInput(say("checklist.rating-refused", found=found, low=steps[0], high=steps[-1]))
    return found


@cache
def _weights() -> dict[str, Any]:
    return sound_content("assessment.toml", "assessment")
