"""What a grading run did: scores, durations, refusals, the sandbox, versions and digests."""

from __future__ import annotations

import hashlib
import json
import platform
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from stemcell_kit import __version__
from stemcell_kit.errors import BadInput
from stemcell_kit.grading.task import TEST, Result
from stemcell_kit.language import say

if TYPE_CHECKING:
    from stemcell_kit.grading.graded import Graded
    from stemcell_kit.grading.submission import LaidOver

__all__ = ["NotebookRecord", "RunReport", "SubmissionRecord", "grader"]

LIBRARIES = ("nbgrader", "IPython", "numpy", "pandas", "scipy", "matplotlib", "pyseccomp")


@dataclass(frozen=True)
class NotebookRecord:
    """One graded notebook.

    ``scores`` is grade id -> points and maximum; points are None where a person grades.
    ``seconds`` is grade id, or place, of every code cell -> wall-clock seconds; ``ended`` is why a
    session ended early, ``restored`` the cells that the learner had deleted, ``in_kernel`` the tests that ran
    in the learner's own process.
    """

    notebook: str
    scores: Mapping[str, tuple[float | None, float]]
    seconds: Mapping[str, float]
    session_seconds: float
    ended: str | None
    detail: str
    restored: tuple[str, ...]
    in_kernel: tuple[str, ...]

    @classmethod
    def of(
        cls,
        notebook: str,
        laid: LaidOver,
        result: Result,
        scores: Mapping[str, tuple[float | None, float]],
    ) -> Self:
        """Return the record of what a session gave."""
        tests = [step for step in laid.steps if step.kind == TEST]
        return cls(
            notebook,
            dict(scores),
            {
                step.grade_id or f"cell {step.slot + 1}": result.verdicts[step.slot].seconds
                for step in laid.steps
                if step.slot in result.verdicts
            },
            result.seconds,
            result.ended,
            result.detail,
            laid.restored,
            tuple(step.grade_id for step in tests if step.in_kernel),
        )

    @property
    def points(self) -> float:
        """Points earned so far, without those that a person gives."""
        return sum(points or 0.0 for points, _ in self.scores.values())

    @property
    def out_of(self) -> float:
        """Points that can be earned, manual ones included."""
        return sum(most for _, most in self.scores.values())


@dataclass
class SubmissionRecord:
    """One submission: the notebooks taken in and refused, and what each of them got."""

    student: str
    digest: str
    notes: tuple[str, ...]
    accepted: tuple[str, ...]
    refused: Mapping[str, str]
    notebooks: list[NotebookRecord] = field(default_factory=list)
    failed: bool = False

    @property
    def points(self) -> float:
        """Points earned so far, without those that a person gives."""
        return sum(notebook.points for notebook in self.notebooks)

    @property
    def out_of(self) -> float:
        """Points that can be earned, manual ones included."""
        return sum(notebook.out_of for notebook in self.notebooks)

    @property
    def by_hand(self) -> int:
        """How many questions wait for a person."""
        return sum(p is None for n in self.notebooks for p, _ in n.scores.values())


@dataclass
class RunReport:
    """One run over an assignment."""

    assignment: str
    begun: str
    sandbox: str = ""
    submissions: dict[str, SubmissionRecord] = field(default_factory=dict)
    kept: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    seconds: float = 0.0
    finished: bool = False
    _clock: float = field(default_factory=time.monotonic, repr=False)

    @classmethod
    def begun_now(cls, assignment: str) -> Self:
        """Return the empty report of a run that begins."""
        return cls(assignment, datetime.now(UTC).isoformat(timespec="seconds"))

    def take(self, submission: Graded) -> None:
        """Enter a submission as it was taken in."""
        taken = submission.intake
        self.submissions[submission.student] = SubmissionRecord(
            submission.student,
            taken.digest,
            taken.notes,
            tuple(taken.accepted),
            dict(taken.refused),
        )

    def record(self, student: str, notebook: NotebookRecord) -> None:
        """Enter a graded notebook."""
        self.submissions[student].notebooks.append(notebook)

    def fail(self, student: str) -> None:
        """Enter that nbgrader could not take a submission."""
        self.submissions[student].failed = True

    def finish(self) -> None:
        """The run went through to its end."""
        self.seconds = round(time.monotonic() - self._clock, 2)
        self.finished = True

    def joined(self, other: Self) -> Self:
        """Return the report of this run and of another one that graded other learners.

        Raises
        ------
        BadInput
            The other run graded another assignment.
        """
        if other.assignment != self.assignment:
            raise BadInput(
                say("run.not-joined", one=repr(self.assignment), other=repr(other.assignment))
            )
        submissions = {**self.submissions, **other.submissions}
        return replace(
            self,
            begun=min(self.begun, other.begun),
            sandbox=self.sandbox or other.sandbox,
            submissions=dict(sorted(submissions.items())),
            kept=sorted({*self.kept, *other.kept} - submissions.keys()),
            warnings=list(dict.fromkeys([*self.warnings, *other.warnings])),
            seconds=round(self.seconds + other.seconds, 2),
            finished=self.finished and other.finished,
        )

    def save(self, path: Path | str) -> Path:
        """Write the report: as JSON to a name that ends in ``.json``, as a page to ``.html``.

        Raises
        ------
        BadInput
            The name ends in something else, or the file cannot be written there.
        """
        path = Path(path)
        content = self._page() if check_name(path) == ".html" else self._json()
        try:
            # a learner's id is a folder's name and may hold bytes that are no text
            path.write_bytes(content.encode("utf-8", "backslashreplace"))
        except OSError as error:
            raise BadInput(say("run.save-refused", path=path, reason=error.strerror)) from None
        return path

    def _json(self) -> str:
        return json.dumps(self.as_data(), indent=1) + "\n"

    def _page(self) -> str:
        from stemcell_kit.grading.run_page import run_page

        return run_page(self)

    def as_data(self) -> dict[str, Any]:
        """Return the report as plain data, with versions and the digest of the grader."""
        data = asdict(self)
        del data["_clock"]
        return {**data, "grader": grader()}


def check_name(path: Path) -> str:
    """Return the ending of a report's name, ``.json`` or ``.html``.

    Raises
    ------
    BadInput
        It is another one.
    """
    if (ending := path.suffix.lower()) not in (".json", ".html"):
        raise BadInput(say("run.save-kind", path=path))
    return ending


@cache
def grader() -> dict[str, Any]:
    """What graded: versions, and a digest over the code of the kit."""
    return {
        "stemcell-kit": __version__,
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()}",
        "libraries": {name: found for name in LIBRARIES if (found := _version(name))},
        "digest": _digest(Path(__file__).parents[1]),
    }


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _digest(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.py")):
        digest.update(path.relative_to(folder).as_posix().encode("utf-8") + b"\0")
        digest.update(path.read_bytes())
    return digest.hexdigest()
