"""Statistics of an examination: right, complete, honest about what cannot be computed."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from stemcell_kit import language
from stemcell_kit.certification.item_statistics import (
    ItemStatistics,
    item_statistics,
    read_results,
    statistics_page,
)
from stemcell_kit.certification.item_statistics.results import results_of
from stemcell_kit.certification.item_statistics.rules import rules
from stemcell_kit.cli import main
from stemcell_kit.errors import BadInput
from stemcell_kit.qc.quality.item_analysis import item_analysis
from stemcell_kit.qc.quality.reliability import reliability

Data = dict[str, Any]
NASTY = "<script>alert(\"x\")</script> & 'quoted'"


def made(scores: list[list[float]], **other: Any) -> Data:
    """Results of candidates who all got the same questions of one point, planned at 0.5."""
    rows = [
        {
            "candidate": f"C-{n}", "form": other.get("form", "f"), "attempt": 1,
            "points": sum(row), "out_of": len(row), "percent": 100 * sum(row) / len(row),
            "passed": sum(row) / len(row) >= 0.6,
            "questions": [
                {
                    "id": f"q{i}", "topic": "idn", "standard": "iso-24603", "points": p,
                    "max_points": 1, "critical": i == other.get("critical"), "difficulty": 0.5,
                }
                for i, p in enumerate(row)
            ],
        }
        for n, row in enumerate(scores)
    ]  # fmt: skip
    return {
        "format": "stemcell-kit-exam-results",
        "version": 1,
        "exam": "small",
        "practice": False,
        "blueprint": {"id": "b", "title": {"en": "Small"}, "sha256": "0" * 64},
        "pass_mark_percent": 60,
        "candidates": rows,
    }


def of(data: Data) -> ItemStatistics:
    return item_statistics(results_of(data))


def test_one_set_of_questions_has_the_statistics_of_a_complete_table(same_questions: Data) -> None:
    """Difficulty, both correlations, alpha and its error are those of the methods."""
    found = of(same_questions)
    rows = sorted(same_questions["candidates"], key=lambda row: row["candidate"])
    table = [[q["points"] for q in row["questions"]] for row in rows]
    whole = reliability(table)

    for one, item in zip(found.questions, item_analysis(table), strict=True):
        assert one.difficulty == pytest.approx(item.difficulty / 2)
        assert one.measured["item_total"] == pytest.approx(item.item_total)
        assert one.measured["item_rest"] == pytest.approx(item.item_rest)
    assert found.whole.measured["alpha"] == pytest.approx(whole.value)
    assert found.whole.measured["relative"] == pytest.approx(whole.value)
    assert found.whole.measured["alpha_sem_percent"] == pytest.approx(5 * whole.sem)


def test_other_questions_for_each_have_no_alpha_but_components(sat: Data) -> None:
    """Alpha is named as not computed; Phi stands for it and is near the model's reliability."""
    found = of(sat)

    assert found.whole.measured.missing["alpha"] == "incomplete"
    assert 0.8 < found.whole.measured["phi"] < found.whole.measured["relative"] < 0.92
    assert found.forms.single == 200
    assert found.warnings == ()


def test_a_wrong_key_is_seen(sat: Data) -> None:
    """One question scored the wrong way round: check the key, and it is not as planned."""
    for row in sat["candidates"]:
        for one in row["questions"]:
            if one["id"] == "gen/q10":
                row["points"] += one["max_points"] - 2 * one["points"]
                one["points"] = one["max_points"] - one["points"]
    found = {one.id: one.remarks for one in of(sat).remarked}

    assert {"drift", "negative"} <= set(found["gen/q10"])


def test_an_easier_form_is_seen(sat: Data) -> None:
    """The forms of half the candidates give the first five questions for nothing."""
    for row in sat["candidates"][::2]:
        for one in row["questions"][:5]:
            row["points"] += one["max_points"] - one["points"]
            one["points"] = one["max_points"]
            one["difficulty"] = 0.95
    found = of(sat)

    assert {"range", "not-equivalent"} <= set(found.warnings)


@pytest.mark.parametrize(("each", "warned"), [(19, False), (20, True)])
def test_forms_that_turn_out_uneven_are_seen_where_enough_answered(each: int, warned: bool) -> None:
    """Two forms without a question in common, one easy and one hard, both planned at one half."""
    easy = made([[1, 1, 1, n % 2] for n in range(each)], form="easy")
    hard = made([[0, 0, 0, n % 2] for n in range(each)], form="hard")
    for row in hard["candidates"]:
        row["candidate"] = "D" + row["candidate"]
        for one in row["questions"]:
            one["id"] = "h" + one["id"]
    easy["candidates"] += hard["candidates"]
    found = of(easy)

    assert ("uneven" in found.warnings) is warned
    assert "not-equivalent" in found.warnings


def test_a_form_for_many_is_held_against_the_others(same_questions: Data) -> None:
    """60 with one form, 60 with another of the same questions: each is compared."""
    data = json.loads(json.dumps(same_questions))
    for place, row in enumerate(data["candidates"]):
        row["form"] = "AB"[place % 2]
    found = of(data).forms

    assert [(one.name, one.n, one.others) for one in found.each] == [("A", 60, 60), ("B", 60, 60)]
    assert found.each[0].measured["difference"] == -found.each[1].measured["difference"]
    assert found.halves is None
    assert found.reasons == {"halves": "same-expected"}


def test_what_has_no_spread_is_named_and_no_number() -> None:
    """All alike: no correlation, no reliability, no consistency, and the page says so."""
    found = of(made([[1, 0, 1]] * 4))

    assert found.questions[0].measured.missing["item_rest"] == "no-spread"
    assert found.whole.measured.missing["alpha"] == "no-spread"
    assert found.whole.measured.missing["consistency"] == "no-reliability"
    assert "nan" not in json.dumps(found.as_data()).lower()
    assert "no spread" in statistics_page(found)


@pytest.mark.parametrize(
    ("n", "warning"), [(29, "unstable"), (30, "rough"), (99, "rough"), (100, "")]
)
def test_few_candidates_are_warned_of(n: int, warning: str) -> None:
    """Below 30 nothing is stable, below 100 small differences mean nothing."""
    pattern = [[1, 0, 1], [1, 1, 1], [0, 0, 0], [1, 1, 0]]
    found = of(made([pattern[i % 4] for i in range(n)]))

    assert set(found.warnings) & {"unstable", "rough"} == ({warning} if warning else set())


def test_one_candidate_has_a_score_and_nothing_else() -> None:
    """Everything that needs a second one is named."""
    found = of(made([[1, 0]]))

    assert found.whole.mean == 50
    assert set(found.whole.measured.values) == set()
    assert statistics_page(found)


def test_the_pass_mark_moves_by_points() -> None:
    """Mark at 3 of 5; a missed critical question stays missed wherever the mark is."""
    rows = [[1, 1, 1, 0, 0], [1, 1, 0, 0, 0], [1, 1, 1, 1, 0], [0, 1, 1, 1, 1], [1, 1, 1, 1, 1]]
    found = of(made(rows, critical=0))

    assert found.whole.shifts == {-2: 1, -1: 1, 1: 1, 2: 2}
    assert found.whole.missed_by_critical == 1


def test_the_decision_counts_as_it_was_made() -> None:
    """Points taken off for lateness move the margin; what the decision calls missed is missed."""
    rows = [[1, 1, 1, 0, 0], [1, 1, 1, 1, 0], [1, 1, 1, 1, 0]]
    data = made(rows)
    data["candidates"][1]["percent"] = 70
    data["candidates"][2]["critical_missed"] = ["q1"]
    found = of(data)

    assert found.whole.shifts == {-2: 0, -1: 0, 1: 2, 2: 2}
    assert found.whole.missed_by_critical == 1
    assert found.questions[0].difficulty == 1


def test_partial_scores_are_counted() -> None:
    """How many earned how many points in each question."""
    found = of(made([[0.5, 1], [0.5, 0], [1, 1], [0, 0.25]]))

    assert found.questions[0].counts == {0: 1, 0.5: 2, 1: 1}


def test_later_attempts_are_left_out(sat: Data) -> None:
    """They are counted, and the statistics are those of the first."""
    again = json.loads(json.dumps(sat["candidates"][0])) | {"attempt": 2}
    before = of(sat).as_data()
    sat["candidates"].insert(0, again)
    after = of(sat).as_data()

    assert after.pop("repeats_left_out") == 1
    assert before.pop("repeats_left_out") == 0
    assert after == before


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda d: d.update(format="other"), r"\$\.format"),
        (lambda d: d.update(version=2), r"\$\.version"),
        (lambda d: d["candidates"][0].update(points=3), "add up to 2, and the file says 3"),
        (lambda d: d["candidates"].append(d["candidates"][0]), "C-0, 1: the same attempt"),
        (lambda d: d["candidates"][0]["questions"][0].pop("difficulty"), "difficulty"),
        (lambda d: d["candidates"][0]["questions"][0].update(id="q1"), "a question is there twice"),
        (lambda d: d["candidates"][1]["questions"][0].update(max_points=0.5), "more points"),
        (lambda d: d["candidates"].clear(), "no candidate"),
    ],
)
def test_results_that_contradict_themselves_are_refused(
    change: Callable[[Data], None], message: str
) -> None:
    """Another format, sums that do not add up, things twice: the message names the place."""
    data = made([[1, 0, 1], [1, 1, 1], [0, 0, 1]])
    change(data)

    with pytest.raises(BadInput, match=message):
        of(data)


@pytest.mark.locale
@pytest.mark.parametrize("spoken", language.LANGUAGES)
def test_the_page_is_whole_quiet_and_safe(sat: Data, spoken: str) -> None:
    """No script, nothing from outside, every word from the results escaped, both languages."""
    sat["exam"] = NASTY
    sat["candidates"][0]["questions"][0]["id"] = NASTY
    with language.speaking(spoken):
        page = statistics_page(of(sat))

    assert "<script" not in page
    assert not re.search(r"(?:src|href|url|@import)\s*[=(]|https?:", page)
    assert "&lt;script&gt;" in page
    assert f'<html lang="{spoken}">' in page
    assert page.count("<circle") == sum(one.n >= rules().per_question for one in of(sat).questions)
    assert ("not a certificate" in page or "no certificate" in page) == (spoken == "en")


@pytest.mark.locale
def test_the_command_writes_the_page_and_says_the_main_numbers(sat: Data, tmp_path: Path) -> None:
    """A page, all numbers as JSON, or a summary; another name is refused before any work."""
    file = tmp_path / "results.json"
    file.write_text(json.dumps(sat), encoding="utf-8")

    def run(*arguments: str) -> Any:
        return CliRunner().invoke(main, ["exam", "statistics", str(file), *arguments])

    said = run("--out", str(tmp_path / "page.html"))
    assert said.exit_code == 0, said.output
    assert "200 candidates" in said.output
    assert "Item statistics" in (tmp_path / "page.html").read_text(encoding="utf-8")
    assert run("--out", str(tmp_path / "all.json")).exit_code == 0
    assert len(json.loads((tmp_path / "all.json").read_text(encoding="utf-8"))["questions"]) == 48
    assert run("--out", str(tmp_path / "measured.toml")).exit_code == 0
    words = (tmp_path / "measured.toml").read_text(encoding="utf-8")
    assert len(tomllib.loads(words)["difficulty"]["measured"]) == 48
    assert json.loads(run("--json").output)["candidates"] == 200
    assert run("--out", str(tmp_path / "page.pdf")).exit_code == 1


def test_a_file_that_is_none_is_refused(tmp_path: Path) -> None:
    """Not there, not JSON, not UTF-8."""
    (tmp_path / "half.json").write_text('{"format": ', encoding="utf-8")
    (tmp_path / "bytes.json").write_bytes(b"\xff\xfe")

    for name in ("nowhere.json", "half.json", "bytes.json"):
        with pytest.raises(BadInput, match=rf"{name} cannot be read"):
            read_results(tmp_path / name)
