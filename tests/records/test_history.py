"""Who said what and when stays readable, and two people who write at once both keep their words."""

from __future__ import annotations

from datetime import UTC

import pytest

from stemcell_kit.records import Answer, Records

PLACE = ("default", "std/idn-01")


def said(records: Records) -> Answer:
    """Rebuild the current answer from its history alone."""
    fields: dict[str, object] = {}
    last = None
    for last in records.history(*PLACE):
        fields |= last.after
    assert last is not None
    return Answer(
        *PLACE,
        **fields,  # type: ignore[arg-type]
        answered_at=last.changed_at,
        answered_by=last.changed_by,
        version=last.version,
    )


def test_every_change_is_kept_with_what_was_there_before(url: str) -> None:
    """Version by version: who, when in UTC, each field before and after."""
    records = Records(url)
    records.save_answer(*PLACE, by="OP-03", score=1, note="asked QA")
    records.save_answer(*PLACE, by="OP-07", score=2)

    first, second = records.history(*PLACE)
    assert (first.version, first.changed_by) == (1, "OP-03")
    assert first.before == {"score": None, "note": ""}
    assert (second.before, second.after) == ({"score": 1}, {"score": 2})
    assert second.changed_at.tzinfo is UTC and second.changed_at >= first.changed_at
    assert said(records) == records.answer(*PLACE)


def test_saying_the_same_again_changes_nothing(url: str) -> None:
    """No version, no line of history, and no empty answer either."""
    records = Records(url)
    records.save_answer(*PLACE, score=2)

    assert records.save_answer(*PLACE, score=2) is None
    assert records.save_answer("default", "std/idn-02", note="") is None
    assert len(records.history("default")) == 1
    assert list(records.answers("default")) == ["std/idn-01"]


def test_an_answer_that_was_never_given_is_empty(url: str) -> None:
    """Version 0, no score, no words."""
    assert Records(url).answer(*PLACE) == Answer(*PLACE)


@pytest.mark.parametrize(
    ("other", "mine", "conflict"),
    [({"score": 3}, {"score": 1}, True), ({"note": "n"}, {"score": 1}, False)],
    ids=["the same field", "another field"],
)
def test_a_conflict_is_marked_and_both_words_are_kept(
    url: str, other: dict[str, object], mine: dict[str, object], conflict: bool
) -> None:
    """The later one stands; the other's is in the history, and the change says so."""
    records = Records(url)
    records.save_answer(*PLACE, by="OP-03", owner="QA")
    seen = records.answer(*PLACE).version
    records.save_answer(*PLACE, by="OP-07", **other)

    change = records.save_answer(*PLACE, by="OP-03", seen=seen, **mine)
    assert change is not None and change.conflict is conflict
    assert records.answer(*PLACE).score == 1
    assert records.history(*PLACE)[1].after == other


def test_ones_own_change_is_no_conflict(url: str) -> None:
    """Who writes twice in a row from one page sees an old version the second time."""
    records = Records(url)
    records.save_answer(*PLACE, by="OP-03", score=1)

    change = records.save_answer(*PLACE, by="OP-03", seen=0, score=2)
    assert change is not None and not change.conflict


@pytest.mark.parametrize(
    "words",
    ["\x00", "a\x00b", "\ue000", "\ue0000", "\ue000\x00\ue000", "=cmd()", "<script>", "\u202eabc", "🧫" * 9],
    ids=ascii,
)  # fmt: skip
def test_words_come_back_as_they_were_written(url: str, words: str) -> None:
    """NUL, private-use characters, formulas, right-to-left marks: all are just words."""
    records = Records(url)
    records.save_answer(*PLACE, by=words, note=words, evidence=words)

    answer = records.answer(*PLACE)
    assert (answer.note, answer.evidence, answer.answered_by) == (words, words, words)
    assert records.history(*PLACE)[0].after["note"] == words


def test_half_a_character_is_replaced_and_not_fatal(url: str) -> None:
    """No file can hold a lone surrogate; the rest of the text is kept."""
    records = Records(url)
    records.save_answer(*PLACE, note="a\ud800b")

    assert records.answer(*PLACE).note == "a?b"
