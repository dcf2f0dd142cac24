"""Microsatellite status from a PCR panel or from the share of unstable sites in sequencing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from stemcell_kit.errors import BadInput
from stemcell_kit.model import Interval
from stemcell_kit.qc import inputs
from stemcell_kit.qc.proportions import wilson
from stemcell_kit.shown import Shown

__all__ = ["MicrosatelliteStatus", "microsatellite_panel", "microsatellite_share"]


@dataclass(frozen=True)
class MicrosatelliteStatus(Shown):
    """Unstable markers or sites, in percent of those assessed (``n``), and the status."""

    value: float
    n: int
    interval: Interval
    status: str
    unit: str = "%"
    notes: tuple[str, ...] = ()


def microsatellite_panel(
    unstable: int, assessed: int, *, markers: int, classes: Sequence[Mapping[str, str | float]]
) -> MicrosatelliteStatus:
    """Status of a PCR panel by the number of unstable markers.

    Parameters
    ----------
    unstable, assessed
        Markers with new alleles against the donor's normal tissue, and markers that amplified
        in both.
    markers
        Markers of the whole panel, for which the classes hold.
    classes
        One mapping a class, ``name`` and ``at_least`` (unstable markers); the one with the
        highest limit reached is the status.

    Returns
    -------
    The status is ``undetermined`` when the markers that failed could still change it.

    Raises
    ------
    BadInput
        Counts that contradict each other, or classes without a class for 0.
    """
    found, read = _counts(unstable, assessed)
    total = inputs.count(markers, "markers")
    if read > total:
        raise BadInput(f"{read} markers assessed of a panel of {total}; expected no more")
    status, possible = _class(found, classes), _class(found + total - read, classes)
    notes = ["compared with normal tissue of the same donor; without it no marker is new"]
    if status != possible:
        notes.append(f"{total - read} of {total} markers failed: {status} or up to {possible}")
        status = "undetermined"
    return _result(found, read, status, notes)


def microsatellite_share(
    unstable: int, assessed: int, *, high_at_least_percent: float
) -> MicrosatelliteStatus:
    """Status by the share of unstable sites in sequencing.

    Parameters
    ----------
    unstable, assessed
        Sites with a shifted length distribution, and sites read deeply enough.
    high_at_least_percent
        Percent of sites from which the status is high. It belongs to one panel, caller and
        cohort; there is no general one.

    Returns
    -------
    ``MSI-H`` or ``MSS``; a note says when the interval includes the limit.

    Raises
    ------
    BadInput
        Counts that contradict each other, or a limit that is no percentage.
    """
    found, read = _counts(unstable, assessed)
    limit = inputs.positive(high_at_least_percent, "high_at_least_percent")
    if limit > 100:
        raise BadInput(f"high_at_least_percent is {limit:g}; expected a percentage up to 100")
    notes = ["the limit belongs to one panel and caller"]
    result = _result(found, read, "MSI-H" if 100 * found >= limit * read else "MSS", notes)
    if result.interval.low < limit <= result.interval.high:
        notes.append("the interval includes the limit: confirm by PCR panel or protein staining")
    return _result(found, read, result.status, notes)


def _counts(unstable: int, assessed: int) -> tuple[int, int]:
    found, read = inputs.count(unstable, "unstable"), inputs.count(assessed, "assessed")
    if read == 0 or found > read:
        raise BadInput(
            f"{found} unstable of {read} assessed; expected at least one assessed and no more "
            "unstable than assessed. Check whether the two numbers were exchanged."
        )
    return found, read


def _class(unstable: int, classes: Sequence[Mapping[str, str | float]]) -> str:
    reached = [one for one in classes if unstable >= float(one["at_least"])]
    if not reached:
        raise BadInput(
            f"no class holds {unstable} unstable markers; expected classes down to at_least = 0"
        )
    return str(max(reached, key=lambda one: float(one["at_least"]))["name"])


def _result(found: int, read: int, status: str, notes: list[str]) -> MicrosatelliteStatus:
    interval = inputs.in_percent(wilson(found, read))
    return MicrosatelliteStatus(100 * found / read, read, interval, status, notes=tuple(notes))
