"""A practice exam: the shape of a real one, made with a constant that everybody knows.

What comes of it is marked as practice everywhere, and decides nothing.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from stemcell_kit.certification.exam_folder import Exam, new_exam
from stemcell_kit.certification.forms import Sitting
from stemcell_kit.certification.releasing import release
from stemcell_kit.certification.roster import Candidate, roster_text
from stemcell_kit.language import current

__all__ = ["PRACTISING", "new_practice", "practice_again"]

PRACTISING = "P-001"


def new_practice(blueprint: Path, folder: Path, name: str) -> Exam:
    """Make a practice exam with its first form, laid out to be worked in.

    Raises
    ------
    BadInput
        The folder exists already or lies in the course.
    ContentError
        The blueprint is wrong.
    """
    person = Candidate(PRACTISING, name, language=current())
    with tempfile.TemporaryDirectory() as scratch:
        roster = Path(scratch) / "roster.csv"
        roster.write_text(roster_text([person]), encoding="utf-8")
        exam = new_exam(blueprint, folder, roster, practice=True)
    _lay_out(exam, new_attempt=False)
    return exam


def practice_again(exam: Exam) -> Exam:
    """Give another form of a practice exam; there is no end to them."""
    _lay_out(exam, new_attempt=True)
    return exam


def _lay_out(exam: Exam, *, new_attempt: bool) -> Sitting:
    """Release a form and put a copy where it is handed in: the learner works there."""
    release(exam, PRACTISING, by=PRACTISING, new_attempt=new_attempt)
    sitting = exam.sittings()[PRACTISING]
    shutil.copytree(exam.place("release", sitting), exam.handed_in(sitting))
    return sitting
