"""Ethics review: the review a project needs, the age of an embryo, the committee and its papers."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from stemcell_kit.errors import BadInput
from stemcell_kit.plots.ethics import plot_embryo_clocks
from stemcell_kit.teaching_tables import teaching_table
from stemcell_kit.worksheets import ethics, ethics_committee
from stemcell_kit.worksheets.full_text import in_full

LOG = {"embryo": "E", "day_zero": "2025-03-01 09:00", "frozen": "", "thawed": ""}
APPROVAL = {
    "project": "P",
    "committee": "own, filed",
    "agreement": "n/a",
    "in_force": "2025-03-10",
    "genetic_resources": "not applicable",
    "settled": "2025-03-10",
    "first_export": "",
    "raw_genomes": "none",
    "code_key": "apart",
}


def age(**changes: str) -> Any:
    table = ethics.embryo_ages(pd.DataFrame([{**LOG, **changes}]), amber_from=12)
    return table.loc["E"]


def gap(column: str, **changes: str) -> str:
    found = ethics_committee.approval_gaps(pd.DataFrame([{**APPROVAL, **changes}]))
    return str(found.at["P", column])


@pytest.mark.parametrize(
    ("ended", "state", "finding"),
    [
        ("2025-03-13 08:59", "green", "inside"),
        ("2025-03-13 09:00", "amber", "inside"),
        ("2025-03-15 08:59", "amber", "inside"),
        ("2025-03-15 09:00", "amber", "inside"),
        ("2025-03-15 09:01", "red", "beyond"),
    ],
)
def test_fourteen_days_to_the_minute_are_inside(ended: str, state: str, finding: str) -> None:
    """Warning and limit, each below, at and above."""
    found = age(ended=ended)

    assert (found["state"], found["finding"]) == (state, finding)


def test_frozen_time_makes_two_ages_and_may_make_two_verdicts() -> None:
    """3 days, 37 frozen, 10 days and 3 hours: 13.125 or 50.125 days."""
    found = age(frozen="2025-03-04 09:00", thawed="2025-04-10 09:00", ended="2025-04-20 12:00")
    short = age(frozen="2025-03-04 09:00", thawed="2025-03-05 09:00", ended="2025-03-14 09:00")
    long = age(frozen="2025-03-04 09:00", thawed="2025-03-05 09:00", ended="2025-03-17 09:00")

    assert (found["days"], found["with_frozen"]) == (13.125, 50.125)
    assert [one["finding"] for one in (found, short, long)] == ["depends", "inside", "beyond"]


def test_an_embryo_without_day_zero_has_no_age() -> None:
    """The day in the logbook does not stand in for it."""
    found = age(day_zero="", ended="2025-03-13 10:00")

    assert found["finding"] == "unknown"
    assert pd.isna(found["days"]) and pd.isna(found["with_frozen"])


def test_a_register_is_reviewed_row_by_row() -> None:
    """The six projects of the lesson, with what has to be asked and what to note."""
    found = ethics.review_projects(teaching_table("review_desk"))

    verdicts = ["special", "special", "special", "full", "expedited", "information missing"]
    assert list(found["verdict"]) == verdicts
    assert list(found["isscr_2021"]) == ["2", "1B", "2", "1B", "1A", "1A"]
    assert found.at["B-6", "ask"] == "edit_somatic"
    assert found.at["B-5", "flags"] == "brain-organoid"


def test_an_empty_cell_is_not_known_and_a_strange_one_is_refused() -> None:
    """Nobody applied the test of minimal risk; 'maybe' is no answer."""
    row = {"project": "P", "source": "adult_tissue", "acts": "organoid", "identifiable": "no"}
    one = pd.DataFrame([{**row, "human_subject_contact": "yes", "minimal_risk": ""}])

    assert ethics.review_projects(one).at["P", "ask"] == "minimal_risk"
    met = ethics.review_projects(one.assign(minimal_risk="yes")).loc["P"]
    assert (met["verdict"], met["ask"]) == ("expedited", "")
    with pytest.raises(BadInput, match="minimal_risk of project P is 'maybe'; expected yes, no"):
        ethics.review_projects(one.assign(minimal_risk="maybe"))
    with pytest.raises(BadInput, match="day of project P is 'soon'; expected a number"):
        ethics.review_projects(one.assign(day="soon"))


def test_each_verdict_of_the_exercise_is_met_by_some_project() -> None:
    """Twenty-eight projects in eight topics, and in no topic one verdict only."""
    projects = teaching_table("ethics_projects").set_index("project")
    found = ethics.review_projects(teaching_table("ethics_project_facts"))["verdict"]

    assert set(found.index) == set(projects.index) and len(found) == 28
    assert set(found) == {*ethics.ethics_reference()["verdicts"], "information missing"}
    assert (found.groupby(projects["topic"]).nunique() > 1).all()
    assert set(teaching_table("ethics_topic_hints")["topic"]) == set(projects["topic"])


def test_every_step_member_and_claim_has_a_reading() -> None:
    """The teachers' key leaves nothing out and holds nothing else."""
    items = [
        *teaching_table("protocol_steps")["step"],
        *teaching_table("declared_interests")["member"],
        *teaching_table("ethics_claims")["claim"],
    ]

    assert sorted(teaching_table("ethics_review_key")["item"]) == sorted(items)


def test_a_tick_is_too_low_where_it_is_lighter_than_the_verdict() -> None:
    """Below, at, above, and where information is missing."""
    ticked = dict.fromkeys("abcd", "full")
    verdicts = dict(
        zip("abcd", ["expedited", "full", "special", "information missing"], strict=True)
    )

    assert ethics.ticked_too_low(ticked, verdicts) == ["c", "d"]


def test_the_rules_of_one_verdict_are_listed_with_their_basis() -> None:
    """Six prohibitions; an unknown verdict is answered with the known ones."""
    rules = ethics.review_rules("prohibited")

    assert sorted(rules["rule"]) == ["R-01", "R-03", "R-04", "R-05", "R-06", "R-12"]
    assert (rules["rests_on"] != "").all()
    assert len(ethics.review_rules()) > len(rules)
    with pytest.raises(BadInput, match="exempt, expedited, full, special, prohibited"):
        ethics.review_rules("maybe")


@pytest.mark.parametrize(("left", "lacking"), [([], []), ([0], []), ([0, 1], ["members"])])
def test_seven_members_are_enough(left: list[int], lacking: list[str]) -> None:
    """Eight, seven and six members, all chairs taken."""
    whole = teaching_table("committee_members").copy()
    whole.loc[0, "sex"] = "female"
    whole.loc[[0, 2], "outside"] = "yes"
    gone = whole.index[whole["member"].isin(["M-15", "M-18"])][: len(left)]

    assert ethics_committee.committee_gaps(whole.drop(index=gone)) == lacking


def test_an_empty_chair_is_named() -> None:
    """The institute's committee has eight members, nobody for the law and nobody from outside."""
    assert ethics_committee.committee_gaps(teaching_table("institute_committee")) == [
        "law",
        "outside member",
    ]


def test_who_has_an_interest_leaves_and_an_unknown_interest_is_refused() -> None:
    """Own project, money and family; expertise, an old paper and the building stay."""
    declared = teaching_table("desk_interests")
    found = ethics_committee.must_leave(declared)["leaves"]

    assert list(found.index[found]) == ["M-1", "M-3", "M-7"]
    with pytest.raises(BadInput, match="interest 'grudge'; expected one of"):
        ethics_committee.must_leave(declared.assign(kind="grudge"))


def test_a_line_is_documented_when_every_paper_is_there_or_does_not_apply() -> None:
    """Two of the four lines of the lesson."""
    lines = teaching_table("desk_lines")
    missing = ethics_committee.line_papers(lines)["missing"]

    assert missing["SKTi001-A"] == ""
    assert missing["HES-9"] == "source_consent"
    assert ethics_committee.lines_documented(lines).value == 50


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, False),
        ({"settled": "2025-03-09"}, False),
        ({"settled": "2025-03-11"}, True),
        ({"settled": ""}, True),
        ({"first_export": "2025-03-10"}, False),
        ({"first_export": "2025-03-09"}, True),
    ],
)
def test_genetic_resources_are_settled_by_the_day_of_approval_and_export(
    changes: dict[str, str], found: bool
) -> None:
    """The day before, the day itself, the day after."""
    assert bool(gap("genetic resources", **changes)) is found


def test_a_committee_is_filed_and_another_ones_needs_an_agreement() -> None:
    """Filed elsewhere is not yours; an agreement does not replace the filing."""
    assert gap("committee") == ""
    assert gap("committee", committee="other institution, filed", agreement="AG-1") == ""
    assert "agreement" in gap("committee", committee="other institution, filed", agreement="")
    assert "filed" in gap("committee", committee="other institution, not filed", agreement="AG-1")


def test_open_genomes_and_a_key_beside_the_data_are_both_named() -> None:
    """Two gaps in one cell."""
    assert gap("data", raw_genomes="named users") == ""
    both = gap("data", raw_genomes="open drive", code_key="with the data")
    assert both.count(",") == 1


def test_the_figure_draws_culture_and_frozen_time_of_each_embryo_with_a_day_zero() -> None:
    """Four bars for three embryos of which one was frozen, and words for the fourth."""
    ax = plot_embryo_clocks(teaching_table("embryo_culture_logs"))

    drawn = [patch for patch in ax.patches if patch.get_width() > 0]
    words = [text.get_text() for text in ax.texts]
    assert len(drawn) == 1 + 1 + 3
    assert "13.125 days in culture, 50.125 in all" in words
    assert "day 0 not in the log" in words


def test_long_texts_are_shown_whole_and_safe() -> None:
    """Nothing is cut, a truth value is a word, and a sign of HTML stays a sign."""
    long = "a < b " * 30
    shown = in_full(pd.DataFrame({"code": ["X"], "text": [long], "leaves": [True]}), "code", "text")

    assert "a &lt; b " * 30 in shown._repr_html_()
    assert " ".join(repr(shown).split()).count("a < b") == 30
    assert "yes" in repr(in_full(pd.DataFrame({"leaves": [True]})))
