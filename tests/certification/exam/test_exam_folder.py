"""An exam lives outside the open course, and its folder gives nothing away."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from stemcell_kit.certification.exam_folder import Exam, new_exam, open_exam
from stemcell_kit.certification.forms import Sitting
from stemcell_kit.certification.releasing import rebuilt, release
from stemcell_kit.certification.roster import read_roster
from stemcell_kit.errors import BadInput, ContentError
from stemcell_kit.paths import course_dir

EXAMPLE = course_dir() / "stemcell_kit" / "content" / "certification" / "example_blueprint.toml"


def test_an_exam_cannot_be_made_in_the_open_course_or_in_a_repository(tmp_path: Path) -> None:
    """Its answers would be published with the next push."""
    (tmp_path / ".git").mkdir()
    for folder in (course_dir() / "my-exam", tmp_path / "exams" / "mine"):
        with pytest.raises(BadInput, match="lies in"):
            new_exam(EXAMPLE, folder)
        assert not folder.exists()


def test_who_has_no_code_gets_the_next_free_one(exam: Exam) -> None:
    """The third candidate of the roster had none."""
    assert list(exam.roster) == ["C-0001", "C-0002", "C-0003"]
    assert exam.roster["C-0002"].extra_minutes == 30


def test_a_released_form_names_no_one_and_no_other_form(exam: Exam) -> None:
    """No name, no other candidate, nothing of the secret, no solution; each folder is its own."""
    key = (exam.folder / "secret.key").read_text(encoding="ascii").strip()
    for code in exam.roster:
        words = "".join(
            path.read_text(encoding="utf-8")
            for path in (exam.folder / "release" / f"{code}-1").glob("*.ipynb")
        )
        others = {*exam.roster} - {code}
        names = {one.name for one in exam.roster.values()}

        assert code in words
        assert not any(word in words for word in {*others, *names, key, "HIDDEN", "SOLUTION"})


def test_a_form_is_rebuilt_from_the_secret_byte_for_byte(exam: Exam) -> None:
    """The log holds the digest of what was released."""
    assert all(rebuilt(open_exam(exam.folder), sitting) for sitting in exam.sittings().values())


def test_the_public_exercises_hold_no_case_of_the_exam(exam: Exam) -> None:
    """Cases are keyed by ids that only the secret makes."""
    cases = [case for one in exam.sittings().values() for case in exam.form(one).case_ids]
    public = "".join(
        path.read_text(encoding="utf-8")
        for folder in ("exercises", "solutions", "notebooks")
        for path in (course_dir() / folder).rglob("*.ipynb")
    )

    assert not any(case in public for case in cases)


def test_a_second_form_is_a_new_attempt_and_has_an_end(exam: Exam) -> None:
    """The blueprint allows two."""
    with pytest.raises(BadInput, match="ask for a new attempt"):
        release(exam, "C-0001", by="tests")
    again = release(exam, "C-0001", by="tests", new_attempt=True)

    assert again.id != exam.form(Sitting(exam.id, "C-0001")).id
    with pytest.raises(BadInput, match="all 2 attempts"):
        release(exam, "C-0001", by="tests", new_attempt=True)


def test_a_blueprint_that_changed_after_the_exam_was_made_is_refused(exam: Exam) -> None:
    """Nobody lowers the pass mark when the results are in."""
    path = exam.folder / "blueprint.toml"
    path.write_text(path.read_text(encoding="utf-8") + "\n# later\n", encoding="utf-8")

    with pytest.raises(BadInput, match="was changed since the exam was made"):
        open_exam(exam.folder)


def test_a_practice_exam_cannot_be_declared_a_real_one(tmp_path: Path) -> None:
    """The mark stands twice, and a real exam needs its secret."""
    folder = new_exam(EXAMPLE, tmp_path / "p", practice=True).folder
    head = json.loads((folder / "exam.json").read_text(encoding="utf-8"))
    for change in ({"practice": False}, {"practice": False, "exam": "ipsc-bank"}):
        (folder / "exam.json").write_text(json.dumps(head | change), encoding="utf-8")
        with pytest.raises(BadInput, match=r"contradicts itself|no secret"):
            open_exam(folder)


def test_faults_of_a_roster_are_told_together(tmp_path: Path) -> None:
    """Line, column, what was found and what is expected."""
    path = tmp_path / "roster.csv"
    path.write_text(
        "candidate,name,extra_minutes,language\nada,Ada,x,en\nC-0002,,5,fr\n", encoding="utf-8"
    )

    with pytest.raises(ContentError) as caught:
        read_roster(path)
    assert [problem.key for problem in caught.value.problems] == [
        "line 2, candidate",
        "line 2, extra_minutes",
        "line 3, name",
        "line 3, language",
    ]
