"""What stands in the judge for a learner's functions, classes, objects and iterators.

A stand-in holds no code of the learner. Using it asks the worker, and what comes back is plain
data or another stand-in. What an object may do is decided by the permits of the test.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from stemcell_kit.grading.crossing import BadCrossing, CannotCross, decode
from stemcell_kit.grading.judge.arguments import Arguments
from stemcell_kit.grading.judge.changes import change
from stemcell_kit.grading.judge.described import plain_or_none, signature_of, view_of
from stemcell_kit.grading.judge.exceptions import exception_of
from stemcell_kit.grading.judge.function_likeness import function_like
from stemcell_kit.grading.judge.iterators import awaited, looped_over
from stemcell_kit.grading.judge.known_classes import known_class
from stemcell_kit.grading.judge.likenesses import (
    class_like,
)
from stemcell_kit.grading.judge.link import Link, WorkerGone
from stemcell_kit.grading.judge.permits import Permits
from stemcell_kit.grading.judge.said import say_again
from stemcell_kit.grading.judge.seeds import Seeds
from stemcell_kit.grading.live import live_thing

__all__ = ["CannotBeJudged", "StandIns"]

RETURNED = "What your code returns"


class CannotBeJudged(BaseException):
    """Ends a test that cannot go on; not an ``Exception``, which a test might expect."""


class StandIns:
    """All stand-ins of one submission.

    Parameters
    ----------
    permits
        What the test that runs may do with objects.

    ``fault`` is the first question of the test that runs to which no value came back,
    ``left_a_change`` tells whether its arguments were changed and it does not know;
    ``is_hidden`` says that the test has hidden parts, ``knows_hidden`` that the learner's code has
    been called by one: whatever it says from then on may tell what it was called with.
    """

    def __init__(self, permits: Permits) -> None:
        self.link: Link
        self.permits = permits
        self.seeds = Seeds()
        self.arguments = Arguments(lambda value: self._numbers.get(id(value)))
        self.is_hidden = False
        self.knows_hidden = False
        self.fault: Exception | None = None
        self.takes_all_changes = False
        self.left_a_change = False
        # A thing is known by its number and by what it was taken for: an object may be plain
        # data in one test and an object in another.
        self._made: dict[tuple[int, str], Any] = {}
        self._numbers: dict[int, int] = {}
        self._kept: list[Any] = []

    def before_use(self) -> None:
        """Asked before each use; the trial tells the worker here what a test has rebound."""

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
        if kind == "class":
            return self._class(ref, node)
        if kind == "instance":
            return self._instance(ref, node, found)
        if kind == "exception":
            return self._exception(node)
        if kind == "view":
            return view_of(node.get("of"), self.value(node.get("items"), found=found))
        if kind == "live":
            return live_thing(self.value(node.get("state"), found=found))
        make = {
            "coroutine": lambda ref, node: awaited(self, ref),
            "function": self._function,
            "iterator": self._iterator,
        }.get(kind if isinstance(kind, str) else "")
        if make is None:
            raise BadCrossing(f"{found} holds a {str(kind)[:40]}, which cannot be judged")
        return self._once(ref, str(kind), lambda: make(ref, node))

    def _once(self, ref: int, taken_for: str, make: Callable[[], Any]) -> Any:
        """Return the stand-in for an object, always the same one."""
        if (ref, taken_for) not in self._made:
            stand_in = make()
            self._made[ref, taken_for] = stand_in
            self._numbers[id(stand_in)] = ref
            self._kept.append(stand_in)  # an id must not be used twice
        return self._made[ref, taken_for]

    def _function(self, ref: int, node: dict[str, Any]) -> Any:
        annotations = plain_or_none(node.get("annotations"))
        return function_like(self, node, signature_of(node.get("parameters")), annotations)

    def _iterator(self, ref: int, node: dict[str, Any]) -> Any:
        return looped_over(self, ref, self.link, sends=bool(node.get("sends")))

    def _class(self, ref: int, node: dict[str, Any]) -> Any:
        """A class: one that everybody knows, the learner's own, or merely something to call."""
        if (known := known_class(node)) is not None:
            return known
        if not self.permits.allows("class"):
            return self._once(ref, "function", lambda: self._function(ref, node))
        return self._own_class(ref, node)

    def _own_class(self, ref: int, node: dict[str, Any]) -> type:
        made: type = self._once(ref, "class", lambda: self._class_like(node))
        return made

    def _class_like(self, node: dict[str, Any]) -> type:
        told = node.get("bases")
        bases = [
            self._own_class(base["ref"], base)
            for base in (told if isinstance(told, list) else [])
            if isinstance(base, dict) and type(base.get("ref")) is int
        ]
        annotations = plain_or_none(node.get("annotations"))
        signature = signature_of(node.get("parameters"))
        return class_like(self, node, tuple(bases), signature, annotations)

    def _instance(self, ref: int, node: dict[str, Any], found: str) -> Any:
        """An object, or what it is worth as plain data, to call or to loop over."""
        if self.permits.allows("instance"):
            kind = node.get("class")
            if not isinstance(kind, dict) or type(kind.get("ref")) is not int:
                raise BadCrossing("an object without a class")
            return self._once(
                ref, "instance", lambda: _object_of(self._own_class(kind["ref"], kind))
            )
        if "plain" in node:
            return self.value(node["plain"], found=found)
        if node.get("iterates"):
            return self._once(ref, "iterator", lambda: self._iterator(ref, node))
        if node.get("calls"):
            return self._once(ref, "function", lambda: self._function(ref, node))
        self.permits.ask("instance", f"{found} is an object of a class of your own code")

    def _exception(self, told: Any) -> BaseException:
        if not isinstance(told, dict):
            raise BadCrossing("an exception that is none")
        if (theirs := self.arguments.error(told.get("theirs"))) is not None:
            return theirs
        if type(ref := told.get("ref")) is not int:
            raise BadCrossing("an exception without a number")
        error: BaseException = self._once(ref, "exception", lambda: self._exception_like(told))
        return error

    def _exception_like(self, told: dict[str, Any]) -> BaseException:
        own = told.get("class")
        kind = None
        if isinstance(own, dict) and type(own.get("ref")) is int:
            kind = self._own_class(own["ref"], own)
        is_error = isinstance(kind, type) and issubclass(kind, BaseException)
        error = exception_of(told, kind if is_error else None, self._or_none)
        if told.get("cause") is not None:
            error.__cause__ = self._exception(told["cause"])
        return error

    def _or_none(self, tree: Any) -> Any:
        try:
            return self.value(tree, found="An exception")
        except BadCrossing:
            return None

    # --- to the worker -----------------------------------------------------------------

    def use(self, target: Any, op: str, name: str, args: Any = (), kwargs: Any = None) -> Any:
        """Do something with a learner's object, and return or raise what it gives.

        Raises
        ------
        CannotBeJudged
            No value came back.
        """
        try:
            error, value = self._use(target, op, name, args, kwargs)
        except (BadCrossing, CannotCross, WorkerGone) as fault:
            raise self.give_up(fault) from None
        if error is not None:
            raise error
        return value

    def give_up(self, fault: Exception) -> CannotBeJudged:
        """Note why the test that runs earns nothing, whatever it makes of it."""
        self.fault = self.fault or fault
        return CannotBeJudged(str(fault))

    def _use(
        self, target: Any, op: str, name: str, args: Any, kwargs: Any
    ) -> tuple[BaseException | None, Any]:
        """Ask the worker; return the exception or the value that it answers."""
        ref = target if type(target) is int else self._numbers.get(id(target))
        if ref is None:
            raise BadCrossing(f"a {type(target).__name__} that the learner's code does not know")
        given = {**dict(enumerate(args)), **(kwargs or {})}
        trees = self.arguments.tree(tuple(args)), self.arguments.tree(dict(kwargs or {}))
        self.before_use()
        seeds = self.arguments.tree(self.seeds.noted())
        self.knows_hidden = self.knows_hidden or self.is_hidden
        reply = self.link.use(ref, op, name, *trees, seeds)
        say_again(reply, hides_printing=self.knows_hidden)
        took_changes = self._take_changes(reply.get("changed"), given)
        if "raised" in reply:
            return self._exception(reply["raised"]), None
        same = _place(reply.get("same"))
        if took_changes and same in given:
            return None, given[same]
        return None, self.value(reply.get("value"), found=RETURNED)

    def call_back(self, number: Any, args: Any, kwargs: Any) -> dict[str, Any]:
        """Run a function of the test that the learner's code calls."""
        try:
            function = self.arguments.function(number)
            given = self.value(args, found="An argument"), self.value(kwargs, found="An argument")
            return {"value": self.arguments.tree(function(*given[0], **given[1]))}
        except Exception as error:  # the learner's code sees that the call failed, not why
            return self.arguments.remember(error)

    def _take_changes(self, told: Any, given: dict[Any, Any]) -> bool:
        """Let the test's own lists, dicts, sets and arrays change as the learner changed them.

        Where the model solution changes nothing, this could change what the test compares
        with: it is left out at first, and the trial runs the test again.
        """
        if not isinstance(told, dict) or not told:
            return True
        if not self.permits.allows("changed") and not self.takes_all_changes:
            self.left_a_change = True
            return False
        for place, tree in told.items():
            if _place(place) in given:
                change(given[_place(place)], self.value(tree, found="A changed argument"))
        return True


def _place(told: Any) -> Any:
    return int(told) if isinstance(told, str) and told.isdecimal() and len(told) < 6 else told


def _object_of(kind: Any) -> Any:
    return kind.__new__(kind)
