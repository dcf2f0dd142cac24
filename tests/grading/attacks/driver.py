"""Runs a grader and watches it from outside: ``python driver.py plan.json``.

Standard library only, for it also runs inside the jail. It adopts every process that the
grader leaves behind, listens on each kind of socket that a learner might call, and writes
what it saw as JSON.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ADOPT_ORPHANS = 36  # PR_SET_CHILD_SUBREAPER
GRACE_S = 1.5
LONGEST_BYTES = 65536


def main(plan_path: str) -> None:
    """Carry out a plan."""
    plan = json.loads(Path(plan_path).read_text(encoding="utf-8"))
    ctypes.CDLL(None).prctl(ADOPT_ORPHANS, 1, 0, 0, 0)
    heard: list[str] = []
    listeners = _listen(plan, heard)
    runs = [_run(command, plan) for command in plan["commands"]]
    time.sleep(GRACE_S)
    seen = {
        "runs": runs,
        "heard": heard,
        "processes": list(_descendants()),
        "files": list(_marked_files(plan)),
        "segments": _segments(plan["segment"]),
        "largest_bytes": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024,
    }
    for listener in listeners:
        listener.close()
    _end_all()
    Path(plan["out"]).write_text(json.dumps(seen), encoding="utf-8")


def _run(command: dict[str, Any], plan: dict[str, Any]) -> dict[str, Any]:
    begun = time.monotonic()
    with open(plan["log"], "ab") as log:
        process = subprocess.Popen(
            command["argv"],
            cwd=plan["cwd"],
            env=plan["env"],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        try:
            code = process.wait(command["seconds"])
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            code = None
    return {"code": code, "took": time.monotonic() - begun}


def _listen(plan: dict[str, Any], heard: list[str]) -> list[socket.socket]:
    addresses: list[tuple[int, int, Any]] = [
        (socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", plan["tcp"])),
        (socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", plan["udp"])),
        (socket.AF_UNIX, socket.SOCK_STREAM, "\0" + plan["mark"]),
        (socket.AF_UNIX, socket.SOCK_STREAM, plan["unix"]),
    ]
    listeners = []
    for family, kind, address in addresses:
        listener = socket.socket(family, kind)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        if kind == socket.SOCK_STREAM:
            listener.listen()
        serve = _answer if kind == socket.SOCK_STREAM else _note
        threading.Thread(target=serve, args=(listener, heard, plan), daemon=True).start()
        listeners.append(listener)
    return listeners


def _answer(listener: socket.socket, heard: list[str], plan: dict[str, Any]) -> None:
    while True:
        try:
            caller, _ = listener.accept()
        except OSError:  # closed: the watch is over
            return
        with caller, contextlib.suppress(OSError):
            caller.settimeout(2)
            heard.append(caller.recv(LONGEST_BYTES).decode("latin-1"))
            caller.sendall(f"HTTP/1.0 200 OK\r\n\r\n{plan['reply']}\n".encode())


def _note(listener: socket.socket, heard: list[str], plan: dict[str, Any]) -> None:
    while True:
        try:
            heard.append(listener.recv(LONGEST_BYTES).decode("latin-1"))
        except OSError:
            return


def _descendants() -> Iterator[str]:
    for pid in _below(os.getpid()):
        with contextlib.suppress(OSError):
            command = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ")
            if command:  # a process that has ended has none
                yield command.decode("latin-1")[:300]


def _below(top: int) -> list[int]:
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                status = (entry / "stat").read_text(encoding="latin-1")
                parents[int(entry.name)] = int(status.rpartition(")")[2].split()[1])
    found, waiting = [], [top]
    while waiting:
        above = waiting.pop()
        children = [pid for pid, parent in parents.items() if parent == above]
        found += children
        waiting += children
    return found


def _end_all() -> None:
    for _ in range(3):  # a process that forks while it is ended is found the next time
        for pid in _below(os.getpid()):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.1)


def _marked_files(plan: dict[str, Any]) -> Iterator[str]:
    for place in plan["places"]:
        for folder, folders, names in os.walk(place):
            marked = [name for name in (*folders, *names) if plan["mark"] in name]
            yield from (os.path.join(folder, name) for name in marked[:50])


def _segments(key: int) -> int:
    table = Path("/proc/sysvipc/shm").read_text(encoding="ascii").splitlines()[1:]
    return sum(int(line.split()[0]) == key for line in table)


if __name__ == "__main__":
    main(sys.argv[1])
