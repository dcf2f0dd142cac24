"""IPython without a kernel: runs one cell and returns the outputs that a notebook would show.

Judge and worker both use it, so that a cell means the same in either.
"""

from __future__ import annotations

import io
import signal
import sys
import time
import types
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

__all__ = ["CellShell", "CellStream", "OutOfTime", "error_output", "time_limit"]

OUTPUTS_PER_CELL = 500


class OutOfTime(KeyboardInterrupt):
    """A cell ran longer than it may; like the interrupt that a Jupyter kernel receives."""


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Interrupt what runs inside after so many seconds of wall-clock time."""

    def stop(*_: object) -> None:
        raise OutOfTime(f"no end after {seconds:g} s")

    before = signal.signal(signal.SIGALRM, stop)
    left, _ = signal.setitimer(signal.ITIMER_REAL, seconds)
    begun = time.monotonic()
    try:
        yield
    finally:
        # one limit may be inside another: a callback of a test that calls the learner again
        rest = max(0.001, left - (time.monotonic() - begun)) if left else 0
        signal.signal(signal.SIGALRM, before)
        signal.setitimer(signal.ITIMER_REAL, rest)


class CellShell:
    """One IPython interpreter, made while the process is warm and used by one fork.

    Parameters
    ----------
    output_bytes
        How much text and picture one cell may show; what is beyond it is cut off.
    """

    def __init__(self, *, output_bytes: int = 2**20) -> None:
        self._interpreter = _interpreter(self)
        self._budget = output_bytes
        self._left = output_bytes
        self._clear_next = False
        self.outputs: list[dict[str, Any]] = []
        self.failure: BaseException | None = None

    @property
    def names(self) -> dict[str, Any]:
        """The namespace that cells share."""
        return self._interpreter.user_ns

    @property
    def user_module(self) -> types.ModuleType:
        """The module that cells run in."""
        return self._interpreter.user_module

    def run(self, source: str, *, seconds: float) -> list[dict[str, Any]]:
        """Run one cell and return its outputs, as plain dicts in notebook format."""
        self.outputs, self._left, self._clear_next = [], self._budget, False
        self.failure = None
        streams = sys.stdout, sys.stderr
        sys.stdout, sys.stderr = CellStream("stdout", self.add), CellStream("stderr", self.add)
        try:
            with time_limit(seconds):
                result = self._interpreter.run_cell(source, store_history=True)
            self.failure = result.error_before_exec or result.error_in_exec
        except BaseException as error:  # in IPython's own code, or it is late by a moment
            self.failure = error
        finally:
            sys.stdout, sys.stderr = streams
        if isinstance(self.failure, OutOfTime):
            self._say_late()
        elif self.failure is not None and not self._shows_an_error():
            self.add(_told(type(self.failure), self.failure, []))
        return self.outputs

    def _shows_an_error(self) -> bool:
        return any(output["output_type"] == "error" for output in self.outputs)

    def forget(self) -> None:
        """Begin again with an empty namespace and cell number 1."""
        self._interpreter.reset(new_session=True)
        self.outputs, self.failure = [], None

    def add(self, output: dict[str, Any]) -> None:
        """Append one output, as far as the cell may still show something."""
        if self._clear_next:
            self.outputs.clear()
            self._clear_next = False
        size = sum(len(str(value)) for value in _texts(output))
        is_full = size > self._left or len(self.outputs) >= OUTPUTS_PER_CELL
        if is_full and output["output_type"] != "error":
            return
        self._left -= size
        last = self.outputs[-1] if self.outputs else None
        if last and output["output_type"] == "stream" and last.get("name") == output["name"]:
            last["text"] += output["text"]
        else:
            self.outputs.append(output)

    def clear(self, wait: bool) -> None:
        """Forget the outputs so far; with *wait*, when the next one comes."""
        if wait:
            self._clear_next = True
        else:
            self.outputs.clear()

    def _say_late(self) -> None:
        self.outputs[:] = [o for o in self.outputs if o["output_type"] != "error"]
        self.outputs.append(error_output("CellTimeoutError", "no end within the time limit"))


class CellStream(io.TextIOBase):
    """Standard output or error of a cell."""

    encoding = "utf-8"

    def __init__(self, name: str, add: Callable[[dict[str, Any]], None]) -> None:
        self.name = name
        self._add = add

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() takes text, not {type(text).__name__}")
        if text:
            self._add({"output_type": "stream", "name": self.name, "text": text})
        return len(text)

    def writable(self) -> bool:
        return True


def _texts(output: dict[str, Any]) -> list[Any]:
    if output["output_type"] == "stream":
        return [output["text"]]
    return list(output.get("data", {}).values())


def _interpreter(shell: CellShell) -> Any:
    """Make the interpreter: no history file, no colour, no start-up files, no questions."""
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "nocolor"
    config.InteractiveShell.xmode = "Plain"
    config.InteractiveShell.display_page = True
    interpreter = InteractiveShell.instance(
        config=config,
        displayhook_class=_display_hook(shell),
        display_pub_class=_display_publisher(shell),
    )
    interpreter.system = interpreter.system_piped  # type: ignore[method-assign]
    interpreter.enable_gui = _no_gui  # type: ignore[method-assign]
    interpreter._showtraceback = _error_recorder(shell)  # type: ignore[method-assign]
    return interpreter


def _no_gui(gui: Any = None) -> None:
    """What ``%matplotlib`` asks for, and a notebook needs not."""


def _error_recorder(shell: CellShell) -> Callable[..., None]:
    def record(kind: type[BaseException], error: BaseException, lines: list[str]) -> None:
        shell.add(_told(kind, error, lines))

    return record


def _told(kind: type[BaseException], error: BaseException, lines: list[str]) -> dict[str, Any]:
    try:
        text = str(error)
    except Exception as worse:  # a class may be unable to show itself
        text = f"(no text: {type(worse).__name__})"
    return error_output(kind.__name__, text, lines)


def error_output(name: str, words: str, lines: list[str] | None = None) -> dict[str, Any]:
    """Return an error as a notebook shows it."""
    return {
        "output_type": "error",
        "ename": name,
        "evalue": words,
        "traceback": [str(line) for line in lines or [f"{name}: {words}"]],
    }


def _display_hook(shell: CellShell) -> type:
    from IPython.core.displayhook import DisplayHook

    class Recorded(DisplayHook):
        """Keeps the value of a cell's last line as ``execute_result``."""

        def write_output_prompt(self) -> None:
            return None

        def write_format_data(self, data: dict[str, Any], metadata: Any = None) -> None:
            shell.add(
                {
                    "output_type": "execute_result",
                    "execution_count": self.prompt_count,
                    "data": _plain(data),
                    "metadata": {},
                }
            )

    return Recorded


def _display_publisher(shell: CellShell) -> type:
    from IPython.core.displaypub import DisplayPublisher

    class Recorded(DisplayPublisher):
        """Keeps what a cell displays."""

        def publish(self, data: Any, metadata: Any = None, source: Any = None, **_: Any) -> None:
            shell.add({"output_type": "display_data", "data": _plain(data), "metadata": {}})

        def clear_output(self, wait: bool = False) -> None:
            shell.clear(wait)

    return Recorded


def _plain(data: dict[str, Any]) -> dict[str, Any]:
    """Return a MIME bundle with pictures as base64 text; what is not text in the end is left out."""
    from base64 import b64encode

    return {
        kind: b64encode(value).decode("ascii") if isinstance(value, bytes) else value
        for kind, value in data.items()
        if isinstance(kind, str) and isinstance(value, (bytes, str))
    }
