"""Mycoplasma nucleic-acid test (NAT): from Cq values to positive, negative or invalid.

The decision table, in this order:

1. any run control failed: every sample of the run is invalid;
2. target at or below the cut-off: positive, even if the internal control failed, because a
   strong target can outcompete it;
3. internal control failed: invalid, not negative - inhibition or no extraction;
4. signal after the cut-off and internal control valid: indeterminate, repeat in replicates;
5. no signal and internal control valid: negative.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from statistics import fmean
from typing import Any

from stemcell_kit.errors import BadInput
from stemcell_kit.qc import inputs
from stemcell_kit.qc.molecular.nat_wells import (
    MissingRunControl,
    NatCall,
    NatRun,
    NatWell,
    SampleCall,
    WellRole,
)

__all__ = [
    "MissingRunControl",
    "NatCall",
    "NatRun",
    "NatWell",
    "SampleCall",
    "WellRole",
    "call_run",
]


@dataclass(frozen=True)
class _Settings:
    cutoff: float
    latest_internal: float
    positive_range: tuple[float, float]

    def target_present(self, well: NatWell) -> bool:
        return well.target_cq is not None and well.target_cq <= self.cutoff

    def internal_valid(self, well: NatWell) -> bool:
        return well.internal_cq is not None and well.internal_cq <= self.latest_internal


def call_run(
    wells: Iterable[NatWell | Mapping[str, Any]],
    *,
    cutoff_cq: float,
    internal_shift: float,
    internal_reference_cq: float | None = None,
    positive_control_range: Sequence[float] | None = None,
) -> NatRun:
    """Call every sample of one run.

    Parameters
    ----------
    wells
        Samples and run controls, as wells or as rows with the same names; wells with the same
        sample name are replicates. One positive replicate makes the sample positive; otherwise
        one indeterminate, then one invalid replicate decides.
    cutoff_cq
        A target Cq at or below it is present. A later signal is indeterminate.
    internal_shift
        Cycles that an internal control may come later than the reference and still be valid.
    internal_reference_cq
        Cq expected of the internal control; by default the mean of the negative extraction
        controls of this run.
    positive_control_range
        Cq from and to which the positive control, which is near the limit of detection, is in
        range; by default anything up to the cut-off.

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
    allowed = _positive_range(positive_control_range, cutoff)
    settings = _Settings(cutoff, reference + shift, allowed)
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


def _positive_range(given: Sequence[float] | None, cutoff: float) -> tuple[float, float]:
    if given is None:
        return 0.0, cutoff
    ends = [inputs.positive(cq, "positive_control_range") for cq in given]
    if len(ends) != 2 or ends[0] > ends[1]:
        raise BadInput(
            f"positive_control_range is {list(given)}; expected the earliest and the latest Cq, "
            "e.g. (30, 36). Take it from the validation of the kit."
        )
    return ends[0], ends[1]


def _read_well(well: NatWell | Mapping[str, Any]) -> NatWell:
    if isinstance(well, Mapping):
        known = {field.name for field in fields(NatWell)}
        if "name" not in well or "target_cq" not in well or set(well) - known:
            raise BadInput(
                f"a well is given as {dict(well)}; expected name and target_cq, and if needed "
                "internal_cq and role."
            )
        well = NatWell(**well)
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
    if well.role == WellRole.POSITIVE_CONTROL:
        return _positive_failure(well, settings)
    role = WellRole(well.role)
    if role in _CONTAMINATION and present:
        source = _CONTAMINATION[role]
        return f"{well.name}: {well.role} with target at Cq {well.target_cq:g}: {source}"
    if well.role == WellRole.NEGATIVE_EXTRACTION and not settings.internal_valid(well):
        return f"{well.name}: {well.role} without a valid internal control"
    return ""


_CONTAMINATION = {
    WellRole.NEGATIVE_EXTRACTION: "extraction contamination",
    WellRole.NO_TEMPLATE: "reagent or set-up contamination",
}


def _positive_failure(well: NatWell, settings: _Settings) -> str:
    earliest, latest = settings.positive_range
    if not settings.target_present(well):
        return f"{well.name}: positive control without target: no sensitivity shown"
    if well.target_cq is not None and not earliest <= well.target_cq <= latest:
        return (
            f"{well.name}: positive control at Cq {well.target_cq:g}, out of range "
            f"{earliest:g} to {latest:g}: no sensitivity shown"
        )
    return ""


def _call_sample(
    wells: Sequence[NatWell], settings: _Settings, failed: tuple[str, ...]
) -> SampleCall:
    called = [_call_well(well, settings) for well in wells]
    calls = [call for call, _ in called]
    ranked = (NatCall.POSITIVE, NatCall.INDETERMINATE, NatCall.INVALID, NatCall.NEGATIVE)
    own = next(call for call in ranked if call in calls)
    reason = next(reason for call, reason in called if call == own)
    notes = [
        f"late target signal at Cq {well.target_cq:g}, after the cut-off {settings.cutoff:g}: "
        "not a positive; repeat from a fresh extraction"
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
    if valid and well.target_cq is not None:
        return NatCall.INDETERMINATE, (
            f"late target signal at Cq {well.target_cq:g} and a valid internal control: repeat in "
            "replicates; positive if it comes again"
        )
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
