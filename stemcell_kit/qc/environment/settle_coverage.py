"""Settle plates of a session: was a plate open all the time, and none of them too long?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from stemcell_kit.errors import BadInput
from stemcell_kit.qc import inputs
from stemcell_kit.shown import Shown

__all__ = ["SettleCoverage", "settle_coverage"]


@dataclass(frozen=True)
class SettleCoverage(Shown):
    """Percent of the session with an open plate; ``gaps`` as times, ``too_long`` counts from 1."""

    value: float
    gaps: tuple[str, ...]
    too_long: tuple[int, ...]
    n: int

    @property
    def unit(self) -> str:
        """Unit of ``value``."""
        return "%"

    @property
    def complete(self) -> bool:
        """Whether there is no gap and no plate was open too long."""
        return not self.gaps and not self.too_long


def settle_coverage(
    session: Sequence[str], plates: Sequence[Sequence[str]], *, longest_h: float
) -> SettleCoverage:
    """Hold the exposure times of settle plates against the session.

    Parameters
    ----------
    session
        Begin and end, ISO 8601.
    plates
        Begin and end of the exposure of each plate; plates may overlap.
    longest_h
        Longest exposure of one plate in hours, included.

    Raises
    ------
    BadInput
        A time that cannot be read, or an end that is not after its begin.
    """
    begin, end = _span(session, "session")
    spans = [_span(plate, f"plate {place}") for place, plate in enumerate(plates, 1)]
    longest = dt.timedelta(hours=inputs.positive(longest_h, "longest_h"))
    too_long = tuple(i for i, (opened, shut) in enumerate(spans, 1) if shut - opened > longest)
    reached, bare, gaps = begin, dt.timedelta(), []
    for opened, shut in [*sorted(spans), (end, end)]:
        if min(opened, end) > reached:
            bare += min(opened, end) - reached
            gaps.append(f"{reached:%H:%M} to {min(opened, end):%H:%M}")
        reached = max(reached, shut)
    percent = 100 * (1 - bare / (end - begin))
    return SettleCoverage(percent, tuple(gaps), too_long, len(spans))


def _span(pair: Sequence[str], what: str) -> tuple[dt.datetime, dt.datetime]:
    try:
        begin, end = (dt.datetime.fromisoformat(words) for words in pair)
    except ValueError:
        raise BadInput(
            f"{what} has {list(pair)!r}; expected begin and end, e.g. 2025-03-01 09:00."
        ) from None
    if begin.tzinfo or end.tzinfo:
        raise BadInput(f"{what} has a time zone; expected the clock of the room without one.")
    if end <= begin:
        raise BadInput(f"{what} ends at {pair[1]}, not after {pair[0]}; check the two times.")
    return begin, end
