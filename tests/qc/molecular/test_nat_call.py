"""Mycoplasma NAT: the whole decision table."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stemcell_kit.errors import BadInput
from stemcell_kit.qc.molecular.nat_call import (
    MissingRunControl,
    NatCall,
    NatWell,
    WellRole,
    call_run,
)

POSITIVE = NatWell("PC", 28.0, 27.0, WellRole.POSITIVE_CONTROL)
EXTRACTION = NatWell("NEC", None, 27.0, WellRole.NEGATIVE_EXTRACTION)
NO_TEMPLATE = NatWell("NTC", None, None, WellRole.NO_TEMPLATE)
CONTROLS = (POSITIVE, EXTRACTION, NO_TEMPLATE)


def run(*wells, controls=CONTROLS, **options):
    settings = {"cutoff_cq": 40.0, "internal_shift": 3.0} | options
    return call_run([*controls, *wells], **settings)


def call(target, internal, **options):
    return run(NatWell("S1", target, internal), **options)["S1"].call


@pytest.mark.parametrize(
    ("target", "internal", "expected"),
    [
        (None, 27.0, NatCall.NEGATIVE),
        (30.0, 27.0, NatCall.POSITIVE),
        (30.0, None, NatCall.POSITIVE),
        (30.0, 35.0, NatCall.POSITIVE),
        (None, None, NatCall.INVALID),
        (None, 35.0, NatCall.INVALID),
        (math.nan, math.nan, NatCall.INVALID),
    ],
)
@pytest.mark.parametrize("run_failed", [False, True])
def test_the_decision_table(target, internal, expected, run_failed):
    """Target x internal control x run controls: every combination."""
    controls = (POSITIVE, NatWell("NEC", 35.0, 27.0, WellRole.NEGATIVE_EXTRACTION), NO_TEMPLATE)
    result = run(NatWell("S1", target, internal), controls=controls if run_failed else CONTROLS)
    assert result.valid is not run_failed
    assert result["S1"].call == (NatCall.INVALID if run_failed else expected)
    assert result["S1"].unreviewed == expected


@pytest.mark.parametrize(
    ("cq", "expected"),
    [(39.9, NatCall.POSITIVE), (40.0, NatCall.POSITIVE), (40.1, NatCall.INDETERMINATE)],
)
def test_the_cut_off_includes_its_value(cq, expected):
    """Below and at the cut-off the target is present; after it the signal decides nothing."""
    sample = run(NatWell("S1", cq, 27.0))["S1"]
    assert sample.call == expected
    assert bool(sample.notes) is (cq > 40)


@pytest.mark.parametrize(
    ("internal", "expected"),
    [(29.9, NatCall.NEGATIVE), (30.0, NatCall.NEGATIVE), (30.1, NatCall.INVALID)],
)
def test_the_internal_control_may_shift_up_to_its_limit(internal, expected):
    """Reference 27, shift 3: valid up to and including 30."""
    assert call(None, internal) == expected


def test_cut_off_and_shift_are_arguments():
    """The same wells get another call under another kit's settings."""
    assert call(38.0, 27.0, cutoff_cq=37.0) == NatCall.INDETERMINATE
    assert call(None, 29.0, internal_shift=1.0) == NatCall.INVALID
    assert call(None, 31.0, internal_reference_cq=29.0) == NatCall.NEGATIVE


def test_an_early_internal_control_is_no_inhibition():
    """Only a late control fails."""
    assert call(None, 20.0) == NatCall.NEGATIVE


@pytest.mark.parametrize(
    ("failing", "word"),
    [
        (NatWell("PC", None, 27.0, WellRole.POSITIVE_CONTROL), "without target"),
        (NatWell("PC", 40.5, 27.0, WellRole.POSITIVE_CONTROL), "without target"),
        (NatWell("NEC", 36.0, 27.0, WellRole.NEGATIVE_EXTRACTION), "with target"),
        (NatWell("NEC", None, None, WellRole.NEGATIVE_EXTRACTION), "internal control"),
        (NatWell("NTC", 40.0, None, WellRole.NO_TEMPLATE), "with target"),
    ],
)
def test_any_failed_run_control_makes_the_run_invalid(failing, word):
    """One failed control is enough, also for a positive sample."""
    controls = (*(c for c in CONTROLS if c.name != failing.name), failing)
    result = run(
        NatWell("S1", 25.0, 27.0), NatWell("S2", None, 27.0),
        controls=controls, internal_reference_cq=27.0,
    )  # fmt: skip
    assert not result.valid
    assert [s.call for s in result.samples] == [NatCall.INVALID] * 2
    assert len(result.failed_controls) == 1
    assert word in result.failed_controls[0]
    assert "repeat the run" in result["S1"].reason


def test_a_late_signal_in_a_negative_control_passes():
    """After the cut-off it is no target, for controls as for samples."""
    late = NatWell("NTC", 40.1, None, WellRole.NO_TEMPLATE)
    assert run(NatWell("S1", None, 27.0), controls=(POSITIVE, EXTRACTION, late)).valid


def test_the_internal_control_is_compared_with_the_extraction_controls():
    """The mean of the negative extraction controls is the default reference."""
    second = NatWell("NEC2", None, 28.0, WellRole.NEGATIVE_EXTRACTION)
    result = run(NatWell("S1", None, 27.0), controls=(*CONTROLS, second))
    assert result.internal_reference_cq == pytest.approx(27.5)


@pytest.mark.parametrize(
    ("wells", "expected"),
    [
        ([(None, 27.0), (35.0, 27.0)], NatCall.POSITIVE),
        ([(None, None), (35.0, None)], NatCall.POSITIVE),
        ([(None, 27.0), (None, None)], NatCall.INVALID),
        ([(None, 27.0), (None, 27.0)], NatCall.NEGATIVE),
    ],
)
def test_the_worst_replicate_decides(wells, expected):
    """Positive before invalid before negative; disagreement is noted."""
    sample = run(*(NatWell("S1", target, internal) for target, internal in wells))["S1"]
    assert (sample.call, sample.n) == (expected, 2)
    assert any("disagree" in note for note in sample.notes) is (len(set(wells)) > 1)


def test_a_run_without_controls_is_refused():
    """Positive control, a negative control and an internal reference are all needed."""
    sample = NatWell("S1", None, 27.0)
    with pytest.raises(MissingRunControl, match="positive control"):
        run(sample, controls=(EXTRACTION,))
    with pytest.raises(MissingRunControl, match="negative control"):
        run(sample, controls=(POSITIVE,), internal_reference_cq=27.0)
    with pytest.raises(MissingRunControl, match="internal_reference_cq"):
        run(sample, controls=(POSITIVE, NO_TEMPLATE))
    assert run(sample, controls=(POSITIVE, NO_TEMPLATE), internal_reference_cq=27.0).valid


def test_a_run_without_samples_is_refused():
    """Controls alone call nothing."""
    with pytest.raises(BadInput, match="controls only"):
        run()


@pytest.mark.parametrize("cq", [0, -1, "Undetermined", math.inf])
def test_no_amplification_is_written_as_none(cq):
    """Zero and words are refused."""
    with pytest.raises(BadInput, match="S1"):
        run(NatWell("S1", cq, 27.0))


def test_an_unknown_role_is_named():
    """The roles are listed; plain text of a role is accepted."""
    with pytest.raises(BadInput, match="no-template control"):
        run(NatWell("S1", None, 27.0, "blank"))
    assert run(NatWell("S1", None, 27.0, "sample")).valid


def test_an_unknown_sample_is_named():
    """The samples of the run are listed."""
    with pytest.raises(BadInput, match="S1"):
        run(NatWell("S1", None, 27.0))["S9"]


maybe_cq = st.none() | st.floats(10, 50)


@settings(deadline=None)
@given(maybe_cq, maybe_cq, maybe_cq, maybe_cq)
def test_negative_always_has_a_valid_internal_control(target, internal, control, no_template):
    """No combination of wells yields negative without one, or anything in an invalid run."""
    controls = (
        NatWell("PC", control, 27.0, WellRole.POSITIVE_CONTROL),
        NatWell("NTC", no_template, None, WellRole.NO_TEMPLATE),
    )
    result = run(NatWell("S1", target, internal), controls=controls, internal_reference_cq=27.0)
    sample = result["S1"]
    if sample.call == NatCall.NEGATIVE:
        assert internal is not None
        assert internal <= 30
    if not result.valid:
        assert sample.call == NatCall.INVALID


@pytest.mark.parametrize(
    ("cq", "valid"), [(29.9, False), (30.0, True), (36.0, True), (36.1, False)]
)
def test_a_positive_control_out_of_its_range_shows_no_sensitivity(cq, valid):
    """Both ends are in range; too early is as wrong as too late."""
    positive = NatWell("PC", cq, 27.0, WellRole.POSITIVE_CONTROL)
    result = run(
        NatWell("S1", None, 27.0),
        controls=(positive, EXTRACTION, NO_TEMPLATE),
        positive_control_range=(30.0, 36.0),
    )
    assert result.valid is valid
    assert valid or "no sensitivity shown" in result.failed_controls[0]


@pytest.mark.parametrize("limits", [(36.0, 30.0), (30.0,)])
def test_a_range_has_an_earliest_and_a_latest_cq(limits):
    """Exchanged or incomplete limits are refused."""
    with pytest.raises(BadInput, match="earliest and the latest"):
        run(NatWell("S1", None, 27.0), positive_control_range=limits)


def test_a_late_signal_is_indeterminate_and_beats_an_invalid_replicate():
    """Repeat in replicates; a signal that was seen is not hidden by a failed well."""
    assert call(41.0, 27.0) == NatCall.INDETERMINATE
    assert call(41.0, 31.0) == NatCall.INVALID
    assert call(41.0, None) == NatCall.INVALID
    both = run(NatWell("S1", 41.0, 27.0), NatWell("S1", None, None))
    assert both["S1"].call == NatCall.INDETERMINATE


def test_wells_may_be_rows_of_a_table():
    """A row with the names of a well is a well; anything else is refused."""
    row = {"name": "S1", "target_cq": 30.0, "internal_cq": 27.0}
    assert run(row)["S1"].call == NatCall.POSITIVE
    with pytest.raises(BadInput, match="expected name and target_cq"):
        run({"name": "S1", "cq": 30.0})
