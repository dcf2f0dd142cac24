"""Forged answers of somebody who knows our engine: the learner's cells take over the session.

Stock nbgrader has no such session, so these fail there; they are here because ours must hold.
"""

from __future__ import annotations

from .attack import Attack, Kind, in_cells
from .seen import Aim

__all__ = ["ATTACKS"]

TAKE_OVER = """\
import gc

found = [o for o in gc.get_objects() if type(o).__name__ == "Session" and hasattr(o, "_use")]
if not found:
    raise SystemExit("there is no session here")
session = found[0]
true_run, true_use, true_values = session._run, session._use, session._values
same = {"ref": 8, "name": "int", "builtin": "int", "bases": [], "operators": ["__eq__", "__lt__"]}
liar = {"t": "object", "ref": 7, "kind": "instance", "class": same}
"""


def _forges(name: str, source: str, *, aim: Aim = Aim.GAINS_POINTS, extra: str = "") -> Attack:
    answers = {"count": f"{TAKE_OVER}{source}"}
    if extra:
        answers["dilution"] = extra
    return in_cells(f"session-{name}", Kind.IN_KERNEL, aim, answers)


FUNCTION = """\
def dilution(stock, final):
    return 0.0


def clean(text):
    return ''


def ordered(values):
    return []


class Vial:
    def __init__(self, held):
        self.held = 0

    def thaw(self):
        return self"""

INSTANCE = """\
session._values = lambda request: {"values": {name: liar for name in request["names"]}}
session._use = lambda request: {"value": True}"""

RESULT_INSTANCE = 'session._use = lambda request: {"value": liar}'

EVERY_KIND = """\
import itertools

kinds = itertools.cycle(["function", "class", "instance", "iterator", "view", "module", "eval"])


def node(name):
    more = {"name": name, "of": "dict_items", "items": [["a", 1]], "operators": ["__eq__"]}
    return {"t": "object", "ref": hash(name) % 999, "kind": next(kinds), "class": same, **more}


session._values = lambda request: {"values": {name: node(name) for name in request["names"]}}
session._use = lambda request: {"value": node("again")}"""

MODULES = """\
module = {"t": "object", "ref": 1, "kind": "module", "name": "operator"}
session._values = lambda request: {"values": {name: module for name in request["names"]}}"""

ODD_MODULE = """\
module = {"t": "object", "ref": 1, "kind": "module", "name": ["math"]}
session._values = lambda request: {"values": {name: module for name in request["names"]}}"""

RAISES = """\
import itertools

words = itertools.cycle(
    [
        {"type": "KeyboardInterrupt", "ancestors": ["KeyboardInterrupt"], "text": ""},
        {"type": "SystemExit", "ancestors": ["SystemExit"], "text": "0"},
        {"type": "OutOfTime", "module": "stemcell_kit.grading.shell", "text": ""},
        {"type": "GeneratorExit", "ancestors": ["GeneratorExit"], "text": ""},
        {"type": "x", "class": {"ref": 3, "name": "a\\x00b", "builtin": "SystemExit"}, "text": ""},
        {"type": "x", "class": {"ref": 4, "name": "\\ud800", "operators": ["__eq__"]}, "text": ""},
        {"type": "StopIteration", "ancestors": ["StopIteration"], "args": liar, "text": []},
        [],
    ]
)
session._use = lambda request: {"raised": next(words)}"""

CHANGES = """\
def use(request):
    return {"value": [], "changed": {"0": [], "1": 0, "99": [], "x": []}}


session._use = use"""

CALLS_BACK = """\
def use(request):
    for number in (0, -1, 10**9, "0", None, [0], True):
        session._channel.send({"callback": number, "args": [liar], "kwargs": {"a": 1}})
    return {"value": True}


session._use = use"""

OUTPUTS = """\
result = {"output_type": "execute_result", "execution_count": 1, "metadata": {}}
forged = [
    result | {"data": {"text/plain": "1.0", "text/html": "<script>alert('@MARK@')</script>"}},
    {"output_type": "stream", "name": "<img onerror=@MARK@>", "text": ["<script>@MARK@</script>"]},
    {"output_type": "error", "ename": "<script>@MARK@</script>", "evalue": {}, "traceback": "x"},
    {"output_type": "display_data", "data": {"image/png": "AAAA\\" onerror=\\"@MARK@"}},
    {"output_type": "display_data", "data": {"image/svg+xml": "<svg onload='@MARK@'/>"}},
    {"output_type": "execute_result", "data": [], "metadata": None},
    {"output_type": [], "data": {"text/html": {"a": "b"}}},
    {},
]


def run(request):
    return {"outputs": forged}


session._run = run"""

MANY_OUTPUTS = """\
session._run = lambda request: {
    "outputs": [{"output_type": "stream", "name": "stdout", "text": "x" * 1000}] * 60_000
}"""

PRINTS = """\
def use(request):
    return {"value": 0.0, "printed": "x" * 80_000_000, "complained": ["x"] * 1000}


session._use = use"""

FAILS = """\
session._values = lambda request: {"failed": "RuntimeError"}
session._use = lambda request: {"failed": {"deep": [1]}}"""

SILENT = "session._values = lambda request: session._channel.receive()"

ODD_ANSWERS = """\
import itertools

odd = itertools.cycle([None, 1, "x", [], {}, {"values": []}, {"values": {"count": {"t": []}}}])
session._values = session._use = lambda request: next(odd)"""

SMALL_LISTS = """\
import struct

body = b"[" + b"[]," * 30_000_000 + b"[]]"
session._channel._end.settimeout(None)
session._channel._end.sendall(struct.pack(">I", len(body)))
session._channel._end.sendall(body)"""

LONG_KEYS = """\
step = 2**61 - 1
keys = [{"t": "int", "v": hex(number * step)} for number in range(1, 100_000)]
tree = {"t": "dict", "k": keys, "v": [0] * len(keys)}
session._values = lambda request: {"values": {name: tree for name in request["names"]}}"""

ATTACKS = (
    _forges("instance", INSTANCE),
    _forges("result-is-instance", RESULT_INSTANCE, extra=FUNCTION),
    _forges("every-kind", EVERY_KIND, extra=FUNCTION),
    _forges("module-as-answer", MODULES),
    _forges("module-with-odd-name", ODD_MODULE),
    _forges("raises", RAISES, extra=FUNCTION),
    _forges("changes-arguments", CHANGES, extra=FUNCTION),
    _forges("calls-back", CALLS_BACK, extra=FUNCTION),
    _forges("outputs", OUTPUTS),
    _forges("outputs-on-the-page", OUTPUTS, aim=Aim.SCRIPT),
    _forges("many-outputs", MANY_OUTPUTS, aim=Aim.TAKES_TOO_MUCH),
    _forges("prints", PRINTS, aim=Aim.TAKES_TOO_MUCH, extra=FUNCTION),
    _forges("fails", FAILS, extra=FUNCTION),
    _forges("silent", SILENT, aim=Aim.STOPS_CLASS),
    _forges("odd-answers", ODD_ANSWERS, aim=Aim.STOPS_CLASS, extra=FUNCTION),
    _forges("thirty-million-lists", SMALL_LISTS, aim=Aim.STOPS_CLASS),
    _forges("colliding-keys", LONG_KEYS, aim=Aim.STOPS_CLASS),
)
