"""How a learner's functions look in the judge: of the sort that they are, asked over there."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any

from stemcell_kit.grading.judge.likenesses import NAME, Home, doc_of

__all__ = ["function_like"]


def function_like(
    home: Home, node: Mapping[str, Any], signature: inspect.Signature | None, annotations: Any
) -> Callable[..., Any]:
    """Make the stand-in of a function, of the sort that it is over there."""
    asked = _sort_of(node)(home)
    name = str(node.get("name"))[:NAME]
    asked.__name__, asked.__qualname__ = name, str(node.get("qualname", name))[:NAME]
    asked.__doc__, asked.__module__ = doc_of(node), "__main__"
    if isinstance(annotations, dict):
        asked.__annotations__ = annotations
    if signature is not None:
        asked.__signature__ = signature
        _set_defaults(asked, signature)
    return asked


def _sort_of(node: Mapping[str, Any]) -> Callable[[Home], Any]:
    return _generating if node.get("yields") else _awaiting if node.get("awaits") else _plain


def _plain(home: Home) -> Any:
    def asked(*args: Any, **kwargs: Any) -> Any:
        return home.use(asked, "call", "", args, kwargs)

    return asked


def _generating(home: Home) -> Any:
    def asked(*args: Any, **kwargs: Any) -> Any:
        return (yield from home.use(asked, "call", "", args, kwargs))

    return asked


def _awaiting(home: Home) -> Any:
    async def asked(*args: Any, **kwargs: Any) -> Any:
        return await home.use(asked, "call", "", args, kwargs)

    return asked


def _set_defaults(asked: Any, signature: inspect.Signature) -> None:
    parameters = signature.parameters.values()
    given = [p for p in parameters if p.default is not inspect.Parameter.empty]
    by_name = {p.name: p.default for p in given if p.kind is inspect.Parameter.KEYWORD_ONLY}
    asked.__defaults__ = tuple(p.default for p in given if p.name not in by_name) or None
    asked.__kwdefaults__ = by_name or None
