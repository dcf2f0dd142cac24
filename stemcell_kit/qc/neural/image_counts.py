"""Positive cells in images: positive over DAPI nuclei, field by field, and against flow.

Fields of one well differ by more than chance when cells grow in patches. Then the pooled interval
is too narrow, and the interval over fields is the honest one.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist, fmean, stdev

from scipy import special

from stemcell_kit.errors import BadInput
from stemcell_kit.model import Interval, Measurement
from stemcell_kit.qc import inputs
from stemcell_kit.qc.proportions import checked_confidence, wilson

__all__ = ["ImagePercent", "cells_needed", "field_percent", "image_percent", "referee"]


@dataclass(frozen=True)
class ImagePercent(Measurement):
    """Percent positive over all fields; ``interval`` is Wilson's on the pooled nuclei.

    ``fields`` are the fields by themselves, ``between_fields`` the interval of their mean (Student's
    t), and ``patchy_p`` the chance of fields this different if all had one share.
    """

    fields: tuple[Measurement, ...] = ()
    between_fields: Interval | None = None
    patchy_p: float = 1.0


def field_percent(positive: int, nuclei: int, *, confidence: float = 0.95) -> Measurement:
    """Percent positive of one field with Wilson's interval.

    Raises
    ------
    BadInput
        More positive cells than nuclei, or no nuclei.
    """
    interval = inputs.in_percent(wilson(positive, nuclei, confidence=confidence))
    return Measurement("positive", 100 * positive / nuclei, "%", nuclei, interval)


def image_percent(
    fields: Mapping[str, Sequence[int]],
    *,
    least_fields: int,
    least_nuclei: int,
    confidence: float = 0.95,
) -> ImagePercent:
    """Percent positive over several fields.

    Parameters
    ----------
    fields
        Columns ``positive`` and ``nuclei``, one entry a field; all DAPI nuclei count, whatever
        other marker they carry.
    least_fields, least_nuclei
        Fields, and nuclei in each, that the laboratory asks for; fewer are noted.

    Raises
    ------
    BadInput
        Columns are missing or of different length, or a field has more positive cells than nuclei.
    """
    positive, nuclei = (list(fields.get(name, ())) for name in ("positive", "nuclei"))
    if not nuclei or len(positive) != len(nuclei):
        raise BadInput(
            f"{len(positive)} positive counts for {len(nuclei)} counts of nuclei; expected one of "
            "each for every field, in columns positive and nuclei."
        )
    pairs = list(zip(positive, nuclei, strict=True))
    one_by_one = tuple(field_percent(k, n, confidence=confidence) for k, n in pairs)
    total, seen = sum(nuclei), sum(positive)
    chance = _heterogeneity(pairs, seen / total)
    return ImagePercent(
        quantity="positive",
        value=100 * seen / total,
        unit="%",
        n=total,
        interval=inputs.in_percent(wilson(seen, total, confidence=confidence)),
        notes=_notes(nuclei, least_fields, least_nuclei, chance < 1 - confidence),
        fields=one_by_one,
        between_fields=_between([one.value for one in one_by_one], confidence),
        patchy_p=chance,
    )


def cells_needed(share: float, *, half_width: float, confidence: float = 0.95) -> int:
    """Cells to count for an interval of *share* plus or minus *half_width* (both shares).

    Raises
    ------
    BadInput
        A share or half width outside 0 to 1.
    """
    p = inputs.open_share(share, "share")
    half = inputs.open_share(half_width, "half_width")
    z = NormalDist().inv_cdf((1 + checked_confidence(confidence)) / 2)
    return math.ceil(z**2 * p * (1 - p) / half**2)


def referee(flow_percent: float, image_percent: float, *, tolerance_points: float) -> Measurement:
    """Result to report when flow and images disagree: the image count is the referee.

    Within *tolerance_points* percentage points (limit included) flow is accepted; beyond, the
    image count is reported and the difference is investigated.

    Raises
    ------
    BadInput
        A percentage outside 0 to 100, or a tolerance that is not above zero.
    """
    flow, image = (
        _percent(value, what)
        for value, what in ((flow_percent, "flow_percent"), (image_percent, "image_percent"))
    )
    apart = abs(flow - image)
    if apart <= inputs.positive(tolerance_points, "tolerance_points") + 1e-9:
        note = f"flow and images agree within {tolerance_points:g} points"
        return Measurement("positive_by_flow", flow, "%", None, None, (note,))
    note = f"flow differs by {apart:.3g} points; the image count decides"
    return Measurement("positive_by_image", image, "%", None, None, (note,))


def _heterogeneity(pairs: Sequence[tuple[int, int]], share: float) -> float:
    """Chance of the differences between fields if all had one share (chi-squared)."""
    if len(pairs) < 2 or share in (0, 1):
        return 1.0
    squared = sum((k - n * share) ** 2 / (n * share * (1 - share)) for k, n in pairs)
    return float(special.chdtrc(len(pairs) - 1, squared))


def _between(percents: Sequence[float], confidence: float) -> Interval | None:
    if len(percents) < 2:
        return None
    quantile = float(special.stdtrit(len(percents) - 1, (1 + confidence) / 2))
    half = quantile * stdev(percents) / math.sqrt(len(percents))
    mean = fmean(percents)
    low, high = max(0.0, mean - half), min(100.0, mean + half)
    return Interval(low, high, confidence, "Student's t over fields")


def _notes(
    nuclei: Sequence[int], least_fields: int, least_nuclei: int, patchy: bool
) -> tuple[str, ...]:
    notes: tuple[str, ...] = ()
    if len(nuclei) < inputs.count(least_fields, "least_fields"):
        notes += (f"{len(nuclei)} fields of the {least_fields} asked for",)
    if min(nuclei) < inputs.count(least_nuclei, "least_nuclei"):
        notes += (f"a field has {min(nuclei)} nuclei of the {least_nuclei} asked for",)
    if patchy:
        notes += ("fields differ by more than chance: use the interval between fields",)
    return notes


def _percent(value: float, what: str) -> float:
    given = inputs.number(value, what)
    if not 0 <= given <= 100:
        raise BadInput(f"{what} is {given:g}; expected 0 to 100 %. Write 0.9 as 90.")
    return given
