"""Consent and the committee at work: forms, signatures, votes, times, files."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from stemcell_kit.errors import BadInput
from stemcell_kit.instruments import read_table
from stemcell_kit.plots.ethics import plot_approval_cover
from stemcell_kit.teaching_tables import teaching_table
from stemcell_kit.worksheets import ethics_consent, ethics_procedure

ALL = {str(number): "present" for number in range(1, 21)}
TALK = {
    "donor": "D",
    "material": "surplus embryos",
    "asked_by": "study nurse",
    "version": "3",
    "in_force": "3",
    "signed": "2025-05-05",
    "collected": "2025-05-05",
}
PERIODS = {
    "project": "P",
    "work_from": "2025-01-01",
    "work_to": "2025-01-10",
    "approved_from": "2025-01-01",
    "approved_to": "2025-01-04",
    "renewed_from": "2025-01-05",
    "renewed_to": "2025-01-31",
}


def talk(**changes: str) -> str:
    found = ethics_consent.consent_talk_gaps(pd.DataFrame([{**TALK, **changes}]))
    return str(found.at["D", "gap"])


def vote(members: int, present: int, left: int, in_favour: int) -> Any:
    row = {"item": "I", "members": members, "present": present, "left": left}
    return ethics_procedure.count_votes(pd.DataFrame([{**row, "in_favour": in_favour}])).loc["I"]


def cover(**changes: str) -> tuple[float, int, str]:
    found = ethics_procedure.approval_cover(pd.DataFrame([{**PERIODS, **changes}]), "P")
    return found.value, found.uncovered_days, found.first_uncovered


@pytest.mark.parametrize(
    ("missing", "verdict"),
    [
        ([], "pass"),
        (["4", "7"], "pass"),
        (["4", "7", "9"], "conditional"),
        (["13"], "fail"),
    ],
)
def test_a_form_passes_from_ninety_percent_and_fails_by_one_critical_gap(
    missing: list[str], verdict: str
) -> None:
    """20, 18 and 17 of 20, and 19 of 20 without withdrawal."""
    score = ethics_consent.score_consent_form({**ALL, **dict.fromkeys(missing, "missing")})

    assert score.verdict == verdict


def test_the_two_versions_of_the_lesson_differ_by_a_critical_element() -> None:
    """15 and 17 of 18; numbers stand for elements as well as texts do."""
    forms = teaching_table("desk_consent_forms")
    old, new = (ethics_consent.score_consent_form(forms, f"version_{n}") for n in (2, 3))

    assert (old.present, old.n, old.verdict, old.critical_incomplete) == (15, 18, "fail", ("13",))
    assert (new.present, new.n, new.verdict) == (17, 18, "pass")
    numbered = {int(number): answer for number, answer in ALL.items()}
    assert ethics_consent.score_consent_form(numbered).value == 100


def test_every_element_that_applies_has_one_sentence_in_the_exercise() -> None:
    """Eighteen sentences for eighteen elements; ten of the twenty are critical."""
    elements = ethics_consent.consent_elements()
    key = teaching_table("consent_key").set_index("item")["answer"]
    covered = key[teaching_table("consent_form_sentences")["sentence"]]

    assert sorted(covered) == sorted(set(elements["element"]) - {"6", "14"})
    assert elements["critical"].sum() == 10


def test_every_item_of_the_exercise_has_a_reading() -> None:
    """The teachers' key leaves nothing out and holds nothing else."""
    tables = {
        "consent_form_sentences": "sentence",
        "withdrawal_sentences": "sentence",
        "consent_events": "event",
        "review_situations": "situation",
        "review_changes": "change",
    }
    items = [item for name, column in tables.items() for item in teaching_table(name)[column]]
    decisions = set(teaching_table("decision_words")["decision"])
    key = teaching_table("consent_key").set_index("item")["answer"]

    assert sorted(key.index) == sorted(items)
    assert set(key[teaching_table("review_situations")["situation"]]) == decisions


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({}, ""),
        ({"signed": "2025-05-04"}, ""),
        ({"signed": "2025-05-06"}, "after"),
        ({"version": "2"}, "older"),
        ({"asked_by": "treating physician"}, "treating"),
        ({"asked_by": "treating physician", "material": "skin"}, ""),
        ({"asked_by": "treating physician", "material": "eggs"}, "treating"),
    ],
)
def test_a_signature_is_held_against_day_version_and_who_asked(
    changes: dict[str, str], word: str
) -> None:
    """The day itself, before and after; care and consent are apart for eggs and embryos."""
    found = talk(**changes)

    assert word in found
    assert bool(found) is bool(word)


@pytest.mark.parametrize(
    ("given", "finding"),
    [
        ((9, 5, 0, 5), "valid"),
        ((9, 4, 0, 4), "no quorum"),
        ((9, 6, 2, 4), "no quorum"),
        ((9, 7, 0, 4), "no majority"),
        ((8, 5, 1, 4), "no quorum"),
        ((8, 6, 0, 4), "no majority"),
        ((8, 5, 0, 5), "valid"),
    ],
)
def test_half_is_not_more_than_half(given: tuple[int, int, int, int], finding: str) -> None:
    """Odd and even committees, below, at and above half; who left is not present."""
    assert vote(*given)["finding"] == finding


@pytest.mark.parametrize("given", [(9, 10, 0, 5), (9, 6, 2, 5), (9, 6, 7, 0)])
def test_more_votes_than_members_in_the_room_are_refused(given: tuple[int, ...]) -> None:
    """The list of attendance is wrong, so nothing is counted."""
    with pytest.raises(BadInput, match="expected no more votes than members in the room"):
        vote(*given)


def test_shares_are_of_all_members() -> None:
    """Nine members, seven present, one left, four in favour."""
    found = vote(9, 7, 1, 4)

    assert found["present_percent"] == pytest.approx(600 / 9)
    assert found["in_favour_percent"] == pytest.approx(400 / 9)


@pytest.mark.parametrize(
    ("decided", "share"), [("2025-01-30", 100), ("2025-01-31", 100), ("2025-02-01", 0)]
)
def test_the_thirtieth_day_is_in_time(decided: str, share: float) -> None:
    """29, 30 and 31 days after acceptance."""
    one = pd.DataFrame([{"accepted": "2025-01-01", "submitted": "2024-12-01", "decided": decided}])

    assert ethics_procedure.review_turnaround(one).within_percent == share
    assert ethics_procedure.review_turnaround(one, start="submitted").within_percent == 0


def test_the_six_reviews_of_the_lesson_have_two_medians() -> None:
    """From acceptance and from submission, one pending."""
    reviews = teaching_table("desk_review_dates")
    found = [
        ethics_procedure.review_turnaround(reviews, as_of="2025-03-31", start=start)
        for start in ("accepted", "submitted")
    ]

    assert [(one.value, one.within_percent, one.pending) for one in found] == [
        (26, 80, 1),
        (29, 60, 1),
    ]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, (100, 0, "")),
        ({"renewed_from": "2025-01-06"}, (90, 1, "2025-01-05")),
        ({"approved_from": "2025-01-03"}, (80, 2, "2025-01-01")),
        ({"renewed_to": "2025-01-09"}, (90, 1, "2025-01-10")),
    ],
)
def test_work_is_covered_day_by_day(
    changes: dict[str, str], expected: tuple[float, int, str]
) -> None:
    """No gap, one between, one before, one behind; ten days of work."""
    assert cover(**changes) == expected


@pytest.mark.parametrize(("within", "late"), [(8, ["R-4"]), (7, ["R-4"]), (6, ["R-1", "R-4"])])
def test_a_report_on_the_last_day_is_in_time_and_none_is_late(
    within: float, late: list[str]
) -> None:
    """Seven days, held against eight, seven and six; a report that never came is late."""
    reports = pd.DataFrame(
        [
            {"report": "R-1", "what": "a", "happened": "2025-03-03", "reported": "2025-03-10"},
            {"report": "R-4", "what": "b", "happened": "2025-03-03", "reported": ""},
        ]
    )

    assert list(ethics_procedure.late_reports(reports, within_days=within).index) == late


def test_a_file_is_held_against_the_checklist_of_the_house(tmp_path: Any) -> None:
    """Missing, undated and not asked for; capitals and blanks do not matter."""
    path = tmp_path / "own.csv"
    path.write_text("No.,Document\n1,Protocol\n2,Consent form\n3,Budget\n", encoding="utf-8")
    checklist = read_table(path, columns={"paper": "Document"})
    rows = [["protocol ", "2025-01-01"], ["Consent form", ""], ["Greeting card", ""]]
    found = ethics_procedure.open_papers(checklist, pd.DataFrame(rows, columns=["paper", "dated"]))

    assert dict(found["state"]) == {
        "Budget": "missing",
        "Consent form": "no date or version",
        "Greeting card": "not on the checklist",
    }


@pytest.mark.parametrize(
    ("destroyed", "early"), [("2023-06-29", True), ("2023-06-30", False), ("", False)]
)
def test_a_file_is_kept_for_three_years_after_the_end(destroyed: str, early: bool) -> None:
    """The day before the third anniversary, the day itself, and a file that is still there."""
    archive = pd.DataFrame([{"review": "R", "ended": "2020-06-30", "destroyed": destroyed}])

    assert bool(ethics_procedure.destroyed_early(archive)) is early


@pytest.mark.parametrize(
    ("trained", "expired"), [("2024-06-29", True), ("2024-06-30", False), ("2024-07-01", False)]
)
def test_training_counts_for_twelve_months(trained: str, expired: bool) -> None:
    """A day more than a year, a year, a day less."""
    records = pd.DataFrame([{"person": "M", "role": "member", "trained": trained}])

    assert bool(ethics_procedure.training_expired(records, as_of="2025-06-30")) is expired


def test_a_tick_needs_a_record() -> None:
    """A blank between semicolons is none."""
    rows = [["a", "met", "minutes"], ["b", "met", " ; "], ["c", "met", ""]]
    sheet = pd.DataFrame(rows, columns=["clause", "ticked", "records"])

    assert ethics_procedure.ticks_without_record(sheet) == ["b", "c"]


def test_the_figure_shows_work_outside_approvals_apart() -> None:
    """Three projects: six approvals, and work cut into one, two and three stretches."""
    ax = plot_approval_cover(teaching_table("desk_periods"))

    hatched = [patch for patch in ax.patches if patch.get_hatch()]
    assert len(ax.patches) == 6 + 1 + 2 + 3
    assert sorted(patch.get_width() for patch in hatched) == [12, 20]
