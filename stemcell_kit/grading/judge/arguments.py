"""What a test gives to the learner's code, as trees: data, her own objects, ways to call back."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from typing import Any

from stemcell_kit.errors import KitError
from stemcell_kit.grading.crossing import CannotCross, encode
from stemcell_kit.grading.judge.exceptions import builtin_of
from stemcell_kit.grading.live import is_live, live_state

__all__ = ["Arguments"]

LOOPS = ("builtins", "itertools")


class Arguments:
    """Encodes arguments and remembers what the learner's code may ask for later.

    Parameters
    ----------
    number_of
        The number of the learner's object that a stand-in stands for, None for all else.
    """

    def __init__(self, number_of: Callable[[Any], int | None]) -> None:
        self._number_of = number_of
        self._functions: list[Callable[..., Any]] = []
        self._errors: list[BaseException] = []

    def tree(self, value: Any) -> Any:
        """Encode an argument; stand-ins go back as what they stand for.

        Raises
        ------
        CannotCross
            It is or holds an object of the test's own.
        """
        return encode(value, objects=self._node)

    def function(self, number: Any) -> Callable[..., Any]:
        """Return the function of the test that has this number."""
        return self._functions[number]

    def remember(self, error: BaseException) -> dict[str, Any]:
        """Note an exception of the test that the learner's code is about to see.

        It sees the builtin kind, and never the text of a failed check.
        """
        self._errors.append(error)
        return {"raised": builtin_of(error).__name__, "number": len(self._errors) - 1}

    def error(self, number: Any) -> BaseException | None:
        """Return the exception of the test that has this number, if there is one."""
        if type(number) is int and 0 <= number < len(self._errors):
            return self._errors[number]
        return None

    def _node(self, value: Any) -> dict[str, Any]:
        if (number := self._number_of(value)) is not None:
            return {"t": "object", "mine": number}
        if isinstance(value, BaseException):
            noted = self.remember(value)
            is_check = isinstance(value, (AssertionError, KitError))
            args = self.tree(() if is_check else value.args)
            return {"t": "object", "error": noted["raised"], "number": noted["number"]} | {
                "args": args
            }
        if (path := _import_path(value)) is not None:
            return {"t": "object", "import": path}
        if is_live(value):
            return {"t": "object", "live": self.tree(live_state(value))}
        if hasattr(type(value), "__next__") and type(value).__module__ in LOOPS:
            return self._callback(functools.partial(next, value)) | {"iterates": True}
        if callable(value) and not isinstance(value, type):
            return self._callback(value)
        raise CannotCross(
            f"the test gives the learner's code a {type(value).__name__[:80]} of its own, which "
            "stays here. Give plain data or a function, or mark the test as in-kernel."
        )

    def _callback(self, function: Callable[..., Any]) -> dict[str, Any]:
        self._functions.append(function)
        return {"t": "object", "callback": len(self._functions) - 1}


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
