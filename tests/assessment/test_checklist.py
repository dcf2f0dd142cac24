"""The self-assessment: what is saved, what is refused, what counts."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from stemcell_kit.assessment import Checklist
from stemcell_kit.catalogue import Catalogue
from stemcell_kit.errors import BadInput
from stemcell_kit.model import Profile
from stemcell_kit.records import Records


def test_an_empty_checklist_has_no_score_and_every_critical_item_is_open(
    checklist: Checklist,
) -> None:
    """Nothing answered is not 0 % and not 100 %: it is no score."""
    score = checklist.score()

    assert (score.percent, score.coverage_percent, score.open_criticals) == (None, 0, 2)
    assert str(score).startswith("Risk covered 0 %, score no score yet")


def test_the_score_counts_answered_applicable_items_only(checklist: Checklist) -> None:
    """3 and 1 of 6 possible points are 66 %; n/a covers but does not score."""
    checklist.answer("std/idn-01", score=3)
    checklist.answer("std/idn-02", score=1)
    checklist.answer("std/via-01", score="n/a", reason="No freezing here.")
    score = checklist.score()

    assert (score.points, score.possible, score.percent) == (4, 6, 66)
    assert (score.answered, score.not_applicable, score.total) == (3, 1, 4)
    assert score.coverage_percent == 75


@pytest.mark.parametrize(("given", "open_criticals"), [(0, 2), (1, 2), (2, 1), (3, 1)])
def test_a_critical_item_closes_when_it_is_done_and_recorded(
    checklist: Checklist, given: int, open_criticals: int
) -> None:
    """Below 2 it stays open; the other critical item is unanswered."""
    checklist.answer("std/idn-01", score=given)

    assert len(checklist.open_criticals()) == open_criticals


def test_a_critical_item_that_does_not_apply_is_not_open(checklist: Checklist) -> None:
    """With a reason it leaves the list."""
    checklist.answer("std/idn-01", score="n/a", reason="Mouse lines only.")

    assert [item.requirement.id for item in checklist.open_criticals()] == ["via-02"]


def test_not_applicable_needs_a_reason(checklist: Checklist) -> None:
    """Without one nothing is saved; blanks are no reason; the reason may not be taken away."""
    for reason in (None, "", "   "):
        with pytest.raises(BadInput, match="written reason"):
            checklist.answer("std/idn-01", score="n/a", reason=reason)
    assert not checklist.item("std/idn-01").is_answered

    checklist.answer("std/idn-01", score="n/a", reason="Mouse lines only.")
    with pytest.raises(BadInput, match="written reason"):
        checklist.answer("std/idn-01", reason="")
    assert checklist.item("std/idn-01").choice == "n/a"


@pytest.mark.parametrize("wrong", [-1, 4, 1.5, True, "2", "na"])
def test_a_state_off_the_scale_is_refused(checklist: Checklist, wrong: object) -> None:
    """Only 0, 1, 2, 3 and n/a are states."""
    with pytest.raises(BadInput, match="not on the scale"):
        checklist.answer("std/idn-01", score=wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize("wrong", ["03/04/22", "2027-3-1", "2027-02-29", "20270301", "soon"])
def test_an_ambiguous_due_date_is_refused_with_advice(checklist: Checklist, wrong: str) -> None:
    """The message repeats what was written and shows the form."""
    with pytest.raises(BadInput, match=f"“{wrong}” was not saved.*2027-03-31"):
        checklist.answer("std/idn-01", due=wrong)
    assert checklist.item("std/idn-01").answer.due == ""


def test_a_due_date_is_kept_and_can_be_cleared(checklist: Checklist) -> None:
    """A leap day is a date; empty text takes it away."""
    assert checklist.answer("std/idn-01", due="2028-02-29").answer.due == "2028-02-29"
    assert checklist.answer("std/idn-01", due="").answer.due == ""


def test_a_note_alone_is_saved_and_answers_nothing(checklist: Checklist) -> None:
    """Writing an owner does not make a requirement met."""
    checklist.answer("std/idn-01", owner=" OP-03 ")

    assert checklist.item("std/idn-01").answer.owner == "OP-03"
    assert checklist.score().answered == 0


def test_an_answer_can_be_taken_back(checklist: Checklist) -> None:
    """The item is open again, and what was written stays."""
    checklist.answer("std/idn-01", score=0, note="ask the donor bank")
    item = checklist.clear("std/idn-01")

    assert item.choice is None
    assert item.answer.note == "ask the donor bank"


def test_the_answers_are_there_in_the_next_session(
    checklist: Checklist, small: Catalogue, store: Records
) -> None:
    """Each change is saved at once."""
    checklist.answer("std/idn-02", score=2, evidence="SOP-12")
    later = Checklist("std", catalogue=small, store=store)

    assert later.item("std/idn-02").answer.evidence == "SOP-12"
    assert later.score() == checklist.score()


def test_gaps_come_critical_first_and_then_by_state(checklist: Checklist) -> None:
    """Unanswered stands with not done; 2 and 3 are no gaps."""
    checklist.answer("std/idn-01", score=1)
    checklist.answer("std/idn-02", score=0)
    checklist.answer("std/via-01", score=2)

    assert [item.requirement.id for item in checklist.gaps()] == ["via-02", "idn-01", "idn-02"]


def test_progress_is_told_per_topic(checklist: Checklist) -> None:
    """Each topic has its own three figures."""
    checklist.answer("std/via-01", score=3)
    progress = checklist.progress()

    assert list(progress) == ["idn", "via"]
    assert (progress["idn"].percent, progress["via"].percent) == (None, 100)
    assert progress["via"].open_criticals == 1


def test_a_part_of_a_checklist_knows_its_topics_only(small: Catalogue, store: Records) -> None:
    """A lesson shows its own topics; an item of another one is refused with advice."""
    part = Checklist("std", topics=["via"], catalogue=small, store=store)

    assert [item.requirement.id for item in part.items] == ["via-01", "via-02"]
    with pytest.raises(BadInput, match="not on this checklist"):
        part.answer("std/idn-01", score=1)
    with pytest.raises(BadInput, match="'xyz'; choose from idn, via"):
        Checklist("std", topics=["xyz"], catalogue=small, store=store)


def test_an_unknown_requirement_is_refused(checklist: Checklist) -> None:
    """The message offers near names."""
    with pytest.raises(BadInput, match="did you mean"):
        checklist.answer("std/idn-03", score=1)


def test_a_clause_number_comes_from_the_profile_only(
    checklist: Checklist, checklist_under: Callable[[Profile], Checklist]
) -> None:
    """Without a profile there is none."""
    own = checklist_under(Profile("Our bank", clauses={"std/idn-01": "8.2.1"}))

    assert checklist.clause("std/idn-01") == ""
    assert own.clause("std/idn-01") == "8.2.1"
