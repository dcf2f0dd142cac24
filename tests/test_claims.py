"""No text of the kit claims to know what number a standard asks for: its clauses were not read."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

from stemcell_kit.authoring.claims import claim_problems, claims_in

CLAIMS = [
    "The standard requires 95 % viability.",
    "GB/T 40365-2021 specifies 14 days of incubation.",
    "A viability of 70 % is required by the standard.",
    "As specified in ISO 24603:2022, at least 20 metaphases are counted.",
    "Every standard asks for at least three vials.",
    "T/CSCB 0004-2022 sets a purity of 90 %.",
    "According to ISO 24603, lines must be tested at least twice in 8 weeks.",
    "该标准要求存活率不低于 90%。",
    "GB/T 40365-2021 规定培养 14 天。",
]
HONEST = [
    "ISO 24603:2022 names quality control among its subjects.",
    "Its clauses were not read, so nobody here knows whether the standard requires 14 days.",
    "The standard was released on 24 September 2022.",
    "Published comparator (USP <71>): 14 days.",
    "The pharmacopoeia asks for 14 days.",
    "Common default, set your own: at least 70 %.",
    "各产品标准的共同要求只需回答一次。",
]


@pytest.mark.parametrize("sentence", CLAIMS)
def test_a_number_in_the_mouth_of_a_standard_is_found(sentence: str) -> None:
    """In English and Chinese, before or behind the verb, among honest sentences."""
    assert claims_in(f"{HONEST[0]} {sentence} {HONEST[4]}") == [sentence]


@pytest.mark.parametrize("sentence", HONEST)
def test_an_honest_sentence_is_left_alone(sentence: str) -> None:
    """Dates, names of documents, other owners of a number, denials."""
    assert claims_in(sentence) == []


def test_no_text_of_the_kit_makes_such_a_claim() -> None:
    """Content, lessons, exercises and pages."""
    assert claim_problems() == []


def test_a_claim_in_a_lesson_is_named_with_its_cell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The author finds the sentence at once."""
    cell = nbformat.v4.new_markdown_cell(CLAIMS[0])
    cell.id = "saw"
    (tmp_path / "solutions").mkdir()
    path = tmp_path / "notebooks" / "en" / "01_toy.ipynb"
    path.parent.mkdir(parents=True)
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), path)
    monkeypatch.setenv("STEMCELL_KIT_COURSE", str(tmp_path))

    assert f"01_toy.ipynb, cell saw: claims to know a number of the standard: {CLAIMS[0]}" in (
        claim_problems()
    )
