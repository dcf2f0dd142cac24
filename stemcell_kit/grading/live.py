"""Things with a state that judge and worker both have: random generators, texts to read from.

They are rebuilt from their state, never unpickled.
"""

from __future__ import annotations

import io
import sys
from typing import Any

from stemcell_kit.grading.crossing import BadCrossing

__all__ = ["is_live", "live_state", "live_thing", "take_state"]

GENERATORS = frozenset(["MT19937", "PCG64", "PCG64DXSM", "Philox", "SFC64"])


def is_live(value: Any) -> bool:
    """Tell whether a value is a thing of this kind, and of exactly this kind."""
    kind = type(value)
    if kind in (io.StringIO, io.BytesIO):
        return True
    home, name = kind.__module__, kind.__name__
    if home == "random" and name == "Random":
        return True
    return home.startswith("numpy.random") and name in ("Generator", "RandomState")


def live_state(value: Any) -> dict[str, Any]:
    """Return the state of such a thing, as plain data."""
    if isinstance(value, (io.StringIO, io.BytesIO)):
        return {"of": type(value).__name__, "content": value.getvalue(), "at": value.tell()}
    name = type(value).__name__
    if name == "Random":
        return {"of": name, "state": value.getstate()}
    if name == "RandomState":
        return {"of": name, "state": value.get_state(legacy=False)}
    return {"of": name, "state": value.bit_generator.state}


def live_thing(told: Any) -> Any:
    """Make a thing from its state, which may be hostile.

    Raises
    ------
    BadCrossing
        It is no such state.
    """
    try:
        return _made(told)
    except Exception as error:  # whatever a library says of a wrong state
        raise BadCrossing(f"no generator or text ({type(error).__name__})") from None


def take_state(old: Any, new: Any) -> None:
    """Give one thing the state of another of its kind."""
    if isinstance(old, (io.StringIO, io.BytesIO)):
        old.seek(0)
        old.truncate()
        old.write(new.getvalue())
        old.seek(new.tell())
    elif type(old).__name__ == "Random":
        old.setstate(new.getstate())
    elif type(old).__name__ == "RandomState":
        old.set_state(new.get_state())
    else:
        old.bit_generator.state = new.bit_generator.state


def _made(told: Any) -> Any:
    kind = told["of"]
    if kind in ("StringIO", "BytesIO"):
        stream = io.StringIO(newline="") if kind == "StringIO" else io.BytesIO()
        stream.write(told["content"])
        stream.seek(told["at"])
        return stream
    state = told["state"]
    if kind == "Random":
        import random

        generator = random.Random(0)
        generator.setstate(state)
        return generator
    if "numpy" not in sys.modules or state["bit_generator"] not in GENERATORS:
        raise BadCrossing("an unknown generator")
    return _numpy_generator(kind, state)


def _numpy_generator(kind: str, state: dict[str, Any]) -> Any:
    import numpy as np

    source = getattr(np.random, state["bit_generator"])(0)
    if kind == "RandomState":
        made = np.random.RandomState(source)
        made.set_state(state)
        return made
    source.state = state
    return np.random.Generator(source)
