"""Does saving one answer take longer when many answers are stored? Side by side in one run.

python benchmarks/records.py --rows 100 10000 1000000
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

if __package__ in (None, ""):
    # Started by its path: imports must find the project, and nothing beside this file.
    sys.path[0] = str(Path(__file__).resolve().parents[1])

from sqlalchemy import insert

from benchmarks.measure import machine
from stemcell_kit.records import Records
from stemcell_kit.records.tables import AnswerRow, ChangeRow

__all__ = ["fill", "main", "seconds_per_save"]

SAVES = 200
BATCH = 10_000
STATEMENTS = 455


def main(arguments: Sequence[str] | None = None) -> int:
    """Fill a database for each number of rows, save into all of them in turn, print the ratios."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, nargs="+", default=[100, 10_000, 1_000_000])
    sizes = parser.parse_args(arguments).rows
    with tempfile.TemporaryDirectory(prefix="stemcell-kit-records-") as folder:
        stores = {}
        for size in sizes:
            stores[size] = Records(f"sqlite:///{(Path(folder) / f'{size}.sqlite').as_posix()}")
            fill(stores[size], size)
        times = seconds_per_save(stores)
    first = times[sizes[0]]
    print("| Answers stored | Saving one, ms (median) | Ratio to the first |")
    print("|---:|---:|---:|")
    for size, seconds in times.items():
        print(f"| {size} | {1000 * seconds:.2f} | {seconds / first:.2f} |")
    print("\n" + ", ".join(f"{name} {value}" for name, value in machine().items()))
    return 0


def fill(records: Records, rows: int) -> None:
    """Store so many answers, each with its line of history, in assessments of 455 statements."""
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    for start in range(0, rows, BATCH):
        places = [divmod(number, STATEMENTS) for number in range(start, min(start + BATCH, rows))]
        keys = [{"assessment": f"site-{a}", "requirement": f"std/r-{r:03d}"} for a, r in places]
        answers = [
            {**key, "score": 1, "answered_at": moment, "answered_by": "OP-03", "version": 1}
            for key in keys
        ]
        changes = [
            {
                **key,
                "version": 1,
                "changed_at": moment,
                "changed_by": "OP-03",
                "before": {"score": None},
                "after": {"score": 1},
            }
            for key in keys
        ]
        with records.engine.begin() as connection:
            connection.execute(insert(AnswerRow), answers)
            connection.execute(insert(ChangeRow), changes)


def seconds_per_save(stores: dict[int, Records]) -> dict[int, float]:
    """Save into each database in turn, so that a slow moment of the machine meets all of them."""
    times: dict[int, list[float]] = {size: [] for size in stores}
    for number in range(SAVES):
        for size, records in stores.items():
            begun = time.perf_counter()
            records.save_answer("site-0", f"std/r-{number % 50:03d}", by="OP-07", note=str(number))
            times[size].append(time.perf_counter() - begun)
    return {size: statistics.median(found) for size, found in times.items()}


if __name__ == "__main__":
    raise SystemExit(main())
