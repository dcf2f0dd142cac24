"""Run a command and measure it: wall seconds, and the peak memory of all its processes together."""

from __future__ import annotations

import os
import platform
import subprocess
import tempfile
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from time import perf_counter

__all__ = ["Measured", "Tree", "machine", "measured"]

_PROC = Path("/proc")
_EVERY_S = 0.5


@dataclass(frozen=True)
class Measured:
    """One run of a command.

    ``peak_bytes`` is the largest sum of PSS over the command and all that it started; a page
    that several processes share counts once. ``None`` where the system does not tell.
    """

    seconds: float
    status: int
    log: str
    peak_bytes: int | None


class Tree:
    """A process and everything that it ever started, orphans included."""

    def __init__(self, root: int) -> None:
        self._known = {root: _started(root)}

    def pids(self) -> list[int]:
        """The living processes of the tree."""
        parents = _parents()
        alive = {pid for pid in parents if _started(pid) == self._known.get(pid, "")}
        fresh = alive
        while fresh:
            fresh = {pid for pid, parent in parents.items() if parent in alive} - alive
            alive |= fresh
        self._known |= {pid: _started(pid) for pid in alive}
        return sorted(alive)

    def memory(self) -> int:
        """The bytes that the tree holds now."""
        return sum(_memory(pid) for pid in self.pids())


def _stat(pid: int) -> list[str]:
    """The fields behind the name in ``/proc/<pid>/stat``; none for a process that is gone."""
    try:
        text = (_PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    return text.rpartition(")")[2].split()


def _started(pid: int) -> str:
    # the start time tells a process from a later one with the same number
    fields = _stat(pid)
    return fields[19] if fields else "gone"


def _parents() -> dict[int, int]:
    """Process -> its parent, for every process that can be seen."""
    pids = (int(path.name) for path in _PROC.iterdir() if path.name.isdigit())
    stats = {pid: _stat(pid) for pid in pids}
    return {pid: int(fields[1]) for pid, fields in stats.items() if fields}


def _memory(pid: int) -> int:
    """PSS of a process in bytes, or its resident size where PSS is not ours to read."""
    folder = _PROC / str(pid)
    try:
        for line in (folder / "smaps_rollup").read_text(encoding="utf-8").splitlines():
            if line.startswith("Pss:"):
                return 1024 * int(line.split()[1])
    except PermissionError:
        return _resident(folder)
    except OSError:
        return 0
    return 0


def _resident(folder: Path) -> int:
    try:
        pages = int((folder / "statm").read_text(encoding="utf-8").split()[1])
    except OSError:
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


def measured(command: Sequence[str]) -> Measured:
    """Run a command to its end and sample its memory twice a second."""
    # a file and not a pipe: a process left behind would keep a pipe open for ever
    with tempfile.TemporaryFile() as log:
        started = perf_counter()
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
        )
        peak = _Peak(process.pid)
        try:
            status = process.wait()
        finally:
            seconds = perf_counter() - started
            peak.stop()
        log.seek(0)
        text = log.read().decode("utf-8", errors="replace")
    return Measured(seconds, status, text, peak.bytes)


class _Peak:
    """Samples the memory of a process tree until it is stopped."""

    def __init__(self, root: int) -> None:
        self.bytes: int | None = None
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._sample, args=(root,), daemon=True)
        if _PROC.is_dir():
            self._thread.start()

    def _sample(self, root: int) -> None:
        tree = Tree(root)
        while not self._done.is_set():
            self.bytes = max(self.bytes or 0, tree.memory())
            self._done.wait(_EVERY_S)

    def stop(self) -> None:
        """Take no further sample."""
        self._done.set()
        if self._thread.is_alive():
            self._thread.join()


def machine() -> dict[str, str]:
    """What the numbers were measured on: cores, memory, kernel, versions, date."""
    names = ("nbgrader", "numpy", "pandas", "scipy")
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return {
        "cores": str(usable),
        "memory": _installed_memory(),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        **{name: version(name) for name in names},
        "date": datetime.now(UTC).date().isoformat(),
    }


def _installed_memory() -> str:
    if not hasattr(os, "sysconf") or "SC_PHYS_PAGES" not in os.sysconf_names:
        return "unknown"
    return f"{os.sysconf('SC_PHYS_PAGES') * os.sysconf('SC_PAGE_SIZE') / 2**30:.0f} GiB"
