"""Consent form: which elements it has, and whether a critical one is missing.

Only an element that is wholly present counts; one present in part does not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from stemcell_kit.errors import BadInput
from stemcell_kit.qc import inputs
from stemcell_kit.shown import Shown

__all__ = ["ConsentScore", "ConsentVerdict", "score_consent"]

_ANSWERS = ("present", "partly", "missing", "not applicable")


class ConsentVerdict(StrEnum):
    """What the form comes to."""

    PASS = "pass"
    CONDITIONAL = "conditional"
    FAIL = "fail"


@dataclass(frozen=True)
class ConsentScore(Shown):
    """Elements present in percent of those that apply; ``n`` is the number that apply."""

    value: float
    verdict: ConsentVerdict
    present: int
    n: int
    incomplete: tuple[str, ...]
    critical_incomplete: tuple[str, ...]
    notes: tuple[str, ...] = ()

    @property
    def unit(self) -> str:
        """Unit of ``value``."""
        return "%"


def score_consent(
    answers: Mapping[str, str],
    elements: Mapping[str, Sequence[Any]],
    *,
    at_least_percent: float,
) -> ConsentScore:
    """Score a consent form element by element.

    Parameters
    ----------
    answers
        Element -> ``present``, ``partly``, ``missing`` or ``not applicable``, for every element.
    elements
        Table with ``element`` and ``critical``.
    at_least_percent
        Share of the applicable elements that a form needs, included.

    Returns
    -------
    ``fail`` if a critical element is not wholly present, ``pass`` from the limit on, otherwise
    ``conditional``. A critical element that does not apply is noted.

    Raises
    ------
    BadInput
        An element without answer, an answer for no element, or no element that applies.
    """
    names = [str(one) for one in elements["element"]]
    critical = {str(o) for o, c in zip(elements["element"], elements["critical"], strict=True) if c}
    _check_answers(answers, names)
    applies = [name for name in names if answers[name] != "not applicable"]
    if not applies:
        raise BadInput("no element applies; expected at least one. A form for nothing is no form.")
    present = [name for name in applies if answers[name] == "present"]
    lacking = tuple(name for name in applies if name not in present)
    grave = tuple(name for name in lacking if name in critical)
    percent = 100 * len(present) / len(applies)
    enough = percent >= inputs.number(at_least_percent, "at_least_percent")
    verdict = ConsentVerdict.PASS if enough else ConsentVerdict.CONDITIONAL
    aside = [name for name in names if name in critical and name not in applies]
    notes = tuple(
        f"critical element {name} is said not to apply: give the reason" for name in aside
    )
    return ConsentScore(
        percent, ConsentVerdict.FAIL if grave else verdict, len(present), len(applies), lacking,
        grave, notes,
    )  # fmt: skip


def _check_answers(answers: Mapping[str, str], names: Sequence[str]) -> None:
    unanswered = [name for name in names if name not in answers]
    strange = [name for name in answers if name not in names]
    if unanswered or strange:
        raise BadInput(
            f"no answer for element {', '.join(unanswered) or '-'}, and an answer for unknown "
            f"{', '.join(strange) or '-'}; expected one answer for each element. "
            "An element nobody looked at is not present."
        )
    for name in names:
        if answers[name] not in _ANSWERS:
            raise BadInput(
                f"element {name} is {answers[name]!r}; expected one of {', '.join(_ANSWERS)}."
            )
