"""How hard a question is expected to be: measured where it was, else estimated by a stated rule."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from stemcell_kit.catalogue import sound_content
from stemcell_kit.certification.question_pool import Question

__all__ = ["expected_share", "form_rules"]


def expected_share(question: Question, measured: Mapping[str, float]) -> float:
    """Return the share of its points, 0 to 1, that a prepared candidate is expected to earn.

    Parameters
    ----------
    measured
        Question id -> the share that candidates earned; where there is none, it is estimated.

    Source
    ------
    The rule of the estimates: ``content/certification/difficulty.toml``.
    """
    if question.id in measured:
        return float(measured[question.id])
    rule = _content("difficulty")["rule"]
    share = (
        rule["base"]
        + rule["per_point"] * (question.points - 1)
        + rule["per_answer"] * (len(question.answers) - 1)
        + rule["per_earlier_answer"] * len(question.after)
    )
    return float(round(min(max(share, rule["lowest"]), rule["highest"]), 4))


def form_rules() -> Mapping[str, Any]:
    """Return how forms are searched for, and what of an exercise's opening they leave out."""
    return _content("forms")


@cache
def _content(name: str) -> dict[str, Any]:
    return sound_content(f"certification/{name}.toml", name)
