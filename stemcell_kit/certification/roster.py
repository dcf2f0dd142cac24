"""The roster: who sits an exam, under which code, and with which accommodations.

It is a CSV file, and the only place where a code and a name stand together.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from stemcell_kit.errors import BadInput, ContentError, Problem
from stemcell_kit.language import LANGUAGES

__all__ = ["Candidate", "read_roster", "roster_text"]

COLUMNS = ("candidate", "name", "extra_minutes", "language", "starts_at", "email")
_CODE = re.compile(r"[A-Z]{1,4}-\d{3,9}")


@dataclass(frozen=True)
class Candidate:
    """One line of the roster.

    ``extra_minutes`` are an accommodation; ``starts_at`` is local to the exam's time zone, e.g.
    ``2026-10-12T13:00``, and empty where the candidate starts when the window opens. ``email``
    is for a credential, which holds a salted digest of it.
    """

    candidate: str
    name: str
    extra_minutes: int = 0
    language: str = "en"
    starts_at: str = ""
    email: str = ""


def read_roster(path: Path) -> dict[str, Candidate]:
    """Read a roster: code -> candidate. Who has no code yet gets the next free one.

    Raises
    ------
    BadInput
        There is no such file, or it has other columns.
    ContentError
        With every faulty line at once.
    """
    try:
        words = path.read_text(encoding="utf-8-sig")
    except (FileNotFoundError, UnicodeDecodeError) as error:
        raise BadInput(f"no roster at {path} ({error}); expected a CSV file in UTF-8") from error
    rows = csv.DictReader(io.StringIO(words))
    given = set(rows.fieldnames or ())
    if not {"candidate", "name"} <= given or given - set(COLUMNS):
        raise BadInput(
            f"{path} has the columns {', '.join(sorted(given)) or 'none'}; expected candidate and "
            f"name, and if needed {', '.join(COLUMNS[2:])}"
        )
    problems: list[Problem] = []
    found = list(_candidates(path.name, _with_codes(list(rows)), problems))
    if problems:
        raise ContentError(problems)
    return {one.candidate: one for one in found}


def roster_text(candidates: Iterable[Candidate]) -> str:
    """Return a roster as CSV."""
    page = io.StringIO()
    writer = csv.DictWriter(page, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(asdict(one) for one in candidates)
    return page.getvalue()


def _with_codes(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    taken = {(row["candidate"] or "").strip() for row in rows}
    free = (code for n in range(1, 10**6) if (code := f"C-{n:04}") not in taken)
    return [{**row, "candidate": (row["candidate"] or "").strip() or next(free)} for row in rows]


def _candidates(
    file: str, rows: list[dict[str, str]], problems: list[Problem]
) -> Iterator[Candidate]:
    seen: set[str] = set()
    for number, row in enumerate(rows, start=2):
        fields = {name: (value or "").strip() for name, value in row.items() if name in COLUMNS}
        place = f"line {number}"
        faults = list(_faults(fields, seen))
        problems += [Problem(file, f"{place}, {key}", found, told) for key, found, told in faults]
        seen.add(fields["candidate"])
        if not faults:
            minutes = int(fields.get("extra_minutes") or 0)
            yield Candidate(
                fields["candidate"],
                fields["name"],
                minutes,
                fields.get("language") or LANGUAGES[0],
                fields.get("starts_at", ""),
                fields.get("email", ""),
            )


def _faults(fields: dict[str, str], seen: set[str]) -> Iterator[tuple[str, str, str]]:
    code, minutes = fields["candidate"], fields.get("extra_minutes") or "0"
    if not _CODE.fullmatch(code):
        yield "candidate", repr(code), "a code such as C-0042, which says nothing about the person"
    if code in seen:
        yield "candidate", f"{code} twice", "each code once"
    if not fields["name"]:
        yield "name", "nothing", "a name"
    if not minutes.isdecimal() or len(minutes) > 4:
        yield "extra_minutes", repr(minutes), "a whole number of minutes"
    if (language := fields.get("language") or LANGUAGES[0]) not in LANGUAGES:
        yield "language", repr(language), f"one of {', '.join(LANGUAGES)}"
    try:
        datetime.fromisoformat(fields.get("starts_at") or "2000-01-01T00:00")
    except ValueError:
        yield "starts_at", repr(fields["starts_at"]), "a moment such as 2026-10-12T13:00"
