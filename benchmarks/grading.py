"""Grade one class with stock nbgrader and with the kit, and compare scores, time and memory.

python benchmarks/grading.py --sizes 20 200 2000
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

if __package__ in (None, ""):
    # Started by its path: imports must find the project, and nothing beside this file.
    sys.path[0] = str(Path(__file__).resolve().parents[1])

from benchmarks.class_maker import Course, Learner, make_class, make_course
from benchmarks.measure import Measured, machine, measured
from benchmarks.short_class import shorten
from benchmarks.stock import comments, grade_stock, penalties, scores

__all__ = ["Row", "deleted_tests", "differences", "main", "surprises"]

Key = tuple[str, str, str]


@dataclass(frozen=True)
class Row:
    """The result for one size of class; ``None`` for what was not run.

    Seconds are wall seconds of one submission. ``restored`` counts the tests that a learner had
    deleted and that ours puts back, which is meant to differ from stock. ``unequal`` lists what differs from stock
    nbgrader's gradebook, ``unexpected`` what differs from the scores that the class must get.
    """

    size: int
    endless: int
    sample: int = 0
    sample_endless: int = 0
    stock_s: float | None = None
    ours_s: float | None = None
    peak_mb: float | None = None
    compared: int = 0
    unequal: tuple[str, ...] = ()
    restored: int = 0
    unexpected: tuple[str, ...] = ()

    @property
    def ratio(self) -> float | None:
        """How many times faster than stock nbgrader."""
        return self.stock_s / self.ours_s if self.stock_s and self.ours_s else None


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark; the exit status is 1 when a score differs."""
    options = _options(arguments)
    rows = []
    for size in options.sizes:
        with tempfile.TemporaryDirectory(prefix="grading-benchmark-") as folder:
            rows.append(_measure(size, options, Path(folder)))
        print(_line(rows[-1]), file=sys.stderr, flush=True)
    if options.json:
        shown = [asdict(row) | {"ratio": row.ratio} for row in rows]
        print(json.dumps({"machine": machine(), "growth": _growth(rows), "rows": shown}, indent=1))
    else:
        print("\n".join(_report(rows)))
    return int(any(row.unequal or row.unexpected for row in rows))


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[20, 200, 2000], metavar="N")
    parser.add_argument(
        "--stock-sample",
        type=int,
        default=40,
        metavar="N",
        help="most submissions that stock nbgrader grades of a class (default 40)",
    )
    parser.add_argument("--slots", type=int, metavar="N", help="submissions that run side by side")
    parser.add_argument(
        "--short", action="store_true", help="one notebook of eight questions, without figures"
    )
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--loops", type=float, default=0.015, help="share of endless loops")
    parser.add_argument("--without", choices=("stock", "ours"), help="grade with the other only")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    return parser.parse_args(arguments)


def _measure(size: int, options: argparse.Namespace, folder: Path) -> Row:
    """Make a class in a folder and grade it both ways, one after the other."""
    course = make_course(folder / "course", seed=options.seed)
    learners = make_class(course, size, seed=options.seed, loops=options.loops)
    if options.short:
        learners = shorten(course, learners)
    row = Row(size, _endless(learners))
    sample = _sample(learners, options.stock_sample)
    stock = _part_of(course, folder / "stock", sample)
    if options.without != "ours":
        row = _with_ours(row, course, learners, options.slots)
    if options.without != "stock":
        row = _with_stock(row, stock, sample)
    if not options.without:
        meant = deleted_tests(sample)
        found = differences(stock.gradebook, course.gradebook, meant=meant)
        compared = len(scores(stock.gradebook))
        row = replace(row, compared=compared, restored=len(meant), unequal=tuple(found))
    return row


def _endless(learners: Sequence[Learner]) -> int:
    return sum(learner.kind == "endless" for learner in learners)


def _sample(learners: Sequence[Learner], most: int) -> tuple[Learner, ...]:
    """Take learners at even distances, at most so many."""
    n = min(most, len(learners))
    return tuple(learners[place * len(learners) // n] for place in range(n))


def _part_of(course: Course, folder: Path, learners: Sequence[Learner]) -> Course:
    """Copy a course with the submissions of some learners only."""
    leave_out = shutil.ignore_patterns("submitted")
    shutil.copytree(course.folder, folder, ignore=leave_out)
    for learner in learners:
        place = Path("submitted") / learner.code
        shutil.copytree(course.folder / place, folder / place)
    return replace(course, folder=folder)


def _with_stock(row: Row, course: Course, sample: Sequence[Learner]) -> Row:
    run = grade_stock(course.folder, course.assignment)
    if run.status:
        _show_failure("nbgrader autograde", run.status, run.log)
    return replace(
        row,
        sample=len(sample),
        sample_endless=_endless(sample),
        stock_s=run.seconds / len(sample),
        unexpected=(*row.unexpected, *surprises(sample, course.gradebook, "stock")),
    )


def _with_ours(row: Row, course: Course, learners: Sequence[Learner], slots: int | None) -> Row:
    run = _grade_ours(course, slots)
    if run.status:
        _show_failure("stemcell-kit grade", run.status, run.log)
    return replace(
        row,
        ours_s=run.seconds / len(learners),
        peak_mb=run.peak_bytes / 2**20 if run.peak_bytes else None,
        unexpected=(
            *row.unexpected,
            *surprises(learners, course.gradebook, "ours", meant=deleted_tests(learners)),
        ),
    )


def _grade_ours(course: Course, slots: int | None) -> Measured:
    command = [sys.executable, "-m", "stemcell_kit", "grade", "--course", str(course.folder)]
    command += ["--assignment", course.assignment, "--json"]
    return measured(command + (["--slots", str(slots)] if slots else []))


def _show_failure(command: str, status: int, log: str) -> None:
    last = "\n".join(log.splitlines()[-20:])
    print(f"{command} ended with status {status}; it said last:\n{last}", file=sys.stderr)


def deleted_tests(learners: Sequence[Learner]) -> frozenset[Key]:
    """Learner, notebook and cell of each test that a learner has deleted.

    Stock nbgrader has no score for it; ours puts it back and counts it.
    """
    tested = {
        place
        for learner in learners
        for place, points in learner.expected.items()
        if points is not None
    }
    return frozenset(
        (learner.code, *place)
        for learner in learners
        if learner.kind == "deleted test"
        for place, points in learner.expected.items()
        if points is None and place in tested
    )


def differences(
    stock: Path | str, ours: Path | str, *, meant: Collection[Key] = ()
) -> Iterator[str]:
    """Say where a gradebook has other scores, comments or penalties than stock nbgrader's has.

    Learners whom stock nbgrader did not grade are left out, and so are the cells in ``meant``.
    """
    tables: tuple[Callable[[Path | str], Mapping[Any, object]], ...] = (scores, comments, penalties)
    for table in tables:
        expected, found = table(stock), table(ours)
        for key, value in expected.items():
            if found.get(key) != value and key not in meant:
                yield f"{' / '.join(key)}: stock {value}, ours {found.get(key)}"


def surprises(
    learners: Sequence[Learner],
    gradebook: Path | str,
    grader: str,
    *,
    meant: Collection[Key] = (),
) -> Iterator[str]:
    """Say where a gradebook has other automatic scores than the class must get.

    The cells in ``meant`` are left out.
    """
    found = scores(gradebook)
    for learner in learners:
        for (notebook, cell), points in learner.expected.items():
            key = (learner.code, notebook, cell)
            score = found.get(key)
            if key not in meant and (score is None or score.auto_score != points):
                where = f"{learner.code} ({learner.kind}) / {notebook} / {cell}"
                yield f"{where}: must get {points}, {grader} gives {score}"


def _report(rows: Sequence[Row]) -> Iterator[str]:
    """The table in Markdown, with what it was measured on and every difference."""
    yield "| Class | Endless loops | Stock sample (loops) | Stock, s each | Ours, s each | Ratio | Cells compared | Restored | Unequal | Unexpected | Peak memory, MB |"
    yield "|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|"
    yield from map(_line, rows)
    yield ""
    if (growth := _growth(rows)) is not None:
        yield f"From {rows[-2].size} to {rows[-1].size} the time of one submission changes by {growth:+.1f} %."
    yield ", ".join(f"{name} {value}" for name, value in machine().items())
    for row in rows:
        yield from (f"{row.size}: {fault}" for fault in (*row.unequal, *row.unexpected))


def _line(row: Row) -> str:
    cells = [row.size, row.endless, f"{row.sample} ({row.sample_endless})"]
    cells += [_number(row.stock_s, 2), _number(row.ours_s, 3), _number(row.ratio, 1), row.compared]
    cells += [row.restored, len(row.unequal), len(row.unexpected), _number(row.peak_mb, 0)]
    return f"| {' | '.join(map(str, cells))} |"


def _number(value: float | None, digits: int) -> str:
    return "-" if value is None else f"{value:.{digits}f}"


def _growth(rows: Sequence[Row]) -> float | None:
    """Change of our seconds for one submission between the last two sizes, in percent."""
    if len(rows) < 2 or not (rows[-2].ours_s and rows[-1].ours_s):
        return None
    return 100 * (rows[-1].ours_s / rows[-2].ours_s - 1)


if __name__ == "__main__":
    sys.exit(main())
