"""An exception of the learner's code, raised again in the judge as one of the same kind."""

from __future__ import annotations

import builtins
import sys
from typing import Any

__all__ = ["exception_of", "standard_exception"]

TRUSTED = ("numpy", "pandas", "scipy", "stemcell_kit")
TEXT = 10_000


def exception_of(
    described: Any, own_class: type[BaseException] | None, args: tuple[Any, ...] | None
) -> BaseException:
    """Return an exception of the kind that the worker describes.

    Parameters
    ----------
    described
        The worker's words: ``type``, ``module``, ``ancestors``, ``text``.
    own_class
        The judge's stand-in for a class that the learner wrote, if it is one.
    args
        The exception's plain arguments, where they could cross.
    """
    kind = own_class or _library_class(described) or standard_exception(described)
    text = str(described.get("text", ""))[:TEXT]
    try:
        error = kind(*args) if args is not None else kind(text)
        if str(error) == text:
            return error
    except Exception:  # a constructor with other ideas about its arguments
        error = kind.__new__(kind)
    error.args = (text,)
    return error


def standard_exception(described: Any) -> type[BaseException]:
    """Return the nearest builtin ancestor of an exception."""
    ancestors = described.get("ancestors")
    for name in ancestors if isinstance(ancestors, list) else [described.get("type")]:
        kind = getattr(builtins, name, None) if isinstance(name, str) else None
        if isinstance(kind, type) and issubclass(kind, BaseException):
            return kind
    return RuntimeError


def _library_class(described: Any) -> type[BaseException] | None:
    """Return the exception class of a library that judge and worker share."""
    module, name = described.get("module"), described.get("type")
    if not isinstance(module, str) or module.partition(".")[0] not in TRUSTED:
        return None
    kind = getattr(sys.modules.get(module), str(name), None)
    return kind if isinstance(kind, type) and issubclass(kind, BaseException) else None
