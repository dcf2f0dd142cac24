"""Statistics in a notebook: of an examination that nobody sat, or of one's own."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stemcell_kit.assessment.shown_page import ShownPage
from stemcell_kit.catalogue import sound_content
from stemcell_kit.certification.item_statistics import (
    ItemStatistics,
    item_statistics,
    read_results,
    statistics_page,
)
from stemcell_kit.certification.item_statistics.results import results_of
from stemcell_kit.certification.simulated_candidates import (
    PlannedQuestion,
    draw_form,
    simulated_results,
)
from stemcell_kit.errors import BadInput
from stemcell_kit.language import say

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["exam_statistics", "invented_exam", "question_table", "statistics_report"]


def exam_statistics(results: str | Path) -> ItemStatistics:
    """Return the statistics of your own examination, from the ``results.json`` that it wrote.

    Raises
    ------
    BadInput
        The file cannot be used.
    """
    return item_statistics(read_results(Path(results)))


def invented_exam(*, candidates: int = 200, wrong_key: str = "") -> ItemStatistics:
    """Return the statistics of an examination of candidates who do not exist.

    Parameters
    ----------
    candidates
        How many sit it; each gets a form of his own.
    wrong_key
        A question that is scored the wrong way round, e.g. ``"genome/q10"``.

    Raises
    ------
    BadInput
        Nobody sits it, or there is no such question.
    """
    plan = _plan()
    questions = _questions(plan)
    if wrong_key and wrong_key not in {one.id for one in questions}:
        raise BadInput(say("invented-exam.no-question", found=wrong_key, example=questions[0].id))
    if candidates < 1:
        raise BadInput(say("exam-results.nobody"))
    per_topic = dict.fromkeys(plan["topics"], plan["per_form"])
    room = {"seed": plan["seed"], "tolerance": plan["tolerance"]}
    forms = {
        code: draw_form(questions, code, per_topic=per_topic, **room)
        for code in (f"C-{number:04d}" for number in range(1, candidates + 1))
    }
    mark, seed = plan["pass_mark_percent"], plan["seed"]
    data = simulated_results(forms, exam=plan["id"], pass_mark_percent=mark, seed=seed)
    data["blueprint"]["title"] = plan["title"]
    _turn(data, wrong_key)
    return item_statistics(results_of(data))


def question_table(statistics: ItemStatistics) -> pd.DataFrame:
    """Return a row per question: candidates, difficulty, correlations, groups, remarks."""
    import pandas as pd

    rows = [
        {
            "question": one.id,
            "n": one.n,
            "difficulty": one.difficulty,
            "planned": one.expected,
            **{
                name: one.measured.values.get(name, float("nan"))
                for name in ("item_rest", "item_total", "upper_lower")
            },
            "remarks": ", ".join(say(f"item-statistics.remark-{key}") for key in one.remarks),
        }
        for one in statistics.questions
    ]
    return pd.DataFrame(rows).set_index("question").round(3)


def statistics_report(statistics: ItemStatistics) -> ShownPage:
    """Show the whole page in the notebook; its ``page`` is what to save."""
    return ShownPage(statistics_page(statistics), say("item-statistics.title"))


def _turn(data: Mapping[str, Any], question: str) -> None:
    """Score one question the wrong way round, in place."""
    for row in data["candidates"]:
        for one in row["questions"]:
            if one["id"] == question:
                row["points"] += one["max_points"] - 2 * one["points"]
                one["points"] = one["max_points"] - one["points"]


def _questions(plan: Mapping[str, Any]) -> list[PlannedQuestion]:
    """Questions of each topic, evenly from the hardest to the easiest; every other has two steps."""
    steps = (plan["easiest"] - plan["hardest"]) / (plan["questions"] - 1)
    return [
        PlannedQuestion(
            f"{topic}/q{place:02d}", topic, "", plan["points"],
            round(plan["hardest"] + steps * place, 3), steps=1 + place % 2,
        )
        for topic in plan["topics"]
        for place in range(plan["questions"])
    ]  # fmt: skip


def _plan() -> dict[str, Any]:
    return sound_content("certification/invented_exam.toml", "invented_exam")
