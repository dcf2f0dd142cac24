"""A practice exam for one person: make it, and finish it in one go."""

from __future__ import annotations

from pathlib import Path

from stemcell_kit.certification.exam_folder import open_exam
from stemcell_kit.certification.practice import PRACTISING, new_practice, practice_again
from stemcell_kit.cli import exam_commands
from stemcell_kit.errors import BadInput
from stemcell_kit.language import say

__all__ = ["finished", "practised"]


def practised(folder: Path, blueprint: Path | None, name: str) -> str:
    """Make a practice exam or give another form of it."""
    if folder.exists():
        exam = practice_again(open_exam(folder))
    else:
        exam = new_practice(blueprint or exam_commands.EXAMPLE, folder, name)
    (sitting,) = exam.sittings().values()
    return say("exam.practice-made", work=exam.handed_in(sitting), folder=folder)


def finished(folder: Path) -> str:
    """Collect, grade and decide, and say where the letter is.

    Raises
    ------
    BadInput
        It is no practice exam, or what lies there cannot be taken in.
    """
    exam = open_exam(folder)
    if not exam.practice:
        raise BadInput(say("exam.not-practice", folder=folder))
    taken = exam_commands.collected(folder, "", PRACTISING)
    refused = [row["words"] for row in taken if not row["accepted"]]
    if refused:
        raise BadInput(say("exam.practice-refused", words=" ".join(refused), folder=folder))
    exam_commands.graded(folder, PRACTISING)
    decided = exam_commands.decided(folder, PRACTISING)
    (row,), (sitting,) = decided["candidates"], exam.sittings().values()
    letter = exam.folder / "letters" / f"{sitting.name}.html"
    return say("exam.practice-done", percent=row["percent"], letter=letter, folder=folder)
