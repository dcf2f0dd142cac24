"""A kinetic endotoxin run from its wells: curve, blank, samples with their spikes, outcomes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from stemcell_kit.errors import BadInput
from stemcell_kit.qc.endotoxin.endotoxin_call import EndotoxinOutcome, endotoxin_call
from stemcell_kit.qc.endotoxin.endotoxin_limit import maximum_valid_dilution
from stemcell_kit.qc.endotoxin.kinetic_curve import KineticCurve, blank_is_slower, kinetic_curve
from stemcell_kit.qc.endotoxin.kinetic_reading import KineticReading, read_sample
from stemcell_kit.qc.endotoxin.spike_recovery import SpikeRecovery, recovery_of_wells
from stemcell_kit.shown import Shown

__all__ = [
    "EndotoxinRun",
    "EndotoxinSample",
    "endotoxin_run",
]

_ROLES = ("standard", "blank", "sample", "spiked")


@dataclass(frozen=True)
class EndotoxinSample(Shown):
    """One sample of a run: outcome, reason, result and recovery."""

    sample: str
    outcome: EndotoxinOutcome
    reason: str
    result: KineticReading = field(repr=False)
    recovery: SpikeRecovery = field(repr=False)

    @property
    def value(self) -> float:
        """Endotoxin of the undiluted sample, or the limit that can be reported."""
        return self.result.value

    @property
    def unit(self) -> str:
        """Unit of ``value``."""
        return self.result.unit

    @property
    def reported(self) -> str:
        """The result as a report states it."""
        return self.result.reported

    @property
    def recovery_percent(self) -> float:
        """Recovery of the spike in percent."""
        return self.recovery.value


@dataclass(frozen=True)
class EndotoxinRun(Shown):
    """A run and its samples in the order of the table."""

    valid: bool
    reason: str
    r: float
    maximum_valid_dilution: float
    curve: KineticCurve = field(repr=False)
    samples: tuple[EndotoxinSample, ...] = field(repr=False)
    n: int = 0

    @property
    def outcomes(self) -> tuple[str, ...]:
        """Each sample with its outcome."""
        return tuple(f"{one.sample}: {one.outcome}" for one in self.samples)

    def __getitem__(self, sample: str) -> EndotoxinSample:
        """Return the sample of this name."""
        for one in self.samples:
            if one.sample == sample:
                return one
        known = ", ".join(one.sample for one in self.samples)
        raise BadInput(f"no sample {sample!r} in the run; expected one of {known}.")


def endotoxin_run(
    wells: Mapping[str, Sequence[Any]],
    *,
    spike_eu_per_ml: float,
    limit_eu_per_ml: float,
    r_at_least: float,
    recovery_at_least: float,
    recovery_at_most: float,
    laboratory_error: bool = False,
) -> EndotoxinRun:
    """Evaluate a kinetic run with its standards, blanks, samples and spiked samples.

    Parameters
    ----------
    wells
        Table with one entry per well: ``role`` (standard, blank, sample or spiked), ``sample``,
        ``eu_per_ml`` (of a standard), ``dilution`` (of samples and spiked samples) and
        ``onset_s`` (NaN or None without reaction).
    spike_eu_per_ml
        Nominal spike in the well.
    limit_eu_per_ml
        Limit of the undiluted product; the maximum valid dilution follows from it and the lowest
        standard.
    r_at_least, recovery_at_least, recovery_at_most
        Acceptance limits, included.

    Raises
    ------
    BadInput
        A missing column, an unknown role, no blank, a sample without spiked wells, or two
        dilutions under one name.
    """
    rows = _rows(wells)
    standards = {
        name: [row[name] for row in rows if row["role"] == "standard"]
        for name in ("eu_per_ml", "onset_s")
    }
    curve = kinetic_curve(standards)
    slower = blank_is_slower(standards, [r["onset_s"] for r in rows if r["role"] == "blank"])
    lowest = curve.lowest_eu_per_ml
    mvd = maximum_valid_dilution(limit_eu_per_ml, sensitivity_eu_per_ml=lowest).value
    limits = {
        "r": curve.r, "blank_slower": slower, "mvd": mvd, "limit_eu_per_ml": limit_eu_per_ml,
        "r_at_least": r_at_least, "recovery_at_least": recovery_at_least,
        "recovery_at_most": recovery_at_most, "laboratory_error": laboratory_error,
        "limit_test": False,
    }  # fmt: skip
    names = dict.fromkeys(row["sample"] for row in rows if row["role"] == "sample")
    samples = tuple(_sample(name, rows, curve, spike_eu_per_ml, limits) for name in names)
    reason = _run_reason(curve.r, slower, r_at_least)
    return EndotoxinRun(not reason, reason, curve.r, mvd, curve, samples, len(samples))


def _rows(wells: Mapping[str, Sequence[Any]]) -> list[dict[str, Any]]:
    names = ("role", "sample", "eu_per_ml", "dilution", "onset_s")
    missing = [name for name in names if name not in wells]
    if missing:
        raise BadInput(f"the run has no {', '.join(missing)}; expected {', '.join(names)}.")
    columns = [list(wells[name]) for name in names]
    if len({len(column) for column in columns}) != 1:
        raise BadInput("the columns of the run differ in length; expected one entry per well.")
    rows = [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]
    strange = sorted({str(row["role"]) for row in rows} - set(_ROLES))
    if strange:
        raise BadInput(f"role {strange[0]!r} of a well; expected one of {', '.join(_ROLES)}.")
    lonely = {row["sample"] for row in rows if row["role"] == "spiked"} ^ {
        row["sample"] for row in rows if row["role"] == "sample"
    }
    if lonely:
        raise BadInput(
            f"{min(map(str, lonely))} has not both plain and spiked wells; expected both. Without "
            "the spike nobody knows whether the sample hides endotoxin."
        )
    return rows


def _sample(
    name: str,
    rows: Sequence[Mapping[str, Any]],
    curve: KineticCurve,
    spike: float,
    limits: Mapping[str, Any],
) -> EndotoxinSample:
    own = [row for row in rows if row["sample"] == name and row["role"] in ("sample", "spiked")]
    dilutions = {row["dilution"] for row in own}
    if len(dilutions) != 1:
        shown = ", ".join(f"{one:g}" for one in sorted(dilutions))
        raise BadInput(
            f"{name} has wells at dilutions {shown}; expected one dilution under one name. "
            "Name each dilution, e.g. LOT 1:10."
        )
    plain = [row["onset_s"] for row in own if row["role"] == "sample"]
    spiked = [row["onset_s"] for row in own if row["role"] == "spiked"]
    result = read_sample(curve, plain, dilution=dilutions.pop())
    if result.relation == ">":
        return _above(name, result, spike, limits)
    recovery = recovery_of_wells(curve, plain, spiked, spike_eu_per_ml=spike)
    outcome = endotoxin_call(
        dilution=result.dilution,
        recovery_percent=_deciding_percent(recovery, limits),
        result_eu_per_ml=result.value,
        relation=result.relation,
        **limits,
    )
    return EndotoxinSample(name, outcome, _reason(outcome, result, recovery), result, recovery)


def _above(
    name: str, result: KineticReading, spike: float, limits: Mapping[str, Any]
) -> EndotoxinSample:
    """Call a sample above the curve; what its spike adds cannot be read."""
    unread = SpikeRecovery(
        0.0, ">", result.in_well_eu_per_ml, result.in_well_eu_per_ml, spike,
        ("sample above the curve: the recovery cannot be read",),
    )  # fmt: skip
    middle = (limits["recovery_at_least"] + limits["recovery_at_most"]) / 2
    outcome = endotoxin_call(
        dilution=result.dilution, recovery_percent=middle, result_eu_per_ml=result.value,
        relation=">", **limits,
    )  # fmt: skip
    return EndotoxinSample(name, outcome, _reason(outcome, result, unread), result, unread)


def _deciding_percent(recovery: SpikeRecovery, limits: Mapping[str, Any]) -> float:
    """Return the recovery, or a number that fails where it is only known to lie outside."""
    if recovery.within(limits["recovery_at_least"], limits["recovery_at_most"]):
        return recovery.value
    if recovery.relation == ">":
        return max(recovery.value, float(limits["recovery_at_most"]) + 1)
    if recovery.relation == "<":
        return min(recovery.value, float(limits["recovery_at_least"]) - 1)
    return recovery.value


def _run_reason(r: float, slower: bool, r_at_least: float) -> str:
    if abs(r) < r_at_least:
        return f"r of the curve is {r:.4f}, its size must be at least {r_at_least:g}"
    if not slower:
        return "the blank reacts as early as the lowest standard: contaminated water or reagent"
    return ""


def _reason(outcome: EndotoxinOutcome, result: KineticReading, recovery: SpikeRecovery) -> str:
    found = f"{result.reported} at 1:{result.dilution:g}"
    percent = f"{'' if recovery.relation == '=' else recovery.relation + ' '}{recovery.value:.0f} %"
    return {
        EndotoxinOutcome.PASS: f"{found}, recovery {percent}",
        EndotoxinOutcome.REJECT: f"{found} is above the limit: investigate; without a cause in the laboratory reject",
        EndotoxinOutcome.INVALID_RUN: "the run is invalid: repeat it",
        EndotoxinOutcome.INVALID_DILUTION: (
            f"1:{result.dilution:g} is above the maximum valid dilution: dilute less"
        ),
        EndotoxinOutcome.INTERFERENCE: (
            f"recovery {percent}: the sample interferes; take another dilution or treat it"
        ),
        EndotoxinOutcome.REPEAT: f"{found}: record it and repeat up to the maximum valid dilution",
        EndotoxinOutcome.LABORATORY_ERROR: f"{found}, laid to the laboratory: repeat the test",
    }[outcome]
