"""An exception of the learner's code, raised again in the judge as one of the same kind."""

from __future__ import annotations

import builtins
import sys
from collections.abc import Callable, Mapping
from typing import Any

from stemcell_kit.grading.judge.described import plain_or_none

__all__ = ["builtin_of", "exception_of", "library_class", "standard_warning"]

TRUSTED = frozenset(["numpy", "pandas", "scipy", "stemcell_kit"])
# Classes of the standard library that programs raise; a debugger's, for example, mean something else.
STANDARD = frozenset(
    [
        "asyncio",
        "configparser",
        "csv",
        "dataclasses",
        "datetime",
        "decimal",
        "json",
        "queue",
        "re",
        "statistics",
        "subprocess",
        "zipfile",
        "zoneinfo",
    ]
)
TEXT = 10_000


def exception_of(
    described: Mapping[str, Any],
    own_class: type[BaseException] | None,
    value: Callable[[Any], Any],
) -> BaseException:
    """Return an exception of the kind that the worker describes.

    Parameters
    ----------
    described
        The worker's words: ``type``, ``module``, ``ancestors``, ``text``, ``args``, ``held``.
    own_class
        The judge's stand-in for a class that the learner wrote, if it is one.
    value
        Makes the value of a tree, None where it is no plain data.
    """
    args = value(described.get("args"))
    args = args if isinstance(args, tuple) else None
    text = str(described.get("text", ""))[:TEXT]
    if own_class is not None:
        return _own(own_class, text if args is None else args, text)
    kind = library_class(described.get("module"), described.get("type"), BaseException)
    for candidate in (kind, _standard_class(described), RuntimeError):
        error = _made(candidate, args, text) if candidate is not None else None
        if error is not None:
            _hold(error, described.get("held"))
            return error
    raise AssertionError("a RuntimeError can always be made")


def builtin_of(error: BaseException) -> type[BaseException]:
    """Return the nearest builtin class of an exception."""
    return next(base for base in type(error).__mro__ if base.__module__ == "builtins")


def library_class(module: Any, name: Any, kind: type) -> type | None:
    """Return a class of a library that judge and worker share, by where it is defined."""
    root = module.partition(".")[0] if isinstance(module, str) else ""
    if root not in TRUSTED | STANDARD or not isinstance(name, str):
        return None
    found = getattr(sys.modules.get(module), name, None)
    is_right = isinstance(found, type) and issubclass(found, kind) and found.__module__ == module
    return found if is_right else None


def standard_warning(name: Any) -> type[Warning]:
    """Return a builtin category of warnings by its name, UserWarning for any other."""
    kind = getattr(builtins, name, None) if isinstance(name, str) else None
    return kind if isinstance(kind, type) and issubclass(kind, Warning) else UserWarning


def _standard_class(described: Mapping[str, Any]) -> type[BaseException] | None:
    """Return the nearest builtin ancestor of an exception."""
    ancestors = described.get("ancestors")
    for name in ancestors if isinstance(ancestors, list) else []:
        kind = getattr(builtins, name, None) if isinstance(name, str) else None
        if isinstance(kind, type) and issubclass(kind, BaseException):
            return kind
    return None


def _own(kind: type[BaseException], args: Any, text: str) -> BaseException:
    """An object of a stand-in class, which knows its text and asks for everything else."""
    given = args if isinstance(args, tuple) else (args,)
    error = kind.__new__(kind, *given)
    error.args = given
    error.__dict__["_text"] = text
    return error


def _made(
    kind: type[BaseException], args: tuple[Any, ...] | None, text: str
) -> BaseException | None:
    """Make an exception that shows its text without fail, or None."""
    for make in (kind, lambda *given: kind.__new__(kind, *given)):
        for given in ((text,) if args is None else args, (text,)):
            try:
                error = make(*given)
                shown = str(error)
            except Exception:  # a constructor with other ideas about its arguments
                continue
            if shown or not text:
                return error
    return None


def _hold(error: BaseException, held: Any) -> None:
    """Give an exception what it holds beside its arguments."""
    for name, tree in held.items() if isinstance(held, dict) else ():
        if name.isidentifier() and not name.startswith("_") and name != "args":
            try:
                setattr(error, name, plain_or_none(tree))
            except (AttributeError, TypeError):  # fixed by its class
                continue
