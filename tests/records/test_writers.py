"""Many writers at once, and writers that are killed, lose and tear nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable

import pytest
from sqlalchemy import func, select, text

from stemcell_kit.records import Records
from stemcell_kit.records.tables import ChangeRow

WRITERS = 8
# 20 000 answers in all with STEMCELL_KIT_FULL_RECORDS=1; a tenth of them otherwise.
EACH = 2_500 if os.environ.get("STEMCELL_KIT_FULL_RECORDS") else 250

WRITER = """
import sys
from stemcell_kit.records import Records
url, name, count, shared = sys.argv[1:]
store = Records(url)
for number in range(int(count)):
    place = number % int(shared) if int(shared) else f"{name}-{number}"
    store.save_answer("default", f"std/{place}", by=name, score=number % 4, note=f"{name} {number}")
"""


def start(url: str, name: str, count: int, shared: int = 0) -> subprocess.Popen[bytes]:
    """Start a process that writes so many answers, each its own or to some shared ones."""
    words = [sys.executable, "-c", WRITER, url, name, str(count), str(shared)]
    return subprocess.Popen(words)


def history_of(records: Records) -> list[int]:
    """Whether the history leads to every current answer: the versions, each once, without a gap."""
    wrong = []
    changes = records.history("default")
    for requirement, answer in records.answers("default").items():
        own = [change for change in changes if change.requirement == requirement]
        fields = {name: value for change in own for name, value in change.after.items()}
        whole = [change.version for change in own] == list(range(1, answer.version + 1))
        if not whole or (fields["score"], fields["note"]) != (answer.score, answer.note):
            wrong.append(requirement)
    return wrong


def test_eight_writers_lose_no_answer(url: str) -> None:
    """Every answer of every process is there, with its one line of history."""
    running = [start(url, f"w{writer}", EACH) for writer in range(WRITERS)]
    assert [process.wait(600) for process in running] == [0] * WRITERS

    records = Records(url)
    answers = records.answers("default")
    assert len(answers) == WRITERS * EACH
    for requirement, answer in answers.items():
        writer, number = requirement.removeprefix("std/").split("-")
        assert (answer.score, answer.note) == (int(number) % 4, f"{writer} {number}")
    with records.engine.connect() as connection:
        changes = connection.scalar(select(func.count()).select_from(ChangeRow))
    assert changes == WRITERS * EACH


def test_eight_writers_on_the_same_answers_keep_every_change(url: str) -> None:
    """Five answers that all write to: each change is one version, none is lost or torn."""
    running = [start(url, f"w{writer}", EACH // 5, shared=5) for writer in range(WRITERS)]
    assert [process.wait(600) for process in running] == [0] * WRITERS

    records = Records(url)
    assert sum(answer.version for answer in records.answers("default").values()) == (
        WRITERS * (EACH // 5)
    )
    assert history_of(records) == []
    for change in records.history("default"):
        assert change.after["note"].split()[0] == change.changed_by


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL is a POSIX signal")
def test_a_killed_writer_leaves_whole_answers(url: str) -> None:
    """Kill -9 in the middle of writing: what was saved is whole, and writing goes on."""
    records = Records(url)
    for name in ("a", "b", "c"):
        process = start(url, name, 100_000, shared=7)
        deadline = time.monotonic() + 30
        before = len(records.history("default"))
        while len(records.history("default")) < before + 20 and time.monotonic() < deadline:
            time.sleep(0.02)
        process.send_signal(signal.SIGKILL)
        process.wait(30)

    assert len(records.history("default")) >= 60
    assert history_of(records) == []
    records.save_answer("default", "std/after", score=3)
    if records.engine.dialect.name == "sqlite":
        with records.engine.connect() as connection:
            assert connection.execute(text("PRAGMA integrity_check")).scalar() == "ok"


def test_sqlite_is_opened_for_several_writers(new_url: Callable[[str], str]) -> None:
    """WAL, half a minute of patience and foreign keys are on."""
    records = Records(new_url("sqlite"))
    with records.engine.connect() as connection:
        found = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "busy_timeout", "foreign_keys")
        ]

    assert found == ["wal", 30_000, 1]
