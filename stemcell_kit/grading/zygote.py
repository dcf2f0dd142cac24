"""A warm process that forks on demand: libraries are loaded once, every submission starts clean.

The engine talks to it over a sequenced-packet socket: ``{"fork": id}`` comes with the file
descriptors that the child shall own, ``{"end": id}`` ends that child and all it started.
The zygote answers ``{"ready": ...}`` once, and ``{"ended": id, ...}`` for every child.
"""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

__all__ = ["ForkServer", "close_all_but", "packet_pair", "silence_standard_streams"]

PACKET_BYTES = 65536
LOOK_EVERY_S = 0.05

Child = Callable[[list[int]], None]
Watch = Callable[[int, float], str | None]


def packet_pair() -> tuple[socket.socket, socket.socket]:
    """Return the two ends of a control line."""
    return socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)


@dataclass
class _Running:
    name: str
    why: str | None = None
    since: float = field(default_factory=time.monotonic)


class ForkServer:
    """The loop of a warm process.

    Parameters
    ----------
    control
        The engine's control line; when it closes, the zygote ends.
    child
        What a fork does with its file descriptors; the fork ends when it returns.
    watch
        Asked now and then for each running child, with its age in seconds: a reason to end it,
        or None.
    end_signal
        What a child is sent to end it; by default the signal that cannot be ignored.
    """

    def __init__(
        self,
        control: socket.socket,
        child: Child,
        *,
        watch: Watch | None = None,
        end_signal: signal.Signals | None = None,
    ) -> None:
        self._control = control
        self._child = child
        self._watch = watch
        self._end_signal = end_signal or signal.SIGKILL
        self._running: dict[int, _Running] = {}
        self._deaths = -1

    def serve(self, ready: dict[str, Any]) -> None:
        """Say what is ready, then fork and bury until the engine hangs up."""
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the engine to handle
        self._deaths, bell = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        signal.set_wakeup_fd(bell, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)  # or no bell would ring
        self._say({"ready": ready})
        while True:
            wait = LOOK_EVERY_S if self._running else None
            lines: list[Any] = [self._control, self._deaths]
            rings = select.select(lines, [], [], wait)[0]
            if self._control in rings and not self._obey():
                self._end_all()
                return
            if self._deaths in rings:
                os.read(self._deaths, PACKET_BYTES)
                self._bury()
            self._look()

    def _obey(self) -> bool:
        packet, descriptors, _, _ = socket.recv_fds(self._control, PACKET_BYTES, 8)
        if not packet:
            return False
        order = json.loads(packet)
        if "fork" in order:
            self._fork(order["fork"], descriptors)
        else:
            self._end(order["end"], None)
        return True

    def _fork(self, name: str, descriptors: list[int]) -> None:
        pid = os.fork()
        if pid == 0:
            status = 1
            try:
                signal.set_wakeup_fd(-1)
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                self._control.close()
                self._child(descriptors)
                status = 0
            except BaseException:  # the fork must not live on in the zygote's loop
                traceback.print_exc()
            finally:
                os._exit(status)
        for descriptor in descriptors:
            os.close(descriptor)
        self._running[pid] = _Running(name)

    def _end(self, name: str, why: str | None) -> None:
        for pid, running in self._running.items():
            if running.name == name:
                running.why = running.why or why
                os.kill(pid, self._end_signal)

    def _end_all(self) -> None:
        for pid in self._running:
            os.kill(pid, self._end_signal)

    def _bury(self) -> None:
        for pid in list(self._running):
            found, status = os.waitpid(pid, os.WNOHANG)
            if found:
                running = self._running.pop(pid)
                code = os.waitstatus_to_exitcode(status)
                self._say({"ended": running.name, "status": code, "why": running.why})

    def _look(self) -> None:
        if self._watch is None:
            return
        now = time.monotonic()
        for pid, running in self._running.items():
            if running.why is None and (why := self._watch(pid, now - running.since)):
                self._end(running.name, why)

    def _say(self, message: dict[str, Any]) -> None:
        self._control.send(json.dumps(message).encode("ascii"))


def close_all_but(kept: int) -> None:
    """Close every file descriptor of this process except 0, 1, 2 and *kept*."""
    os.closerange(3, kept)
    os.closerange(kept + 1, os.sysconf("SC_OPEN_MAX"))


def silence_standard_streams() -> None:
    """Point the file descriptors 0, 1 and 2 at nothing."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)
    os.close(nowhere)
