"""The audit log of an exam: JSON lines that are only ever added to, each holding the hash of the one before.

The chain shows that an entry was removed, changed, moved or inserted. Cutting off the end, or
writing the whole log anew, shows only against a head that was written down elsewhere.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

from stemcell_kit.certification.seals import canonical, sha256_of
from stemcell_kit.errors import KitError
from stemcell_kit.grading.folder_lock import locked

__all__ = ["AuditLog", "BrokenLog", "Entry", "Fault", "faults_of"]

Entry = dict[str, Any]
_BEGIN = "0" * 64


class BrokenLog(KitError):
    """The log of an exam does not hold together; nothing is added to it."""


@dataclass(frozen=True)
class Fault:
    """One place where a log does not hold together: ``kind`` and the number of the entry."""

    kind: str
    number: int
    detail: str = ""

    def __str__(self) -> str:
        return f"entry {self.number}: {self.kind}" + (f" ({self.detail})" if self.detail else "")


@dataclass(frozen=True)
class AuditLog:
    """The log of one exam, in one file; ``now`` tells the time."""

    path: Path
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    def append(self, event: str, candidate: str = "", *, by: str = "", **details: Any) -> Entry:
        """Add one entry and return it.

        Raises
        ------
        BrokenLog
            What is there does not hold together; ``exam log --check`` says where.
        """
        with locked(self.path.parent, before_waiting=lambda: None):
            entries = self.entries()
            if faults := faults_of(entries):
                raise BrokenLog(f"the log {self.path} is broken at {faults[0]}. Restore it first.")
            entry: Entry = {
                "number": len(entries) + 1,
                "at": self.now().astimezone(UTC).isoformat(timespec="seconds"),
                "event": event,
                "by": by,
                "candidate": candidate,
                "details": details,
                "previous": entries[-1]["sha256"] if entries else _BEGIN,
            }
            entry["sha256"] = sha256_of(entry)
            with self.path.open("ab") as file:
                file.write(canonical(entry) + b"\n")
        return entry

    def entries(self) -> list[Entry]:
        """Return the entries as they stand; a line that is none becomes an empty one."""
        if not self.path.exists():
            return []
        return [_entry(line) for line in self.path.read_text(encoding="utf-8").splitlines()]

    def of(self, event: str, candidate: str = "") -> Iterator[Entry]:
        """Yield the entries of one kind, all or those of one candidate."""
        for entry in self.entries():
            if entry.get("event") == event and candidate in ("", entry.get("candidate")):
                yield entry

    @property
    def head(self) -> str:
        """The hash of the last entry: written down elsewhere, it holds the log in place."""
        entries = self.entries()
        return str(entries[-1].get("sha256", "")) if entries else _BEGIN


def faults_of(entries: Sequence[Entry], head: str = "") -> list[Fault]:
    """Return every place where a log does not hold together, in order.

    Parameters
    ----------
    head
        A head that was written down: it must be the hash of one of the entries.
    """
    found = [*_changed(entries), *_out_of_place(entries), *_unchained(entries)]
    if head and head not in {_BEGIN, *(entry.get("sha256") for entry in entries)}:
        found.append(Fault("cut off or written anew", len(entries), f"head {head[:12]} is missing"))
    return sorted(found, key=lambda fault: fault.number)


def _changed(entries: Sequence[Entry]) -> Iterator[Fault]:
    for place, entry in enumerate(entries, start=1):
        bare = {name: value for name, value in entry.items() if name != "sha256"}
        if not entry or entry.get("sha256") != sha256_of(bare):
            yield Fault("changed", _number(entry, place))


def _out_of_place(entries: Sequence[Entry]) -> Iterator[Fault]:
    numbers = [_number(entry, place) for place, entry in enumerate(entries, start=1)]
    for number in sorted(set(range(1, max(numbers, default=0) + 1)) - set(numbers)):
        yield Fault("removed", number)
    for number in sorted(number for number, times in Counter(numbers).items() if times > 1):
        yield Fault("inserted", number, "its number is there more than once")
    for before, after in pairwise(numbers):
        if after < before:
            yield Fault("moved", after, f"it stands after entry {before}")


def _unchained(entries: Sequence[Entry]) -> Iterator[Fault]:
    """Entries that are whole by themselves and do not follow the one before them."""
    previous, last = _BEGIN, 0
    for place, entry in enumerate(entries, start=1):
        number = _number(entry, place)
        if number == last + 1 and entry.get("previous") != previous:
            yield Fault(
                "does not follow the entry before", number, "one of the two is not the original"
            )
        previous, last = str(entry.get("sha256", "")), number


def _number(entry: Entry, place: int) -> int:
    number = entry.get("number")
    return number if type(number) is int and 0 < number <= 10**9 else place


def _entry(line: str) -> Entry:
    try:
        found = json.loads(line)
    except json.JSONDecodeError:
        return {}
    return found if isinstance(found, dict) else {}
