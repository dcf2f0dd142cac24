"""The judge's line to the learner's process: questions with a time limit, answers checked."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from stemcell_kit.errors import KitError
from stemcell_kit.grading.channel import BadFrame, Channel, ChannelClosed, ChannelTimeout
from stemcell_kit.grading.shell import error_output

__all__ = ["Link", "WorkerGone"]

GRACE_S = 3.0  # for the worker to interrupt itself and to answer
CUT_SHORT = "an answer was cut short"
QUESTION_S = 20.0  # for a question that runs none of the learner's functions
CALLBACKS = 100_000

Callback = Callable[[int, Any, Any], dict[str, Any]]


class WorkerGone(KitError):
    """The learner's process does not answer any more; the message says why."""


class Link:
    """Asks the worker; after the first failure it is gone for good.

    Parameters
    ----------
    channel
        The line to the worker.
    seconds
        How long one cell or one test may take, in wall-clock seconds.
    callback
        Runs a function of the judge that the learner's code calls.
    """

    def __init__(self, channel: Channel, *, seconds: float, callback: Callback) -> None:
        self._channel = channel
        self._seconds = seconds
        self._callback = callback
        self._until = time.monotonic() + seconds
        self.gone: str | None = None

    def new_limit(self) -> None:
        """Begin the time of the next cell or test."""
        self._until = time.monotonic() + self._seconds

    @property
    def left(self) -> float:
        """Seconds that the cell or test still has."""
        return max(0.1, self._until - time.monotonic())

    def begin(self, files: dict[str, str], seed: int) -> None:
        """Hand over the files and the seed of the shared random generators."""
        self._ask({"do": "begin", "files": files, "seed": seed}, QUESTION_S)

    def run(self, source: str, *, seed: int | None = None) -> list[dict[str, Any]]:
        """Run one cell; return its outputs as the worker tells them."""
        request: dict[str, Any] = {"do": "run", "source": source, "seconds": self.left}
        if seed is not None:
            request["seed"] = seed
        answer = self._ask(request, self.left + GRACE_S)
        if "raised" in answer:
            return [error_output("RuntimeError", answer["raised"]["text"])]
        outputs = answer.get("outputs")
        outputs = outputs if isinstance(outputs, list) else []
        return [output for output in outputs if isinstance(output, dict)]

    def names(self, names: Sequence[str]) -> dict[str, Any]:
        """Return the trees of those names that exist."""
        answer = self._ask({"do": "names", "names": list(names)}, QUESTION_S)
        values = answer.get("values")
        if not isinstance(values, dict):
            raise WorkerGone(self._end("it sent no values"))
        return {name: tree for name, tree in values.items() if name in names}

    def bind(self, values: dict[str, Any], delete: Sequence[str]) -> None:
        """Give the learner's code other values for some of its names, or none."""
        self._ask({"do": "bind", "set": values, "delete": list(delete)}, QUESTION_S)

    def use(
        self, ref: int, op: str, name: str, args: Any, kwargs: Any, seeds: Any
    ) -> dict[str, Any]:
        """Do something with one of the learner's objects."""
        request = {"do": "use", "ref": ref, "op": op, "name": name, "args": args}
        request |= {"kwargs": kwargs, "seeds": seeds, "seconds": self.left}
        return self._ask(request, self.left + GRACE_S)

    def file(self, name: str) -> str | None:
        """Return a file that the learner's cells wrote, as base64 text."""
        content = self._ask({"do": "file", "name": name}, QUESTION_S).get("content")
        return content if isinstance(content, str) else None

    def _ask(self, request: dict[str, Any], seconds: float) -> dict[str, Any]:
        if self.gone:
            raise WorkerGone(self.gone)
        deadline = time.monotonic() + seconds
        # taken as gone until the answer is whole: an interrupt may strike in the middle of it
        self.gone = CUT_SHORT
        try:
            self._channel.send(request, seconds=seconds)
            answer = self._answer(deadline)
        except ChannelTimeout:
            raise WorkerGone(self._end("it did not stop at its time limit")) from None
        except ChannelClosed:
            raise WorkerGone(self._end("it ended")) from None
        except BadFrame as error:
            raise WorkerGone(self._end(f"it sent something that is no answer: {error}")) from None
        self.gone = None
        if "failed" in answer:
            return {"raised": {"type": "RuntimeError", "text": str(answer["failed"])[:500]}}
        return answer

    def _answer(self, deadline: float) -> dict[str, Any]:
        for _ in range(CALLBACKS):
            answer = self._channel.receive(seconds=max(0.0, deadline - time.monotonic()))
            if not isinstance(answer, dict):
                raise BadFrame("not a dict")
            if "callback" not in answer:
                return answer
            reply = self._called_back(answer)
            self._channel.send(reply, seconds=QUESTION_S)
        raise BadFrame("too many calls back")

    def _called_back(self, answer: dict[str, Any]) -> dict[str, Any]:
        """Run a function of the test, which may itself use the learner's objects."""
        self.gone = None
        try:
            return self._callback(answer["callback"], answer.get("args"), answer.get("kwargs"))
        finally:
            self.gone = self.gone or CUT_SHORT

    def _end(self, why: str) -> str:
        self.gone = why
        self._channel.close()
        return why
