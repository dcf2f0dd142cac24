"""What a nucleic-acid run holds, and what is said of it: wells, roles, calls."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from stemcell_kit.errors import BadInput
from stemcell_kit.shown import Shown

__all__ = ["MissingRunControl", "NatCall", "NatRun", "NatWell", "SampleCall", "WellRole"]


class MissingRunControl(BadInput):
    """A run without its controls cannot be called."""


class NatCall(StrEnum):
    """The outcomes of a sample; invalid means not tested yet, indeterminate not decided yet."""

    POSITIVE = "positive"
    NEGATIVE = "negative"
    INDETERMINATE = "indeterminate"
    INVALID = "invalid"


class WellRole(StrEnum):
    """What a well holds."""

    SAMPLE = "sample"
    POSITIVE_CONTROL = "positive control"
    NEGATIVE_EXTRACTION = "negative extraction control"
    NO_TEMPLATE = "no-template control"


@dataclass(frozen=True)
class NatWell:
    """One well. A Cq of ``None`` (or NaN) means no amplification; it is never written as 40."""

    name: str
    target_cq: float | None
    internal_cq: float | None = None
    role: WellRole | str = WellRole.SAMPLE


@dataclass(frozen=True)
class SampleCall(Shown):
    """The call of one sample and its reason.

    ``unreviewed`` is what the sample's own wells say; it differs from ``call`` only in a run
    whose controls failed, and is for the investigation, not for the report.
    """

    sample: str
    call: NatCall
    reason: str
    unreviewed: NatCall
    n: int
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class NatRun(Shown):
    """A run and its samples in the order of the plate."""

    valid: bool
    failed_controls: tuple[str, ...]
    samples: tuple[SampleCall, ...]
    internal_reference_cq: float
    notes: tuple[str, ...] = ()

    def __getitem__(self, sample: str) -> SampleCall:
        """Return the call of the sample with this name."""
        for call in self.samples:
            if call.sample == sample:
                return call
        known = ", ".join(call.sample for call in self.samples)
        raise BadInput(f"no sample {sample!r} in the run; expected one of: {known}.")
