"""Ending, hanging and outliving the process that runs the cells."""

from __future__ import annotations

from .attack import Attack, Kind, in_cells
from .seen import Aim

__all__ = ["ATTACKS"]


def _gains(name: str, question: str, source: str) -> Attack:
    return in_cells(name, Kind.IN_KERNEL, Aim.GAINS_POINTS, {question: source})


def _stops(name: str, source: str, question: str = "count") -> Attack:
    return in_cells(name, Kind.IN_KERNEL, Aim.STOPS_CLASS, {question: source})


SILENT_EXIT = "import os\n\nos._exit(0)"

EXIT_IN_CALL = """\
import os


def dilution(stock, final):
    os._exit(0)"""

EXIT_AS_REFUSAL = """\
import os


def clean(text):
    if text is None:
        os._exit(0)
    return ''"""

SYSTEM_EXIT_IN_CALL = """\
def dilution(stock, final):
    raise SystemExit(0)"""

INTERRUPT_IN_CALL = """\
def dilution(stock, final):
    raise KeyboardInterrupt"""

GENERATOR_EXIT_IN_CALL = """\
def dilution(stock, final):
    raise GeneratorExit"""

EXIT_WITH_LIE = """\
import sys


class Calm(SystemExit):
    code = 0

    def __str__(self):
        raise self


def dilution(stock, final):
    raise Calm


sys.excepthook = lambda *args: None"""

RUDE_EXCEPTION = """\
class Rude(Exception):
    def __str__(self):
        raise RuntimeError("no words")

    __repr__ = __str__

    @property
    def args(self):
        raise RuntimeError("no arguments")


def dilution(stock, final):
    raise Rude


raise Rude"""

ENDLESS_CALL = """\
def dilution(stock, final):
    while True:
        pass"""

QUIT_SHELL = "get_ipython().ask_exit()"
SEGMENTATION = "import ctypes\n\nctypes.string_at(0)"

DEEP_STACK = """\
import sys

sys.setrecursionlimit(10**9)


def down():
    return down()


down()"""

KILL_PARENT = "import os\nimport signal\n\nos.kill(os.getppid(), signal.SIGKILL)"
STOP_PARENT = "import os\nimport signal\n\nos.kill(os.getppid(), signal.SIGSTOP)"

STOP_SELF = "import os\nimport signal\n\nos.kill(os.getpid(), signal.SIGSTOP)"

PARENT_GROUP = """\
import os
import signal

group = os.getpgid(os.getppid()) if os.getppid() else 0
if group > 1:
    os.killpg(group, signal.SIGTERM)"""

DAEMON = """\
import os
import subprocess
import sys

if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.execv(sys.executable, [sys.executable, "-c", "import time; time.sleep(40)  # @MARK@"])
    os._exit(0)"""

DAEMON_FORKED = """\
import os
import time

if os.fork() == 0:
    os.setsid()
    time.sleep(40)
    os._exit(0)"""

AT_EXIT = """\
import atexit


def spoil():
    with open("@COURSE@/source/exam/exam.ipynb", "a", encoding="utf-8") as source:
        source.write(" ")


atexit.register(spoil)"""

NOT_DONE = """\
import threading
import time


def linger():
    while True:
        time.sleep(1)


threading.Thread(target=linger).start()"""

TERM_IGNORED = """\
import signal
import threading
import time

signal.signal(signal.SIGTERM, signal.SIG_IGN)
signal.signal(signal.SIGINT, signal.SIG_IGN)
while True:
    time.sleep(1)"""

LEFT_TMP = "open('/tmp/@MARK@', 'w', encoding='utf-8').write('here')"
LEFT_SHM = "open('/dev/shm/@MARK@', 'w', encoding='utf-8').write('here')"
LEFT_HOME = """\
import os

open(os.path.expanduser("~/@MARK@"), "w", encoding="utf-8").write("here")
open("@HOME@/@MARK@", "w", encoding="utf-8").write("here")"""

SEGMENT = """\
import ctypes

key = int("@MARK@".removeprefix("left-")[:7], 16)
ctypes.CDLL(None).shmget(key, 4096, 0o1666)"""

SHARED_BY_FILE = """\
with open("/dev/shm/@MARK@", "w", encoding="utf-8") as board:
    board.write("@COUNT@")"""

READ_FROM_FILE = """\
import time

count = 0
for _ in range(20):
    try:
        count = int(open("/dev/shm/@MARK@", encoding="utf-8").read())
        break
    except (OSError, ValueError):
        time.sleep(0.1)"""

SHARED_BY_SEGMENT = """\
import ctypes

system = ctypes.CDLL(None)
system.shmat.restype = ctypes.c_void_p
key = int("@MARK@".removeprefix("left-")[:7], 16)
segment = system.shmget(key, 4096, 0o1666)
ctypes.memmove(system.shmat(segment, None, 0), b"@COUNT@", 5)"""

READ_FROM_SEGMENT = """\
import ctypes
import time

system = ctypes.CDLL(None)
system.shmat.restype = ctypes.c_void_p
key = int("@MARK@".removeprefix("left-")[:7], 16)
count = 0
for _ in range(20):
    segment = system.shmget(key, 4096, 0)
    if segment >= 0:
        count = int(ctypes.string_at(system.shmat(segment, None, 0), 5))
        break
    time.sleep(0.1)"""


def _together(name: str, first: str, second: str) -> Attack:
    return in_cells(name, Kind.IN_KERNEL, Aim.GAINS_POINTS, {"line": first}, then={"count": second})


def _leaves(name: str, source: str) -> Attack:
    return in_cells(name, Kind.EXHAUSTION, Aim.LEAVES_BEHIND, {"count": source})


ATTACKS = (
    _gains("silent-exit", "count", SILENT_EXIT),
    _gains("exit-in-call", "dilution", EXIT_IN_CALL),
    _gains("exit-as-refusal", "clean", EXIT_AS_REFUSAL),
    _gains("system-exit-in-call", "dilution", SYSTEM_EXIT_IN_CALL),
    _gains("interrupt-in-call", "dilution", INTERRUPT_IN_CALL),
    _gains("generator-exit-in-call", "dilution", GENERATOR_EXIT_IN_CALL),
    _gains("exit-with-a-lie", "dilution", EXIT_WITH_LIE),
    _gains("endless-call", "dilution", ENDLESS_CALL),
    _stops("exception-without-words", RUDE_EXCEPTION, "dilution"),
    _stops("shell-quits", QUIT_SHELL),
    _stops("segmentation-fault", SEGMENTATION),
    _stops("deep-stack", DEEP_STACK),
    _stops("parent-killed", KILL_PARENT),
    _stops("parent-stopped", STOP_PARENT),
    _stops("parent-group-ended", PARENT_GROUP),
    _stops("stops-itself", STOP_SELF),
    _stops("thread-without-end", NOT_DONE),
    _stops("signals-ignored", TERM_IGNORED),
    in_cells("exit-handler", Kind.TAMPERING, Aim.HARMS_OTHER, {"count": AT_EXIT}),
    _leaves("daemon", DAEMON),
    _leaves("daemon-without-exec", DAEMON_FORKED),
    _leaves("file-in-tmp", LEFT_TMP),
    _leaves("file-in-shared-memory", LEFT_SHM),
    _leaves("file-in-home", LEFT_HOME),
    _leaves("segment-left", SEGMENT),
    _together("shared-by-file", SHARED_BY_FILE, READ_FROM_FILE),
    _together("shared-by-segment", SHARED_BY_SEGMENT, READ_FROM_SEGMENT),
)
