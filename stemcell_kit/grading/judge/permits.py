"""What a learner's objects may do in a test: what the model solution's objects had to do there.

Plain data cannot lie, objects can: an object of a learner's own class may claim to equal
anything. So the model solution is run first, and each test remembers for which names and
operators it met objects. In a submission, nothing else is allowed in that test.
"""

from __future__ import annotations

from typing import Any

from stemcell_kit.grading.crossing import BadCrossing

__all__ = ["NotPlain", "Permits"]

# Without a model solution: asking an object for its parts gives plain data and tells it nothing.
HARMLESS = {
    f"operator:__{name}__" for name in ("bool", "call", "getitem", "iter", "len", "next")
} | {"instance", "class"}


class NotPlain(BadCrossing, TypeError):
    """An object stands where this question expects a number, a text, a list or a table."""


class Permits:
    """The permits of one submission, test by test.

    Parameters
    ----------
    learned
        Test -> what the model solution needed there; None while the model solution itself
        runs and everything is written down. A test that is not in it allows what is harmless.
    """

    def __init__(self, learned: dict[str, list[str]] | None) -> None:
        self.learning = learned is None
        self._learned = {test: set(needs) for test, needs in (learned or {}).items()}
        self._test = ""

    def enter(self, test: str) -> None:
        """Say which test begins."""
        self._test = test
        if self.learning:
            self._learned.setdefault(test, set())

    def allows(self, need: str) -> bool:
        """Tell whether the test that runs may do this; while learning, write it down."""
        if self.learning:
            self._learned[self._test].add(need)
            return True
        return need in self._learned.get(self._test, HARMLESS)

    def ask(self, need: str, found: str) -> None:
        """Stop the test unless it may do this.

        Raises
        ------
        NotPlain
            With a message for the learner.
        """
        if not self.allows(need):
            raise NotPlain(
                f"{found}; this question expects plain data: a number, a text, a list, "
                "a dict or a table. Turn the result into one of these."
            )

    def as_data(self) -> dict[str, Any]:
        """Return what was learned, as plain data."""
        return {test: sorted(needs) for test, needs in self._learned.items()}
