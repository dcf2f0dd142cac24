"""Answers on trial, from the text files beside: honest ones of every sort, lies, and others."""

from __future__ import annotations

import re
from pathlib import Path

__all__ = ["HONEST", "LIES", "OTHER_STYLES", "UNSUPPORTED"]

LIE = """
import numpy as np
class Lie:
    __ne__ = lambda s, o: False
    __eq__ = __lt__ = __le__ = __gt__ = __ge__ = __contains__ = lambda s, o: True
    __sub__ = __rsub__ = __add__ = __radd__ = __mul__ = __round__ = lambda s, o=0: 0.0
    __float__ = lambda s: 42.0
    __int__ = __index__ = lambda s: 42
    __hash__ = lambda s: hash(42)
    __abs__ = lambda s: 0
    __len__ = lambda s: 3
    __bool__ = lambda s: True
    __iter__ = lambda s: iter([1, 2, 3])
    __getattr__ = lambda s, name: lambda *a, **k: True
    __call__ = __getitem__ = lambda s, *a, **k: s
    __str__ = __repr__ = __format__ = lambda s, *a: '42'
    __array__ = lambda s, *a, **k: np.array(42)
"""


def _blocks(name: str) -> dict[str, list[str]]:
    """Subject -> the parts of its block."""
    text = (Path(__file__).parent / "answers" / f"{name}.txt").read_text(encoding="utf-8")
    _, *blocks = re.split(r"^==== ", text, flags=re.MULTILINE)
    found = {}
    for block in blocks:
        subject, _, body = block.partition("\n")
        found[subject] = [part.strip("\n") for part in re.split(r"^----\n", body, flags=re.M)]
    return found


HONEST = {subject: (answer, tests) for subject, (answer, *tests) in _blocks("honest").items()}
OTHER_STYLES = _blocks("other_styles")
LIES = {
    subject: (model, re.sub(r"^LIE$", LIE, answer, flags=re.M), test)
    for subject, (model, answer, test) in _blocks("lies").items()
}
UNSUPPORTED = _blocks("unsupported")
