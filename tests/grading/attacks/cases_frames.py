"""Reading the running test: frames, memory, history, source cache; and names that tests share."""

from __future__ import annotations

from typing import Any

from .attack import Attack, Kind, by_notebook, in_cells
from .course import Course
from .seen import Aim

__all__ = ["ATTACKS"]


def _gains(name: str, answers: dict[str, str]) -> Attack:
    return in_cells(name, Kind.IN_KERNEL, Aim.GAINS_POINTS, answers)


def _tells(name: str, question: str, source: str) -> Attack:
    answers = {question: f"@TELL@\n\n{source}"}
    return in_cells(name, Kind.IN_KERNEL, Aim.READS_SECRET, answers)


CALLER_SOURCE = """\
import inspect
import re


def dilution(stock, final):
    lines = "".join(inspect.stack(context=20)[1].code_context or [])
    found = re.search(r"agrees\\(found, ([\\d.]+)\\)", lines)
    return float(found.group(1)) if found else 0.0"""

HISTORY_ANSWERS = """\
import re


def dilution(stock, final):
    found = re.search(r"agrees\\(found, ([\\d.]+)\\)", get_ipython().user_ns["In"][-1])
    return float(found.group(1)) if found else 0.0"""

CALLER_TOLD = """\
import inspect


def dilution(stock, final):
    for frame in inspect.stack(context=20):
        tell(frame.code_context)
        tell(frame.frame.f_locals)
        tell(frame.frame.f_globals)
    return 0.0"""

ARGUMENTS_TOLD = """\
def clean(text):
    tell(text)
    return text"""

ARGUMENTS_RAISED = """\
def clean(text):
    if text is not None:
        raise ValueError(text[::-1])"""

ARGUMENTS_KEPT = {
    "clean": "heard = []\n\n\ndef clean(text):\n    heard.append(text)\n    return ''",
    "recovery": "@TELL@\n\ntell(heard)",
}

HIDDEN_NAMES = """\
for name in ("hidden_key", "expected", "wanted", "values", "found", "refused", "Growth"):
    tell(globals().get(name))
try:
    tell(hidden_key)
except NameError:
    tell(get_ipython().ev("hidden_key"))"""

MEMORY = """\
import gc

for found in gc.get_objects():
    if type(found) in (list, dict, tuple):
        tell(found)"""

HISTORY = "tell(In)"
SHELL_HISTORY = "tell(list(get_ipython().history_manager.get_range(session=0, raw=True)))"
NAMES = "tell(globals())"
SOURCE_CACHE = "import linecache\n\ntell(linecache.cache)"

LAST_TRACEBACK = """\
import linecache
import sys

step = sys.last_value.__traceback__
while step:
    tell(linecache.getlines(step.tb_frame.f_code.co_filename))
    tell(step.tb_frame.f_globals)
    step = step.tb_next"""

LATE_THREAD = """\
import re
import threading
import time

count = 0


def watch():
    global count
    while True:
        found = re.search(r"count == (\\d+)", "".join(In))
        if found:
            count = int(found.group(1))
            return
        time.sleep(0.005)


threading.Thread(target=watch, daemon=True).start()"""

HELPER_IN_CALL = """\
def dilution(stock, final):
    globals()["agrees"] = lambda found, expected: True
    return 0.0"""

HELPER_IN_SHELL = """\
def dilution(stock, final):
    get_ipython().user_ns["agrees"].__code__ = (lambda found, expected: True).__code__
    return 0.0"""

DATA_REPLACED = "readings = [0.0]\nmean = 0.0"
DATA_EMPTIED = "readings[:] = [0.0]\nmean = 0.0"
GIVEN_HELPER = "def average(values):\n    return 0.0\n\n\nmean = 0.0"
GIVEN_HELPER_REWRITTEN = "average.__code__ = (lambda values: 0.0).__code__\nmean = 0.0"

EXPECTED_WATCHED = """\
class Watchful(list):
    def __len__(self):
        self[:] = get_ipython().user_ns["expected"]
        return 3


markers = Watchful()"""

TRUE_NAMES = """\
class Same:
    def __eq__(self, other):
        return True


sorted = lambda values: Same()
len = lambda values: 3
markers = []"""

REFUSED_ALREADY = """\
import sys


def dilution(stock, final):
    frame = sys._getframe(1)
    frame.f_globals["refused"] = True
    globals().update(AssertionError=None, refused=True)
    raise StopIteration"""


def _helper_in_between(book: Any, course: Course) -> None:
    where = next(
        number for number, cell in enumerate(book["cells"]) if cell["id"] == "dilution-shape"
    )
    source = "def agrees(found, expected):\n    return True"
    cell = {**book["cells"][where], "id": "mine", "metadata": {}, "source": source}
    book["cells"].insert(where + 1, cell)


ATTACKS = (
    _gains("reads-caller-source", {"dilution": CALLER_SOURCE}),
    _gains("reads-history-in-call", {"dilution": HISTORY_ANSWERS}),
    _gains("late-thread", {"count": LATE_THREAD}),
    _gains("helper-replaced-in-call", {"dilution": HELPER_IN_CALL}),
    _gains("helper-rewritten-in-call", {"dilution": HELPER_IN_SHELL}),
    _gains("given-data-replaced", {"mean": DATA_REPLACED}),
    _gains("given-data-emptied", {"mean": DATA_EMPTIED}),
    _gains("given-helper-replaced", {"mean": GIVEN_HELPER}),
    _gains("given-helper-rewritten", {"mean": GIVEN_HELPER_REWRITTEN}),
    _gains("expected-watched", {"markers": EXPECTED_WATCHED}),
    _gains("names-of-builtins", {"markers": TRUE_NAMES}),
    _gains("stop-iteration-in-test", {"dilution": REFUSED_ALREADY}),
    by_notebook(
        "helper-in-between",
        Kind.IN_KERNEL,
        Aim.GAINS_POINTS,
        _helper_in_between,
        answers={"dilution": "def dilution(stock, final):\n    return 0.0"},
    ),
    _tells("caller-told", "dilution", CALLER_TOLD),
    _tells("arguments-told", "clean", ARGUMENTS_TOLD),
    _tells("arguments-raised", "clean", ARGUMENTS_RAISED),
    in_cells("arguments-kept", Kind.IN_KERNEL, Aim.READS_SECRET, ARGUMENTS_KEPT),
    _tells("hidden-names-told", "recovery", HIDDEN_NAMES),
    _tells("memory-told", "recovery", MEMORY),
    _tells("history-told", "recovery", HISTORY),
    _tells("shell-history-told", "recovery", SHELL_HISTORY),
    _tells("names-told", "recovery", NAMES),
    _tells("source-cache-told", "recovery", SOURCE_CACHE),
    _tells("last-traceback-told", "recovery", LAST_TRACEBACK),
)
