"""A test that seeds the shared random generators seeds those of the learner's code too."""

from __future__ import annotations

import random
import sys
from typing import Any

__all__ = ["Seeds"]


class Seeds:
    """Notes how the test that runs has seeded the shared generators."""

    def __init__(self) -> None:
        self._own = {"random": random.seed}
        self._noted: list[tuple[str, tuple[Any, ...]]] = []
        if "numpy" in sys.modules:
            self._own["numpy.random"] = sys.modules["numpy.random"].seed
        for module in self._own:
            sys.modules[module].seed = self._noting(module)  # type: ignore[attr-defined]

    def start(self, seed: int) -> None:
        """Seed the generators of this process, as the worker seeds its own for the same cell."""
        for own in self._own.values():
            own(seed)

    def forget(self) -> None:
        """Forget what a cell of the course has seeded; the worker has run it as well."""
        self._noted.clear()

    def noted(self) -> list[list[Any]]:
        """Return module and arguments of the seeds since the last question."""
        noted = [[module, list(args)] for module, args in self._noted]
        self._noted.clear()
        return noted

    def _noting(self, module: str) -> Any:
        def seed(*args: Any, **kwargs: Any) -> None:
            self._own[module](*args, **kwargs)
            self._noted.append((module, (*args, *kwargs.values())))

        return seed
