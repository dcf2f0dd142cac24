"""The records database: nothing entered is lost."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from stemcell_kit.errors import BadInput
from stemcell_kit.records import Records, RecordsUnavailable, person, records


def test_an_answer_is_there_again_in_a_new_session(url: str) -> None:
    """What one kernel saved, the next one reads, with the moment in UTC."""
    Records(url).save_answer("default", "std/idn-01", score=2, evidence="SOP-12 细胞 🧫")

    answer = Records(url).answers("default")["std/idn-01"]
    assert (answer.score, answer.evidence) == (2, "SOP-12 细胞 🧫")
    assert answer.answered_at is not None and answer.answered_at.tzinfo is UTC
    assert abs(datetime.now(UTC) - answer.answered_at) < timedelta(minutes=1)


def test_saving_one_field_leaves_the_others_alone(url: str) -> None:
    """Two people who fill in different fields of one answer do not overwrite each other."""
    first, second = Records(url), Records(url)
    first.save_answer("default", "std/idn-01", owner="OP-03")
    second.save_answer("default", "std/idn-01", score=1)

    answer = first.answers("default")["std/idn-01"]
    assert (answer.owner, answer.score) == ("OP-03", 1)


def test_assessments_are_kept_apart(url: str) -> None:
    """An answer belongs to one assessment only."""
    Records(url).save_answer("spring", "std/idn-01", score=3)

    assert Records(url).answers("autumn") == {}


def test_the_last_prediction_stands_and_belongs_to_a_person(url: str) -> None:
    """Thinking again replaces the option; another person's stays untouched."""
    store = Records(url)
    store.save_prediction("identity/swap", 0, who="a")
    store.save_prediction("identity/swap", 2, who="a")
    store.save_prediction("identity/swap", 1, who="b")

    assert store.predictions(who="a") == {"identity/swap": 2}
    assert store.predictions(who="b") == {"identity/swap": 1}


def test_every_grading_is_kept_in_order(url: str) -> None:
    """A second grading is added, with its questions, and replaces nothing."""
    store = Records(url)
    for points in (3.0, 7.5):
        store.save_grade(
            "identity",
            learner="L-01",
            points=points,
            max_points=10,
            questions={"reads-alleles": {"points": points}},
        )

    grades = store.grades(learner="L-01")
    assert [grade.points for grade in grades] == [3.0, 7.5]
    assert grades[1].questions == {"reads-alleles": {"points": 7.5}}
    assert store.grades(learner="L-02") == ()


def test_a_setting_has_a_default_until_it_is_saved(url: str) -> None:
    """A setting is empty first and kept afterwards, for this person alone."""
    store = Records(url)
    assert store.setting("laboratory") == ""

    store.save_setting("laboratory", "Bank 7")
    assert Records(url).setting("laboratory") == "Bank 7"
    assert store.setting("laboratory", who="somebody else") == ""


def test_a_place_that_cannot_be_written_is_explained(tmp_path: Path) -> None:
    """The message names the place and the way out."""
    with pytest.raises(RecordsUnavailable, match="STEMCELL_KIT_DATABASE"):
        Records(f"sqlite:///{(tmp_path / 'missing' / 'r.sqlite').as_posix()}")


@pytest.mark.parametrize("wrong", ["mysql://host/name", "not a url"])
def test_another_kind_of_database_is_refused(wrong: str) -> None:
    """Only SQLite and PostgreSQL are offered, and the message shows their forms."""
    with pytest.raises(BadInput, match="expected sqlite"):
        Records(wrong)


def test_the_address_comes_from_the_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Without an address the file lies in the data folder; the same address opens once."""
    monkeypatch.delenv("STEMCELL_KIT_DATABASE", raising=False)
    monkeypatch.setenv("STEMCELL_KIT_DATA", str(tmp_path / "data"))
    records().save_setting("laboratory", "Bank 7")
    assert (tmp_path / "data" / "records.sqlite").is_file()
    assert records() is records()

    elsewhere = (tmp_path / "other.sqlite").as_posix()
    monkeypatch.setenv("STEMCELL_KIT_DATABASE", f"sqlite:///{elsewhere}")
    assert records().setting("laboratory") == ""


def test_the_hub_names_the_person(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a hub every container has the same login name, so the hub's own name counts."""
    monkeypatch.setenv("JUPYTERHUB_USER", "op-03")

    assert person() == "op-03"


def test_everybody_who_did_something_is_known(url: str) -> None:
    """By a prediction, a quiz question or an exercise; each person once, in order."""
    store = Records(url)
    store.save_prediction("identity/swap", 0, who="b")
    store.save_quiz_answer("identity/steps", [1, 0], share=0.5, who="b")
    store.save_quiz_answer("identity/steps", [0, 1], share=1.0, who="c")
    store.save_grade("identity", learner="a", points=1, max_points=2, questions={})

    assert store.people() == ("a", "b", "c")
    assert store.quiz_answers(who="b") == {"identity/steps": [1, 0]}
