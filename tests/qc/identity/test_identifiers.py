"""Dates and names that mean one thing only."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stemcell_kit.errors import BadInput
from stemcell_kit.qc.identity.identifiers import (
    date_form,
    is_ambiguous_date,
    is_cellosaurus_accession,
    is_hpscreg_name,
    is_iso_date,
    iso_week,
    read_iso_date,
    read_iso_instant,
    read_passage_label,
)


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("2026-03-01", "extended"),
        ("20260301", "basic"),
        ("2026-W09-7", "week"),
        ("2026-060", "ordinal"),
    ],
)
def test_four_forms_name_the_same_day(text: str, form: str) -> None:
    """1 March 2026 in the four forms of ISO 8601."""
    assert read_iso_date(text) == date(2026, 3, 1)
    assert date_form(text) == form


def test_an_offset_does_not_change_the_instant() -> None:
    """09:30 at +08:00 is 01:30 in UTC."""
    expected = datetime(2026, 3, 1, 1, 30, tzinfo=UTC)
    assert read_iso_instant("2026-03-01T09:30:00+08:00") == expected
    assert read_iso_instant("2026-03-01T01:30:00Z") == expected


def test_an_instant_without_offset_is_refused() -> None:
    """Its meaning depends on where it is read."""
    with pytest.raises(BadInput, match="offset"):
        read_iso_instant("2026-03-01T09:30:00")
    with pytest.raises(BadInput, match="no ISO 8601 instant"):
        read_iso_instant("1 March, half past nine")


@pytest.mark.parametrize(
    ("text", "week"), [("2024-12-30", "2025-W01-1"), ("2021-01-03", "2020-W53-7")]
)
def test_at_new_year_the_week_year_can_differ(text: str, week: str) -> None:
    """Two days whose ISO week belongs to the neighbouring year."""
    assert iso_week(read_iso_date(text)) == week
    assert read_iso_date(week) == read_iso_date(text)


@pytest.mark.parametrize(
    "text",
    [
        "2026-02-29",
        "2026-13-01",
        "2026-366",
        "2026-000",
        "2025-W53-1",
        "01/03/2026",
        "",
        "2026-3-1",
    ],
)
def test_other_days_are_refused(text: str) -> None:
    """Days that do not exist, and forms that are not ISO 8601."""
    assert not is_iso_date(text)
    with pytest.raises(BadInput):
        read_iso_date(text)


def test_a_leap_day_exists_in_a_leap_year() -> None:
    """29 February, and day 366."""
    assert read_iso_date("2024-02-29") == date(2024, 2, 29)
    assert read_iso_date("2024-366") == date(2024, 12, 31)


@pytest.mark.parametrize(
    ("text", "ambiguous"),
    [
        ("03/04/2026", True),
        ("01-02-03", True),
        ("13/04/2026", False),
        ("04/04/2026", False),
        ("2026-03-04", False),
        ("spring 2026", False),
    ],
)
def test_a_date_with_two_readings_is_ambiguous(text: str, ambiguous: bool) -> None:
    """Day and month can be exchanged only if both are at most 12 and differ."""
    assert is_ambiguous_date(text) is ambiguous


def test_the_message_names_the_ambiguity() -> None:
    """The reader learns why the date is refused."""
    with pytest.raises(BadInput, match="two different days"):
        read_iso_date("03/04/2026")


@given(st.dates(date(1, 1, 1), date(9999, 12, 26)))
def test_every_day_survives_every_form(day: date) -> None:
    """Writing and reading are inverse."""
    for text in (f"{day:%Y-%m-%d}".zfill(10), iso_week(day), f"{day.year:04d}-{day:%j}"):
        assert read_iso_date(text) == day


@pytest.mark.parametrize("name", ["BCRTi001-A", "KUIFMSi011-A", "BIOi001-A", "SKTi002-A-1"])
def test_registry_names_are_accepted(name: str) -> None:
    """Institution, e or i, number, line letter, subclone."""
    assert is_hpscreg_name(name)


@pytest.mark.parametrize("name", ["H9", "SCVIi-039", "BCRTi001-A\n", "KUIFMSXi011-A-12", ""])
def test_other_names_are_rejected(name: str) -> None:
    """Laboratory names, broken patterns and names of more than 15 characters."""
    assert not is_hpscreg_name(name)


def test_a_registry_name_has_at_most_15_characters() -> None:
    """At and above the length."""
    assert is_hpscreg_name("ABCDEFi001-A-12")
    assert not is_hpscreg_name("ABCDEFi001-A-123")


@pytest.mark.parametrize(
    ("text", "ok"),
    [
        ("CVCL_A324", True),
        ("CVCL_0045", True),
        ("CVCL_4W25", True),
        ("CVCL-0045", False),
        ("cvcl_0045", False),
        ("CVCL_00450", False),
        ("CVCL_045", False),
    ],
)
def test_accessions_have_four_characters_after_the_prefix(text: str, ok: bool) -> None:
    """CVCL, underscore, four letters or digits."""
    assert is_cellosaurus_accession(text) is ok


def test_a_passage_label_keeps_both_counts() -> None:
    """p25+3: 25 passages, then 3 since the thaw, 28 in all."""
    label = read_passage_label(" P25 + 3 ")
    assert (label.counts, label.total, label.since_last_event, str(label)) == (
        (25, 3),
        28,
        3,
        "p25+3",
    )
    assert read_passage_label("p28").counts == (28,)


@pytest.mark.parametrize("text", ["25", "p", "p25+", "passage 25", "p2.5"])
def test_other_passage_labels_are_refused(text: str) -> None:
    """The message shows the form."""
    with pytest.raises(BadInput, match=r"p25\+3"):
        read_passage_label(text)
