"""From submission to decision, with the real engine behind its sandbox, and back at an appeal."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from stemcell_kit.certification.audit_log import faults_of
from stemcell_kit.certification.collection import collect, due
from stemcell_kit.certification.decision import decide_one
from stemcell_kit.certification.exam_folder import Exam
from stemcell_kit.certification.forms import Sitting
from stemcell_kit.certification.marking import graded_score, mark, override, regrade
from stemcell_kit.certification.releasing import release
from stemcell_kit.certification.results import check_results, decide
from stemcell_kit.certification.simulation import hand_in
from stemcell_kit.cli.exam_accounts import checked
from stemcell_kit.errors import BadInput
from stemcell_kit.grading.engine import Engine
from tests.certification.exam.conftest import make_exam

ADA, BO, CHEN = "C-0001", "C-0002", "C-0003"
CRITICAL = "sterility-sampling/takes-what-the-rule-takes"


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory, engine: Engine) -> Iterator[Exam]:
    """An exam in which Ada is right, Bo gets all but the critical question right, and Chen is late."""
    exam = make_exam(tmp_path_factory.mktemp("held"))
    for code in exam.roster:
        sitting = exam.sittings()[code]
        asked = [question.id for question in exam.form(sitting).questions]
        outcomes = {name: not (code == BO and name == CRITICAL) for name in asked}
        hand_in(exam, sitting, outcomes, recorded=False)
    ends = due(exam, Sitting(exam.id, CHEN))
    late = exam.handed_in(Sitting(exam.id, CHEN))
    aside = late.rename(late.with_name("not-yet"))
    collect(exam, by="tests", received=ends)
    aside.rename(late)
    collect(exam, by="tests", received=ends + timedelta(minutes=10))
    mark(exam, engine, by="tests")
    yield exam


def rows(exam: Exam) -> dict[str, dict[str, object]]:
    """The rows of results.json by candidate."""
    decide(exam, by="tests")
    results = json.loads((exam.folder / "results.json").read_text(encoding="utf-8"))
    return {row["candidate"]: row for row in results["candidates"]}


def test_model_answers_get_every_point_of_the_form(held: Exam) -> None:
    """Every question of a form works away from its exercise, on data of the candidate's own."""
    row = rows(held)[ADA]

    assert row["points"] == row["out_of"]
    assert (row["percent"], row["passed"], row["band"]) == (100, True, "distinction")


def test_a_missed_critical_question_fails_whatever_the_sum(held: Exam) -> None:
    """Bo has more than the pass mark."""
    row = rows(held)[BO]

    assert row["percent"] >= 60
    assert (row["passed"], row["band"], row["critical_missed"]) == (False, "not-passed", [CRITICAL])


def test_late_work_loses_what_the_blueprint_says(held: Exam) -> None:
    """Ten percentage points, and the band follows."""
    row = rows(held)[CHEN]

    assert (row["points"], row["percent"], row["late_minutes"]) == (row["out_of"], 90, 5)
    assert row["band"] == "distinction"


def test_an_interrupted_marking_keeps_what_is_done(tmp_path: Path, engine: Engine) -> None:
    """The next run grades those who are left, and nobody twice."""
    exam = make_exam(tmp_path)
    for sitting in exam.sittings().values():
        shutil.copytree(exam.place("release", sitting), exam.handed_in(sitting))
    collect(exam, by="tests", received=due(exam, Sitting(exam.id, ADA)))

    def stop(_done: int, _of: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        mark(exam, engine, by="tests", progress=stop)
    assert [entry["candidate"] for entry in exam.log.of("graded")] == [ADA]
    assert [sitting.candidate for sitting in mark(exam, engine, by="tests")] == [BO, CHEN]


def test_results_have_the_agreed_form(held: Exam) -> None:
    """Other rooms read this file; a name is not in it."""
    rows(held)
    words = (held.folder / "results.json").read_text(encoding="utf-8")
    results = json.loads(words)

    assert (results["format"], results["version"]) == ("stemcell-kit-exam-results", 1)
    assert results["practice"] is False
    assert results["blueprint"]["sha256"] == held.blueprint.sha256
    assert [one["id"] for one in results["standards"]] == ["gbt-40365", "tcscb-ethics"]
    for row in results["candidates"]:
        assert {"candidate", "form", "attempt", "decided_at", "answers_sha256"} <= row.keys()
        assert sum(one["points"] for one in row["topics"].values()) == row["points"]
        for one in row["questions"]:
            assert 0 < one["difficulty"] < 1
            assert one["topic"] in row["topics"]
    assert not any(one.name in words for one in held.roster.values())


def test_results_are_what_follows_from_scores_and_log(held: Exam) -> None:
    """A file that says otherwise of anybody, or of the exam, is no ground for a credential."""
    rows(held)
    words = (held.folder / "results.json").read_text(encoding="utf-8")
    check_results(held, json.loads(words))
    wrong = {
        BO: words.replace('"passed": false', '"passed": true'),
        ADA: words.replace(ADA, "C-0009"),
        "pass_mark_percent": words.replace('"pass_mark_percent": 60', '"pass_mark_percent": 10'),
        CHEN: json.dumps({**json.loads(words), "candidates": json.loads(words)["candidates"][:2]}),
    }
    for what, changed in wrong.items():
        assert changed != words
        with pytest.raises(BadInput, match=f"does not say about {what} what follows"):
            check_results(held, json.loads(changed))


def test_letters_speak_the_language_of_the_roster(held: Exam) -> None:
    """Decision, profile, what to reread; and what the letter is not."""
    rows(held)
    ada, bo = (
        (held.folder / "letters" / f"{code}-1.html").read_text(encoding="utf-8")
        for code in (ADA, BO)
    )

    assert "Dear Ada Zhou" in ada and "The exam is passed" in ada
    assert "not a certificate of conformity" in ada
    assert "考试未通过" in bo and "必须答对" in bo and "<li>" in bo
    assert "不是标准符合性证书" in bo
    assert not re.search(r"(src|href)=", ada + bo)


def test_an_appeal_gives_the_same_score_bit_for_bit(held: Exam, engine: Engine) -> None:
    """The stored submission is graded again; the log says that it is the same."""
    found = regrade(held, engine, list(held.sittings().values()), by="tests", reason="asked for")
    lines = list(held.log.of("appealed"))

    assert [one.same for one in found] == [True, True, True]
    assert [line["details"]["same"] for line in lines] == [True, True, True]
    assert (
        lines[0]["details"]["score_sha256"]
        == next(held.log.of("graded", ADA))["details"]["score_sha256"]
    )


def test_the_log_of_a_held_exam_holds_and_tells_all(held: Exam) -> None:
    """Released, collected, graded, decided, and again nothing twice."""
    rows(held)
    before = len(held.log.entries())
    rows(held)
    events = [entry["event"] for entry in held.log.entries()]

    assert faults_of(held.log.entries()) == []
    assert len(events) == before
    assert {"made", "released", "collected", "graded", "decided"} <= set(events)


def test_what_is_handed_in_after_grading_does_not_count(held: Exam) -> None:
    """Nobody improves a form whose score is known."""
    sitting = Sitting(held.id, BO)
    asked = {question.id: True for question in held.form(sitting).questions}
    hand_in(held, sitting, asked)
    (found,) = collect(held, by="tests", received=due(held, sitting))

    assert (found.accepted, found.reason) == (False, "replayed")


def test_an_override_changes_the_decision_and_the_log_shows_it(held: Exam) -> None:
    """Bo's critical question is given back by a human with a reason; the graded score stays."""
    sitting = Sitting(held.id, BO)
    before = graded_score(held, sitting)
    most = next(row["max_points"] for row in before["questions"] if row["id"] == CRITICAL)
    override(held, BO, CRITICAL, most, reason="right by another rule", by="Dr. Gu")
    (line,) = held.log.of("overridden", BO)

    assert (line["by"], line["details"]["reason"]) == ("Dr. Gu", "right by another rule")
    assert (line["details"]["graded_points"], line["details"]["points"]) == (0, most)
    assert decide_one(held, sitting).passed
    assert graded_score(held, sitting) == before


@pytest.mark.parametrize(
    ("question", "points", "reason", "told"),
    [
        (CRITICAL, 99, "x", "expected 0 to"),
        (CRITICAL, -1, "x", "expected 0 to"),
        ("identity/no-such", 1, "x", "was not asked"),
        (CRITICAL, 1, "  ", "needs a reason"),
    ],
)
def test_an_override_that_cannot_be_meant_is_refused(
    held: Exam, question: str, points: float, reason: str, told: str
) -> None:
    """The message says what was found."""
    with pytest.raises(BadInput, match=told):
        override(held, ADA, question, points, reason=reason, by="Dr. Gu")


def test_a_score_that_was_changed_by_hand_is_refused(held: Exam) -> None:
    """An override is logged; an edited file is not a score."""
    path: Path = held.folder / "graded" / f"{ADA}-1.json"
    kept = path.read_bytes()
    path.write_bytes(kept.replace(b'"points":2.0', b'"points":1.0', 1))
    try:
        with pytest.raises(BadInput, match="was changed after it was graded"):
            decide(held, by="tests")
    finally:
        path.write_bytes(kept)


def test_a_stored_submission_that_was_changed_is_not_graded_again(
    held: Exam, engine: Engine
) -> None:
    """An appeal is about what was handed in; ``exam log --check`` says so too."""
    path = next((held.folder / "collected" / f"{ADA}-1").glob("*.ipynb"))
    kept = path.read_bytes()
    path.write_bytes(kept + b" ")
    try:
        with pytest.raises(BadInput, match="was changed after it was collected"):
            regrade(held, engine, [Sitting(held.id, ADA)], by="tests", reason="try")
        assert "was changed after it was collected" in checked(held.folder, "")["faults"][0]
    finally:
        path.write_bytes(kept)
    assert "Decide again" in checked(held.folder, held.log.head)["faults"][0]  # after the override
    rows(held)
    assert checked(held.folder, held.log.head)["faults"] == []


def test_a_further_form_does_not_take_the_result_before_it_away(held: Exam) -> None:
    """Ada's first attempt counts until her second one is collected."""
    release(held, ADA, by="tests", new_attempt=True)

    assert rows(held)[ADA]["attempt"] == 1
