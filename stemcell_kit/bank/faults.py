"""The faults that can be planted in the virtual bank."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from typing import Any

from stemcell_kit.bank.dictionary import reference_content
from stemcell_kit.errors import BadInput
from stemcell_kit.model import Text

__all__ = ["FAULTS", "Fault", "FaultKind", "parse_fault"]


@dataclass(frozen=True)
class FaultKind:
    """One kind of fault; ``fraction`` is the default share, or None if it takes none.

    ``where`` is what carries it: a bank lot, a lot of one product, or the laboratory.
    """

    id: str
    where: str
    label: Text
    about: Text
    seen_in: tuple[str, ...]
    fraction: float | None = None
    fraction_means: Text | None = None


def _read_kinds() -> dict[str, FaultKind]:
    return {row["id"]: _kind(row) for row in reference_content("faults", ["fault"])["fault"]}


def _kind(row: dict[str, Any]) -> FaultKind:
    means = row.get("fraction_means")
    return FaultKind(
        id=row["id"],
        where=row["where"],
        label=Text(row["label"]),
        about=Text(row["about"]),
        seen_in=tuple(row["seen_in"]),
        fraction=row.get("fraction"),
        fraction_means=Text(means) if means else None,
    )


FAULTS: dict[str, FaultKind] = _read_kinds()


@dataclass(frozen=True)
class Fault:
    """A fault to plant: its name, the lot (else drawn from the seed) and its share (else usual).

    Raises
    ------
    BadInput
        No such fault, a share outside 0 to 1, or a share or lot for a fault that has none.
    """

    name: str
    lot: str | None = None
    fraction: float | None = None

    def __post_init__(self) -> None:
        if self.name not in FAULTS:
            near = difflib.get_close_matches(self.name, FAULTS, n=2) or list(FAULTS)
            raise BadInput(f"no fault {self.name!r}; choose one of {', '.join(near)}")
        if self.lot is not None and self.kind.where == "laboratory":
            raise BadInput(f"fault {self.name!r} belongs to the laboratory; leave out {self.lot!r}")
        if self.fraction is None:
            return
        if self.kind.fraction is None:
            raise BadInput(f"fault {self.name!r} takes no fraction; leave out {self.fraction:g}")
        if not 0 < self.fraction <= 1:
            raise BadInput(
                f"fraction {self.fraction:g} of fault {self.name!r} is not a share; "
                "give a number above 0 and at most 1, e.g. 0.3"
            )

    @property
    def kind(self) -> FaultKind:
        """What kind of fault this is."""
        return FAULTS[self.name]

    @property
    def share(self) -> float:
        """The share in force; 1.0 for a fault that takes none."""
        return self.fraction or self.kind.fraction or 1.0


def parse_fault(words: str) -> Fault:
    """Read a fault from text such as ``mixture:0.3@SKTi002-A-M1`` (fraction and lot optional).

    Raises
    ------
    BadInput
        The text is not of this form, or the fault does not exist.
    """
    form = re.fullmatch(r"([^:@\s]+)(?::([^@\s]+))?(?:@(\S+))?", words.strip())
    if form is None:
        raise BadInput(f"fault {words!r} cannot be read; write name, name@LOT or name:0.3@LOT")
    name, fraction, lot = form.groups()
    try:
        share = float(fraction) if fraction is not None else None
    except ValueError:
        raise BadInput(
            f"fraction {fraction!r} in {words!r} is not a number; write a share such as 0.3"
        ) from None
    return Fault(name, lot, share)
