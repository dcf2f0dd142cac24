"""The engine's end of a warm process: starts it, has it fork, hears which forks have ended."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from stemcell_kit.errors import KitError
from stemcell_kit.grading.zygote import packet_pair

__all__ = ["EngineError", "WarmProcess"]

START_S = 120
END_S = 10
SECRETS = ("STEMCELL_KIT_DATABASE", "STEMCELL_KIT_KEY_PASSPHRASE")
# What the judge may see of the grader's environment; a secret in it is no business of a test.
JUDGE_ENVIRONMENT = ("HOME", "LANG", "LC_ALL", "LC_CTYPE", "PATH", "TMPDIR")


class EngineError(KitError):
    """The engine cannot start or has stopped; the message says what to do."""


class WarmProcess:
    """One warm process and the engine's end of its control line.

    Parameters
    ----------
    role
        ``judge`` or ``worker``, for messages.
    command
        The file descriptor of the control line -> the command.
    """

    def __init__(self, role: str, command: Callable[[int], Sequence[str]]) -> None:
        self._role = role
        self._ended: dict[str, dict[str, Any]] = {}
        self._news = threading.Condition()
        self._is_gone = False
        self._control, theirs = packet_pair()
        self._complaints = tempfile.TemporaryFile()  # noqa: SIM115 (closed in close)
        with theirs:
            self._process = subprocess.Popen(
                command(theirs.fileno()),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._complaints,
                pass_fds=[theirs.fileno()],
                env=_environment(),
                cwd="/",
                start_new_session=True,  # Ctrl+C is for the engine to handle
            )

    @property
    def is_gone(self) -> bool:
        """Whether the process has ended."""
        return self._is_gone

    def wait_until_ready(self) -> None:
        """Wait for the first word of the process.

        Raises
        ------
        EngineError
            The process ends or is silent instead.
        """
        self._control.settimeout(START_S)
        try:
            word = self._control.recv(65536)
        except OSError:
            word = b""
        if not word:
            raise EngineError(
                f"the grading {self._role} does not start: {self._last_words()}. "
                "Run 'stemcell-kit grade --doctor' to see what this computer allows."
            )
        self.ready = json.loads(word)["ready"]
        self._control.settimeout(None)
        threading.Thread(target=self._listen, daemon=True).start()

    def _last_words(self) -> str:
        self._process.kill()
        self._process.wait()
        self._complaints.seek(0)
        said = self._complaints.read().decode("utf-8", "replace").strip()[-2000:]
        return said or "it said nothing"

    def fork(self, name: str, ends: Sequence[socket.socket]) -> None:
        """Fork a child that owns these sockets.

        Raises
        ------
        EngineError
            The process has ended.
        """
        packet = json.dumps({"fork": name}).encode("ascii")
        try:
            socket.send_fds(self._control, [packet], [end.fileno() for end in ends])
        except OSError as error:
            raise EngineError(f"the grading {self._role} is gone: {error}") from error

    def end(self, name: str) -> str | None:
        """End a child, wait until it is gone, and return why it had ended before, if it had."""
        with contextlib.suppress(OSError):
            self._control.send(json.dumps({"end": name}).encode("ascii"))
        with self._news:
            self._news.wait_for(lambda: name in self._ended or self._is_gone, timeout=END_S)
            return self._ended.pop(name, {}).get("why")

    def _listen(self) -> None:
        while not self._is_gone:
            try:
                packet = self._control.recv(65536)
            except OSError:
                packet = b""
            with self._news:
                if packet:
                    message = json.loads(packet)
                    self._ended[message["ended"]] = message
                else:
                    self._is_gone = True
                self._news.notify_all()

    def close(self) -> None:
        """Hang up; the process ends itself and its children."""
        with self._news:
            self._is_gone = True
            self._news.notify_all()
        with contextlib.suppress(OSError):
            self._control.shutdown(socket.SHUT_RDWR)
        try:
            self._process.wait(timeout=END_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._control.close()
        self._complaints.close()


def _environment() -> Mapping[str, str]:
    kept = {name: os.environ[name] for name in JUDGE_ENVIRONMENT if name in os.environ}
    return {
        **kept,
        "MPLBACKEND": "agg",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "PYTHONHASHSEED": "0",
        "PYTHONPATH": str(Path(__file__).parents[2]),  # however the kit was found here
        "PYTHONSAFEPATH": "1",
        "PYTHONUTF8": "1",
        "NBGRADER_EXECUTION": "autograde",
        **{
            name: value
            for name, value in os.environ.items()
            if name.startswith("STEMCELL_KIT_") and name not in SECRETS
        },
    }
