"""One submission in its own process: run a cell, hand over a value, call a function.

Nothing here is trusted by the judge: the learner's code runs in this very process and may
change all of it. It has no test to read, and what it sends is checked on the other side.
"""

from __future__ import annotations

import base64
import sys
import types
from pathlib import Path
from typing import Any

from stemcell_kit.grading.channel import BadFrame, Channel, ChannelClosed
from stemcell_kit.grading.runner import lay_out
from stemcell_kit.grading.sandbox.confine import WORK
from stemcell_kit.grading.shell import CellShell, OutOfTime
from stemcell_kit.grading.worker.arguments import Arguments
from stemcell_kit.grading.worker.objects import ObjectTable
from stemcell_kit.grading.worker.uses import used

__all__ = ["Session"]

FILE_BYTES = 8 * 2**20


class Session:
    """Answers the judge's requests until the judge hangs up."""

    def __init__(self, channel: Channel, shell: CellShell) -> None:
        self._channel = channel
        self._shell = shell
        self._objects = ObjectTable()
        self._arguments = Arguments(self._objects, self._ask)

    def serve(self) -> None:
        """Answer one request after the other."""
        while True:
            try:
                request = self._channel.receive()
            except ChannelClosed:
                return
            if "do" in request:  # else the answer to a question that ran out of time
                self._reply(request)

    def _ask(self, question: dict[str, Any]) -> dict[str, Any]:
        """Ask the judge something, and serve it meanwhile: its answer may need our functions."""
        self._channel.send(question)
        while True:
            answer: dict[str, Any] = self._channel.receive()
            if "do" not in answer:
                return answer
            self._reply(answer)

    def _reply(self, request: dict[str, Any]) -> None:
        try:
            self._channel.send(self._answer(request))
        except (BadFrame, TypeError, ValueError) as error:  # too large, or no JSON
            self._channel.send({"failed": str(error)})

    def _answer(self, request: dict[str, Any]) -> dict[str, Any]:
        answer = {
            "begin": self._begin,
            "run": self._run,
            "names": self._values,
            "bind": self._bind,
            "use": self._use,
            "file": self._file,
        }[request["do"]]
        try:
            return answer(request)
        except (Exception, OutOfTime) as error:  # a session outlives what one question does
            return {"failed": f"{type(error).__name__}: {error}"}

    def _begin(self, request: dict[str, Any]) -> dict[str, Any]:
        """Lay out the files of the submission and of the course, and the empty namespace."""
        lay_out(request["files"], Path(WORK))
        sys.path.insert(0, WORK)
        _seed(request["seed"])
        return {}

    def _run(self, request: dict[str, Any]) -> dict[str, Any]:
        if "seed" in request:
            _seed(request["seed"])
        return {"outputs": self._shell.run(request["source"], seconds=request["seconds"])}

    def _values(self, request: dict[str, Any]) -> dict[str, Any]:
        names, wanted = self._shell.names, request["names"]
        return {"values": {n: self._objects.value(names[n]) for n in wanted if n in names}}

    def _bind(self, request: dict[str, Any]) -> dict[str, Any]:
        """Follow a test that deletes or replaces one of the learner's names."""
        for name in request["delete"]:
            self._shell.names.pop(name, None)
        for name, tree in request["set"].items():
            self._shell.names[name] = self._arguments.value(tree)
        return {}

    def _use(self, request: dict[str, Any]) -> dict[str, Any]:
        args = self._arguments.value(request["args"])
        kwargs = self._arguments.value(request["kwargs"])
        for module, seed in self._arguments.value(request["seeds"]):
            sys.modules[module].seed(*seed)
        return used(request, args, kwargs, self._objects)

    def _file(self, request: dict[str, Any]) -> dict[str, Any]:
        """Hand over a file that the learner's cells have written."""
        path = Path(WORK) / request["name"]
        if not path.is_file() or path.stat().st_size > FILE_BYTES:
            return {"content": None}
        return {"content": base64.b64encode(path.read_bytes()).decode("ascii")}


def _seed(seed: int) -> None:
    """Start the shared random generators where the judge starts its own."""
    import random

    random.seed(seed)
    if isinstance(numpy := sys.modules.get("numpy"), types.ModuleType):
        numpy.random.seed(seed % 2**32)
