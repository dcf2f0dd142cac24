"""Whether a submission is the one of this candidate, this form and this attempt.

Swapped, replayed and tampered submissions are refused, each with its reason; late ones are
treated by the blueprint's rule.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from stemcell_kit.certification.binding import Binding, binding_of, changed_cells
from stemcell_kit.certification.exam_folder import Exam
from stemcell_kit.certification.forms import Sitting
from stemcell_kit.errors import KitError
from stemcell_kit.grading.intake.notes import Notes, Refused
from stemcell_kit.grading.intake.reading import read_data, read_file
from stemcell_kit.grading.intake.safe_folder import SafeFolder, Unfit
from stemcell_kit.language import say

__all__ = ["Refusal", "check_integrity", "is_graded", "read_notebooks"]

_MOST_FILES = 1000


class Refusal(KitError):
    """A submission is not graded; ``reason`` is a code, the message is for the candidate."""

    def __init__(self, reason: str, words: str) -> None:
        super().__init__(words)
        self.reason = reason


def read_notebooks(folder: Path) -> dict[str, Any]:
    """Return the notebooks of a folder that can be read, by name, whatever lies in it.

    What cannot be read is left to the intake, which says why.
    """
    found: dict[str, Any] = {}
    try:
        with SafeFolder.at(folder) as opened:
            names = [name for name in opened.names(_MOST_FILES) if name.endswith(".ipynb")]
            for name in sorted(names):
                try:
                    found[name.removesuffix(".ipynb")] = read_data(read_file(opened, name), Notes())
                except Refused:  # the intake refuses it too, and says why
                    continue
    except Unfit:  # a folder that is a link or a file: the intake says so
        return {}
    return found


def check_integrity(
    exam: Exam, sitting: Sitting, handed_in: Mapping[str, Any], *, late: int
) -> tuple[str, ...]:
    """Check a submission and return the given cells that were changed, where that is allowed.

    Raises
    ------
    Refusal
        It is swapped, replayed, tampered with or too late.
    """
    released = read_notebooks(exam.place("release", sitting))
    changed: list[str] = []
    for name, notebook in handed_in.items():
        binding = binding_of(notebook)
        if binding is None:
            raise Refusal("tampered", say("exam.refused-unbound", notebook=name))
        _check_binding(exam, sitting, binding, name)
        if binding.notebook in released:
            changed += changed_cells(released[binding.notebook], notebook)
    if changed and exam.blueprint.changed_cells == "refuse":
        raise Refusal("tampered", say("exam.refused-cells", cells=", ".join(changed)))
    if late and exam.blueprint.late.rule == "refuse":
        raise Refusal("late", say("exam.refused-late", minutes=late))
    if is_graded(exam, sitting):
        raise Refusal("replayed", say("exam.refused-graded"))
    return tuple(changed)


def _check_binding(exam: Exam, sitting: Sitting, binding: Binding, name: str) -> None:
    """Refuse a notebook of another form; who changes what it says about itself breaks its tag."""
    said = {"notebook": name, "found": binding.candidate, "expected": sitting.candidate}
    if not binding.is_genuine(exam.secret):
        reason = "swapped" if binding.exam != exam.id else "tampered"
        key = "exam.refused-other-exam" if reason == "swapped" else "exam.refused-tag"
        raise Refusal(reason, say(key, **{**said, "found": binding.exam, "expected": exam.id}))
    if binding.candidate != sitting.candidate:
        raise Refusal("swapped", say("exam.refused-swapped", **said))
    if binding.attempt != sitting.attempt:
        said |= {"found": str(binding.attempt), "expected": str(sitting.attempt)}
        raise Refusal("replayed", say("exam.refused-attempt", **said))


def is_graded(exam: Exam, sitting: Sitting) -> bool:
    """Tell whether the log has a score of this sitting."""
    return bool(exam.logged("graded", sitting))
