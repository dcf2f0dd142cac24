"""Culture sterility test: from controls, vessels and investigation to a call.

The decision, in this order:

1. positive control failed: invalid;
2. growth in the negative control: invalid;
3. growth in any test vessel: fail, unless the investigation proves that the laboratory caused it;
   then invalid, and one repeat;
4. no growth: pass; with a proven fault only if the fault could not have hidden growth.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from stemcell_kit.errors import BadInput
from stemcell_kit.shown import Shown

__all__ = [
    "Cause",
    "NegativeControl",
    "PositiveControl",
    "SterilityCall",
    "SterilityOutcome",
    "Validity",
    "Vessels",
    "first_run",
]


class NegativeControl(StrEnum):
    """Diluent or sterile placebo handled as the sample."""

    CLEAN = "clean"
    GROWTH = "growth"


class PositiveControl(StrEnum):
    """A few organisms in the medium; not every pharmacopoeia asks for it in each run."""

    GREW = "grew"
    FAILED = "failed"
    NOT_RUN = "not run"


class Vessels(StrEnum):
    """Test vessels at the end; growth is confirmed under the microscope or by subculture."""

    CLEAR = "clear"
    GROWTH = "growth"
    SUBCULTURE_CLEAR = "turbid, subculture clear"
    SUBCULTURE_GROWTH = "turbid, subculture growth"


class Cause(StrEnum):
    """What the investigation found beside the negative control."""

    NONE = "none found"
    LABORATORY = "laboratory cause proven"


class SterilityOutcome(StrEnum):
    """What a run says; no result is neither a pass nor a fail."""

    PASS = "pass"
    PASS_WITH_DEVIATION = "pass with deviation"
    UNDECIDED = "pass with deviation or no result"
    FAIL = "fail"
    NO_RESULT = "no result"


class Validity(StrEnum):
    """Whether a run counts."""

    VALID = "valid"
    DEPENDS = "depends on the fault"
    INVALID = "invalid"


@dataclass(frozen=True)
class SterilityCall(Shown):
    """Outcome of a run with its row in the decision table and where the rule comes from."""

    row: str
    outcome: SterilityOutcome
    validity: Validity
    next_step: str
    provenance: str


_W = TypeVar("_W", bound=StrEnum)
_GREW = (Vessels.GROWTH, Vessels.SUBCULTURE_GROWTH)
_TEXT = "public-text: pharmacopoeial observation and interpretation of results"
_CONTROL_RULE = "recalled (high): Chinese control rule"
_REPEAT = "Repeat once, same method, same number of units"


def first_run(
    *,
    negative_control: str,
    positive_control: str,
    vessels: str,
    cause: str = Cause.NONE,
    could_hide_growth: bool | None = None,
) -> SterilityCall:
    """Call a first run; every combination of the words has one row, R01 to R48.

    Parameters
    ----------
    negative_control, positive_control, vessels, cause
        Words of :class:`NegativeControl`, :class:`PositiveControl`, :class:`Vessels` and
        :class:`Cause`. A laboratory cause is one of three: a fault of the environmental
        monitoring, a fault of the procedure, an isolate that points without doubt to material or
        technique. Growth in the negative control is the fourth and stands for itself.
    could_hide_growth
        With a proven fault and clear vessels: could it have hidden growth (wrong temperature or
        medium, residue, too little sample)? ``None`` leaves the call undecided.

    Raises
    ------
    BadInput
        An unknown word.

    Source
    ------
    Pharmacopoeial text on the test for sterility; rows that rest on recall say so.
    """
    negative = _word(NegativeControl, negative_control, "negative_control")
    positive = _word(PositiveControl, positive_control, "positive_control")
    seen, found = _word(Vessels, vessels, "vessels"), _word(Cause, cause, "cause")
    row = _row(negative, positive, seen, found)
    if positive == PositiveControl.FAILED:
        return _control_failed(row, seen)
    if negative == NegativeControl.GROWTH:
        return _negative_grew(row, seen)
    if seen in _GREW:
        return _vessels_grew(row, found)
    return _no_growth(row, seen, found, could_hide_growth)


def _row(negative: NegativeControl, positive: PositiveControl, seen: Vessels, found: Cause) -> str:
    """Number the row as the table runs: cause fastest, then vessels, then the controls."""
    place = 0
    for word in (negative, positive, seen, found):
        words = list(type(word))
        place = place * len(words) + words.index(word)
    return f"R{place + 1:02d}"


def _invalid(row: str, next_step: str, provenance: str) -> SterilityCall:
    return SterilityCall(row, SterilityOutcome.NO_RESULT, Validity.INVALID, next_step, provenance)


def _control_failed(row: str, seen: Vessels) -> SterilityCall:
    step = "Repeat whole test with new media lot after cause is found"
    step += "; hold batch, identify isolate" if seen in _GREW else ""
    return _invalid(row, step, _CONTROL_RULE)


def _negative_grew(row: str, seen: Vessels) -> SterilityCall:
    step = "Investigate, identify and compare isolates; repeat once, same number of units"
    if seen in _GREW:
        return _invalid(row, step + "; hold batch", _TEXT)
    return _invalid(row, step, "recalled (high): control must stay clean")


def _vessels_grew(row: str, found: Cause) -> SterilityCall:
    if found == Cause.LABORATORY:
        return _invalid(row, _REPEAT, _TEXT + '; "once" recalled (high)')
    step = "Reject or treat as OOS phase 2; no repeat"
    return SterilityCall(row, SterilityOutcome.FAIL, Validity.VALID, step, _TEXT)


def _no_growth(
    row: str, seen: Vessels, found: Cause, could_hide_growth: bool | None
) -> SterilityCall:
    subcultured = seen == Vessels.SUBCULTURE_CLEAR
    if found == Cause.NONE:
        step = "Report with sample-limited wording"
        step += " after the subculture has been read" if subcultured else ""
        passed = SterilityOutcome.PASS
        return SterilityCall(row, passed, Validity.VALID, step, _TEXT)
    step = (
        "QA impact assessment; repeat if growth could have been masked (temperature, wrong "
        "medium, residue, too little sample)"
    )
    outcome, validity = {
        None: (SterilityOutcome.UNDECIDED, Validity.DEPENDS),
        False: (SterilityOutcome.PASS_WITH_DEVIATION, Validity.VALID),
        True: (SterilityOutcome.NO_RESULT, Validity.INVALID),
    }[could_hide_growth]
    return SterilityCall(row, outcome, validity, step, "recalled (medium-high)")


def _word(words: type[_W], given: str, what: str) -> _W:
    try:
        return words(given)
    except ValueError:
        expected = ", ".join(repr(str(word)) for word in words)
        raise BadInput(f"{what} is {given!r}; expected one of {expected}.") from None
