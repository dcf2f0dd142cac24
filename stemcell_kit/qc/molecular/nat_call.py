"""Mycoplasma nucleic-acid test (NAT): from Cq values to positive, negative or invalid.

The decision table, in this order:

1. any run control failed: every sample of the run is invalid;
2. target at or below the cut-off: positive, even if the internal control failed, because a
   strong target can outcompete it;
3. target absent and internal control valid: negative;
4. target absent and internal control failed: invalid, not negative - inhibition or no extraction.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import fmean

from stemcell_kit.errors import BadInput
from stemcell_kit.qc import inputs
from stemcell_kit.shown import Shown

__all__ = [
    "MissingRunControl",
    "NatCall",
    "NatRun",
    "NatWell",
    "SampleCall",
    "WellRole",
    "call_run",
]


class MissingRunControl(BadInput):
    """A run without its controls cannot be called."""


class NatCall(StrEnum):
    """The three outcomes of a sample; invalid means not tested yet."""

    POSITIVE = "positive"
    NEGATIVE = "negative"
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


@dataclass(frozen=True)
class _Settings:
    cutoff: float
    latest_internal: float

    def target_present(self, well: NatWell) -> bool:
        return well.target_cq is not None and well.target_cq <= self.cutoff

    def internal_valid(self, well: NatWell) -> bool:
        return well.internal_cq is not None and well.internal_cq <= self.latest_internal


def call_run(
    wells: Iterable[NatWell],
    *,
    cutoff_cq: float,
    internal_shift: float,
    internal_reference_cq: float | None = None,
) -> NatRun:
    """Call every sample of one run.

    Parameters
    ----------
    wells
        Samples and run controls; wells with the same sample name are replicates. One positive
        replicate makes the sample positive; otherwise one invalid replicate makes it invalid.
    cutoff_cq
        A target Cq at or below it is present. A later signal is noted, not called.
    internal_shift
        Cycles that an internal control may come later than the reference and still be valid.
    internal_reference_cq
        Cq expected of the internal control; by default the mean of the negative extraction
        controls of this run.

    Raises
    ------
    MissingRunControl
        There is no positive control, no negative extraction control or no-template control, or
        no internal control to compare with.
    BadInput
        There is no sample, or a Cq is not a number above zero.

    Source
    ------
    General NAT practice; cut-off and shift belong to the validated kit in use.
    """
    plate = [_read_well(well) for well in wells]
    cutoff = inputs.positive(cutoff_cq, "cutoff_cq")
    shift = inputs.not_negative(internal_shift, "internal_shift")
    _check_controls_present(plate)
    reference = _internal_reference(plate, internal_reference_cq)
    settings = _Settings(cutoff, reference + shift)
    failed = tuple(filter(None, (_control_failure(well, settings) for well in plate)))
    samples = dict.fromkeys(well.name for well in plate if well.role == WellRole.SAMPLE)
    if not samples:
        raise BadInput("the run holds controls only; expected at least one sample well.")
    calls = tuple(
        _call_sample(
            [w for w in plate if w.role == WellRole.SAMPLE and w.name == name],
            settings,
            failed,
        )
        for name in samples
    )
    notes = tuple(f"run control failed: {reason}" for reason in failed)
    return NatRun(not failed, failed, calls, reference, notes)


def _read_well(well: NatWell) -> NatWell:
    if well.role not in {role.value for role in WellRole}:
        expected = ", ".join(WellRole)
        raise BadInput(
            f"well {well.name!r} has the role {well.role!r}; expected one of {expected}."
        )
    target = _read_cq(well.target_cq, f"target Cq of {well.name}")
    internal = _read_cq(well.internal_cq, f"internal control Cq of {well.name}")
    return NatWell(well.name, target, internal, WellRole(well.role))


def _read_cq(cq: float | None, what: str) -> float | None:
    if cq is None or (isinstance(cq, float) and math.isnan(cq)):
        return None
    if not isinstance(cq, str) and inputs.number(cq, what) > 0:
        return float(cq)
    raise BadInput(f"{what} is {cq!r}; expected a number above 0. Write no amplification as None.")


def _check_controls_present(plate: Sequence[NatWell]) -> None:
    roles = {well.role for well in plate}
    if WellRole.POSITIVE_CONTROL not in roles:
        raise MissingRunControl(
            "the run has no positive control; expected at least one. Without it a missing signal "
            "may be a failed reaction: repeat the run with controls."
        )
    if not roles & {WellRole.NEGATIVE_EXTRACTION, WellRole.NO_TEMPLATE}:
        raise MissingRunControl(
            "the run has no negative control; expected a negative extraction control or a "
            "no-template control. Without it a signal may be contamination: repeat the run."
        )


def _internal_reference(plate: Sequence[NatWell], given: float | None) -> float:
    if given is not None:
        return inputs.positive(given, "internal_reference_cq")
    seen = [
        well.internal_cq
        for well in plate
        if well.role == WellRole.NEGATIVE_EXTRACTION and well.internal_cq is not None
    ]
    if not seen:
        raise MissingRunControl(
            "no negative extraction control shows an internal control; expected one to compare "
            "with. Give internal_reference_cq from the validation, or repeat the extraction."
        )
    return fmean(seen)


def _control_failure(well: NatWell, settings: _Settings) -> str:
    present = settings.target_present(well)
    if well.role == WellRole.POSITIVE_CONTROL and not present:
        return f"{well.name}: positive control without target"
    if well.role in {WellRole.NEGATIVE_EXTRACTION, WellRole.NO_TEMPLATE} and present:
        return f"{well.name}: {well.role} with target at Cq {well.target_cq:g}"
    if well.role == WellRole.NEGATIVE_EXTRACTION and not settings.internal_valid(well):
        return f"{well.name}: {well.role} without a valid internal control"
    return ""


def _call_sample(
    wells: Sequence[NatWell], settings: _Settings, failed: tuple[str, ...]
) -> SampleCall:
    called = [_call_well(well, settings) for well in wells]
    calls = [call for call, _ in called]
    ranked = (NatCall.POSITIVE, NatCall.INVALID, NatCall.NEGATIVE)
    own = next(call for call in ranked if call in calls)
    reason = next(reason for call, reason in called if call == own)
    notes = [
        f"late target signal at Cq {well.target_cq:g}, after the cut-off {settings.cutoff:g}: "
        "not called; repeat from a fresh extraction"
        for well in wells
        if well.target_cq is not None and well.target_cq > settings.cutoff
    ]
    if len(set(calls)) > 1:
        notes.append("replicate wells disagree: " + ", ".join(calls))
    final = NatCall.INVALID if failed else own
    if failed:
        reason = f"run control failed ({failed[0]}): repeat the run"
    return SampleCall(wells[0].name, final, reason, own, len(wells), tuple(notes))


def _call_well(well: NatWell, settings: _Settings) -> tuple[NatCall, str]:
    valid = settings.internal_valid(well)
    if settings.target_present(well):
        aside = "" if valid else "; the internal control failed, which a strong target can cause"
        return NatCall.POSITIVE, f"target at Cq {well.target_cq:g}{aside}"
    if valid:
        return NatCall.NEGATIVE, "no target and a valid internal control"
    if well.internal_cq is None:
        return (
            NatCall.INVALID,
            "no target and no internal control: inhibition or no extraction",
        )
    return NatCall.INVALID, (
        f"no target and a late internal control (Cq {well.internal_cq:g}, latest valid "
        f"{settings.latest_internal:g}): inhibition; dilute or extract again"
    )
