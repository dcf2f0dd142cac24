"""Several checklists as one laboratory: figures, commitments, what is open, the draft."""

from __future__ import annotations

from datetime import date

import pytest

from stemcell_kit.assessment import laboratory as room
from stemcell_kit.assessment.laboratory import Laboratory, invented_laboratory, my_laboratory
from stemcell_kit.errors import BadInput, ContentError
from stemcell_kit.plots.commitments import plot_commitments


@pytest.fixture(scope="module")
def filled() -> Laboratory:
    """The invented laboratory; tests that change it make their own."""
    return invented_laboratory()


def state(laboratory: Laboratory, commitment: str) -> tuple[str, int, int]:
    table = laboratory.commitments().set_index("commitment")
    return tuple(table.loc[commitment, ["support", "held", "open"]])


def test_a_shared_duty_is_answered_once(filled: Laboratory) -> None:
    """NK cells and pluripotent cells ask some things alike; every commitment counts them once."""
    answered = filled.figures().set_index("standard")["answered"]

    # only what the invented answers leave open is missing
    assert answered.to_dict() == {
        "iso-24603": 119, "gbt-40365": 96, "tcscb-ethics": 36, "tcscb-nk": 60,
    }  # fmt: skip


def test_one_statement_with_a_record_changes_its_commitment() -> None:
    """Nothing of three becomes one of three; nothing else of the laboratory moves with it."""
    changed = invented_laboratory()
    assert state(changed, "c03") == ("not yet supported", 0, 3)

    changed.answer("tcscb-ethics/ecp-02", score=2, evidence="entry 12")
    assert state(changed, "c03") == ("partly supported", 1, 2)
    assert "tcscb-ethics/ecp-02" not in set(changed.open_statements("c03")["requirement"])
    changed.answer("tcscb-ethics/ecp-02", score=3, evidence="")
    assert state(changed, "c03") == ("not yet supported", 0, 3)


def test_an_answer_without_evidence_says_what_it_lacks(filled: Laboratory) -> None:
    """The best state without a record holds nothing up."""
    lacks = filled.open_statements("c09")

    assert set(lacks["lacks"]) == {"no evidence given"}
    assert all(name.split("/")[1].startswith(("inf", "rec")) for name in lacks["requirement"])


def test_the_draft_is_a_page_with_the_words_given(filled: Laboratory) -> None:
    """It shows in a frame of its own and stays a draft while words are missing."""
    draft = filled.draft({"c03": "We treat <nobody>."}, on=date(2026, 5, 4))

    assert "We treat &lt;nobody&gt;." in draft.page and "2026-05-04" in draft.page
    assert "Draft:" in draft.page
    assert draft._repr_html_().startswith("<iframe srcdoc=")
    assert "Self-discipline declaration" in repr(draft)


def test_the_figure_has_a_bar_for_every_commitment(filled: Laboratory) -> None:
    """Seventeen, with the counts beside them."""
    ax = plot_commitments(filled)

    assert [text.get_text() for text in ax.texts][2] == "0 / 3"
    assert len(ax.texts) == 17


def test_what_does_not_exist_is_refused_with_what_does(filled: Laboratory) -> None:
    """Commitment, statement, standard: each message offers a way on."""
    with pytest.raises(BadInput, match="choose one of c01"):
        filled.open_statements("c99")
    with pytest.raises(BadInput, match="it has iso-24603, gbt-40365"):
        filled.answer("tcscb-ev/src-01", score=2)
    with pytest.raises(BadInput, match="out of gbt-40365, iso-24603"):
        my_laboratory()


def test_ones_own_laboratory_is_not_the_invented_one(own_records: object) -> None:
    """Its answers are those of the records, and there are none yet."""
    assert my_laboratory("iso-24603").figures()["answered"].tolist() == [0]


def test_a_rule_for_something_unknown_is_a_content_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """A misspelt topic would silently leave its statements open."""

    def read(*_: object) -> dict[str, object]:
        return {"standards": ["tcscb-ev"], "answer": [{"of": ["tcscb-ev/source"], "score": 2}]}

    monkeypatch.setattr(room, "read_content", read)
    with pytest.raises(ContentError, match="tcscb-ev/source"):
        invented_laboratory()
