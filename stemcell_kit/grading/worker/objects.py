"""What is not plain data stays in the learner's process; only a description of it crosses."""

from __future__ import annotations

import inspect
import types
from typing import Any

from stemcell_kit.grading.crossing import CannotCross, encode
from stemcell_kit.grading.live import is_live, live_state
from stemcell_kit.grading.worker.operators import OPERATORS
from stemcell_kit.grading.worker.raised import told_exception

__all__ = ["ObjectTable"]

FIELDS = "__dataclass_fields__"
# An object of a subclass is worth as much as plain data of these, where no objects are expected.
PLAIN: tuple[type, ...] = (
    *(bool, int, float, complex, str, bytes),
    *(tuple, list, dict, set, frozenset),
)


class ObjectTable:
    """The learner's objects that the judge knows by number."""

    def __init__(self) -> None:
        self._objects: dict[int, Any] = {}
        self._numbers: dict[int, int] = {}
        self._theirs: dict[int, tuple[int, BaseException]] = {}

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
            return node | self._function(value)
        if isinstance(value, BaseException):
            return node | {"kind": "exception"} | self.raised(value)
        if is_live(value):
            return node | {"kind": "live", "state": encode(live_state(value))}
        if type(value) in _VIEWS:
            items = encode(list(value), objects=self.node)
            return node | {"kind": "view", "of": type(value).__name__, "items": items}
        if isinstance(value, types.CoroutineType):
            return node | {"kind": "coroutine"}
        if hasattr(type(value), "__next__") and type(value).__module__ in _LOOPS:
            return node | {"kind": "iterator", "sends": hasattr(value, "send")}
        return node | {"kind": "instance"} | self._instance(value)

    def raised(self, error: BaseException) -> dict[str, Any]:
        """Describe an exception."""
        known = self._theirs.get(id(error))
        if known is not None:
            return {"theirs": known[0]}
        told = told_exception(error, self.value)
        is_own = type(error).__module__ == "__main__"
        return told | {
            "class": self.node(type(error)) if is_own else None,
            "ref": self._number(error),
            "cause": self.raised(error.__cause__) if error.__cause__ is not None else None,
        }

    def remember_theirs(self, error: BaseException, number: int) -> None:
        """Note that an exception stands for one of the judge's."""
        self._theirs[id(error)] = number, error

    def value(self, value: Any) -> Any:
        """Describe any value; one that cannot cross is replaced by the reason."""
        try:
            return encode(value, objects=self.node)
        except CannotCross as error:
            return {"t": "refused", "why": str(error)}

    def _number(self, value: Any) -> int:
        known = self._numbers.get(id(value))
        if known is None:
            known = len(self._objects) + 1
            self._objects[known] = value
            self._numbers[id(value)] = known
        return known

    def _class(self, value: type) -> dict[str, Any]:
        told: dict[str, Any] = {"kind": "class", "name": value.__name__}
        told["module"] = str(value.__module__)
        if value.__module__ == "builtins":
            return told
        own_bases = [base for base in value.__bases__ if base.__module__ == "__main__"]
        return told | {
            "doc": value.__doc__,
            "operators": [name for name in OPERATORS if _defines(value, name)],
            "of_class": [name for name in OPERATORS if _defines(type(value), name, but=type)],
            "bases": [self.node(base) for base in own_bases],
            "builtin": _builtin(value),
            "parameters": self._parameters(value),
            "annotations": self.value(vars(value).get("__annotations__", {})),
            "fields": list(getattr(value, FIELDS, ())),
        }

    def _instance(self, value: Any) -> dict[str, Any]:
        kind = type(value)
        told: dict[str, Any] = {"class": self.node(kind), "name": kind.__name__}
        told |= {"calls": callable(value), "iterates": hasattr(kind, "__next__")}
        told["parameters"] = self._parameters(value) if callable(value) else None
        for base in PLAIN:
            if isinstance(value, base):
                return told | {"plain": self.value(base(value))}
        return told

    def _function(self, value: Any) -> dict[str, Any]:
        name = getattr(value, "__name__", "function")
        return {
            "kind": "function",
            "name": name,
            "qualname": getattr(value, "__qualname__", name),
            "module": str(getattr(value, "__module__", None)),
            "doc": getattr(value, "__doc__", None),
            "parameters": self._parameters(value),
            "annotations": self.value(getattr(value, "__annotations__", {})),
            "yields": inspect.isgeneratorfunction(value),
            "awaits": inspect.iscoroutinefunction(value),
        }

    def _parameters(self, value: Any) -> list[list[Any]] | None:
        """Return name, kind and default of each parameter; an empty list for no default."""
        try:
            found = inspect.signature(value).parameters.values()
        except (TypeError, ValueError):
            return None
        nothing = inspect.Parameter.empty
        return [
            [p.name, int(p.kind), [] if p.default is nothing else [self.value(p.default)]]
            for p in found
        ]


_LOOPS = ("builtins", "itertools")
_VIEWS: tuple[type, ...] = (type({}.keys()), type({}.values()), type({}.items()))
_FUNCTIONS = (
    types.FunctionType,
    types.BuiltinFunctionType,
    types.MethodType,
    types.MethodWrapperType,
    types.MethodDescriptorType,
    types.WrapperDescriptorType,
)


def _defines(value: type, name: str, but: type = object) -> bool:
    return any(name in vars(base) for base in value.__mro__ if base not in but.__mro__)


def _builtin(value: type) -> str:
    names = [base.__name__ for base in value.__mro__ if base.__module__ == "builtins"]
    return names[0] if names else "object"
