"""Every candidate has another form, all forms are alike in what counts, and only the secret makes them."""

from __future__ import annotations

import ast
import json
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from stemcell_kit.certification.blueprint import Blueprint, together
from stemcell_kit.certification.form_cases import case_files
from stemcell_kit.certification.form_notebooks import released, source_notebooks
from stemcell_kit.certification.forms import Form, Sitting, draw, is_critical, yardstick
from stemcell_kit.certification.question_pool import exercises
from stemcell_kit.certification.seals import PRACTICE, Secret, new_secret, read_secret
from stemcell_kit.errors import BadInput
from stemcell_kit.learning.cases import case


@pytest.fixture(scope="module")
def forms(blueprint: Blueprint, secret: Secret) -> list[Form]:
    """The forms of two hundred candidates."""
    return [draw(blueprint, Sitting("e", f"C-{n:04}"), secret) for n in range(1, 201)]


def test_two_hundred_candidates_get_two_hundred_forms(forms: list[Form]) -> None:
    """Form ids and case ids never meet, and neither do two cases of one candidate."""
    cases = [case for form in forms for case in form.case_ids]

    assert len({form.id for form in forms}) == 200
    assert len(set(cases)) == len(cases)


def test_each_form_meets_the_blueprint(blueprint: Blueprint, forms: list[Form]) -> None:
    """Number of questions, share of every part and the critical questions are the same in all."""
    quotas = {part.id: part.quota for part in blueprint.parts}
    for form in forms:
        assert Counter(map(blueprint.part_of, form.questions)) == quotas
        assert set(blueprint.always) <= {question.id for question in form.questions}


def test_all_forms_are_equally_hard_within_the_tolerance(
    blueprint: Blueprint, forms: list[Form]
) -> None:
    """Expected share of points, and the number of questions that must be right."""
    wanted = yardstick(blueprint)

    assert all(abs(form.expected - wanted.expected) <= blueprint.tolerance for form in forms)
    assert {sum(is_critical(blueprint, q) for q in form.questions) for form in forms} == {
        wanted.criticals
    }


def test_a_form_holds_every_question_that_its_questions_build_on(forms: list[Form]) -> None:
    """No candidate meets "the lot of question 2" without question 2, and it comes before."""
    for form in forms:
        ids = [question.id for question in form.questions]
        for question in form.questions:
            assert together(question) <= set(ids)
            assert all(ids.index(other) <= ids.index(question.id) for other in question.after)


def test_every_question_of_the_parts_is_used_somewhere(
    blueprint: Blueprint, forms: list[Form]
) -> None:
    """A pool that forms cannot reach would be known by heart soon; nearly all of it is drawn."""
    used = {question.id for form in forms for question in form.questions}

    assert len(used) >= 0.9 * len(blueprint.eligible())


def test_the_secret_makes_the_same_form_again(blueprint: Blueprint, secret: Secret) -> None:
    """A form can be rebuilt at any time; another secret, candidate or attempt gives another."""
    sitting = Sitting("e", "C-0001")
    form = draw(blueprint, sitting, secret)

    assert draw(blueprint, sitting, Secret(bytes(32))) == form
    for other in (
        draw(blueprint, sitting, Secret(b"\1" * 32)),
        draw(blueprint, sitting, PRACTICE),
        draw(blueprint, replace(sitting, attempt=2), secret),
    ):
        assert other.id != form.id
        assert set(other.case_ids).isdisjoint(form.case_ids)


def test_a_tolerance_that_no_form_meets_is_told(blueprint: Blueprint, secret: Secret) -> None:
    """The message says what to widen."""
    narrow = replace(blueprint, tolerance=1e-12, target=0.99)

    with pytest.raises(BadInput, match=r"Widen difficulty\.tolerance"):
        draw(narrow, Sitting("e", "C-0001"), secret)


def test_a_released_form_holds_no_solution_no_test_and_no_secret(
    blueprint: Blueprint, forms: list[Form]
) -> None:
    """What the candidate gets is the stub, the given cells and the visible half of each test."""
    form = forms[0]
    sources = source_notebooks(form, blueprint, practice=False)
    public = {name: json.dumps(released(notebook)) for name, notebook in sources.items()}

    assert all("BEGIN SOLUTION" in json.dumps(notebook) for notebook in sources.values())
    for words in public.values():
        assert not any(
            mark in words for mark in ("SOLUTION", "HIDDEN TESTS", "grade_exercise", "guest")
        )
    for question in form.questions:
        assert any(f'"{question.grade_id}"' in words for words in public.values())


def whole(exercise: str) -> Form:
    """A form that holds every question of one exercise."""
    questions = exercises()[exercise].questions
    return Form("F-0", Sitting("e", "C-0001"), ((exercise, questions),), ("x-0123",), 0.5)


@pytest.mark.parametrize("exercise", sorted(exercises()))
def test_no_candidate_learns_the_id_of_a_case(exercise: str, blueprint: Blueprint) -> None:
    """With it the kit would tell what is planted; it stands in hidden tests alone."""
    form = whole(exercise)
    sources = source_notebooks(form, blueprint, practice=False)
    ((file, data),) = case_files(form, sources).items()
    words = json.dumps([released(notebook) for notebook in sources.values()])

    assert f'sk.handed_out(\\"{file}\\")' in words
    assert not any(mark in words + data for mark in ("x-0123", "learner_id", "sk.case("))
    for notebook in sources.values():
        hidden = [c.source for c in notebook.cells if "HIDDEN TESTS" in c.source]
        assert any('\nlearner_id = "x-0123"\n' in source for source in hidden)
        for cell in notebook.cells:
            if cell.cell_type == "code":
                ast.parse(cell.source)


def test_a_case_file_holds_what_the_form_names_and_no_more(blueprint: Blueprint) -> None:
    """The tables of questions that are not asked stay away."""
    whole_exercise = whole("banking")
    (exercise, questions), *_ = whole_exercise.sections
    one = replace(whole_exercise, sections=((exercise, questions[:1]),))
    held = [
        set(
            json.loads(*case_files(f, source_notebooks(f, blueprint, practice=False)).values())[
                "tables"
            ]
        )
        for f in (one, whole_exercise)
    ]

    assert held[0] < held[1] == set(case("banking", "x-0123").plan["table"])


def test_questions_are_numbered_through_the_whole_form(
    blueprint: Blueprint, forms: list[Form]
) -> None:
    """Headings count from 1 over all notebooks, and what the words refer to follows."""
    same = "identity/knows-what-str-cannot-separate"
    wanted = next(form for form in forms if any(q.id == same for q in form.questions))
    numbers = {q.id: n for n, q in enumerate(wanted.questions, start=1)}
    words = "\n".join(
        cell.source
        for notebook in source_notebooks(wanted, blueprint, practice=False).values()
        for cell in notebook.cells
        if cell.cell_type == "markdown"
    )

    assert f"the lot of question {numbers['identity/ignores-amelogenin']}." in words
    for number, question in enumerate(wanted.questions, start=1):
        assert re.search(rf"^## {number}\b.+ \({question.points:g} points\)$", words, re.MULTILINE)


def test_practice_notebooks_say_what_they_are(blueprint: Blueprint, forms: list[Form]) -> None:
    """Nobody can take a practice form for the exam."""
    for notebook in source_notebooks(forms[0], blueprint, practice=True).values():
        assert notebook.cells[0].source.startswith("# PRACTICE EXAM")


def test_the_secret_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    """It is made with mode 600, never overwritten, never shown, and refused when others can read it."""
    path = tmp_path / "secret"
    made = new_secret(path)

    assert path.stat().st_mode & 0o777 == 0o600
    assert path.read_text(encoding="ascii").strip() not in repr(made)
    with pytest.raises(FileExistsError):
        new_secret(path)
    path.chmod(0o644)
    with pytest.raises(BadInput, match="mode 600"):
        read_secret(path)
