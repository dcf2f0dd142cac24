"""What stands in the judge for a learner's functions, classes, objects and iterators.

A stand-in holds no code of the learner. Using it asks the worker, and what comes back is plain
data or another stand-in. What an object may do is decided by the permits of the test.
"""

from __future__ import annotations

import builtins
import inspect
import sys
from collections.abc import Callable, Iterator
from typing import Any

from stemcell_kit.grading.crossing import BadCrossing, CannotCross, decode, encode
from stemcell_kit.grading.judge.exceptions import exception_of
from stemcell_kit.grading.judge.link import Link, WorkerGone
from stemcell_kit.grading.judge.permits import Permits
from stemcell_kit.grading.shell import CellStream
from stemcell_kit.grading.worker.objects import OPERATORS

__all__ = ["LearnerObject", "StandIns"]

ITEMS = 1_000_000


class CannotBeJudged(BaseException):
    """Ends a test that cannot go on; not an ``Exception``, which a test might expect."""


class LearnerObject:
    """Base of the stand-ins for instances of classes; attributes ask the worker."""

    _home: StandIns

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        return self._home.use(self, "get", name)

    def __setattr__(self, name: str, value: Any) -> None:
        self._home.use(self, "set", name, (value,))


class _LearnerClass(type):
    """Metaclass of stand-ins for the learner's classes: calling one makes the object there."""

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        home = cls.__dict__["_home"]
        return home.use(cls, "call", "", args, kwargs)

    def __getattr__(cls, name: str) -> Any:
        home = cls.__dict__.get("_home")
        if home is None or name.startswith("_"):
            raise AttributeError(f"type object {cls.__name__!r} has no attribute {name!r}")
        return home.use(cls, "get", name)


class StandIns:
    """All stand-ins of one submission.

    Parameters
    ----------
    permits
        What the test that runs may do with objects.

    ``fault`` is the first question of the test that runs to which no value came back;
    ``hides_printing`` keeps what functions print out of the test's own output.
    """

    def __init__(self, permits: Permits) -> None:
        self.link: Link
        self._permits = permits
        self._made: dict[int, Any] = {}
        self._refs: dict[int, int] = {}
        self._kept: list[Any] = []
        self._callbacks: list[Callable[..., Any]] = []
        self.hides_printing = False
        self.fault: Exception | None = None

    # --- from the worker ---------------------------------------------------------------

    def value(self, tree: Any, *, found: str) -> Any:
        """Build the value of a tree; ``found`` names it in a message to the learner.

        Raises
        ------
        NotPlain, BadCrossing
            It is an object where none is expected, or no value of any kind.
        """
        if isinstance(tree, dict) and tree.get("t") == "refused":
            raise BadCrossing(f"{found}: {str(tree.get('why'))[:500]}")
        return decode(tree, objects=lambda node: self._object(node, found))

    def _object(self, node: dict[str, Any], found: str) -> Any:
        ref, kind = node.get("ref"), node.get("kind")
        if type(ref) is not int:
            raise BadCrossing("an object without a number")
        if ref not in self._made:
            make = {
                "function": self._function,
                "class": self._class,
                "instance": self._instance,
                "iterator": self._iterator,
                "view": self._view,
            }.get(kind if isinstance(kind, str) else "")
            if make is None:
                raise BadCrossing(f"{found} holds a {str(kind)[:40]}, which cannot be judged")
            self._remember(ref, make(ref, node))
        if kind in ("class", "instance"):
            self._permits.ask(kind, f"{found} is {_article(kind)} of your own code")
        return self._made[ref]

    def _remember(self, ref: int, stand_in: Any) -> None:
        self._made[ref] = stand_in
        self._refs[id(stand_in)] = ref
        self._kept.append(stand_in)  # an id must not be used twice

    def _function(self, ref: int, node: dict[str, Any]) -> Any:
        def asked(*args: Any, **kwargs: Any) -> Any:
            return self.use(asked, "call", "", args, kwargs)

        asked.__name__ = asked.__qualname__ = str(node.get("name"))[:200]
        asked.__doc__ = node["doc"] if isinstance(node.get("doc"), str) else None
        asked.__module__ = "__main__"
        if (signature := _signature(node.get("parameters"))) is not None:
            asked.__signature__ = signature  # type: ignore[attr-defined]
        return asked

    def _class(self, ref: int, node: dict[str, Any]) -> type:
        name = str(node.get("name"))[:200] or "Class"
        namespace: dict[str, Any] = {"_home": self, "__module__": "__main__", "_ref": ref}
        namespace["__doc__"] = node["doc"] if isinstance(node.get("doc"), str) else None
        builtin = getattr(builtins, str(node.get("builtin")), object)
        if isinstance(builtin, type) and issubclass(builtin, BaseException):
            namespace["__getattr__"] = LearnerObject.__getattr__
            return type(name, (builtin,), namespace)
        for operator in OPERATORS:
            if operator in (node.get("operators") or []):
                namespace[operator] = _operator(operator)
        namespace.setdefault("__hash__", object.__hash__)
        return _LearnerClass(name, self._bases(node), namespace)

    def _bases(self, node: dict[str, Any]) -> tuple[type, ...]:
        bases = node.get("bases")
        made = [self._base(base) for base in bases] if isinstance(bases, list) else []
        return tuple(base for base in made if base is not None) or (LearnerObject,)

    def _base(self, node: Any) -> type | None:
        if not isinstance(node, dict) or type(ref := node.get("ref")) is not int:
            return None
        if ref not in self._made:
            self._remember(ref, self._class(ref, node))
        return self._made[ref] if isinstance(self._made[ref], _LearnerClass) else None

    def _instance(self, ref: int, node: dict[str, Any]) -> Any:
        kind = self._base(node.get("class"))
        if kind is None:
            raise BadCrossing("an object whose class cannot be judged")
        return object.__new__(kind)

    def _iterator(self, ref: int, node: dict[str, Any]) -> Iterator[Any]:
        def items() -> Iterator[Any]:
            for _ in range(ITEMS):
                try:
                    yield self.use(ref, "operate", "__next__")
                except StopIteration:
                    return
            raise BadCrossing(f"an iterator with more than {ITEMS} items")

        return items()

    def _view(self, ref: int, node: dict[str, Any]) -> Any:
        """A view of a dict, on a dict of its own."""
        items = self.value(node.get("items"), found="A view")
        try:
            if node.get("of") == "dict_items":
                return dict(items).items()
            if node.get("of") == "dict_values":
                return dict(enumerate(items)).values()
            return dict.fromkeys(items).keys()
        except (TypeError, ValueError):
            raise BadCrossing("a view of no dict") from None

    # --- to the worker -----------------------------------------------------------------

    def use(self, target: Any, op: str, name: str, args: Any = (), kwargs: Any = None) -> Any:
        """Do something with a learner's object, and return or raise what it gives.

        Raises
        ------
        CannotBeJudged
            No value came back. It is no ``Exception``, and ``fault`` keeps it, so that a test
            that expects an exception does not take it for one.
        """
        try:
            error, value = self._use(target, op, name, args, kwargs)
        except (BadCrossing, CannotCross, WorkerGone) as fault:
            self.fault = self.fault or fault
            raise CannotBeJudged(str(fault)) from None
        if error is not None:
            raise error
        return value

    def _use(
        self, target: Any, op: str, name: str, args: Any, kwargs: Any
    ) -> tuple[BaseException | None, Any]:
        """Ask the worker; return the exception or the value that it answers."""
        ref = target if isinstance(target, int) else self._refs[id(target)]
        trees = self.tree(tuple(args)), self.tree(dict(kwargs or {}))
        self.before_use()
        reply = self.link.use(ref, op, name, *trees)
        self._print(str(reply.get("printed", "")))
        self._take_changes(reply.get("changed"), args)
        if "raised" in reply:
            return self._exception(reply["raised"]), None
        return None, self.value(reply.get("value"), found="What your code returns")

    def _print(self, words: str) -> None:
        """Pass on what a function printed, unless a hidden test would show its arguments so."""
        if not self.hides_printing or not isinstance(sys.stdout, CellStream):
            sys.stdout.write(words)

    def before_use(self) -> None:
        """Asked before each use; the trial tells the worker here what a test has rebound."""

    def tree(self, value: Any) -> Any:
        """Encode an argument; stand-ins go back as what they stand for."""
        return encode(value, objects=self._node)

    def _node(self, value: Any) -> dict[str, Any] | None:
        if id(value) in self._refs:
            return {"t": "object", "mine": self._refs[id(value)]}
        if (path := _import_path(value)) is not None:
            return {"t": "object", "import": path}
        if callable(value) and not isinstance(value, type):
            self._callbacks.append(value)
            return {"t": "object", "callback": len(self._callbacks) - 1}
        return None

    def call_back(self, number: Any, args: Any, kwargs: Any) -> dict[str, Any]:
        """Run a function of the test that the learner's code calls."""
        try:
            function = self._callbacks[number]
            given = self.value(args, found="An argument"), self.value(kwargs, found="An argument")
            return {"value": self.tree(function(*given[0], **given[1]))}
        except Exception as error:  # the learner's code sees that the call failed, not why
            return {"raised": type(error).__name__}

    def _take_changes(self, changed: Any, args: Any) -> None:
        """Let the caller's list, dict, set or array change as the learner's function changed it."""
        if not isinstance(changed, dict) or not changed or not self._permits.allows("changed"):
            return
        for place, tree in changed.items():
            if place.isdecimal() and int(place) < len(args):
                _change(args[int(place)], self.value(tree, found="A changed argument"))

    def _exception(self, described: Any) -> BaseException:
        if not isinstance(described, dict):
            raise BadCrossing("an exception that is none")
        own = described.get("class")
        kind = None
        if isinstance(own, dict) and type(own.get("ref")) is int:
            if own["ref"] not in self._made:
                self._remember(own["ref"], self._class(own["ref"], own))
            kind = self._made[own["ref"]]
        is_exception = isinstance(kind, type) and issubclass(kind, BaseException)
        try:
            args = self.value(described.get("args"), found="An exception")
        except (BadCrossing, TypeError):
            args = None
        error = exception_of(
            described, kind if is_exception else None, args if isinstance(args, tuple) else None
        )
        if type(ref := described.get("ref")) is int:
            self._remember(ref, error)
        return error


# Every object has these; where the learner's own are not allowed, it has Python's.
_BY_IDENTITY = {"__eq__", "__ne__", "__hash__", "__repr__", "__str__", "__format__"}


def _operator(name: str) -> Callable[..., Any]:
    def apply(self: Any, *args: Any, **kwargs: Any) -> Any:
        home = self._home
        if not home._permits.allows(f"operator:{name}"):
            if name in _BY_IDENTITY:
                return getattr(object, name)(self, *args)
            home._permits.ask(f"operator:{name}", f"{type(self).__name__} is a class of your own")
        return home.use(self, "operate", name, args, kwargs)

    apply.__name__ = name
    return apply


def _signature(parameters: Any) -> inspect.Signature | None:
    try:
        kinds = list(inspect._ParameterKind)
        return inspect.Signature(
            [
                inspect.Parameter(
                    name, kinds[kind], default=... if optional else inspect.Parameter.empty
                )
                for name, kind, optional in parameters
            ]
        )
    except (TypeError, ValueError, IndexError):
        return None


def _import_path(value: Any) -> str | None:
    """Return ``module:name`` of a library function that the worker can import for itself."""
    module, name = getattr(value, "__module__", None), getattr(value, "__qualname__", None)
    if type(value).__name__ == "ufunc":
        module, name = "numpy", value.__name__
    if not isinstance(module, str) or not isinstance(name, str) or module == "__main__":
        return None
    found: Any = sys.modules.get(module)
    for part in name.split("."):
        found = getattr(found, part, None)
    return f"{module}:{name}" if found is value else None


def _change(old: Any, new: Any) -> None:
    if type(old) is not type(new):
        return
    if isinstance(old, list):
        old[:] = new
    elif isinstance(old, (dict, set)):
        old.clear()
        old.update(new)
    elif type(old).__module__.startswith("numpy") and old.shape == new.shape:
        old[...] = new
    elif type(old).__module__.startswith("pandas") and hasattr(old, "_update_inplace"):
        old._update_inplace(new)


def _article(kind: str) -> str:
    return {"class": "a class", "instance": "an object of a class"}[kind]
