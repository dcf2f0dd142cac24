"""What the worker's words about an object mean: signatures, views, classes known to all."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from stemcell_kit.grading.crossing import BadCrossing, decode
from stemcell_kit.grading.judge.known_classes import known_class

__all__ = ["plain_or_none", "signature_of", "view_of"]


def plain_or_none(tree: Any) -> Any:
    """Build a value that no test depends on; None where it is or holds an object.

    Builtin and well-known classes are no objects here.
    """
    try:
        return decode(tree, objects=_only_known_classes)
    except BadCrossing:
        return None


def signature_of(told: Any) -> inspect.Signature | None:
    """Return the signature of a function over there, None where it has none."""
    kinds = list(inspect._ParameterKind)
    try:
        return inspect.Signature(
            [
                inspect.Parameter(name, kinds[kind], default=_default(default))
                for name, kind, default in told
            ]
        )
    except (TypeError, ValueError, IndexError):
        return None


def view_of(kind: Any, items: Any) -> Any:
    """Return a view of a dict, on a dict of its own."""
    if not isinstance(items, list):  # asking for items would be a question of its own
        raise BadCrossing("a view of no list")
    make: Callable[[], Any] = {
        "dict_items": lambda: dict(items).items(),
        "dict_values": lambda: dict(enumerate(items)).values(),
    }.get(kind, lambda: dict.fromkeys(items).keys())
    try:
        return make()
    except (TypeError, ValueError):
        raise BadCrossing("a view of no dict") from None


def _default(told: Any) -> Any:
    return plain_or_none(told[0]) if told else inspect.Parameter.empty


def _only_known_classes(node: dict[str, Any]) -> Any:
    if (known := known_class(node)) is None:
        raise BadCrossing("an object where plain data is expected")
    return known
