"""An exception in words: its class, its builtin ancestors, its text, what it holds."""

from __future__ import annotations

import builtins
from collections.abc import Callable
from typing import Any

__all__ = ["standard_error", "told_exception"]

TEXT = 10_000
# What the builtin exceptions hold beside their arguments.
HELD = ("errno", "strerror", "filename", "filename2", "name", "path", "lineno", "offset", "text")


def told_exception(error: BaseException, value: Callable[[Any], Any]) -> dict[str, Any]:
    """Describe an exception; ``value`` describes what it holds."""
    kind = type(error)
    held = {name: getattr(error, name) for name in HELD if hasattr(error, name)}
    if kind.__module__ not in ("builtins", "__main__"):
        held |= {name: what for name, what in vars(error).items() if not name.startswith("_")}
    return {
        "type": kind.__name__,
        "module": str(kind.__module__),
        "ancestors": [base.__name__ for base in kind.__mro__ if _is_builtin(base)],
        "text": _text(error),
        "args": value(error.args),
        "held": {name: value(what) for name, what in held.items() if what is not None},
    }


def standard_error(name: str, args: tuple[Any, ...] = ()) -> BaseException:
    """Return a builtin exception by its name, a RuntimeError for any other."""
    kind = getattr(builtins, name, None)
    if not (isinstance(kind, type) and issubclass(kind, BaseException)):
        return RuntimeError(name)
    try:
        return kind(*args)
    except TypeError:  # one that cannot be made of these arguments
        return RuntimeError(name)


def _is_builtin(base: type) -> bool:
    return base is not object and getattr(builtins, base.__name__, None) is base


def _text(error: BaseException) -> str:
    try:
        return str(error)[:TEXT]
    except Exception as worse:  # a learner's __str__ may fail as well
        return f"(its text cannot be shown: {type(worse).__name__})"
