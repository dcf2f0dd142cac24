"""Consent form: critical elements decide, and only what is there counts."""

from __future__ import annotations

import pytest

from stemcell_kit.catalogue import read_content
from stemcell_kit.errors import BadInput
from stemcell_kit.paths import content_dir
from stemcell_kit.qc.ethics.consent_elements import ConsentScore, score_consent

ROWS = read_content(content_dir(), "reference/ethics_rules.toml", "ethics", [])["element"]
ELEMENTS = {
    key: [row["id" if key == "element" else key] for row in ROWS] for key in ("element", "critical")
}
CRITICAL = [str(i) for i in (1, 2, 3, 5, 8, 11, 13, 15, 19, 20)]


def score(limit: float = 90, **answers: str) -> ConsentScore:
    given = {str(i): "present" for i in range(1, 21)}
    given |= {name.removeprefix("e"): answer for name, answer in answers.items()}
    return score_consent(given, ELEMENTS, at_least_percent=limit)


def test_the_twenty_elements_have_ten_critical_ones() -> None:
    """As the list names them."""
    assert ELEMENTS["element"] == [str(i) for i in range(1, 21)]
    critical = zip(ELEMENTS["element"], ELEMENTS["critical"], strict=True)
    assert [name for name, grave in critical if grave] == CRITICAL


@pytest.mark.parametrize("element", CRITICAL)
@pytest.mark.parametrize("answer", ["missing", "partly"])
def test_a_critical_element_that_is_not_whole_fails_the_form(element: str, answer: str) -> None:
    """19 of 20 are 95 %, and it fails all the same."""
    found = score(**{f"e{element}": answer})

    assert (found.verdict, found.critical_incomplete) == ("fail", (element,))


@pytest.mark.parametrize(
    ("limit", "verdict"), [(89.9, "pass"), (90, "pass"), (90.1, "conditional")]
)
def test_the_limit_is_included(limit: float, verdict: str) -> None:
    """18 of 20, with a limit below, at and above 90 %."""
    assert score(limit, e12="missing", e17="partly").verdict == verdict


def test_what_does_not_apply_is_not_counted() -> None:
    """And a critical element that is said not to apply is noted."""
    found = score(e14="not applicable", e5="not applicable")

    assert (found.n, found.value, found.verdict) == (18, 100, "pass")
    assert found.notes == ("critical element 5 is said not to apply: give the reason",)


def test_an_element_without_answer_is_no_pass() -> None:
    """Nobody looked at it."""
    with pytest.raises(BadInput, match="no answer for element 20"):
        score_consent({str(i): "present" for i in range(1, 20)}, ELEMENTS, at_least_percent=90)
    with pytest.raises(BadInput, match="unknown 21"):
        score(e21="present")


@pytest.mark.parametrize("answer", ["yes", "Present", ""])
def test_an_answer_in_other_words_is_refused(answer: str) -> None:
    """Four words are known."""
    with pytest.raises(BadInput, match="expected one of present, partly, missing"):
        score(e4=answer)


def test_a_form_to_which_nothing_applies_is_refused() -> None:
    """No form for nothing."""
    with pytest.raises(BadInput, match="no element applies"):
        score(**{f"e{i}": "not applicable" for i in range(1, 21)})
