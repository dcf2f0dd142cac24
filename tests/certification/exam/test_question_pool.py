"""Questions leave their exercise with everything that they stand on."""

from __future__ import annotations

import pytest

from stemcell_kit.certification.difficulty import expected_share
from stemcell_kit.certification.question_pool import exercises, question_pool, solution_parts
from stemcell_kit.grading.key import key_of
from stemcell_kit.trace import notebook_requirements

POOL = question_pool()


def test_every_graded_cell_of_the_course_is_a_question() -> None:
    """Nothing that is graded is lost, and its points stay what they are."""
    for name, exercise in exercises().items():
        tests = [
            cell
            for cell in exercise.notebook.cells
            if cell.metadata.get("nbgrader", {}).get("grade")
        ]

        assert [(q.grade_id, q.points) for q in exercise.questions] == [
            (cell.metadata.nbgrader.grade_id, cell.metadata.nbgrader.points) for cell in tests
        ], name


def test_a_question_that_builds_on_an_answer_names_the_other() -> None:
    """ "Which donor does this lot really fit?" means the lot of the question before."""
    assert POOL["identity/finds-the-true-donor"].after == ("identity/ignores-amelogenin",)


def test_a_model_solution_that_reuses_lines_does_not_tie_questions_together() -> None:
    """``scores`` is a name of the model solution only; no candidate is asked for it."""
    alone = POOL["identity/keeps-the-two-masters-apart"]

    assert alone.after == ()
    assert [
        exercises()["identity"].notebook.cells[p].metadata.nbgrader.grade_id for p in alone.preludes
    ] == ["answer-lowest"]


def test_a_question_takes_the_given_cells_that_it_reads_from_others() -> None:
    """The lots' tanks are shown in the first question of the exercise and used again in the ninth."""
    assert POOL["banking/every-holder-and-every-vial"].borrowed


def test_words_that_point_at_another_question_tie_the_two() -> None:
    """ "See question 6" is empty without question 6."""
    assert "genome/sex-target-against-donor" in POOL["genome/weighs-the-zero"].after


def test_an_answer_cell_splits_into_stub_and_solution() -> None:
    """The candidate's half holds no line of the solution."""
    stub, model = solution_parts("a = ...\n### BEGIN SOLUTION\na = 1\n### END SOLUTION\n")

    assert (stub, model) == ("a = ...\n", "a = 1\n")


@pytest.mark.parametrize("name", sorted(exercises()))
def test_the_notebook_analysis_agrees_with_the_answer_key(name: str) -> None:
    """Whatever a test asks the learner for is an answer of its question, or of one drawn with it."""
    exercise = exercises()[name]
    needs = key_of(name, exercise.notebook).needs
    for question in exercise.questions:
        there = set(question.answers)
        for other in question.after:
            there |= set(POOL[other].answers)

        assert set(needs[question.grade_id].asks) - there <= {"learner_id", "sk", "case"}, (
            question.id
        )


def test_requirements_of_a_question_are_those_of_its_test() -> None:
    """What a question serves is said in one place, the cell's metadata."""
    served = notebook_requirements(exercises()["identity"].notebook)

    assert POOL["identity/reads-amelogenin-apart"].requirements == served["reads-amelogenin-apart"]


def test_expected_shares_are_shares_and_fall_with_points() -> None:
    """The first estimates follow the rule in content/certification/difficulty.toml."""
    shares = {name: expected_share(question, {}) for name, question in POOL.items()}

    assert all(0 < share < 1 for share in shares.values())
    assert shares["identity/decides-and-says-why"] < shares["identity/reads-amelogenin-apart"]


def test_a_measured_share_wins_over_the_estimate() -> None:
    """What candidates earned counts, and only for the question that it was measured at."""
    one, other = POOL["identity/reads-amelogenin-apart"], POOL["identity/decides-and-says-why"]
    measured = {one.id: 0.31}

    assert expected_share(one, measured) == 0.31
    assert expected_share(other, measured) == expected_share(other, {})


def test_a_question_whose_key_lies_open_says_so() -> None:
    """The key to a consent form is a table of the kit; the markers of a panel are spoken of anyway."""
    assert POOL["ethics-consent/lets-one-critical-gap-decide"].open_keys == ("consent_key",)
    assert POOL["identity/ignores-amelogenin"].open_keys == ()
    assert POOL["state/panel-suits-species-and-state"].open_keys == ()
