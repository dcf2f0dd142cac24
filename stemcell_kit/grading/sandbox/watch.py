"""Watching a session from outside: memory that no single process's limit sees, and long work."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator

__all__ = ["held_by", "look_after"]

LONG_S = 3.0
LATER = 15  # as in nice(1): what takes long gives way to the rest of the class


def look_after(session: int, age_s: float, *, warm: int, memory: int) -> str | None:
    """Look at the processes below *session*; return why it must end, or None.

    Parameters
    ----------
    age_s
        How long the session has been running, in seconds.
    warm
        Bytes that each process began with.
    memory
        Bytes that they may hold beyond that, all together.
    """
    processes = list(_below(session))
    if age_s > LONG_S:
        for process in processes:
            with contextlib.suppress(ProcessLookupError):  # ended while we looked
                os.setpriority(os.PRIO_PROCESS, process, LATER)
    held = sum(max(0, held_by(process) - warm) for process in processes)
    return "memory" if held > memory else None


def _below(pid: int) -> Iterator[int]:
    waiting = _children(pid)
    while waiting:
        child = waiting.pop()
        yield child
        waiting += _children(child)


def _children(pid: int) -> list[int]:
    found: list[int] = []
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):  # ended while we looked
        for task in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{task}/children", encoding="ascii") as file:
                found += map(int, file.read().split())
    return found


def held_by(pid: int) -> int:
    """Bytes of memory that one process holds by itself, 0 once it has ended."""
    try:
        with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as file:
            lines = dict(line.split(":", 1) for line in file)
    except (FileNotFoundError, ProcessLookupError):
        return 0
    kinds = ("RssAnon", "RssShmem")
    return sum(int(lines[kind].split()[0]) * 1024 for kind in kinds if kind in lines)
