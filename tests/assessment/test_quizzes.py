"""Quiz questions: four kinds, marked option by option, remembered, refused with a reason."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from stemcell_kit.catalogue import catalogue
from stemcell_kit.errors import BadInput, ContentError
from stemcell_kit.learning import quizzes
from stemcell_kit.learning.progress import course_progress
from stemcell_kit.learning.quizzes import Question, answered, question, questions_of, submit
from stemcell_kit.records import Records
from stemcell_kit.widgets.quiz import QuizWidget

QUIZ = """
lesson = "identity"

[[prediction]]
id = "swap"
question.en = "Which?"
option = [
  { text.en = "a", feedback.en = "fa", right = true },
  { text.en = "b", feedback.en = "fb" },
]

[[question]]
id = "one"
kind = "single"
question.en = "Which one?"
option = [
  { text.en = "a", feedback.en = "fa" },
  { text.en = "b", feedback.en = "fb", right = true },
]

[[question]]
id = "some"
kind = "multiple"
question.en = "Which ones?"
option = [
  { text.en = "a", feedback.en = "fa", right = true },
  { text.en = "b", feedback.en = "fb" },
  { text.en = "c", feedback.en = "fc", right = true },
]

[[question]]
id = "steps"
kind = "order"
question.en = "In which order?"
option = [
  { text.en = "first", feedback.en = "f1" },
  { text.en = "second", feedback.en = "f2" },
  { text.en = "third", feedback.en = "f3" },
]

[[question]]
id = "pairs"
kind = "match"
question.en = "What belongs together?"
option = [
  { text.en = "swap", with.en = "STR", feedback.en = "fs" },
  { text.en = "mixture", with.en = "STR", feedback.en = "fm" },
  { text.en = "trisomy", with.en = "karyotype", feedback.en = "ft" },
]
"""


@pytest.fixture
def asked(tmp_path: Path) -> dict[str, Question]:
    """The questions of the file above, by id."""
    return {one.id: one for one in questions_of("identity", content=written(tmp_path, QUIZ))}


def written(folder: Path, quiz: str) -> Path:
    """A content folder that holds nothing but this quiz and the schemas."""
    (folder / "quizzes").mkdir(exist_ok=True)
    (folder / "quizzes" / "identity.toml").write_text(quiz, encoding="utf-8")
    return folder


@pytest.mark.parametrize("name", ["one", "some", "steps", "pairs"])
def test_the_solution_is_right_about_every_option(asked: dict[str, Question], name: str) -> None:
    """Whatever the kind, the question knows its own answer."""
    assert all(asked[name].marks(asked[name].solution))


def test_several_options_are_marked_one_by_one(asked: dict[str, Question]) -> None:
    """The first is chosen rightly, the second wrongly, the third is missing."""
    assert asked["some"].solution == (0, 2)
    assert asked["some"].marks([0, 1]) == (True, False, False)
    assert asked["some"].marks([]) == (False, True, False)


def test_an_order_is_shown_mixed_and_marked_by_place(asked: dict[str, Question]) -> None:
    """Two steps exchanged leave one at its place; what is shown is never the answer."""
    steps = asked["steps"]
    right = list(steps.solution)
    assert right != [0, 1, 2]
    assert [steps.shown[place].text["en"] for place in right] == ["first", "second", "third"]

    assert sum(steps.marks([right[1], right[0], right[2]])) == 1


def test_a_partner_may_belong_to_two_options(asked: dict[str, Question]) -> None:
    """It is offered once."""
    pairs = asked["pairs"]
    offered = [partner["en"] for partner in pairs.partners]

    assert sorted(offered) == ["STR", "karyotype"]
    both = [offered.index("STR")] * 3
    assert pairs.marks(both) == (True, True, False)


@pytest.mark.parametrize(
    ("name", "answer", "form"),
    [
        ("one", [], "the place of one option"),
        ("one", [0, 1], "the place of one option"),
        ("some", [0, 3], "the chosen options"),
        ("steps", [0, 1], "each once"),
        ("steps", [0, 0, 1], "each once"),
        ("pairs", [0, 1], "a partner for every option"),
        ("pairs", [0, 1, 2], "a partner for every option"),
        ("some", [True], "the chosen options"),
    ],
)
def test_an_answer_of_another_form_is_refused(
    asked: dict[str, Question], store: Records, name: str, answer: list[int], form: str
) -> None:
    """The message says what would be an answer, and nothing is saved."""
    with pytest.raises(BadInput, match=form):
        submit(asked[name], answer, store=store)
    assert store.quiz_answers() == {}


def test_the_last_answer_stands_and_belongs_to_a_person(
    asked: dict[str, Question], store: Records
) -> None:
    """Another person's answer does not show."""
    submit(asked["some"], [1], store=store)
    assert submit(asked["some"], [0, 2], store=store) == (True, True, True)
    store.save_quiz_answer("identity/steps", [0, 1, 2], share=1.0, who="somebody else")

    assert answered(asked["some"], store=store) == (0, 2)
    assert answered(asked["steps"], store=store) is None


def test_an_answer_to_an_older_edition_counts_as_none(
    asked: dict[str, Question], store: Records
) -> None:
    """The question had five options then."""
    store.save_quiz_answer("identity/some", [4], share=1.0)

    assert answered(asked["some"], store=store) is None


def test_quiz_questions_count_in_the_progress(
    store: Records, tmp_path: Path, content: Path
) -> None:
    """One of four questions and of one prediction is answered."""
    from stemcell_kit.catalogue import load_catalogue

    loaded = load_catalogue(content)
    (content / "quizzes" / "identity.toml").write_text(QUIZ, encoding="utf-8")
    submit(question("identity/one", content=content), [0], store=store)
    identity = next(
        one
        for one in course_progress(loaded=loaded, content=content, store=store)
        if one.lesson.id == "identity"
    )

    assert (identity.answered, identity.asked) == (1, 5)


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ('kind = "single"', 'kind = "order"', "2 options"),
        ('with.en = "karyotype", ', "", "1 without a partner"),
        ('kind = "multiple"', 'kind = "single"', "2 right ones"),
        ('kind = "multiple"', 'kind = "order"', "'right' in an option"),
        ('kind = "match"', 'kind = "multiple"', "no right one"),
        ('id = "some"', 'id = "swap"', "this id twice"),
    ],
)
def test_a_question_that_cannot_be_asked_is_a_content_error(
    tmp_path: Path, old: str, new: str, found: str
) -> None:
    """File, key and what was found are told."""
    with pytest.raises(ContentError, match=found):
        questions_of("identity", content=written(tmp_path, QUIZ.replace(old, new)))


def test_an_unknown_question_is_refused_with_those_there_are(tmp_path: Path) -> None:
    """The message offers what there is."""
    with pytest.raises(BadInput, match="it has one, some, steps, pairs"):
        question("identity/none", content=written(tmp_path, QUIZ))


def test_the_page_learns_what_is_right_after_the_answer(
    asked: dict[str, Question], store: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Marks and feedback come with the verdict, a refusal only says what is missing."""
    sent: list[Any] = []
    monkeypatch.setattr(quizzes, "records", lambda: store)
    monkeypatch.setattr("anywidget.AnyWidget.send", lambda _self, message: sent.append(message))
    widget = QuizWidget(asked["pairs"])
    told = (widget.words, widget.options, widget.partners)
    assert "fs" not in str(told) and widget.verdict == {}

    widget.receive({"serial": 1, "answer": [0]})
    assert not sent[-1]["ok"] and widget.verdict == {}
    widget.receive({"serial": 2, "answer": list(asked["pairs"].solution)})

    assert sent[-1] == {"serial": 2, "ok": True}
    assert widget.verdict["whole"] and widget.verdict["feedback"] == ["fs", "fm", "ft"]
    assert "STR" in widget.verdict["solutions"][0]
    assert QuizWidget(asked["pairs"]).verdict == widget.verdict


def test_every_question_of_the_course_can_be_asked() -> None:
    """Each quiz file of a lesson is read, and its questions have a solution."""
    for lesson in catalogue().course.lessons:
        for one in questions_of(lesson.id):
            assert all(one.marks(one.solution)), one.full_id
