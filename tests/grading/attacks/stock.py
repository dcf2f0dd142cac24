"""Tries attacks on stock nbgrader: ``python -m tests.grading.attacks.stock [--jobs N] [NAME ...]``.

Without names all are tried. What succeeds is written to ``stock_results.json``, which the tests
compare with a sample that is tried again.
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from importlib.metadata import version
from pathlib import Path
from typing import Any

from .attack import Attack
from .catalogue import ATTACKS
from .course import Course, build
from .harness import grade_with_stock

__all__ = ["RESULTS", "recorded", "succeeds"]

RESULTS = Path(__file__).with_name("stock_results.json")
VERSIONS = ("nbgrader", "nbclient", "nbconvert", "ipykernel", "ipython")


def recorded() -> dict[str, bool]:
    """Attack → whether it succeeded against stock nbgrader when all were last tried."""
    return json.loads(RESULTS.read_text(encoding="utf-8"))["succeeds"]


def succeeds(course: Course, attack: Attack, scratch: Path) -> bool:
    """Whether an attack succeeds against stock nbgrader on a copy of the course, made in scratch."""
    try:
        return attack.proof(course, attack.name, grade_with_stock(course, attack, scratch))
    finally:
        shutil.rmtree(scratch / attack.name, ignore_errors=True)


def _try_all(
    course: Course, attacks: Iterable[Attack], scratch: Path, jobs: int
) -> Iterator[tuple[str, bool]]:
    with ThreadPoolExecutor(jobs) as pool:
        begun = {pool.submit(succeeds, course, attack, scratch): attack for attack in attacks}
        for done in as_completed(begun):
            yield begun[done].name, done.result()


def main() -> None:
    """Try attacks and write down which succeed."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("names", nargs="*")
    reader.add_argument("--jobs", type=int, default=1)
    words = reader.parse_args()
    chosen = [attack for attack in ATTACKS if not words.names or attack.name in words.names]
    known = recorded() if RESULTS.exists() else {}
    with tempfile.TemporaryDirectory() as folder:
        course = build(Path(folder) / "world")
        begun = time.monotonic()
        for name, success in _try_all(course, chosen, Path(folder), words.jobs):
            known[name] = success
            print(f"{time.monotonic() - begun:6.0f} s  {name}: {success}", flush=True)
            _write(known)


def _write(known: dict[str, Any]) -> None:
    names = [attack.name for attack in ATTACKS if attack.name in known]
    found = {
        "versions": {name: version(name) for name in VERSIONS},
        "succeeds": {name: known[name] for name in names},
    }
    RESULTS.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
