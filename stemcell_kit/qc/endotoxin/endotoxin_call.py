"""The decision table of an endotoxin run: curve, blank, dilution, recovery, result, in this order.

A later question is asked only when the earlier ones are answered well. A result of an invalid
run is no result, however low it is.
"""

from __future__ import annotations

from enum import StrEnum

from stemcell_kit.qc import inputs

__all__ = ["EndotoxinOutcome", "endotoxin_call"]


class EndotoxinOutcome(StrEnum):
    """What a sample of a run comes to."""

    PASS = "pass"
    REJECT = "reject"
    INVALID_RUN = "invalid run"
    INVALID_DILUTION = "invalid dilution"
    INTERFERENCE = "interference"
    REPEAT = "repeat at a higher dilution"
    LABORATORY_ERROR = "repeat after laboratory error"


def endotoxin_call(
    *,
    r: float,
    blank_slower: bool,
    dilution: float,
    mvd: float,
    recovery_percent: float,
    result_eu_per_ml: float,
    limit_eu_per_ml: float,
    r_at_least: float,
    recovery_at_least: float,
    recovery_at_most: float,
    limit_test: bool,
    relation: str = "=",
    laboratory_error: bool = False,
) -> EndotoxinOutcome:
    """Decide one sample by the run table.

    Parameters
    ----------
    r
        Correlation coefficient of the log-log line; its size counts, its sign does not.
    blank_slower
        Whether the blank reacts later than the lowest standard, or never.
    dilution, mvd
        Dilution tested and maximum valid dilution.
    limit_test
        Whether the test is a gel-clot limit test. Its positive below the maximum valid dilution
        is not yet above the limit and may be repeated at a higher dilution; a number is.
    relation
        ``<`` or ``>`` where the result is a bound and not a number.
    laboratory_error
        Whether an investigation found a cause in the laboratory.

    Source
    ------
    USP <85>; FDA guidance Pyrogen and Endotoxins Testing: Questions and Answers, 2012.
    """
    if abs(inputs.number(r, "r")) < r_at_least or not blank_slower:
        return EndotoxinOutcome.INVALID_RUN
    if inputs.positive(dilution, "dilution") > mvd * (1 + 1e-9):
        return EndotoxinOutcome.INVALID_DILUTION
    if not recovery_at_least <= inputs.number(recovery_percent, "recovery") <= recovery_at_most:
        return EndotoxinOutcome.INTERFERENCE
    found = inputs.not_negative(result_eu_per_ml, "result_eu_per_ml")
    if relation != ">" and found <= limit_eu_per_ml:
        return EndotoxinOutcome.PASS
    if laboratory_error:
        return EndotoxinOutcome.LABORATORY_ERROR
    # "> x" with x at or below the limit says nothing about the limit
    undecided = limit_test or found <= limit_eu_per_ml
    below = dilution < mvd * (1 - 1e-9)
    return EndotoxinOutcome.REPEAT if below and undecided else EndotoxinOutcome.REJECT
