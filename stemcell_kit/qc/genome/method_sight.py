"""Which methods can see a change of the genome, by its kind, size and share of cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from stemcell_kit.errors import BadInput
from stemcell_kit.qc import inputs
from stemcell_kit.shown import Shown

__all__ = ["MethodSight", "methods_that_see"]

_KINDS = ("gain", "loss", "balanced")


@dataclass(frozen=True)
class MethodSight(Shown):
    """Which methods can see one change: the names, and a reason for each that cannot."""

    sees: tuple[str, ...]
    blind: tuple[str, ...]

    @property
    def value(self) -> int:
        """Number of methods that see it."""
        return len(self.sees)

    @property
    def unit(self) -> str:
        """Unit of ``value``."""
        return "methods"


def methods_that_see(
    *,
    kind: str,
    size_mb: float,
    share: float,
    table: Sequence[Mapping[str, Any]],
    targets: Sequence[str] = (),
) -> MethodSight:
    """Say which methods can see a change of this kind, size and share of cells.

    Parameters
    ----------
    kind
        ``gain``, ``loss`` or ``balanced``.
    size_mb, share
        Size of the change; share of the cells that carry it.
    table
        One row per method: ``method``, ``smallest_mb``, ``lowest_share``, ``balanced`` (sees
        balanced changes) and ``targeted`` (looks at chosen places only).
    targets
        Targeted methods whose probes lie within the change.

    Raises
    ------
    BadInput
        The kind is not known, or the table is empty.
    """
    if kind not in _KINDS:
        raise BadInput(f"kind is {kind!r}; expected one of {', '.join(_KINDS)}.")
    if not table:
        raise BadInput("the table of methods is empty; expected one row per method.")
    size, part = inputs.positive(size_mb, "size_mb"), inputs.share(share, "share")
    sees, blind = [], []
    for row in table:
        reason = _blindness(kind, size, part, row, row["method"] in targets)
        (blind.append(f"{row['method']}: {reason}") if reason else sees.append(str(row["method"])))
    return MethodSight(tuple(sees), tuple(blind))


def _blindness(
    kind: str, size: float, share: float, row: Mapping[str, Any], is_target: bool
) -> str:
    if kind == "balanced" and not row["balanced"]:
        return "sees gains and losses only"
    if row["targeted"] and not is_target:
        return "looks elsewhere"
    if size < row["smallest_mb"]:
        return f"{size:g} Mb is below its {row['smallest_mb']:g} Mb"
    if share < row["lowest_share"]:
        return f"{100 * share:g} % of the cells is below its {100 * row['lowest_share']:g} %"
    return ""
