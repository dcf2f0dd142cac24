"""A blueprint is read whole, and all its mistakes are said at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from stemcell_kit.certification.blueprint import Blueprint, read_blueprint
from stemcell_kit.errors import ContentError
from tests.certification.exam.conftest import SMALL


def changed(file: Path, *changes: tuple[str, str]) -> Path:
    """Change words of a blueprint; each must be there."""
    words = file.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in words
        words = words.replace(old, new, 1)
    file.write_text(words, encoding="utf-8")
    return file


def problems_of(file: Path) -> dict[str, str]:
    """Key -> message of everything that is wrong with a blueprint."""
    with pytest.raises(ContentError) as caught:
        read_blueprint(file)
    return {problem.key: str(problem) for problem in caught.value.problems}


def test_the_shipped_example_is_valid(blueprint: Blueprint) -> None:
    """Its quotas fill the form, and its times carry their zone."""
    assert sum(part.quota for part in blueprint.parts) == blueprint.questions == 12
    assert blueprint.window.opens.utcoffset() is not None


def test_all_mistakes_are_reported_together(blueprint_file: Path) -> None:
    """Whoever mends a blueprint does it in one go."""
    found = problems_of(
        changed(
            blueprint_file,
            ('["iso-24603/gen"]', '["iso-24603/xyz"]'),
            ("Asia/Shanghai", "Asia/Atlantis"),
            ("2026-10-12T17:00", "2026-10-12T08:00"),
            ('"identity/ignores-amelogenin"', '"identity/no-such-question"'),
            ("pass_mark_percent = 70", "pass_mark_percent = 60"),
        )
    )

    assert set(found) == {
        "part[genome].topics",
        "window.time_zone",
        "window.closes",
        "critical.questions",
        "band.from_percent",
    }


def test_a_schema_mistake_names_key_and_expectation(blueprint_file: Path) -> None:
    """A wrong type is told before anything is looked up."""
    found = problems_of(changed(blueprint_file, ("minutes = 120", 'minutes = "two hours"')))

    assert "'two hours'; expected integer" in found["minutes"]


def test_too_few_questions_in_a_part_are_told_with_numbers(blueprint_file: Path) -> None:
    """Twelve of thirteen questions cannot come from a topic that has ten."""
    found = problems_of(changed(blueprint_file, ("questions = 12", "questions = 60")))

    assert "10 questions in the pool; expected at least 15" in found["part[genome].topics"]


def test_a_weight_below_one_question_is_told(blueprint_file: Path) -> None:
    """A part that no form would hold is a mistake, not a rounding."""
    found = problems_of(changed(blueprint_file, ("weight = 3", "weight = 0.1")))

    assert "less than one question" in found["part[identity].weight"]


def test_a_critical_question_outside_the_parts_is_told(blueprint_file: Path) -> None:
    """It would have to stand in every form, and can stand in none."""
    found = problems_of(
        changed(
            blueprint_file, ('"identity/ignores-amelogenin"', '"nk-purity/decides-by-the-dose"')
        )
    )

    assert "no part of this exam can hold" in found["critical.questions"]


def test_questions_whose_key_lies_open_are_left_out_unless_allowed(tmp_path: Path) -> None:
    """Whoever has the kit can look them up; an examiner who allows that says so."""
    file = tmp_path / "small.toml"
    file.write_text(SMALL, encoding="utf-8")
    left_out = read_blueprint(file).eligible()
    allow = 'changed_cells = "refuse"\nopen_keys = "allow"'
    allowed = read_blueprint(changed(file, ('changed_cells = "refuse"', allow))).eligible()

    assert not any(question.open_keys for question in left_out.values())
    assert "ethics-review/classifies-every-project" in allowed.keys() - left_out.keys()


def test_measured_shares_of_unknown_questions_are_told(blueprint_file: Path) -> None:
    """A share under a mistyped id would silently change nothing."""
    lines = '[difficulty.measured]\n"identity/no-such-question" = 0.5'
    found = problems_of(changed(blueprint_file, ("# [difficulty.measured]", lines)))

    assert "identity/no-such-question" in found["difficulty.measured"]


def test_a_real_exam_cannot_be_named_like_practice(blueprint_file: Path) -> None:
    """The beginning of the name is what marks a practice exam everywhere."""
    found = problems_of(changed(blueprint_file, ('id = "ipsc-bank"', 'id = "practice-ipsc"')))

    assert "practice-ipsc" in found["id"]
