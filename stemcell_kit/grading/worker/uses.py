"""Doing one thing with one of the learner's objects, and telling what came of it."""

from __future__ import annotations

import copy
import io
import warnings
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from typing import Any

from stemcell_kit.grading.crossing import CannotCross, encode
from stemcell_kit.grading.live import is_live
from stemcell_kit.grading.shell import time_limit
from stemcell_kit.grading.worker.objects import ObjectTable

__all__ = ["used"]

PRINTED = 200_000
WARNINGS = 20


def used(
    request: dict[str, Any], args: tuple[Any, ...], kwargs: dict[str, Any], table: ObjectTable
) -> dict[str, Any]:
    """Call an object, ask or set an attribute or apply an operator.

    Returns
    -------
    ``value`` or ``raised``; what was ``printed``, ``complained`` and ``warned`` meanwhile; the
    arguments that were ``changed``; and which argument, if any, the value is the ``same`` as.
    """
    given = {**{str(place): arg for place, arg in enumerate(args)}, **kwargs}
    before = {place: _fingerprint(arg, table) for place, arg in given.items()}
    printed, complaints = io.StringIO(), io.StringIO()
    with warnings.catch_warnings(record=True) as warned:
        try:
            with (
                redirect_stdout(printed),
                redirect_stderr(complaints),
                time_limit(request["seconds"]),
            ):
                value = _applied(request, table[request["ref"]], args, kwargs)
            reply = {"value": table.value(value)}
            reply["same"] = next((place for place, arg in given.items() if arg is value), None)
        except BaseException as error:  # whatever a learner's function raises is its answer
            reply = {"raised": table.raised(error)}
    reply["changed"] = {
        place: table.value(arg)
        for place, arg in given.items()
        if before[place] is not None and _fingerprint(arg, table) != before[place]
    }
    reply["warned"] = [
        [w.category.__module__, w.category.__name__, str(w.message)] for w in warned[:WARNINGS]
    ]
    reply["printed"] = printed.getvalue()[:PRINTED]
    reply["complained"] = complaints.getvalue()[:PRINTED]
    return reply


def _applied(request: dict[str, Any], target: Any, args: tuple[Any, ...], kwargs: Any) -> Any:
    op, name = request["op"], request["name"]
    if op == "call":
        return target(*args, **kwargs)
    if op == "operate":
        if name == "__next__":
            return next(target)
        return getattr(type(target), name)(target, *args, **kwargs)
    if op in _ON_NAMES:
        return _ON_NAMES[op](target, name, *args)
    return _ON_OBJECTS[op](target)


def _awaited(target: Any) -> Any:
    import asyncio

    return asyncio.run(target)


_ON_NAMES: dict[str, Callable[..., Any]] = {"get": getattr, "set": setattr, "delete": delattr}
_ON_OBJECTS: dict[str, Callable[..., Any]] = {
    "await": _awaited,
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "dir": dir,
}


def _fingerprint(value: Any, table: ObjectTable) -> str | None:
    """Something that changes when a list, dict, set or array is changed in place."""
    is_table = type(value).__module__.startswith(("matplotlib", "numpy", "pandas"))
    if type(value) in (list, dict, set) or is_table or is_live(value):
        try:
            return repr(encode(value, objects=table.node))
        except CannotCross:
            return None
    return None
