"""Forged frames on every descriptor, and answers that are hard to carry across."""

from __future__ import annotations

from .attack import Attack, Kind, in_cells
from .seen import Aim

__all__ = ["ATTACKS"]

MESSAGES = """\
import json
import os
import stat
import struct

messages = [
    {"ok": True},
    {"ok": True, "value": True},
    {"value": True},
    {"result": True, "outputs": []},
    {"outputs": [{"output_type": "execute_result", "data": {"text/plain": "1.0"}}]},
    {"status": "ok", "score": 2, "points": 2, "passed": True},
    {"ended": "count", "status": 0, "why": None},
    {"t": "object", "kind": "int", "name": "count"},
]


def pour(data):
    for number in range(3, 128):
        try:
            kind = os.fstat(number).st_mode
            if stat.S_ISSOCK(kind) or stat.S_ISFIFO(kind):
                os.set_blocking(number, False)
                os.write(number, data)
        except OSError:
            continue

"""

FRAMED = f"""\
{MESSAGES}
for message in messages:
    body = json.dumps(message).encode()
    pour(struct.pack(">I", len(body)) + body)
count = 0"""

LINES = f"""\
{MESSAGES}
for message in messages:
    pour(json.dumps(message).encode() + b"\\n")
    pour(struct.pack("<Q", 20) + json.dumps(message).encode())
count = 0"""

HUGE_CLAIM = f"{MESSAGES}\npour(b'\\xff\\xff\\xff\\xff' + b'[' * 1000)\ncount = 0"
PARTIAL = f"{MESSAGES}\npour(b'\\x00\\x00\\x10\\x00' + b'[1, 2')\ncount = 0"
NESTED = f"{MESSAGES}\npour(struct.pack('>I', 60000) + b'[' * 60000)\ncount = 0"

FRAMED_IN_CALL = f"""\
{FRAMED}


def dilution(stock, final):
    for value in (True, 8.0, {{"t": "liar"}}):
        body = json.dumps({{"ok": True, "value": value, "result": value}}).encode()
        pour(struct.pack(">I", len(body)) + body)
    return 0.0"""

CLOSED = "import os\n\nos.closerange(3, 256)"

STREAMS = """\
import os

for number in (1, 2):
    for _ in range(200):
        os.write(number, b'{"ok": true, "passed": true}\\n' * 50)"""

JSON_PATCHED = """\
import json

json.dumps = lambda *args, **kwargs: '{"ok": true, "value": true, "passed": true}'
json.loads = lambda *args, **kwargs: {"ok": True}
count = 0"""

SOCKET_PATCHED = """\
import socket
import struct

struct.pack = lambda *args: b"\\x00\\x00\\x00\\x02{}"
socket.socket.sendall = lambda *args: None
count = 0"""

ENCODER_PATCHED = """\
import sys

for name, module in list(sys.modules.items()):
    if name.startswith("stemcell_kit.grading"):
        for word in ("encode", "_encode", "describe", "call", "value_of"):
            if hasattr(module, word):
                setattr(module, word, lambda *args, **kwargs: {"t": "object", "name": "eval"})
count = 0"""

RECURSIVE = "count = []\ncount.append(count)\nmarkers = {}\nmarkers['self'] = markers"

REDUCES = """\
import os


class Pickled:
    def __reduce__(self):
        return (os.system, ("touch @HOME@/@MARK@",))

    def __getattr__(self, name):
        raise SystemExit(name)


count = Pickled()
titre = [Pickled(), {"a": Pickled()}]"""

GETATTR_LOOP = """\
class Endless:
    def __getattr__(self, name):
        while True:
            pass

    def __repr__(self):
        while True:
            pass


count = Endless()"""

GENERATOR = """\
import itertools

count = itertools.count()
markers = (number for number in itertools.count())


def ordered(values):
    yield from itertools.count()"""

TEN_MILLION = "count = list(range(10_000_000))\nmarkers = 'x' * 300_000_000"

DEEP = """\
count = []
for _ in range(200_000):
    count = [count]"""

HUGE_NUMBER = """\
import sys

sys.set_int_max_str_digits(0)
count = 10**2_000_000
passages = {'mcb': -(10**2_000_000)}"""

SURROGATES = "line = '\\ud800' * 100 + '\\x00' + '\\udfff'\nmarkers = [line, line, line]"

METACLASS = """\
class Meta(type):
    def __call__(cls, *args, **kwargs):
        raise GeneratorExit

    def __getattribute__(cls, name):
        raise SystemExit

    def __repr__(cls):
        raise KeyboardInterrupt


class Vial(metaclass=Meta):
    pass"""

WIDE_FRAME = """\
import numpy as np
import pandas as pd

table = pd.DataFrame(np.zeros((3000, 10_000)))
count = np.broadcast_to(np.int8(0), (10**6, 10**6))"""

OBJECT_ARRAY = """\
import numpy as np
import pandas as pd


class Same:
    def __eq__(self, other):
        return True

    __hash__ = object.__hash__


table = pd.DataFrame({"vial": ["a", "b"], "ml": np.array([Same(), Same()], dtype=object)})
count = np.array(Same(), dtype=object)"""

FAKE_MODULE = """\
Same = type("int64", (), {"__module__": "numpy", "__eq__": lambda self, other: True})
count = Same()"""

NEVER_RETURNS = """\
import time


def dilution(stock, final):
    time.sleep(10**6)


def clean(text):
    time.sleep(10**6)"""

WHOLE_NUMBERS = "count = float('nan')\ntitre = float('inf')\nline = b'bytes'\nmarkers = {1, 2, 3}"


def _gains(name: str, question: str, source: str) -> Attack:
    return in_cells(name, Kind.IN_KERNEL, Aim.GAINS_POINTS, {question: source})


def _stops(name: str, source: str, question: str = "count") -> Attack:
    return in_cells(name, Kind.IN_KERNEL, Aim.STOPS_CLASS, {question: source})


ATTACKS = (
    _gains("forged-frames", "count", FRAMED),
    _gains("forged-lines", "count", LINES),
    _gains("forged-frames-in-call", "dilution", FRAMED_IN_CALL),
    _gains("forged-on-streams", "count", STREAMS),
    _gains("json-patched", "count", JSON_PATCHED),
    _gains("socket-patched", "count", SOCKET_PATCHED),
    _gains("encoder-patched", "count", ENCODER_PATCHED),
    _gains("object-array", "table", OBJECT_ARRAY),
    _gains("class-of-a-library", "count", FAKE_MODULE),
    _gains("unexpected-kinds", "count", WHOLE_NUMBERS),
    _stops("huge-frame-claimed", HUGE_CLAIM),
    _stops("partial-frame", PARTIAL),
    _stops("deeply-nested-frame", NESTED),
    _stops("descriptors-closed", CLOSED),
    _stops("contains-itself", RECURSIVE),
    _stops("attributes-without-end", GETATTR_LOOP),
    _stops("generator-without-end", GENERATOR),
    _stops("ten-million-items", TEN_MILLION),
    _stops("nested-two-hundred-thousand", DEEP),
    _stops("two-million-digits", HUGE_NUMBER),
    _stops("lone-surrogates", SURROGATES, "line"),
    _stops("metaclass-that-raises", METACLASS, "vial"),
    _stops("very-wide-table", WIDE_FRAME, "table"),
    _stops("calls-never-return", NEVER_RETURNS, "dilution"),
    in_cells("reduce-runs-a-command", Kind.IN_KERNEL, Aim.LEAVES_BEHIND, {"count": REDUCES}),
)
