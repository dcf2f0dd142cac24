"""One submission on trial: the learner's cells run over there, the tests run here."""

from __future__ import annotations

import contextlib
import posixpath
import sys
import time
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from stemcell_kit.grading.channel import Channel
from stemcell_kit.grading.crossing import BadCrossing, CannotCross
from stemcell_kit.grading.judge.feedback import has_error, hidden_words, told, worse
from stemcell_kit.grading.judge.link import Link, WorkerGone
from stemcell_kit.grading.judge.permits import Permits
from stemcell_kit.grading.judge.stand_ins import CannotBeJudged, StandIns
from stemcell_kit.grading.runner import lay_out
from stemcell_kit.grading.shell import CellShell, error_output
from stemcell_kit.grading.task import COURSE, TEST, LockedCell, Task, TaskStep, Verdict

__all__ = ["Trial"]

_IMPORTED = ("class", "function", "instance", "module")
JUDGE_GRACE_S = 8.0  # the worker's own limit strikes first
# Libraries that a learner may have imported under any name; what they hold is the judge's own.
_SHARED = """
    collections datetime functools itertools json math matplotlib matplotlib.pyplot numpy operator
    pandas random re scipy scipy.optimize scipy.stats statistics stemcell_kit string
"""
SHARED_MODULES = frozenset(_SHARED.split())


class Trial:
    """Runs the steps of one task.

    Parameters
    ----------
    task
        What to run.
    channel
        The line to the worker's session.
    shell
        The judge's own interpreter, fresh from the fork.
    folder
        An empty folder that is the working folder of the tests.
    """

    def __init__(self, task: Task, channel: Channel, shell: CellShell, folder: Path) -> None:
        self._task = task
        self._shell = shell
        self._folder = folder
        permits = task.permits
        self.permits = Permits(
            None if permits is None else {k: list(v) for k, v in permits.items()}
        )
        self._stand_ins = StandIns(self.permits)
        self._stand_ins.before_use = self._follow_rebinding  # type: ignore[method-assign]
        self.link = self._stand_ins.link = Link(
            channel, seconds=task.limits.cell_seconds, callback=self._stand_ins.call_back
        )
        self._given: dict[str, Any] = {}
        self._elsewhere: dict[str, Any] = {}
        self._course_done: set[str] = set()
        self._bound_elsewhere: set[str] = set()
        self._refused: dict[str, Exception] = {}

    def verdicts(self) -> Iterator[Verdict]:
        """Run step after step; the learner's process may die on the way, the tests go on."""
        self._lay_out_files()
        # where the worker is gone already, every later step says so in its own outputs
        with contextlib.suppress(WorkerGone):
            self.link.begin({**self._task.files, **self._task.course_files}, seed=0)
        for step in self._task.steps:
            begun, knows_hidden = time.monotonic(), self._stand_ins.knows_hidden
            self.link.new_limit()
            outputs = self._test(step) if step.kind == TEST else self._cell(step)
            seconds = round(time.monotonic() - begun, 4)
            yield Verdict(step.slot, outputs, seconds, knows_hidden and step.kind != TEST)

    def _lay_out_files(self) -> None:
        lay_out(self._task.course_files, self._folder)
        sys.path.insert(0, str(self._folder / "."))

    # --- the learner's and the course's cells, over there ---------------------------------

    def _cell(self, step: TaskStep) -> list[dict[str, Any]]:
        seed = _seed_of(step.grade_id) if step.kind == COURSE else None
        try:
            return self.link.run(step.source, seed=seed)
        except WorkerGone as error:
            return [error_output("NotRun", f"This cell was not run: {error}.")]

    # --- the tests, here --------------------------------------------------------------------

    def _test(self, step: TaskStep) -> list[dict[str, Any]]:
        if step.in_kernel:
            return self._cell(step)
        self.permits.enter(step.grade_id)
        self._stand_ins.is_hidden = bool(step.hidden)
        outputs = self._judged(step)
        if self._stand_ins.left_a_change and not has_error(outputs):
            outputs = worse(outputs, self._judged(step, takes_all_changes=True))
        if step.echo and not self.link.gone:
            self._cell(step_echo(step))
        return outputs

    def _judged(self, step: TaskStep, *, takes_all_changes: bool = False) -> list[dict[str, Any]]:
        """Run a test and return what it gave.

        A test whose arguments were changed against the model solution runs twice, without the
        changes and with them, and must pass both times: neither can the learner change what
        she is compared with, nor does it go unseen where a test looks for a change.
        """
        self._stand_ins.fault = None
        self._stand_ins.left_a_change = False
        self._stand_ins.takes_all_changes = takes_all_changes
        try:
            self._prepare(step)
            self._stand_ins.seeds.forget()
            self._run(step.source)
            # whatever the test made of it: without an answer there are no points
            if (fault := self._stand_ins.fault or self._missed()) is not None:
                raise fault
        except WorkerGone as error:
            return [error_output("WorkerGone", _gone(error))]
        except (BadCrossing, CannotBeJudged, CannotCross) as error:
            return [error_output("NotPlain", self._openly(str(error)))]
        except Exception as error:  # hostile values may trip what prepares a test
            return [error_output("NotJudged", type(error).__name__)]
        return told(step, self._shell, knows_hidden=self._stand_ins.knows_hidden)

    def _openly(self, words: str) -> str:
        """Return words in which the learner's code has a part, unless it knows hidden arguments."""
        return hidden_words() if self._stand_ins.knows_hidden else words

    def _missed(self) -> Exception | None:
        """The reason why a name that the test stopped at is not there, if we know one."""
        failure = self._shell.failure
        return self._refused.get(str(failure.name)) if isinstance(failure, NameError) else None

    def _prepare(self, step: TaskStep) -> None:
        self._refused.clear()
        for grade_id in step.course_cells:
            if grade_id not in self._course_done:
                self._course_done.add(grade_id)
                self._run_course_cell(grade_id, self._task.course_cells[grade_id])
        self._take_names(step.asks)
        for name in step.files:
            self._take_file(name)

    def _run_course_cell(self, grade_id: str, cell: LockedCell) -> None:
        self._take_names(cell.asks)
        self._stand_ins.seeds.start(_seed_of(grade_id))
        self._run(cell.source)

    def _run(self, source: str) -> None:
        self._shell.run(source, seconds=self._task.limits.cell_seconds + JUDGE_GRACE_S)

    def _take_names(self, names: Sequence[str]) -> None:
        """Fetch the learner's values; a name that she has not bound is not bound here either.

        Neither is one whose value cannot be judged: the test defines what it defines for later
        tests, and stops where it needs the value.
        """
        trees = self.link.names(names) if names else {}
        for name in names:
            if name in trees:
                try:
                    self._shell.names[name] = self._given[name] = self._value(name, trees[name])
                    continue
                except BadCrossing as fault:
                    self._refused[name] = fault
            if self._given.pop(name, None) is not None:
                self._shell.names.pop(name, None)

    def _value(self, name: str, tree: Any) -> Any:
        node = tree if isinstance(tree, dict) and tree.get("t") == "object" else {}
        kind, module = node.get("kind"), node.get("name")
        # a function of the learner's own is hers, whatever the model solution imports instead
        is_library = kind == "module" or node.get("module") not in (None, "__main__")
        if is_library and kind in _IMPORTED and name in self._task.imports:
            return self._imported(name, self._task.imports[name])
        if kind == "module" and isinstance(module, str) and module in SHARED_MODULES:
            return self._imported(name, f"import {module} as {name}")
        return self._stand_ins.value(tree, found=name)

    def _imported(self, name: str, statement: str) -> Any:
        """The library itself, as the course imports it, not what the learner made of it."""
        if statement not in self._elsewhere:
            room: dict[str, Any] = {}
            try:
                exec(statement, room)  # written by the course, or one of the shared modules
            except ImportError as error:
                raise BadCrossing(f"{name} cannot be imported for the test: {error}") from None
            self._elsewhere[statement] = room[name]
        return self._elsewhere[statement]

    def _take_file(self, name: str) -> None:
        """Fetch a file that the test reads and the learner's cells may have written."""
        name = posixpath.normpath(name)
        if name in self._task.course_files:
            return
        content = self.link.file(name)
        if content is not None:
            lay_out({name: content}, self._folder)

    def _follow_rebinding(self) -> None:
        """Let the learner's code see when a test deletes or replaces one of her functions."""
        names = self._shell.names
        gone = [name for name in self._given if name not in names]
        changed = {
            name: names[name]
            for name, value in self._given.items()
            if name in names and names[name] is not value and callable(names[name])
        }
        back = self._bound_elsewhere - set(gone) - changed.keys()
        values = changed | {name: names[name] for name in back if name in names}
        if gone or values:
            self._bound_elsewhere = set(gone) | changed.keys()
            self.link.bind({n: self._stand_ins.arguments.tree(v) for n, v in values.items()}, gone)


def step_echo(step: TaskStep) -> TaskStep:
    """Return what of a test the learner's later cells build on, as a cell of the course."""
    return TaskStep(step.slot, COURSE, step.grade_id, step.echo)


def _gone(error: WorkerGone) -> str:
    from stemcell_kit.language import say

    return say("grade.worker-gone", detail=str(error))


def _seed_of(grade_id: str) -> int:
    return zlib.crc32(grade_id.encode("utf-8"))
