"""Swapped, replayed, late and tampered submissions each get the stated treatment and a log line."""

from __future__ import annotations

import json
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from stemcell_kit.certification.audit_log import faults_of
from stemcell_kit.certification.collection import Collected, collect, due
from stemcell_kit.certification.exam_folder import Exam
from stemcell_kit.certification.forms import Sitting
from stemcell_kit.certification.releasing import release
from stemcell_kit.certification.simulation import hand_in
from tests.certification.exam.conftest import make_exam

ADA, BO = "C-0001", "C-0002"


def sitting(exam: Exam, code: str = ADA) -> Sitting:
    """The first sitting of a candidate."""
    return Sitting(exam.id, code)


def answered(exam: Exam, code: str = ADA) -> Path:
    """Hand in a form with right answers; return its folder."""
    one = exam.sittings()[code]
    hand_in(exam, one, {question.id: True for question in exam.form(one).questions})
    return exam.handed_in(one)


def collected(exam: Exam, *, minutes: float = -1) -> Collected:
    """Collect some minutes after the first candidate's time is up; her or his treatment."""
    received = due(exam, sitting(exam)) + timedelta(minutes=minutes)
    (found,) = collect(exam, by="tests", received=received)
    return found


def last_line(exam: Exam) -> dict[str, Any]:
    """The last line of a log that holds."""
    assert faults_of(exam.log.entries()) == []
    return exam.log.entries()[-1]


def edited(path: Path, change: Any) -> None:
    """Change the data of a notebook."""
    data = json.loads(path.read_text(encoding="utf-8"))
    change(data)
    path.write_text(json.dumps(data), encoding="utf-8")


def first(folder: Path) -> Path:
    """The first notebook of a folder."""
    return sorted(folder.glob("*.ipynb"))[0]


def assert_refused(exam: Exam, found: Collected, reason: str, words: str) -> None:
    """Refused with a reason in plain words, logged, and nothing is stored for grading."""
    line = last_line(exam)

    assert (found.accepted, found.reason) == (False, reason)
    assert words in found.words
    assert (line["event"], line["details"]["reason"]) == ("refused", reason)
    assert line["candidate"] == found.sitting.candidate
    assert line["details"]["words"] == found.words
    assert not exam.place("collected", found.sitting).exists()


def test_a_submission_in_time_is_collected_once(exam: Exam) -> None:
    """A second run finds nothing new and logs nothing."""
    answered(exam)
    found = collected(exam)
    line = last_line(exam)

    assert (found.accepted, found.late_minutes, found.notes) == (True, 0, ())
    assert line["event"] == "collected"
    assert collect(exam, by="tests", received=due(exam, found.sitting)) == []
    assert last_line(exam) == line


def test_a_swapped_form_is_refused(exam: Exam) -> None:
    """Bo hands in Ada's form."""
    shutil.copytree(answered(exam, ADA), exam.handed_in(sitting(exam, BO)))
    shutil.rmtree(exam.handed_in(sitting(exam, ADA)))

    assert_refused(exam, collected(exam), "swapped", f"the form of {ADA}, and {BO} handed it in")


def test_a_swapped_form_with_its_names_changed_is_refused(exam: Exam) -> None:
    """Bo writes his code into Ada's form; the tag was made over hers."""
    shutil.copytree(answered(exam, ADA), exam.handed_in(sitting(exam, BO)))
    shutil.rmtree(exam.handed_in(sitting(exam, ADA)))
    for path in exam.handed_in(sitting(exam, BO)).glob("*.ipynb"):
        edited(path, lambda data: data["metadata"]["stemcell_kit_exam"].update(candidate=BO))

    assert_refused(exam, collected(exam), "tampered", "was changed after it was released")


def test_a_form_of_another_exam_is_refused(exam: Exam, tmp_path: Path) -> None:
    """Its tag was made with another secret."""
    other = make_exam(tmp_path / "other", ('id = "small"', 'id = "smaller"'))
    shutil.copytree(answered(other), exam.handed_in(sitting(exam)))

    assert_refused(exam, collected(exam), "swapped", "belongs to the exam smaller, not to small")


def test_a_form_of_an_earlier_attempt_is_refused(exam: Exam) -> None:
    """Ada hands in her first form again, at her second attempt."""
    old = answered(exam)
    release(exam, ADA, by="tests", new_attempt=True)
    shutil.copytree(old, exam.handed_in(exam.sittings()[ADA]))

    assert_refused(exam, collected(exam), "replayed", "attempt 1, and this is attempt 2")


def choose_a_case(data: dict[str, Any]) -> None:
    """Let the cell that opens the case open one whose answers everybody can look up."""
    given = next(cell for cell in data["cells"] if "sk.handed_out(" in "".join(cell["source"]))
    given["source"] = 'case = sk.case("sterility-sampling", "guest")'


def test_a_changed_given_cell_is_refused_where_the_blueprint_says_so(exam: Exam) -> None:
    """The cell that opens the case is a given one: nobody chooses an easier case."""
    path = first(answered(exam))
    edited(path, choose_a_case)

    assert_refused(exam, collected(exam), "tampered", "case")


def test_a_changed_given_cell_is_put_back_where_the_blueprint_says_so(tmp_path: Path) -> None:
    """It is graded as released, and the examiner is told."""
    exam = make_exam(tmp_path, ('changed_cells = "refuse"', 'changed_cells = "restore"'))
    path = first(answered(exam))
    edited(path, choose_a_case)
    found = collected(exam)

    assert found.accepted
    assert "case" in found.notes[0]
    assert last_line(exam)["details"]["notes"] == list(found.notes)


@pytest.mark.parametrize("what", ["candidate", "form", "attempt", "given", "tag"])
def test_every_word_of_the_binding_is_under_its_tag(exam: Exam, what: str) -> None:
    """One changed word, and the form is no longer genuine."""
    path = first(answered(exam))
    value = 7 if what == "attempt" else "0" * 64
    edited(path, lambda data: data["metadata"]["stemcell_kit_exam"].update({what: value}))

    assert_refused(exam, collected(exam), "tampered", "was changed after it was released")


def test_a_notebook_without_a_binding_is_refused(exam: Exam) -> None:
    """A public exercise is no exam."""
    path = first(answered(exam))
    edited(path, lambda data: data["metadata"].pop("stemcell_kit_exam"))

    assert_refused(exam, collected(exam), "tampered", "does not say to which exam")


@pytest.mark.parametrize(("minutes", "late"), [(4, 0), (5, 0), (5.02, 1), (6, 1), (65, 60)])
def test_lateness_counts_from_the_end_of_the_grace_minutes(
    exam: Exam, minutes: float, late: int
) -> None:
    """Five minutes of grace; where points are deducted, late work is taken and marked as late."""
    answered(exam)
    found = collected(exam, minutes=minutes)

    assert (found.accepted, found.late_minutes) == (True, late)
    assert last_line(exam)["details"]["late_minutes"] == late


def test_late_work_is_refused_where_the_blueprint_says_so(tmp_path: Path) -> None:
    """With the minutes, and a log line."""
    exam = make_exam(tmp_path, ('rule = "deduct"', 'rule = "refuse"'))
    answered(exam)

    assert_refused(exam, collected(exam, minutes=7), "late", "It came 2 minutes after")


def test_extra_minutes_of_the_roster_move_the_end(exam: Exam) -> None:
    """Bo has thirty; who starts when the window opens has an hour from nine."""
    ends = [due(exam, sitting(exam, code)).isoformat() for code in (ADA, BO)]

    assert ends == ["2026-10-12T10:00:00+08:00", "2026-10-12T10:30:00+08:00"]


def test_a_form_without_an_answer_is_noted(exam: Exam) -> None:
    """It is taken in, and the examiner sees at once what it is."""
    shutil.copytree(exam.place("release", sitting(exam)), exam.handed_in(sitting(exam)))

    assert collected(exam).notes == ("No answer was given.",)


def test_equal_answers_of_two_candidates_are_noted_without_a_verdict(tmp_path: Path) -> None:
    """Where all forms ask the same, model answers are alike: a fact to look into, not a finding."""
    four = [
        "sterility-sampling/takes-what-the-rule-takes",
        "sterility-sampling/puts-the-right-volume-into-each-medium",
        "ethics-review/classifies-every-project",
        "ethics-review/stops-at-the-red-lines",
    ]
    exam = make_exam(
        tmp_path,
        (f'questions = ["{four[0]}"]', f"questions = {four}"),
        ('changed_cells = "refuse"', 'changed_cells = "refuse"\nopen_keys = "allow"'),
    )
    answered(exam, ADA)
    collected(exam)
    answered(exam, BO)
    found = collected(exam)

    assert found.accepted
    assert f"as those of {ADA}. That is a fact to look into" in found.notes[0]


def test_a_folder_that_is_no_submission_is_refused_with_a_reason(exam: Exam) -> None:
    """A file in place of notebooks."""
    folder = exam.handed_in(sitting(exam))
    folder.mkdir(parents=True)
    (folder / "essay.docx").write_bytes(b"PK")

    assert_refused(exam, collected(exam), "unreadable", "part-1")


def test_an_answer_that_asks_the_case_what_is_planted_is_noted(exam: Exam) -> None:
    """The examiner is told which words; the submission is taken in."""
    path = first(answered(exam))

    def look_up(data: dict[str, Any]) -> None:
        cell = next(c for c in data["cells"] if c["metadata"].get("nbgrader", {}).get("solution"))
        cell["source"] = "containers = list(case.truth)"

    edited(path, look_up)
    found = collected(exam)

    assert found.accepted
    assert ".truth" in found.notes[0]
