"""A marker panel by category: what is shown, what is missing, what contaminates."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from stemcell_kit.errors import BadInput
from stemcell_kit.qc import inputs
from stemcell_kit.shown import Shown

__all__ = ["BlotRatio", "MarkerPanel", "blot_ratio", "marker_panel"]

CALLS = ("positive", "negative", "not tested")
CONTAMINANT = "contaminant"


@dataclass(frozen=True)
class MarkerPanel(Shown):
    """What a panel shows; ``value`` is the number of positive vesicle markers.

    ``complete`` says that every category has what is asked of it; ``contaminated`` names the
    contaminants found. A contaminant that was not tested is missing, not absent.
    """

    value: int
    complete: bool
    positive: tuple[str, ...]
    contaminated: tuple[str, ...]
    missing: tuple[str, ...]
    unit: str = "markers"
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class BlotRatio(Shown):
    """Signal per microgram in the vesicles, in percent of that in the lysate of the parent cells.

    ``change`` is ``enriched``, ``depleted`` or ``neither`` at the limits given.
    """

    value: float
    change: str
    unit: str = "%"
    notes: tuple[str, ...] = ()


def marker_panel(
    calls: Mapping[str, str],
    *,
    markers: Mapping[str, Sequence[str]],
    needed: Mapping[str, int],
    positive_needed: int,
) -> MarkerPanel:
    """Hold the calls of a panel against what each category needs.

    Parameters
    ----------
    calls
        Marker -> ``positive``, ``negative`` or ``not tested``; a marker left out is not tested.
    markers
        Category -> its markers, e.g. ``{"transmembrane": ["CD9", "CD63"], "contaminant": [...]}``.
    needed
        Category -> how many of its markers must be positive; for ``contaminant``, tested.
    positive_needed
        Positive vesicle markers needed over all categories.

    Raises
    ------
    BadInput
        A marker of no category, a marker of two, a call in other words, or an unknown category.

    Source
    ------
    Categories of MISEV2018 (Thery et al. 2018, J Extracell Vesicles 7:1535750).
    """
    home = _homes(markers)
    _check_calls(calls, home)
    _check_categories(needed, markers)
    positive = tuple(
        m for m, call in calls.items() if call == "positive" and home[m] != CONTAMINANT
    )
    found = tuple(m for m, call in calls.items() if call == "positive" and home[m] == CONTAMINANT)
    missing = [
        f"{category}: {have} of {needed[category]}"
        for category in needed
        for have in [_have(category, calls, home)]
        if have < needed[category]
    ]
    if len(positive) < inputs.count(positive_needed, "positive_needed"):
        missing.append(f"positive markers: {len(positive)} of {positive_needed}")
    notes = ("a marker that was not tested is not negative",)
    return MarkerPanel(len(positive), not missing, positive, found, tuple(missing), notes=notes)


def blot_ratio(
    vesicle_signal: float,
    lysate_signal: float,
    *,
    vesicle_ug: float,
    lysate_ug: float,
    enriched_above_percent: float,
    depleted_below_percent: float,
) -> BlotRatio:
    """Compare the band of a marker with that of the parent cells, per microgram of protein.

    Parameters
    ----------
    vesicle_signal, lysate_signal
        Background-corrected band intensities in the linear range of the same blot.
    vesicle_ug, lysate_ug
        Protein loaded.
    enriched_above_percent, depleted_below_percent
        Limits in percent of the lysate; a value at a limit is ``neither``.

    Raises
    ------
    BadInput
        No signal in the lysate (the antibody has not been shown to work), or limits that cross.
    """
    vesicle = inputs.not_negative(vesicle_signal, "vesicle_signal")
    vesicle /= inputs.positive(vesicle_ug, "vesicle_ug")
    if inputs.not_negative(lysate_signal, "lysate_signal") == 0:
        raise BadInput(
            "the lysate shows no band; expected one. Without it a missing band in the vesicles "
            "may be a failed antibody: repeat with a positive control."
        )
    if depleted_below_percent > enriched_above_percent:
        raise BadInput(
            f"depleted below {depleted_below_percent:g} % and enriched above "
            f"{enriched_above_percent:g} % overlap; expected the first not above the second"
        )
    percent = 100 * vesicle / (lysate_signal / inputs.positive(lysate_ug, "lysate_ug"))
    change = "neither"
    if percent > enriched_above_percent:
        change = "enriched"
    elif percent < depleted_below_percent:
        change = "depleted"
    return BlotRatio(percent, change, notes=("semi-quantitative: holds for unsaturated bands",))


def _homes(markers: Mapping[str, Sequence[str]]) -> dict[str, str]:
    home: dict[str, str] = {}
    for category, names in markers.items():
        for name in names:
            if name in home:
                raise BadInput(f"{name} is in {home[name]} and in {category}; keep it in one")
            home[name] = category
    return home


def _check_calls(calls: Mapping[str, str], home: Mapping[str, str]) -> None:
    for marker, call in calls.items():
        if marker not in home:
            near = difflib.get_close_matches(marker, home, n=3) or list(home)[:3]
            raise BadInput(f"marker {marker!r} is in no category; for example {', '.join(near)}")
        if call not in CALLS:
            raise BadInput(f"{marker} is {call!r}; expected one of {', '.join(CALLS)}")


def _check_categories(needed: Mapping[str, int], markers: Mapping[str, Sequence[str]]) -> None:
    for category, count in needed.items():
        if category not in markers:
            raise BadInput(f"no category {category!r}; choose one of {', '.join(markers)}")
        inputs.count(count, f"needed in {category}")


def _have(category: str, calls: Mapping[str, str], home: Mapping[str, str]) -> int:
    counted = ("positive", "negative") if category == CONTAMINANT else ("positive",)
    return sum(call in counted for marker, call in calls.items() if home[marker] == category)
