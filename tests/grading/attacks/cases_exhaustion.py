"""Taking time, memory, processes, threads, disk and attention from the class."""

from __future__ import annotations

from typing import Any

from .attack import Attack, Kind, by_folder, by_notebook, in_cells
from .course import Course
from .seen import Aim

__all__ = ["ATTACKS"]


def _stops(name: str, source: str, question: str = "count") -> Attack:
    return in_cells(name, Kind.EXHAUSTION, Aim.STOPS_CLASS, {question: source})


def _takes(name: str, source: str) -> Attack:
    return in_cells(name, Kind.EXHAUSTION, Aim.TAKES_TOO_MUCH, {"count": source})


BOAST = 'print("held-@RUN@"[::-1])'

ENDLESS = "while True:\n    pass"

ENDLESS_GUARDED = """\
while True:
    try:
        while True:
            pass
    except BaseException:
        continue"""

ENDLESS_BLOCKED = """\
import signal
import time

signal.pthread_sigmask(signal.SIG_BLOCK, set(signal.Signals))
time.sleep(10**6)"""

ENDLESS_IN_C = "count = len(str(7 ** (10**8)))"

ENDLESS_HANDLER = """\
import signal

for number in (signal.SIGINT, signal.SIGALRM, signal.SIGTERM, signal.SIGXCPU, signal.SIGHUP):
    signal.signal(number, lambda *args: None)
signal.setitimer(signal.ITIMER_REAL, 0)
while True:
    pass"""

ASYNC = """\
import asyncio

while True:
    try:
        await asyncio.sleep(1000)
    except BaseException:
        continue"""

MEMORY = f"""\
kept = bytearray(3 * 2**30)
for page in range(0, len(kept), 4096):
    kept[page] = 1
{BOAST}"""

SHARED_MEMORY = f"""\
import mmap

kept = mmap.mmap(-1, 3 * 2**30)
for page in range(0, len(kept), 4096):
    kept[page] = 1
{BOAST}"""

PROCESSES = """\
import os
import time

for _ in range(200):
    if os.fork() == 0:
        os.setsid()
        time.sleep(40)
        os._exit(0)"""

THREADS = """\
import threading
import time

for _ in range(500):
    threading.Thread(target=time.sleep, args=(40,), daemon=True).start()"""

DISK = """\
with open("filled.bin", "wb") as file:
    for _ in range(1024):
        file.write(bytes(2**20))"""

DISK_ELSEWHERE = """\
with open("/var/tmp/@MARK@", "wb") as file:
    for _ in range(256):
        file.write(bytes(2**20))"""

SPARSE = """\
with open("filled.bin", "wb") as file:
    file.truncate(2**30)"""

INODES = """\
import os

os.mkdir("many")
for number in range(200_000):
    os.mknod(f"many/{number}")"""

STREAM = """\
import sys

for _ in range(100):
    sys.stdout.write("x" * 2**20)"""

STREAM_RAW = """\
import os

for _ in range(300):
    os.write(1, b"x" * 2**20)
    os.write(2, b"x" * 2**20)"""

DISPLAYS = """\
from IPython.display import display

for number in range(3_000):
    display({"text/plain": "x" * 5000}, raw=True)"""

ONE_DISPLAY = """\
from IPython.display import HTML, display

display(HTML("<p>" + "x" * 60_000_000 + "</p>"))"""

LONG_ERROR = 'raise ValueError("x" * 60_000_000)'

DESCRIPTORS = """\
import os

kept = []
while len(kept) < 100_000:
    kept.append(os.open("/dev/null", os.O_RDONLY))"""

PIPES = """\
import os

while True:
    os.pipe()"""

REPEATED = "def dilution(stock, final):\n    print('x' * 50_000_000)\n    return 0.0"


def _slow_cells(book: Any, course: Course) -> None:
    first = book["cells"][0]
    for number in range(25):
        slow = {**first, "id": f"slow-{number}", "metadata": {}}
        slow["source"] = "import time\n\ntime.sleep(4)"
        book["cells"].insert(0, slow)


def _many_files(course: Course, student: str) -> None:
    for number in range(3_000):
        (course.folder(student) / f"{number}.txt").write_text("x", encoding="utf-8")


def _sparse_file(course: Course, student: str) -> None:
    with (course.folder(student) / "data.bin").open("wb") as file:
        file.truncate(2**30)


ATTACKS = (
    _stops("endless-loop", ENDLESS),
    _stops("endless-loop-guarded", ENDLESS_GUARDED),
    _stops("endless-sleep-without-signals", ENDLESS_BLOCKED),
    _stops("endless-computation-in-c", ENDLESS_IN_C),
    _stops("endless-with-handlers", ENDLESS_HANDLER),
    _stops("endless-coroutine", ASYNC),
    _stops("five-hundred-threads", THREADS),
    _stops("many-descriptors", DESCRIPTORS),
    _stops("pipes-without-end", PIPES),
    # takes all of its fifty seconds, so by its name it is among the first to be graded
    by_notebook("all-cells-slow", Kind.EXHAUSTION, Aim.STOPS_CLASS, _slow_cells),
    in_cells("many-processes", Kind.EXHAUSTION, Aim.LEAVES_BEHIND, {"count": PROCESSES}),
    in_cells("disk-elsewhere", Kind.EXHAUSTION, Aim.LEAVES_BEHIND, {"count": DISK_ELSEWHERE}),
    _takes("memory", MEMORY),
    _takes("memory-mapped", SHARED_MEMORY),
    _takes("disk", DISK),
    _takes("sparse-file-written", SPARSE),
    _takes("many-empty-files", INODES),
    _takes("long-stream", STREAM),
    _takes("long-stream-on-descriptors", STREAM_RAW),
    _takes("many-displays", DISPLAYS),
    _takes("one-long-display", ONE_DISPLAY),
    _takes("long-error", LONG_ERROR),
    in_cells("long-stream-in-call", Kind.EXHAUSTION, Aim.TAKES_TOO_MUCH, {"dilution": REPEATED}),
    by_folder("many-files-beside", Kind.EXHAUSTION, Aim.TAKES_TOO_MUCH, _many_files),
    by_folder("sparse-file-beside", Kind.EXHAUSTION, Aim.TAKES_TOO_MUCH, _sparse_file),
)
