"""Read and gate a large FCS file with the kit, with flowio and numpy alone, and with FlowKit.

python benchmarks/flow.py --events 1000000 --flowkit-python flowkit-env/bin/python
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from array import array
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

if __package__ in (None, ""):
    # Started by its path: imports must find the project, and nothing beside this file.
    sys.path[0] = str(Path(__file__).resolve().parents[1])

import flowio
import numpy as np

from benchmarks.measure import machine
from stemcell_kit.bank.exports.gatingml import gatingml_text
from stemcell_kit.instruments import read_fcs, read_gatingml
from stemcell_kit.qc.flow.gate_tree import count_gates

__all__ = ["GATES", "FlowKit", "Round", "by_hand", "main", "ours", "write_events"]

Counts = Mapping[str, int]

CHANNELS = ("FSC-A", "FSC-H", "SSC-A", "V450-A", "Y585-A", "V610-A")
CORNERS = [
    [40_000.0, 33_000.0],
    [300_000.0, 250_000.0],
    [300_000.0, 350_000.0],
    [40_000.0, 47_000.0],
]
LIVE_BELOW, POSITIVE = 1500.0, 1500.0
GATES: dict[str, Any] = {
    "gates": [
        {
            "id": "singlets",
            "kind": "polygon",
            "dimensions": [{"channel": "FSC-A"}, {"channel": "FSC-H"}],
            "vertices": CORNERS,
        },
        {
            "id": "live",
            "kind": "rectangle",
            "parent": "singlets",
            "dimensions": [{"channel": "V450-A", "high": LIVE_BELOW}],
        },
        {
            "id": "NK",
            "kind": "rectangle",
            "parent": "live",
            "dimensions": [
                {"channel": "Y585-A", "low": POSITIVE},
                {"channel": "V610-A", "high": POSITIVE},
            ],
        },
    ]
}
FLOWKIT = """
import json, sys, time, warnings
warnings.simplefilter("ignore")
import flowkit
for line in sys.stdin:
    events, gates = json.loads(line)
    start = time.perf_counter()
    result = flowkit.parse_gating_xml(gates).gate_sample(flowkit.Sample(events))
    rows = [(str(r["gate_name"]), int(r["count"])) for _, r in result.report.iterrows()]
    print(json.dumps([time.perf_counter() - start, dict(rows)]), flush=True)
"""


@dataclass(frozen=True)
class Round:
    """Wall seconds of one round, each way once; ``flowkit_s`` is None without FlowKit."""

    ours_s: float
    by_hand_s: float
    flowkit_s: float | None


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark; the exit status is 1 when two ways count differently."""
    options = _options(arguments)
    with tempfile.TemporaryDirectory(prefix="flow-benchmark-") as folder:
        events, gates = Path(folder) / "events.fcs", Path(folder) / "gates.xml"
        write_events(events, options.events)
        gates.write_text(gatingml_text(GATES, {}), encoding="utf-8")
        flowkit = FlowKit(options.flowkit_python) if options.flowkit_python else None
        try:
            rounds, counts = _rounds(events, gates, options.rounds, flowkit)
        finally:
            if flowkit:
                flowkit.stop()
    print(json.dumps(_report(options.events, rounds, counts), indent=1))
    return 0 if all(found == counts["ours"] for found in counts.values()) else 1


def write_events(path: Path, events: int) -> None:
    """Write one FCS file of six channels in single precision, the same one every time."""
    rng = np.random.RandomState(24603)
    height = 95_000 * np.exp(0.15 * rng.normal(size=events))
    area = height * (1 + 0.9 * (rng.random_sample(events) < 0.05))
    area *= 1 + 0.03 * rng.normal(size=events)
    columns = [area, height, 38_000 * np.exp(0.2 * rng.normal(size=events))]
    for share, dim, bright in ((0.06, 150, 9000), (0.9, 120, 12_000), (0.02, 120, 9000)):
        level = np.where(rng.random_sample(events) < share, bright, dim)
        columns.append(level * np.exp(0.4 * rng.normal(size=events)) + rng.normal(0, 60, events))
    numbers = array("f")
    numbers.frombytes(np.column_stack(columns).astype("=f4").tobytes())
    with path.open("wb") as file:
        flowio.create_fcs(file, numbers, list(CHANNELS))


def ours(events: Path, gates: Path) -> Counts:
    """Read, gate and report with the kit."""
    table = read_fcs(events, names="detector")
    counts = count_gates(table, read_gatingml(gates).attrs["gates"])
    for gate in counts.parents:
        counts.percent(gate)
    return {name: count for name, count in counts.counts.items() if name != "total"}


def by_hand(events: Path) -> Counts:
    """Do the same with flowio and numpy alone, as a person would write it for these gates."""
    values = flowio.FlowData(str(events)).as_array(preprocess=True)
    area, height, _, viability, cd56, cd3 = values.T
    singlets = np.ones(len(values), dtype=bool)
    for (x, y), (next_x, next_y) in zip(CORNERS, [*CORNERS[1:], CORNERS[0]], strict=True):
        singlets &= (next_x - x) * (height - y) - (next_y - y) * (area - x) >= 0
    live = singlets & (viability < LIVE_BELOW)
    nk = live & (cd56 >= POSITIVE) & (cd3 < POSITIVE)
    found = {"singlets": singlets, "live": live, "NK": nk}
    return {name: int(np.count_nonzero(inside)) for name, inside in found.items()}


class FlowKit:
    """FlowKit in an environment of its own; it is started once and measures itself."""

    def __init__(self, python: str) -> None:
        self._process = subprocess.Popen(
            [python, "-c", FLOWKIT],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )

    def run(self, events: Path, gates: Path) -> tuple[float, Counts]:
        """Return the seconds and the counts of one reading."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([str(events), str(gates)]) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            raise SystemExit("FlowKit stopped; does --flowkit-python name the right Python?")
        seconds, counts = json.loads(answer)
        return float(seconds), counts

    def stop(self) -> None:
        """Let it end."""
        self._process.communicate()


def _rounds(
    events: Path, gates: Path, rounds: int, flowkit: FlowKit | None
) -> tuple[list[Round], dict[str, Counts]]:
    """Measure the ways by turns, so that a busy machine slows all of them; the first is warm-up."""
    done: list[Round] = []
    counts: dict[str, Counts] = {}
    for number in range(rounds + 1):
        ours_s, counts["ours"] = _timed(lambda: ours(events, gates))
        by_hand_s, counts["flowio and numpy"] = _timed(lambda: by_hand(events))
        flowkit_s = None
        if flowkit:
            flowkit_s, counts["FlowKit"] = flowkit.run(events, gates)
        if number:
            done.append(Round(ours_s, by_hand_s, flowkit_s))
    return done, counts


def _timed(work: Callable[[], Counts]) -> tuple[float, Counts]:
    start = perf_counter()
    counts = work()
    return perf_counter() - start, counts


def _report(events: int, rounds: Sequence[Round], counts: Mapping[str, Counts]) -> dict[str, Any]:
    report: dict[str, Any] = {
        "machine": machine(),
        "events": events,
        "ours_s": round(median(one.ours_s for one in rounds), 3),
        "flowio_and_numpy_s": round(median(one.by_hand_s for one in rounds), 3),
        "ours_over_flowio_and_numpy": round(median(o.ours_s / o.by_hand_s for o in rounds), 2),
        "counts": counts,
    }
    with_flowkit = [(one.flowkit_s, one.ours_s) for one in rounds if one.flowkit_s]
    if with_flowkit:
        report["flowkit_s"] = round(median(theirs for theirs, _ in with_flowkit), 3)
        ratios = [theirs / own for theirs, own in with_flowkit]
        report["flowkit_over_ours"] = round(median(ratios), 2)
    return report


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=1_000_000, help="events in the file")
    parser.add_argument("--rounds", type=int, default=5, help="rounds after a warm-up")
    parser.add_argument("--flowkit-python", help="the Python of FlowKit's environment")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
