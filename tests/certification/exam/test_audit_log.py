"""The log shows what was done to it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from stemcell_kit.certification.audit_log import AuditLog, BrokenLog, faults_of
from stemcell_kit.certification.seals import sha256_of


@pytest.fixture
def log(tmp_path: Path) -> AuditLog:
    """A log of five entries."""
    log = AuditLog(tmp_path / "log.jsonl")
    for number in range(1, 6):
        log.append("graded", f"C-000{number}", by="ada", points=number)
    return log


def rewritten(entry: dict[str, object], **changes: object) -> dict[str, object]:
    """An entry changed by somebody who makes its hash anew."""
    bare = {name: value for name, value in {**entry, **changes}.items() if name != "sha256"}
    return {**bare, "sha256": sha256_of(bare)}


def test_a_log_that_was_only_added_to_holds(log: AuditLog) -> None:
    """Its head is the hash of the last entry, and each earlier head still fits."""
    entries = log.entries()

    assert faults_of(entries, log.head) == []
    assert faults_of(entries, entries[2]["sha256"]) == []


def test_a_removed_entry_is_named(log: AuditLog) -> None:
    """The number is missing, and the next entry hangs in the air."""
    entries = log.entries()
    del entries[2]

    assert [(fault.kind, fault.number) for fault in faults_of(entries)] == [("removed", 3)]


def test_a_changed_entry_is_named(log: AuditLog) -> None:
    """One point more in an entry, and its hash no longer fits."""
    entries = log.entries()
    entries[1]["details"]["points"] = 30

    assert [(fault.kind, fault.number) for fault in faults_of(entries)] == [("changed", 2)]


def test_a_changed_entry_with_a_new_hash_breaks_the_chain_behind_it(log: AuditLog) -> None:
    """The next entry holds the hash of the original."""
    entries = log.entries()
    entries[1] = rewritten(entries[1], details={"points": 30})

    (fault,) = faults_of(entries)
    assert (fault.kind, fault.number) == ("does not follow the entry before", 3)


def test_moved_entries_are_named(log: AuditLog) -> None:
    """The order is part of what happened."""
    entries = log.entries()
    entries[1], entries[2] = entries[2], entries[1]

    assert ("moved", 2) in [(fault.kind, fault.number) for fault in faults_of(entries)]


def test_an_inserted_entry_is_named(log: AuditLog) -> None:
    """It needs a number that is taken, or the numbers behind it no longer fit."""
    entries = log.entries()
    entries.insert(2, rewritten(entries[2], event="overridden"))

    assert ("inserted", 3) in [(fault.kind, fault.number) for fault in faults_of(entries)]


def test_a_cut_end_shows_against_a_head_that_was_written_down(log: AuditLog) -> None:
    """Without it, the rest of a log is a log."""
    head = log.head
    entries = log.entries()[:-1]

    assert faults_of(entries) == []
    assert [fault.kind for fault in faults_of(entries, head)] == ["cut off or written anew"]


def test_a_line_that_is_no_entry_is_named(log: AuditLog) -> None:
    """Half a line is left where a disk was full."""
    lines = log.path.read_text(encoding="utf-8").splitlines()
    lines[3] = lines[3][:40]
    log.path.write_text("\n".join(lines) + "\n", encoding="utf-8")

    assert ("changed", 4) in [(fault.kind, fault.number) for fault in faults_of(log.entries())]


def test_nothing_is_added_to_a_broken_log(log: AuditLog) -> None:
    """A new entry would make it look sound from there on."""
    entries = log.entries()
    log.path.write_text("\n".join(map(json.dumps, entries[1:])) + "\n", encoding="utf-8")

    with pytest.raises(BrokenLog, match="entry 1: removed"):
        log.append("decided")
