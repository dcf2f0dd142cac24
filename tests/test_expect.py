"""The checks that speak to the learner."""

from __future__ import annotations

import pytest

from stemcell_kit.learning.expect import NotYet, award, close_to, expect, is_text, same_items


def test_a_condition_that_holds_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """A passed check is silent."""
    expect(1 < 2, "never seen")

    assert capsys.readouterr().out == ""


def test_a_condition_that_fails_shows_one_line_and_no_traceback() -> None:
    """The learner sees the teaching message, not the code of the test."""
    with pytest.raises(NotYet) as caught:
        expect(False, "Amelogenin is a check of its own.")

    assert caught.value._render_traceback_() == ["NotYet: Amelogenin is a check of its own."]


@pytest.mark.parametrize(
    ("checks", "points"), [((True, True), 3.0), ((True, False), 1.5), ((False, False), 0.0)]
)
def test_points_follow_the_share_of_checks_that_hold(
    checks: tuple[bool, ...], points: float, capsys: pytest.CaptureFixture[str]
) -> None:
    """Partial credit: every check weighs the same and a missed one says why."""
    assert award(3, *((check, "look at the unit") for check in checks)) == points
    assert capsys.readouterr().out.count("look at the unit") == checks.count(False)


@pytest.mark.parametrize(
    ("answer", "close"), [(9.9, True), (10.0, True), (10.1, True), (10.11, False), (9.89, False)]
)
def test_the_tolerance_includes_its_edge(answer: float, close: bool) -> None:
    """Within 0.1 of 10 means 9.9 to 10.1, both included."""
    assert close_to(answer, 10, within=0.1) is close


@pytest.mark.parametrize("answer", [..., None, "10", True, [10], float("nan")])
def test_what_is_not_one_number_is_never_close(answer: object) -> None:
    """The dots of an untouched cell are a wrong answer, not a crash."""
    assert close_to(answer, 10, within=1000) is False


def test_the_order_of_a_list_does_not_matter() -> None:
    """Loci may be listed in any order; a text is not a list of its letters."""
    assert same_items(["TH01", "vWA"], ("vWA", "TH01"))
    assert not same_items("vWA", ["v", "W", "A"])


def test_a_choice_must_be_one_of_the_options() -> None:
    """An untouched answer and a word outside the list are both refused."""
    assert is_text("release", ("release", "reject"))
    assert not is_text("maybe", ("release", "reject"))
    assert not is_text(..., ("release",))
