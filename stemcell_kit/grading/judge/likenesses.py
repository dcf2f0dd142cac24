"""How a learner's classes and objects look in the judge; nothing of them runs here."""

from __future__ import annotations

import builtins
import dataclasses
import inspect
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from stemcell_kit.errors import KitError
from stemcell_kit.grading.judge.exceptions import builtin_of
from stemcell_kit.grading.judge.permits import NotPlain, Permits
from stemcell_kit.grading.worker.operators import OPERATORS

__all__ = ["Home", "LearnerClass", "LearnerObject", "class_like", "doc_of"]

NAME = 200
# What libraries look for to treat an object as one of their own, or to show it.
_PROBES = ("_ipython_", "_mime", "_render_", "_repr_", "_typ")


class Home(Protocol):
    """Where stand-ins turn to."""

    permits: Permits

    def give_up(self, fault: Exception) -> BaseException:
        """Note why the test that runs earns nothing, whatever it makes of it."""

    def use(self, target: Any, op: str, name: str, args: Any = (), kwargs: Any = None) -> Any:
        """Do something with a learner's object, and return or raise what it gives."""


class LearnerObject:
    """Base of the stand-ins for instances of classes; attributes ask the worker."""

    _home: Home

    def __getattr__(self, name: str) -> Any:
        _look_at(type(self), name)
        return self._home.use(self, "get", name)

    def __setattr__(self, name: str, value: Any) -> None:
        self._home.use(self, "set", name, (value,))

    def __delattr__(self, name: str) -> None:
        self._home.use(self, "delete", name)

    def __dir__(self) -> Any:
        return self._home.use(self, "dir", "")

    def __copy__(self) -> Any:
        return self._home.use(self, "copy", "")

    def __deepcopy__(self, _: Any) -> Any:
        return self._home.use(self, "deepcopy", "")


class _LearnerError(BaseException):
    """Base of the stand-ins for exceptions of the learner's own classes."""

    _home: Home

    def __getattr__(self, name: str) -> Any:
        _look_at(type(self), name)
        return self._home.use(self, "get", name)

    def __str__(self) -> str:
        return str(self.__dict__.get("_text", ""))


class LearnerClass(type):
    """Metaclass of stand-ins for the learner's classes: calling one makes the object there."""

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        return _home_of(cls).use(cls, "call", "", args, kwargs)

    def __getattr__(cls, name: str) -> Any:
        _look_at(cls, name)
        return _home_of(cls).use(cls, "get", name)

    def __setattr__(cls, name: str, value: Any) -> None:
        if name.startswith("__"):
            super().__setattr__(name, value)
        else:
            _home_of(cls).use(cls, "set", name, (value,))

    def __dir__(cls) -> Any:
        return _home_of(cls).use(cls, "dir", "")


def _home_of(cls: type) -> Home:
    if "_home" not in vars(cls):
        raise TypeError(
            f"{cls.__name__} is a class of the test that builds on a learner's class. Test the "
            "learner's class itself, or mark the test as in-kernel."
        )
    home: Home = vars(cls)["_home"]
    return home


def _look_at(kind: type, name: str) -> None:
    """Let nobody look for what Python and libraries ask of every object."""
    is_special = name.startswith("__") and name.endswith("__") and name != "__annotations__"
    if is_special or name.startswith(_PROBES):
        raise AttributeError(f"{kind.__name__!r} object has no attribute {name!r}")


def class_like(
    home: Home,
    node: Mapping[str, Any],
    own_bases: tuple[type, ...],
    signature: inspect.Signature | None,
    annotations: Any,
) -> type:
    """Make the stand-in of a class that the learner wrote."""
    name = str(node.get("name"))[:NAME] or "Class"
    namespace: dict[str, Any] = {"_home": home, "__module__": "__main__", "__doc__": doc_of(node)}
    builtin = getattr(builtins, str(node.get("builtin")), object)
    builtin = builtin if isinstance(builtin, type) else object
    if signature is not None:
        namespace["__signature__"] = signature
    if isinstance(annotations, dict):
        namespace["__annotations__"] = annotations
    if issubclass(builtin, BaseException):
        bases = own_bases or (_LearnerError, builtin)
        return LearnerClass(name, bases, namespace)
    for operator in _operators(node.get("operators")):
        namespace[operator] = _exit if operator == "__exit__" else _operator(operator)
    namespace.setdefault("__hash__", object.__hash__)
    namespace["__dict__"] = property(lambda self: home.use(self, "get", "__dict__"))
    if builtin is not object:
        # isinstance asks for this where the type itself is not the answer
        like = type(name, (builtin,), {})
        namespace["__class__"] = property(lambda _: like)
    namespace |= _dataclass_marks(node.get("fields"))
    bases = own_bases or (LearnerObject,)
    return _metaclass(node, bases)(name, bases, namespace)


def _metaclass(node: Mapping[str, Any], bases: tuple[type, ...]) -> Any:
    """The metaclass, with operators where the learner's class itself has some, as an Enum has."""
    operators = {name: _operator(name) for name in _operators(node.get("of_class"))}
    operators.pop("__call__", None)
    if not operators:
        return LearnerClass
    operators.setdefault("__hash__", type.__hash__)
    above = tuple(dict.fromkeys(type(base) for base in bases if type(base) is not type))
    return type("LearnerClass", above or (LearnerClass,), operators)


def _operators(names: Any) -> list[str]:
    return [name for name in OPERATORS if name in names] if isinstance(names, list) else []


def _dataclass_marks(names: Any) -> dict[str, Any]:
    """What makes ``dataclasses.fields`` and ``asdict`` work."""
    if not isinstance(names, list) or not names or not all(type(n) is str for n in names):
        return {}
    like = dataclasses.make_dataclass("Like", names)
    return {"__dataclass_fields__": vars(like)["__dataclass_fields__"]}


# Every object has these; where the learner's own are not allowed, it has Python's.
_BY_IDENTITY = {"__eq__", "__ne__", "__hash__", "__repr__", "__str__", "__format__"}


def _operator(name: str) -> Callable[..., Any]:
    def apply(self: Any, *args: Any, **kwargs: Any) -> Any:
        home = self._home
        if not home.permits.allows(f"operator:{name}"):
            if name in _BY_IDENTITY:
                return getattr(object, name)(self, *args)
            _insist(self, name)
        return home.use(self, "operate", name, args, kwargs)

    apply.__name__ = name
    return apply


def _insist(self: Any, name: str) -> None:
    """End the test unless the learner's object may do this in it."""
    home = self._home
    try:
        home.permits.ask(f"operator:{name}", f"{type(self).__name__} is a class of your own")
    except NotPlain as fault:
        raise home.give_up(fault) from None


def _exit(self: Any, kind: Any, error: Any, trace: Any) -> bool:
    """Leave a learner's context; what she may hide of a test is what the model solution hid."""
    _insist(self, "__exit__")
    if error is not None and not isinstance(error, Exception):
        return False  # the test was ended
    told = None if error is None else builtin_of(error)
    hides = self._home.use(self, "operate", "__exit__", (told, error, None))
    if not hides or error is None or isinstance(error, (AssertionError, KitError)):
        return False
    return bool(self._home.permits.allows(f"hides:{type(error).__name__}"))


def doc_of(node: Mapping[str, Any]) -> str | None:
    """Return the docstring of a function or class, if it has one."""
    return node["doc"] if isinstance(node.get("doc"), str) else None
