"""The vessels of a session become the words of the decision table, or there is no result yet."""

from __future__ import annotations

from typing import Any

import pytest

from stemcell_kit.errors import BadInput
from stemcell_kit.qc.sterility.vessel_readings import (
    SessionReadings,
    call_session,
    session_readings,
)

RULES: dict[str, Any] = {
    "media": ["FTM", "TSB"],
    "incubation_days": 14,
    "subculture_days": 4,
    "challenge_days": 5,
}


def vessel(label: str, role: str, **changes: Any) -> dict[str, Any]:
    """A vessel that shows what its role should show."""
    challenged = role in ("positive control", "suitability")
    row = {"vessel": label, "role": role, "medium": label[:3], "turbid_day": 3 * challenged}
    return {**row, "subculture": "not made", "last_day": 14, **changes}


def read(*others: dict[str, Any], **changes: Any) -> SessionReadings:
    """Read a clean session in which one test vessel is changed and others are added."""
    session = [
        vessel("FTM-1", "test", **changes),
        vessel("TSB-1", "test"),
        vessel("FTM-N", "negative control"),
        *others,
    ]
    return session_readings(session, **RULES)


def test_a_clean_session_is_clear() -> None:
    """No vessel grew, and no positive control was run."""
    found = read()

    assert (found.vessels, found.negative_control) == ("clear", "clean")
    assert (found.positive_control, found.suitable, found.n) == ("not run", None, 3)


@pytest.mark.parametrize(("last_day", "read_to_the_end"), [(13, False), (14, True), (15, True)])
def test_a_vessel_is_read_to_the_last_day(last_day: int, read_to_the_end: bool) -> None:
    """Day 13 is no result yet; day 14 is."""
    if read_to_the_end:
        assert read(last_day=last_day).vessels == "clear"
    else:
        with pytest.raises(BadInput, match="last read on day 13; expected day 14"):
            read(last_day=last_day)


@pytest.mark.parametrize(("last_day", "read_to_the_end"), [(17, False), (18, True), (19, True)])
def test_a_subculture_is_read_four_days_longer(last_day: int, read_to_the_end: bool) -> None:
    """A vessel turbid from product is clear only after its subculture has been read."""
    turbid = {"turbid_day": 3, "subculture": "clear", "last_day": last_day}
    if read_to_the_end:
        assert read(**turbid).vessels == "turbid, subculture clear"
    else:
        with pytest.raises(BadInput, match="expected day 18"):
            read(**turbid)


def test_a_turbid_vessel_without_subculture_has_no_result() -> None:
    """Turbidity alone is neither growth nor the lack of it."""
    with pytest.raises(BadInput, match="turbid from day 7 and has no subculture"):
        read(turbid_day=7)


def test_confirmed_growth_ends_the_reading() -> None:
    """What has grown need not be read to the last day."""
    found = read(turbid_day=3, subculture="growth", last_day=5)

    assert (found.vessels, found.grown) == ("turbid, subculture growth", ("FTM-1",))


def test_growth_in_the_negative_control_is_not_growth_in_a_test_vessel() -> None:
    """The two are told apart."""
    blank = vessel("TSB-N", "negative control", turbid_day=3, subculture="growth")

    assert (read(blank).negative_control, read(blank).vessels) == ("growth", "clear")


@pytest.mark.parametrize(("day", "grew"), [(0, False), (4, True), (5, True), (6, False)])
def test_a_challenge_grows_in_time_or_fails(day: int, grew: bool) -> None:
    """Day 5 is in time, day 6 is late, 0 is never."""
    control = vessel("FTM-P", "positive control", turbid_day=day)
    beside = vessel("TSB-S1", "suitability", turbid_day=day)

    assert read(control).positive_control == ("grew" if grew else "failed")
    assert read(beside).suitable is grew
    assert bool(read(beside).notes) is not grew


def test_a_clear_session_of_an_unsuitable_method_has_no_result() -> None:
    """The same vessels pass when the challenge grew beside the product, or was not made."""
    grew, failed = (vessel("TSB-S1", "suitability", turbid_day=day) for day in (3, 0))

    assert call_session(read()).outcome == "pass"
    assert call_session(read(grew)).outcome == "pass"
    assert (call_session(read(failed)).row, call_session(read(failed)).outcome) == (
        "R18",
        "no result",
    )


def test_growth_in_spite_of_inhibition_is_growth() -> None:
    """An unsuitable method does not excuse what it found."""
    failed = vessel("TSB-S1", "suitability", turbid_day=0)
    found = read(failed, turbid_day=3, subculture="growth")

    assert call_session(found).outcome == "fail"
    assert call_session(found, cause="laboratory cause proven").outcome == "no result"


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([vessel("FTM-1", "test"), vessel("FTM-N", "negative control")], "no test vessel of TSB"),
        ([vessel("FTM-1", "test"), vessel("TSB-1", "test")], "no negative control"),
        ([vessel("FTM-1", "control")], "role of vessel FTM-1 is 'control'; expected test"),
        ([vessel("FTM-1", "test", subculture="?")], "expected not made, clear, growth"),
        ([vessel("FTM-1", "test", turbid_day=1.5)], "expected a whole number"),
        ([vessel("FTM-1", "test", turbid_day=15)], "turbid on day 15 and was last read on day 14"),
        ([{"vessel": "FTM-1"}], "a vessel has no role"),
    ],
)
def test_a_session_that_is_not_whole_is_refused(rows: list[Any], reason: str) -> None:
    """The message says what is missing."""
    with pytest.raises(BadInput, match=reason):
        session_readings(rows, **RULES)
