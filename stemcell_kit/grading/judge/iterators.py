"""A learner's iterators and coroutines as those of the judge, item by item."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Generator
from functools import partial
from typing import Any

from stemcell_kit.grading.crossing import BadCrossing
from stemcell_kit.grading.judge.likenesses import Home
from stemcell_kit.grading.judge.link import Link

__all__ = ["awaited", "looped_over"]

ITEMS = 1_000_000


def looped_over(home: Home, ref: int, link: Link, *, sends: bool) -> Generator[Any, Any, Any]:
    """Yield the items of an iterator over there; with *sends* it is a generator there too."""
    following = partial(home.use, ref, "operate", "__next__")
    ask: Callable[[], Any] = following
    for _ in range(ITEMS):
        try:
            item = ask()
        except StopIteration as end:
            return end.value
        ask = following
        try:
            given = yield item
            if given is not None and sends:
                ask = partial(_method, home, ref, "send", given)
        except GeneratorExit:
            # where Python drops it in the middle of another question, there is no time to ask
            if sends and not link.gone:
                _method(home, ref, "close")
            raise
        except BaseException as thrown:
            if not sends:
                raise
            ask = partial(_method, home, ref, "throw", thrown)
    raise BadCrossing(f"an iterator with more than {ITEMS} items")


def _method(home: Home, ref: int, name: str, *given: Any) -> Any:
    return home.use(ref, "get", name)(*given)


def awaited(home: Home, ref: int) -> Coroutine[Any, Any, Any]:
    """Return a coroutine of the judge that waits for the one over there."""

    async def waiting() -> Any:
        return home.use(ref, "await", "")

    return waiting()
