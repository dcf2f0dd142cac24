"""Search 10,000 STR profiles for one: the kit against STRprofiler's own comparison loop.

python benchmarks/str_search.py --strprofiler-python PATH
"""

from __future__ import annotations

import argparse
import json
import math
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from numpy.random import RandomState

sys.path.insert(0, str(Path(__file__).parents[1]))

from stemcell_kit.bank.noise import noise, pick, stream
from stemcell_kit.qc.identity.str_match import read_profile
from stemcell_kit.qc.identity.str_search import StrDatabase, search

_SCRIPT = Path(__file__).parents[1] / "tests" / "oracles" / "score_with_strprofiler.py"
_REPEATS = 20

Written = dict[str, str]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark; the exit status is 1 when a score differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--profiles", type=int, default=10_000)
    parser.add_argument("--strprofiler-python", help="the Python of STRprofiler's environment")
    chosen = parser.parse_args(arguments)
    query, *written = (profile(number) for number in range(chosen.profiles + 1))
    database = {str(number): read_profile(one) for number, one in enumerate(written)}

    started = time.perf_counter()
    known = StrDatabase(database)
    prepared_s = time.perf_counter() - started
    wanted = read_profile(query)
    search_s = statistics.median(_seconds(known, wanted) for _ in range(_REPEATS))
    print(f"{len(known)} profiles: prepared in {prepared_s:.2f} s, searched in {search_s:.5f} s")
    if not chosen.strprofiler_python:
        return 0
    given = json.dumps({"query": query, "database": written})
    answer = subprocess.run(
        [chosen.strprofiler_python, str(_SCRIPT)], input=given, capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    theirs = json.loads(answer.stdout)
    ours = known.scores(wanted, score="tanabe", mode="non-empty", amelogenin=False)
    unequal = sum(
        not math.isclose(one, other, rel_tol=1e-12)
        for one, other in zip(ours, theirs["tanabe"], strict=True)
    )
    both = prepared_s + search_s
    print(f"STRprofiler's loop: {theirs['seconds']:.2f} s")
    print(f"{theirs['seconds'] / search_s:.0f} times faster, {theirs['seconds'] / both:.1f} times "
          f"with preparation; {unequal} scores differ")  # fmt: skip
    return int(unequal > 0)


def profile(number: int) -> Written:
    """Draw a profile from the bank's allele lists; every tenth marker is not typed."""
    rng = stream(number, "str_search")
    found = {"AMEL": "X" if rng.random_sample() < 0.5 else "X,Y"}
    for marker, alleles in noise("str")["alleles"].items():
        typed = rng.random_sample() > 0.1
        found[marker] = _two(rng, alleles) if typed else ""
    return found


def _two(rng: RandomState, alleles: Sequence[str]) -> str:
    return ",".join(dict.fromkeys((pick(rng, alleles), pick(rng, alleles))))


def _seconds(known: StrDatabase, wanted: dict[str, frozenset[str]]) -> float:
    started = time.perf_counter()
    search(wanted, known, minimum=80)
    return time.perf_counter() - started


if __name__ == "__main__":
    sys.exit(main())
