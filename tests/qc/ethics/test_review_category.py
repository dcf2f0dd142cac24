"""Review category: the strictest rule wins, and what is not known never allows."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stemcell_kit.catalogue import read_content
from stemcell_kit.errors import BadInput
from stemcell_kit.paths import content_dir
from stemcell_kit.qc.ethics.review_category import MISSING, ReviewCategory, review_category

PROBLEMS: list[Any] = []
RULES = read_content(content_dir(), "reference/ethics_rules.toml", "ethics", PROBLEMS)
NOBODY = {"human_subject_contact": False, "identifiable": False}
FACTS = {row["id"]: row for row in RULES["fact"]}


def review(**facts: Any) -> ReviewCategory:
    return review_category(RULES, **facts)


def test_the_rules_are_whole() -> None:
    """The file meets its schema; every verdict, category and word of a condition is known."""
    assert PROBLEMS == []
    for rule in RULES["rule"]:
        assert rule["verdict"] in RULES["verdicts"]
        for one in rule["when"]:
            assert one.get("international", "1A") in RULES["international"]
            for name, wanted in one["facts"].items():
                words = wanted.get("any_of", []) if isinstance(wanted, dict) else wanted
                if FACTS[name]["kind"] in ("word", "words"):
                    assert set(words) <= set(FACTS[name]["values"])


@pytest.mark.parametrize(
    ("source", "act", "category", "verdict"),
    [
        ("adult_tissue", "reprogram", "1A", "expedited"),
        ("psc_line", "culture", "1A", "expedited"),
        ("psc_line", "embryo_model", "1B", "special"),
        ("psc_line", "gametogenesis", "1B", "full"),
        ("psc_line", "chimera_in_vitro", "1B", "special"),
        ("psc_line", "chimera_gestation", "2", "special"),
        ("psc_line", "uterine_transfer", "3B", "prohibited"),
        ("psc_line", "cloning", "3B", "prohibited"),
        ("psc_line", "clinical_germline_use", "3A", "prohibited"),
        ("psc_line", "edit_germline", "", "special"),
        ("embryo", "trade", "", "prohibited"),
        ("psc_line", "gamete_hybrid", "", "prohibited"),
    ],
)
def test_published_examples_in_both_frames(
    source: str, act: str, category: str, verdict: str
) -> None:
    """National verdict and international category side by side."""
    found = review(source=source, acts=[act], **NOBODY)

    assert (found.international, found.verdict) == (category, verdict)


@pytest.mark.parametrize(
    ("day", "verdict"),
    [(13.9, "full"), (14, "full"), (14 + 1 / 24, "prohibited"), (None, MISSING)],
)
def test_day_14_is_the_last(day: float | None, verdict: str) -> None:
    """Below, at, an hour above; an unknown day 0 never allows."""
    found = review(source="embryo", acts=["culture"], day=day, **NOBODY)

    assert found.verdict == verdict
    assert found.open == (("day",) if day is None else ())


def test_two_acts_get_the_stricter_verdict() -> None:
    """Routine culture does not soften a chimera that is carried."""
    found = review(source="psc_line", acts=["culture", "chimera_gestation"], **NOBODY)

    assert found.verdict == "special"
    assert set(found.rules) == {"R-07", "R-14"}


def test_an_act_that_no_rule_speaks_of_goes_to_the_committee() -> None:
    """A fertilisation hidden beside gametogenesis, an edit beside culture."""
    hidden = review(source="psc_line", acts=["gametogenesis", "fertilise"], **NOBODY)
    assert (hidden.verdict, hidden.uncovered) == (MISSING, ("gametogenesis", "fertilise"))

    edit = review(source="psc_line", acts=["culture", "edit_somatic"], **NOBODY)
    assert (edit.verdict, edit.at_least, edit.uncovered) == (
        MISSING,
        "expedited",
        ("edit_somatic",),
    )


def test_a_prohibited_act_needs_no_more_information() -> None:
    """Whatever else is open, the answer stands."""
    assert review(acts=["cloning", "edit_somatic"]).verdict == "prohibited"


def test_an_exemption_leaves_the_other_duties() -> None:
    """Anonymous public data that are a human genetic resource: exempt, and the flag is up."""
    found = review(
        source="public_data", acts=["data_analysis"], human_genetic_resource=True, **NOBODY
    )
    assert (found.verdict, found.flags) == ("exempt", ("human-genetic-resource",))


def test_exempt_is_never_guessed() -> None:
    """Whether the data lead to a person is not stated."""
    found = review(source="public_data", acts=["data_analysis"], human_subject_contact=False)

    assert found.verdict == MISSING
    assert "identifiable" in found.open


def test_a_transplanted_brain_organoid_is_flagged() -> None:
    """Routine category, with the questions that it raises."""
    found = review(
        source="psc_line", acts=["animal_postnatal_transplant"], brain_organoid=True, **NOBODY
    )
    assert (found.verdict, found.flags) == ("expedited", ("brain-organoid",))


def test_people_above_minimal_risk_need_the_full_board() -> None:
    """At minimal risk expedited review may do; not stated is missing."""
    asked = {"source": "adult_tissue", "acts": ["reprogram"], "identifiable": False}
    given_risk = [
        review(**asked, human_subject_contact=True, minimal_risk=risk).verdict
        for risk in (True, False, None)
    ]
    assert given_risk == ["expedited", "full", MISSING]


def test_a_new_embryonic_line_needs_its_source_stated() -> None:
    """Allowed source: full board. Not stated or not allowed: never allowed."""
    asked = {"source": "embryo", "acts": ["derive"], "day": 6, **NOBODY}

    assert review(**asked, allowed_source=True).verdict == "full"
    assert review(**asked).verdict == MISSING
    assert review(**asked, allowed_source=False).verdict == MISSING


KNOWN = st.fixed_dictionaries(
    {
        "source": st.sampled_from(FACTS["source"]["values"]),
        "acts": st.lists(st.sampled_from(FACTS["acts"]["values"]), min_size=1, max_size=3),
        "day": st.floats(0, 20),
        **{name: st.booleans() for name, row in FACTS.items() if row["kind"] == "flag"},
    }
)


@given(KNOWN, st.sets(st.sampled_from(sorted(FACTS))))
@settings(max_examples=50, deadline=None)
def test_leaving_a_fact_out_never_makes_the_review_milder(
    facts: dict[str, Any], hidden: set[str]
) -> None:
    """With less known the verdict is the same, or information is missing."""
    full = review(**facts).verdict
    part = review(**{name: one for name, one in facts.items() if name not in hidden}).verdict

    assert part in (full, MISSING)


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"sorce": "embryo"}, "no fact 'sorce' in the rules; expected one of source"),
        ({"acts": ["growing"]}, "goes to the committee"),
        ({"acts": "culture"}, "expected a list"),
        ({"acts": []}, "at least one word"),
        ({"identifiable": "no"}, "True, False or None"),
        ({"day": -1}, "0 or more"),
    ],
)
def test_a_fact_that_the_rules_do_not_know_is_refused(facts: dict[str, Any], reason: str) -> None:
    """A slip of the keyboard must not become a missing fact."""
    with pytest.raises(BadInput, match=reason):
        review(**facts)
