"""The engine: starts the warm judge and the jailed worker, and runs tasks through both.

One engine serves any number of threads; each submission has a judge and a session of its own.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

from stemcell_kit.errors import KitError
from stemcell_kit.grading.channel import BadFrame, Channel, ChannelClosed, ChannelTimeout
from stemcell_kit.grading.sandbox.jail import jail_command
from stemcell_kit.grading.sandbox.limits import Limits
from stemcell_kit.grading.task import Result, Task, Verdict
from stemcell_kit.grading.zygote import packet_pair

__all__ = ["Engine", "EngineError"]

START_S = 120
PACKAGE = Path(__file__).parents[1]
# What the judge may see of the grader's environment; a secret in it is no business of a test.
JUDGE_ENVIRONMENT = ("HOME", "LANG", "LC_ALL", "LC_CTYPE", "PATH", "TMPDIR")


class EngineError(KitError):
    """The engine cannot start or has stopped; the message says what to do."""


class Engine:
    """A warm judge and a warm worker behind the sandbox; a context manager.

    Parameters
    ----------
    limits
        What a session may use; the time limits of a task may be shorter.
    """

    keeps_apart = True

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._lock = threading.Lock()
        self._number = 0
        self._judge: _Warm | None = None
        self._worker: _Warm | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(self) -> None:
        """Start both warm processes side by side; does nothing when they run.

        Raises
        ------
        EngineError
            One of them does not start, for example because the sandbox is refused.
        """
        if self._judge is not None:
            return
        module = "stemcell_kit.grading"
        settings = json.dumps(self.limits.as_data())
        self._worker = _Warm(
            "worker",
            lambda fd: jail_command(["-m", f"{module}.worker", str(fd), settings], package=PACKAGE),
        )
        self._judge = _Warm("judge", lambda fd: [sys.executable, "-m", f"{module}.judge", str(fd)])
        try:
            self._worker.wait_until_ready()
            self._judge.wait_until_ready()
        except EngineError:
            self.close()
            raise

    def close(self) -> None:
        """End both processes and everything they have started."""
        for warm in (self._judge, self._worker):
            if warm is not None:
                warm.close()
        self._judge = self._worker = None

    def run(self, task: Task) -> Result:
        """Run one task and return what it gave; waits for its end."""
        if self._judge is None or self._worker is None:
            raise EngineError("the grading engine is not running; call start() first")
        with self._lock:
            self._number += 1
            name = str(self._number)
        begun = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="stemcell-kit-trial-") as folder:
            line = self._begin(name, task, folder)
            try:
                result = _collected(line, task, time.monotonic() + task.limits.submission_seconds)
            finally:
                line.close()
                why = self._worker.end(name)
                self._judge.end(name)
        ended = why if result.ended == "gone" and why else result.ended
        seconds = round(time.monotonic() - begun, 4)
        return Result(result.verdicts, ended, result.detail, seconds, result.permits)

    def _begin(self, name: str, task: Task, folder: str) -> Channel:
        """Fork a session and a judge, introduce them to each other, and hand over the task."""
        assert self._worker is not None and self._judge is not None
        to_session, to_judge = socket.socketpair()
        ours, judges = socket.socketpair()
        with to_session, to_judge, judges:
            self._worker.fork(name, [to_session])
            self._judge.fork(name, [to_judge, judges])
        line = Channel(ours, total_bytes=2**40)
        # a judge that died early shows when the verdicts are collected
        with contextlib.suppress(ChannelClosed):
            line.send({"task": task.as_data(), "folder": folder}, seconds=60)
        return line


class _Warm:
    """One warm process and the engine's end of its control line."""

    def __init__(self, role: str, command: Any) -> None:
        self._role = role
        self._ended: dict[str, dict[str, Any]] = {}
        self._waiting = threading.Condition()
        self._control, theirs = packet_pair()
        self._complaints = tempfile.TemporaryFile()  # noqa: SIM115 (closed in close)
        with theirs:
            self._process = subprocess.Popen(
                command(theirs.fileno()),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._complaints,
                pass_fds=[theirs.fileno()],
                env=_judge_environment(),
                cwd="/",
            )

    def wait_until_ready(self) -> None:
        """Wait for the first word of the process."""
        self._control.settimeout(START_S)
        try:
            word = self._control.recv(65536)
        except OSError:
            word = b""
        if not word:
            self._process.kill()
            self._process.wait()
            self._complaints.seek(0)
            said = self._complaints.read().decode("utf-8", "replace").strip()[-2000:]
            raise EngineError(
                f"the grading {self._role} does not start: {said or 'it said nothing'}. "
                "Run 'stemcell-kit grade --doctor' to see what this computer allows."
            )
        self.ready = json.loads(word)["ready"]
        self._control.settimeout(None)
        threading.Thread(target=self._listen, daemon=True).start()

    def fork(self, name: str, ends: list[socket.socket]) -> None:
        """Fork a child that owns these sockets."""
        packet = json.dumps({"fork": name}).encode("ascii")
        try:
            socket.send_fds(self._control, [packet], [end.fileno() for end in ends])
        except OSError as error:
            raise EngineError(f"the grading {self._role} is gone: {error}") from error

    def end(self, name: str) -> str | None:
        """End a child, wait until it is gone, and return why it had ended before, if it had."""
        with contextlib.suppress(OSError):
            self._control.send(json.dumps({"end": name}).encode("ascii"))
        with self._waiting:
            self._waiting.wait_for(lambda: name in self._ended or self._closed, timeout=10)
            return self._ended.pop(name, {}).get("why")

    _closed = False

    def _listen(self) -> None:
        while True:
            try:
                packet = self._control.recv(65536)
            except OSError:
                packet = b""
            with self._waiting:
                if not packet:
                    self._closed = True
                else:
                    message = json.loads(packet)
                    self._ended[message["ended"]] = message
                self._waiting.notify_all()
            if not packet:
                return

    def close(self) -> None:
        """Hang up; the process ends itself and its children."""
        with contextlib.suppress(OSError):
            self._control.shutdown(socket.SHUT_RDWR)
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._control.close()
        self._complaints.close()


def _collected(line: Channel, task: Task, deadline: float) -> Result:
    """Read verdicts until the judge is done, dead or late; what came before counts."""
    verdicts: dict[int, Verdict] = {}
    try:
        while True:
            word = line.receive(seconds=max(0.0, deadline - time.monotonic()))
            if "done" in word:
                ended = "gone" if word["gone"] else None
                return Result(verdicts, ended, word["gone"] or "", permits=word["permits"])
            verdicts[word["slot"]] = Verdict(**word)
    except ChannelTimeout:
        return Result(verdicts, "time", f"not done after {task.limits.submission_seconds:g} s")
    except (ChannelClosed, BadFrame) as error:
        return Result(verdicts, "judge", str(error))


def _judge_environment() -> Mapping[str, str]:
    kept = {name: os.environ[name] for name in JUDGE_ENVIRONMENT if name in os.environ}
    return {
        **kept,
        "MPLBACKEND": "agg",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "PYTHONHASHSEED": "0",
        "PYTHONSAFEPATH": "1",
        "PYTHONUTF8": "1",
        "NBGRADER_EXECUTION": "autograde",
        **{n: v for n, v in os.environ.items() if n.startswith("STEMCELL_KIT_")},
    }
