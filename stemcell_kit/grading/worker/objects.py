"""What is not plain data stays in the learner's process; only a description of it crosses."""

from __future__ import annotations

import builtins
import inspect
import types
from typing import Any

from stemcell_kit.grading.crossing import encode

__all__ = ["OPERATORS", "ObjectTable", "raised"]

# What an object may be asked to do with an operator; the judge decides in which test.
OPERATORS = tuple(
    f"__{name}__"
    for name in [
        "abs",
        "add",
        "and",
        "bool",
        "bytes",
        "ceil",
        "complex",
        "contains",
        "delitem",
        "divmod",
        "enter",
        "eq",
        "exit",
        "float",
        "floor",
        "floordiv",
        "format",
        "ge",
        "getitem",
        "gt",
        "hash",
        "index",
        "int",
        "invert",
        "iter",
        "le",
        "len",
        "lshift",
        "lt",
        "matmul",
        "mod",
        "mul",
        "ne",
        "neg",
        "next",
        "or",
        "pos",
        "pow",
        "radd",
        "rand",
        "rdivmod",
        "repr",
        "reversed",
        "rfloordiv",
        "rlshift",
        "rmatmul",
        "rmod",
        "rmul",
        "ror",
        "round",
        "rpow",
        "rrshift",
        "rshift",
        "rsub",
        "rtruediv",
        "rxor",
        "setitem",
        "str",
        "sub",
        "truediv",
        "trunc",
        "xor",
        "call",
    ]
)


class ObjectTable:
    """The learner's objects that the judge knows by number."""

    def __init__(self) -> None:
        self._objects: dict[int, Any] = {}
        self._numbers: dict[int, int] = {}

    def __getitem__(self, number: int) -> Any:
        return self._objects[number]

    def node(self, value: Any) -> dict[str, Any]:
        """Describe one object; the description names it for later questions."""
        node: dict[str, Any] = {"t": "object", "ref": self._number(value)}
        if isinstance(value, types.ModuleType):
            return node | {"kind": "module", "name": value.__name__}
        if isinstance(value, type):
            return node | self._class(value)
        if isinstance(value, _FUNCTIONS):
            return node | _function(value)
        if type(value) in _VIEWS:
            items = encode(list(value), objects=self.node)
            return node | {"kind": "view", "of": type(value).__name__, "items": items}
        if hasattr(type(value), "__next__"):
            return node | {"kind": "iterator"}
        return node | {"kind": "instance", "class": self.node(type(value))}

    def _number(self, value: Any) -> int:
        known = self._numbers.get(id(value))
        if known is None:
            known = len(self._objects) + 1
            self._objects[known] = value
            self._numbers[id(value)] = known
        return known

    def _class(self, value: type) -> dict[str, Any]:
        lineage = value.__mro__[1:]
        return {
            "kind": "class",
            "name": value.__name__,
            "module": str(value.__module__),
            "doc": value.__doc__,
            "operators": [name for name in OPERATORS if _defines(value, name)],
            "bases": [self.node(base) for base in value.__bases__ if base.__module__ == "__main__"],
            "builtin": next(
                (base.__name__ for base in (value, *lineage) if base.__module__ == "builtins"),
                "object",
            ),
        }


_VIEWS: tuple[type, ...] = (type({}.keys()), type({}.values()), type({}.items()))
_FUNCTIONS = (
    types.FunctionType,
    types.BuiltinFunctionType,
    types.MethodType,
    types.MethodWrapperType,
    types.MethodDescriptorType,
    types.WrapperDescriptorType,
)


def _defines(value: type, name: str) -> bool:
    return any(name in vars(base) for base in value.__mro__ if base is not object)


def _function(value: Any) -> dict[str, Any]:
    return {
        "kind": "function",
        "name": getattr(value, "__name__", "function"),
        "doc": getattr(value, "__doc__", None),
        "parameters": _parameters(value),
    }


def _parameters(value: Any) -> list[list[Any]] | None:
    """Return name, kind and whether there is a default, for each parameter."""
    try:
        found = inspect.signature(value).parameters.values()
    except (TypeError, ValueError):
        return None
    return [[p.name, int(p.kind), p.default is not inspect.Parameter.empty] for p in found]


def raised(error: BaseException, table: ObjectTable, args: Any) -> dict[str, Any]:
    """Describe an exception: its class, its builtin ancestors, its text, its plain arguments."""
    kind = type(error)
    return {
        "type": kind.__name__,
        "module": str(kind.__module__),
        "ancestors": [
            base.__name__
            for base in kind.__mro__
            if getattr(builtins, base.__name__, None) is base and base is not object
        ],
        "class": table.node(kind) if kind.__module__ == "__main__" else None,
        "ref": table.node(error)["ref"],
        "text": _text(error),
        "args": args,
    }


def _text(error: BaseException) -> str:
    try:
        return str(error)[:10_000]
    except Exception as worse:  # a learner's __str__ may fail as well
        return f"(its text cannot be shown: {type(worse).__name__})"
