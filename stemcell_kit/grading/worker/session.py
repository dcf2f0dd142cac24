"""One submission in its own process: run a cell, hand over a value, call a function.

Nothing here is trusted by the judge: the learner's code runs in this very process and may
change all of it. It has no test to read, and what it sends is checked on the other side.
"""

from __future__ import annotations

import base64
import importlib
import io
import sys
import types
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

from stemcell_kit.grading.channel import Channel, ChannelClosed
from stemcell_kit.grading.crossing import CannotCross, decode, encode
from stemcell_kit.grading.runner import lay_out
from stemcell_kit.grading.sandbox.confine import WORK
from stemcell_kit.grading.shell import CellShell, OutOfTime, time_limit
from stemcell_kit.grading.worker.objects import ObjectTable, raised

__all__ = ["Session"]

FILE_BYTES = 8 * 2**20
PRINTED = 200_000


class Session:
    """Answers the judge's requests until the judge hangs up."""

    def __init__(self, channel: Channel, shell: CellShell) -> None:
        self._channel = channel
        self._shell = shell
        self._objects = ObjectTable()

    def serve(self) -> None:
        """Answer one request after the other."""
        while True:
            try:
                request = self._channel.receive()
            except ChannelClosed:
                return
            self._channel.send(self._answer(request))

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
        except (MemoryError, RecursionError, OutOfTime) as error:
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
        names = self._shell.names
        return {"values": {n: self._value(names[n]) for n in request["names"] if n in names}}

    def _value(self, value: Any) -> Any:
        try:
            return encode(value, objects=self._objects.node)
        except CannotCross as error:
            return {"t": "refused", "why": str(error)}

    def _bind(self, request: dict[str, Any]) -> dict[str, Any]:
        """Follow a test that deletes or replaces one of the learner's names."""
        for name in request["delete"]:
            self._shell.names.pop(name, None)
        for name, tree in request["set"].items():
            self._shell.names[name] = decode(tree, objects=self._object)
        return {}

    def _use(self, request: dict[str, Any]) -> dict[str, Any]:
        """Do something with one object: call it, ask or set an attribute, apply an operator."""
        args = decode(request["args"], objects=self._object)
        kwargs = decode(request["kwargs"], objects=self._object)
        before = [_fingerprint(arg) for arg in args]
        printed, complaints = io.StringIO(), io.StringIO()
        try:
            with (
                redirect_stdout(printed),
                redirect_stderr(complaints),
                time_limit(request["seconds"]),
            ):
                target = self._objects[request["ref"]]
                value = _applied(request["op"], target, request["name"], args, kwargs)
            reply = {"value": self._value(value)}
        except BaseException as error:  # whatever a learner's function raises is its answer
            reply = {"raised": raised(error, self._objects, self._value(error.args))}
        reply["changed"] = {
            str(i): self._value(arg)
            for i, (arg, old) in enumerate(zip(args, before, strict=True))
            if old is not None and _fingerprint(arg) != old
        }
        texts = printed.getvalue()[:PRINTED], complaints.getvalue()[:PRINTED]
        return reply | dict(zip(("printed", "complained"), texts, strict=True))

    def _object(self, node: dict[str, Any]) -> Any:
        """Return what a node of the judge stands for."""
        if "mine" in node:
            return self._objects[node["mine"]]
        if "import" in node:
            module, _, path = node["import"].partition(":")
            value = importlib.import_module(module)
            for part in path.split("."):
                value = getattr(value, part)
            return value
        return self._callback(node["callback"])

    def _callback(self, number: int) -> Any:
        """Return a function that asks the judge for its result."""

        def ask(*args: Any, **kwargs: Any) -> Any:
            sent = {"args": self._value(args), "kwargs": self._value(kwargs)}
            self._channel.send({"callback": number, **sent})
            reply = self._channel.receive()
            if "raised" in reply:
                raise RuntimeError(reply["raised"])
            return decode(reply["value"], objects=self._object)

        return ask

    def _file(self, request: dict[str, Any]) -> dict[str, Any]:
        """Hand over a file that the learner's cells have written."""
        path = Path(WORK) / request["name"]
        if not path.is_file() or path.stat().st_size > FILE_BYTES:
            return {"content": None}
        return {"content": base64.b64encode(path.read_bytes()).decode("ascii")}


def _applied(op: str, target: Any, name: str, args: Any, kwargs: Any) -> Any:
    if op == "call":
        return target(*args, **kwargs)
    if op == "get":
        return getattr(target, name)
    if op == "set":
        return setattr(target, name, *args)
    if name == "__next__":
        return next(target)
    return getattr(type(target), name)(target, *args, **kwargs)


def _fingerprint(value: Any) -> Any:
    """Something that changes when a list, dict, set or array is changed in place."""
    if type(value) in (list, dict, set) or type(value).__module__.startswith(("numpy", "pandas")):
        try:
            return repr(encode(value))
        except CannotCross:
            return None
    return None


def _seed(seed: int) -> None:
    """Start the shared random generators where the judge starts its own."""
    import random

    random.seed(seed)
    if isinstance(numpy := sys.modules.get("numpy"), types.ModuleType):
        numpy.random.seed(seed % 2**32)
