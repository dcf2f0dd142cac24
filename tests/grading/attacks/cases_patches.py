"""Builtins and libraries that are replaced before a test uses them."""

from __future__ import annotations

from .attack import Attack, Kind, in_cells
from .seen import Aim

__all__ = ["ATTACKS"]


def _patches(name: str, question: str, source: str) -> Attack:
    return in_cells(name, Kind.IN_KERNEL, Aim.GAINS_POINTS, {question: source})


ISINSTANCE = """\
import builtins

line = object()
true_isinstance = builtins.isinstance
builtins.isinstance = lambda value, kind: value is line or true_isinstance(value, kind)"""

ASSERTION_ERROR = """\
import builtins


class Quiet(BaseException):
    pass


builtins.AssertionError = Quiet
count = 0"""

SORTED = """\
import builtins


class Anything(list):
    def __eq__(self, other):
        return True


builtins.sorted = lambda values, **kwargs: Anything(values)
markers = [1, 2, 3]"""

LEN_AND_SUM = """\
import builtins

true_sum = builtins.sum
builtins.sum = lambda values, *start: 0 if values is readings else true_sum(values, *start)
mean = 0.0"""

ABS_SHADOWED = """\
def abs(value):
    return 0


titre = 1.0"""

ROUND_SHADOWED = """\
def round(value, digits=None):
    return 0


titre = 1.0"""

BUILD_CLASS = """\
import builtins

true_build = builtins.__build_class__


class Passing:
    def debug(self):
        pass


def build(function, name, *bases, **kwargs):
    if name == "Growth":
        return Passing
    return true_build(function, name, *bases, **kwargs)


builtins.__build_class__ = build
growth = 0"""

IMPORT = """\
import builtins
import types

true_import = builtins.__import__
false_maths = types.SimpleNamespace(isclose=lambda *args, **kwargs: True)


def bring(name, globals=None, locals=None, fromlist=(), level=0):
    if name == "math" and globals and globals.get("__name__") == "__main__":
        return false_maths
    return true_import(name, globals, locals, fromlist, level)


builtins.__import__ = bring
titre = 1.0"""

MODULES = """\
import sys
import types

sys.modules["math"] = types.SimpleNamespace(isclose=lambda *args, **kwargs: True)
titre = 1.0"""

COMPILE = """\
import builtins

true_compile = builtins.compile


def soften(source, *args, **kwargs):
    if isinstance(source, str) and "assert" in source:
        source = "pass"
    return true_compile(source, *args, **kwargs)


builtins.compile = soften"""

EXEC = """\
import builtins

true_exec = builtins.exec


def soften(*args, **kwargs):
    try:
        true_exec(*args, **kwargs)
    except Exception:
        pass


builtins.exec = soften"""

MATH = """\
import math

math.isclose = lambda *args, **kwargs: True
titre = 1.0"""

NUMPY = """\
import numpy as np

np.isclose = np.allclose = lambda *args, **kwargs: True
titre = 1.0"""

PANDAS = """\
import pandas as pd

pd.testing.assert_frame_equal = lambda *args, **kwargs: None
table = pd.DataFrame()"""

PANDAS_MEANING = """\
import pandas as pd

table = pd.DataFrame()
pd.DataFrame = lambda *args, **kwargs: table"""

PANDAS_INSIDE = """\
import inspect

import pandas as pd

inside = inspect.unwrap(pd.testing.assert_frame_equal)
inside.__code__ = (lambda *args, **kwargs: None).__code__
inside.__kwdefaults__ = None
table = pd.DataFrame()"""

UNITTEST = """\
import unittest

unittest.TestCase.assertEqual = lambda *args, **kwargs: None
growth = 0"""

UNITTEST_BASE = """\
import unittest

unittest.TestCase.debug = lambda self: None
growth = 0"""

EXPECT = """\
import stemcell_kit as sk

sk.expect = lambda *args, **kwargs: None
recovery = 0.0
verdict = ''"""

CLOSE_TO = """\
import stemcell_kit.learning.expect as inside

inside.is_number = lambda answer: True
inside.abs = lambda value: 0
recovery = 0.0
verdict = ''"""

AWARD = """\
import stemcell_kit as sk

sk.award = lambda points, *checks: float(points)
recovery = 0.0
verdict = ''"""

KIT_IN_MODULES = """\
import sys
import types

false_kit = types.ModuleType("stemcell_kit")
false_kit.expect = false_kit.close_to = false_kit.is_text = lambda *args, **kwargs: True
false_kit.award = lambda points, *checks: float(points)
sys.modules["stemcell_kit"] = false_kit
recovery = 0.0
verdict = ''"""

CONSTANTS = """\
import ctypes
import struct
import sys


class Liar(float):
    def __sub__(self, other):
        for constant in sys._getframe(1).f_code.co_consts:
            if type(constant) is float:
                ctypes.memmove(id(constant) + 16, struct.pack("d", 1e300), 8)
        return 1.0


titre = Liar(1.0)"""

PARENT_CODE = """\
import sys


def clean(text):
    caller = sys._getframe(1)
    wanted = [c for c in caller.f_code.co_consts if isinstance(c, str) and c.strip() == c]
    return (wanted or [text])[-1]"""

ABS_IN_BUILTINS = """\
import builtins

builtins.abs = lambda value: -1.0
titre = 1.0"""

ATTACKS = (
    _patches("isinstance-replaced", "line", ISINSTANCE),
    _patches("assertion-error-replaced", "count", ASSERTION_ERROR),
    _patches("sorted-replaced", "markers", SORTED),
    _patches("sum-replaced", "mean", LEN_AND_SUM),
    _patches("abs-shadowed", "titre", ABS_SHADOWED),
    _patches("round-shadowed", "titre", ROUND_SHADOWED),
    _patches("abs-in-builtins", "titre", ABS_IN_BUILTINS),
    _patches("build-class-replaced", "growth", BUILD_CLASS),
    _patches("import-replaced", "titre", IMPORT),
    _patches("module-replaced", "titre", MODULES),
    _patches("compile-replaced", "count", COMPILE),
    _patches("exec-replaced", "count", EXEC),
    _patches("math-patched", "titre", MATH),
    _patches("numpy-patched", "titre", NUMPY),
    _patches("frame-assertion-patched", "table", PANDAS),
    _patches("frame-class-patched", "table", PANDAS_MEANING),
    _patches("frame-assertion-rewritten", "table", PANDAS_INSIDE),
    _patches("unittest-patched", "growth", UNITTEST),
    _patches("unittest-base-patched", "growth", UNITTEST_BASE),
    _patches("kit-expect-patched", "recovery", EXPECT),
    _patches("kit-inside-patched", "recovery", CLOSE_TO),
    _patches("kit-award-patched", "recovery", AWARD),
    _patches("kit-replaced", "recovery", KIT_IN_MODULES),
    _patches("constants-overwritten", "titre", CONSTANTS),
    _patches("constants-of-the-caller", "clean", PARENT_CODE),
)
