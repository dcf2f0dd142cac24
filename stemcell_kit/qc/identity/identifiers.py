"""Dates, line names, accessions and passage labels that mean one thing only."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from stemcell_kit.errors import BadInput
from stemcell_kit.shown import Shown

__all__ = [
    "PassageLabel",
    "date_form",
    "is_ambiguous_date",
    "is_cellosaurus_accession",
    "is_hpscreg_name",
    "is_iso_date",
    "iso_week",
    "read_iso_date",
    "read_iso_instant",
    "read_passage_label",
]

_FORMS = {
    "extended": re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})"),
    "basic": re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})"),
    "week": re.compile(r"([0-9]{4})-?W([0-9]{2})-?([1-7])"),
    "ordinal": re.compile(r"([0-9]{4})-?([0-9]{3})"),
}
_LOCAL_DATE = re.compile(r"\s*([0-9]{1,4})\s*[./\- ]\s*([0-9]{1,2})\s*[./\- ]\s*([0-9]{1,4})\s*")
_HPSCREG = re.compile(r"[A-Z][A-Za-z]{1,9}[ei][0-9]{3}-[A-Z]{1,2}(-[0-9]+)?")
_HPSCREG_LONGEST = 15
_CELLOSAURUS = re.compile(r"CVCL_[A-Z0-9]{4}")
_PASSAGE = re.compile(r"[pP]\s*([0-9]{1,3})((?:\s*\+\s*[0-9]{1,3})*)")


def date_form(text: str) -> str:
    """Return which ISO 8601 form a date has: ``extended basic week ordinal``.

    Raises
    ------
    BadInput
        The text has none of the four forms.
    """
    for form, pattern in _FORMS.items():
        if pattern.fullmatch(text):
            return form
    found = (
        "can be read as two different days" if is_ambiguous_date(text) else "is no ISO 8601 date"
    )
    raise BadInput(f"{text!r} {found}; expected year-month-day, e.g. 2026-03-01.")


def read_iso_date(text: str) -> date:
    """Read a calendar, week or ordinal date of ISO 8601.

    ``2026-03-01``, ``20260301``, ``2026-W09-7`` and ``2026-060`` are the same day.

    Raises
    ------
    BadInput
        Another form, or a day that does not exist.
    """
    form = date_form(text)
    found = _FORMS[form].fullmatch(text)
    assert found is not None  # date_form matched the same pattern
    numbers = [int(part) for part in found.groups()]
    try:
        if form == "week":
            return date.fromisocalendar(*numbers)
        if form == "ordinal":
            return _ordinal(*numbers)
        return date(*numbers)
    except (ValueError, OverflowError) as why:
        raise BadInput(f"{text!r} has the form of a date, but no such day exists: {why}.") from why


def is_iso_date(text: str) -> bool:
    """Say whether the text is an ISO 8601 date that exists."""
    try:
        read_iso_date(text)
    except BadInput:
        return False
    return True


def is_ambiguous_date(text: str) -> bool:
    """Say whether two laboratories could read the text as different days.

    ``03/04/2026`` is 3 April or 4 March; ``01-02-03`` is three days. ``13/04/2026`` is bad
    form but has one reading.
    """
    found = _LOCAL_DATE.fullmatch(text)
    if not found or len(found[1]) == 4:
        return False
    first, second, last = (int(part) for part in found.groups())
    readings = set()
    orders = [(last, second, first), (last, first, second)]
    if len(found[3]) <= 2:
        orders.append((first, second, last))
    for year, month, day in orders:
        try:
            readings.add(date(year + 2000 if year < 100 else year, month, day))
        except ValueError:
            continue
    return len(readings) > 1


def iso_week(day: date) -> str:
    """Return the ISO week date of a day; at New Year its year can differ from the calendar's."""
    year, week, weekday = day.isocalendar()
    return f"{year:04d}-W{week:02d}-{weekday}"


def read_iso_instant(text: str) -> datetime:
    """Read an ISO 8601 date and time with its offset, and return it in UTC.

    Raises
    ------
    BadInput
        The text is no such instant, or has no offset (``Z`` or ``+08:00``).
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as why:
        raise BadInput(
            f"{text!r} is no ISO 8601 instant; expected e.g. 2026-03-01T09:30:00+08:00."
        ) from why
    if moment.tzinfo is None:
        raise BadInput(
            f"{text!r} has no offset, so its instant depends on the reader's place; "
            "add Z or e.g. +08:00."
        )
    return moment.astimezone(UTC)


def is_hpscreg_name(text: str) -> bool:
    """Say whether a line name follows the hPSCreg pattern, e.g. ``BCRTi001-A``.

    The pattern is practice as recalled; the length (at most 15) is published: Kurtz et al.
    2018, doi 10.1016/j.stemcr.2017.12.002.
    """
    return len(text) <= _HPSCREG_LONGEST and _HPSCREG.fullmatch(text) is not None


def is_cellosaurus_accession(text: str) -> bool:
    """Say whether the text has the form of a Cellosaurus accession, e.g. ``CVCL_A324``."""
    return _CELLOSAURUS.fullmatch(text) is not None


@dataclass(frozen=True)
class PassageLabel(Shown):
    """Passages before and after each event that starts a new count, e.g. ``p25+3``."""

    counts: tuple[int, ...]

    @property
    def total(self) -> int:
        """All passages since derivation."""
        return sum(self.counts)

    @property
    def since_last_event(self) -> int:
        """Passages since the last thaw, cloning or reprogramming that the label shows."""
        return self.counts[-1]

    def __str__(self) -> str:
        return "p" + "+".join(str(count) for count in self.counts)


def read_passage_label(text: str) -> PassageLabel:
    """Read a passage label such as ``p28`` or ``p25+3``.

    Raises
    ------
    BadInput
        The text is no such label.
    """
    found = _PASSAGE.fullmatch(text.strip())
    if not found:
        raise BadInput(f"{text!r} is no passage label; expected e.g. p28, or p25+3 after a thaw.")
    later = [int(part) for part in found[2].split("+") if part.strip()]
    return PassageLabel((int(found[1]), *later))


def _ordinal(year: int, day: int) -> date:
    first = date(year, 1, 1)
    result = first + timedelta(days=day - 1)
    if result.year != year:
        raise ValueError(f"day {day} is not in the year {year}")
    return result
