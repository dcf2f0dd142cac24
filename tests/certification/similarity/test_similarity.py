"""Similarity of submissions: copies are found, independent answers do not stand out, nobody is accused."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from stemcell_kit import language
from stemcell_kit.certification.similarity import (
    CourseCell,
    Similarity,
    Submission,
    course_cells,
    read_submissions,
    similarity,
    similarity_page,
)
from stemcell_kit.certification.similarity.fragments import fragments_of, own_names
from stemcell_kit.cli import main
from stemcell_kit.errors import BadInput
from stemcell_kit.grading.submission import read_notebook
from stemcell_kit.paths import course_dir

NASTY = "<script>alert(1)</script>"
# Six people, one question: doublings per lot from counts, the slowest lot, and a decision.
ANSWERS = {
    "C-1": """
doublings = {}
for lot, row in counts.iterrows():
    fold = row["harvested"] / row["seeded"]
    doublings[lot] = math.log2(fold)
slowest = min(doublings, key=doublings.get)
decision = "repeat" if doublings[slowest] < 2 else "go on"
""",
    "C-2": """
table = counts.copy()
table["pd"] = np.log2(table["harvested"]) - np.log2(table["seeded"])
slowest = table["pd"].idxmin()
decision = ["go on", "repeat"][int(table.loc[slowest, "pd"] < 2)]
""",
    "C-3": """
def pd_of(seeded, harvested):
    return math.log(harvested / seeded) / math.log(2)

results = [(pd_of(s, h), name) for name, s, h in zip(counts.index, counts["seeded"], counts["harvested"])]
results.sort()
lowest, slowest = results[0]
if lowest >= 2:
    decision = "go on"
else:
    decision = "repeat"
""",
    "C-4": """
ratio = counts["harvested"].div(counts["seeded"])
series = ratio.map(math.log2).sort_values()
slowest = series.index[0]
limit = 2.0
decision = "repeat"
if series.iloc[0] >= limit:
    decision = "go on"
""",
    "C-5": """
best = None
for i in range(len(counts)):
    n, cells = 0, counts["seeded"].iloc[i]
    while cells * 2 <= counts["harvested"].iloc[i]:
        cells, n = cells * 2, n + 1
    rest = counts["harvested"].iloc[i] / cells
    value = n + math.log2(rest)
    if best is None or value < best:
        best, slowest = value, counts.index[i]
decision = "repeat" * (best < 2) or "go on"
""",
    "C-6": """
pd_by_lot = counts.apply(lambda r: np.log2(r["harvested"] / r["seeded"]), axis=1).to_dict()
ordered = sorted(pd_by_lot.items(), key=lambda pair: pair[1])
slowest = ordered[0][0]
decision = {True: "repeat", False: "go on"}[ordered[0][1] < 2]
""",
}
MODEL = """
rates = np.log2(counts["harvested"] / counts["seeded"])
slowest = rates.idxmin()
decision = "repeat" if rates.min() < 2 else "go on"
"""
COURSE = (CourseCell(MODEL, own_names([MODEL])), CourseCell('counts = case["counts"]'))
# C-5 with every name, number and text changed, and independent statements in another order.
RENAMED = """
lowest_so_far = None
for place in range(len(counts)):
    found, total = 0, counts["seeded"].iloc[place]
    while total * 2 <= counts["harvested"].iloc[place]:
        total, found = total * 2, found + 1
    remaining = counts["harvested"].iloc[place] / total
    number = found + math.log2(remaining)
    if lowest_so_far is None or number < lowest_so_far:
        lowest_so_far, slowest = number, counts.index[place]
decision = "again" * (lowest_so_far < 1.8) or "proceed"
"""
REORDERED = """
decision_limit = 2
loops = range(len(counts))
lowest_so_far = None
for place in loops:
    total, found = counts["seeded"].iloc[place], 0
    while total * 2 <= counts["harvested"].iloc[place]:
        total, found = total * 2, found + 1
    remaining = counts["harvested"].iloc[place] / total
    number = found + math.log2(remaining)
    if lowest_so_far is None or number < lowest_so_far:
        lowest_so_far, slowest = number, counts.index[place]
decision = "again" * (lowest_so_far < decision_limit) or "proceed"
"""


def alike(answers: Mapping[str, str], course: tuple[CourseCell, ...] = COURSE) -> Similarity:
    """The similarity of answers to one question."""
    return similarity([Submission(who, {"q1": code}) for who, code in answers.items()], course)


def notebook(cells: Mapping[str, str]) -> dict[str, Any]:
    """A notebook with these answer cells."""
    marks = {"grade": False, "solution": True, "locked": False, "schema_version": 3, "task": False}
    return {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {},
        "cells": [
            {
                "id": f"c{place}",
                "cell_type": "code",
                "source": source,
                "metadata": {"nbgrader": {**marks, "grade_id": name}},
                "outputs": [],
                "execution_count": None,
            }
            for place, (name, source) in enumerate(cells.items())
        ],
    }


@pytest.fixture
def handed_in(tmp_path: Path) -> Path:
    """A folder with one folder per candidate, one of them a renamed copy."""
    folder = tmp_path / "submitted"
    for place, (who, code) in enumerate({**ANSWERS, "C-9": RENAMED}.items()):
        (folder / who / "growth").mkdir(parents=True)
        text = json.dumps(notebook({"answer": code}))
        # the exercise stands in another place of each form
        name = f"part-{place}-growth.ipynb" if place else "growth.ipynb"
        (folder / who / "growth" / name).write_text(text, encoding="utf-8")
    return folder


def test_independent_right_answers_do_not_stand_out() -> None:
    """Six ways to the same result, and two more who wrote what the model writes."""
    found = alike({**ANSWERS, "C-7": MODEL, "C-8": MODEL.replace("rates", "per_lot")})

    assert found.standing_out == ()
    assert max(pair.similarity for pair in found.pairs) < 0.1


def test_what_the_model_holds_is_expected_and_does_not_count() -> None:
    """Two who wrote what the model writes share nothing that counts."""
    (pair,) = alike({"C-7": MODEL, "C-8": MODEL.replace("rates", "per_lot")}).pairs

    assert (pair.shared, pair.counted, pair.similarity) == (0, 0, 0)


@pytest.mark.parametrize(
    ("copy", "least"), [(ANSWERS["C-5"], 1), (RENAMED, 1), (REORDERED, 0.45)],
    ids=["as it is", "renamed", "reordered"],
)  # fmt: skip
def test_a_copy_comes_first_and_is_worth_a_look(copy: str, least: float) -> None:
    """Names, numbers and texts changed: still the same; statements moved and added: far ahead."""
    found = alike({**ANSWERS, "C-9": copy})

    assert [pair.candidates for pair in found.standing_out] == [("C-5", "C-9")]
    assert found.pairs[0].similarity >= least
    assert found.pairs[1].similarity < 0.1


def test_a_copied_comment_counts() -> None:
    """Own words are the clearest trace; the code beside them may be the model's."""
    words = "# halve until the plate is empty, then count back\n"
    found = alike({**ANSWERS, "C-7": words + MODEL, "C-8": MODEL + words})

    assert found.pairs[0].candidates == ("C-7", "C-8")
    assert found.pairs[0].shared == 1
    assert found.standing_out == ()


def test_what_many_write_does_not_count() -> None:
    """Twenty candidates, eight of them with the same way: common, so no pair of the eight stands out."""
    way = ANSWERS["C-4"]
    class_of = {f"D-{n}": way.replace("series", f"s{n}") for n in range(8)}
    others = {f"E-{n}": code.replace("2", str(n)) for n, code in enumerate(ANSWERS.values())}
    found = alike({**class_of, **others})

    assert [p for p in found.standing_out if p.candidates[0].startswith("D")] == []


def test_the_models_and_recorded_attempts_of_the_kit_are_no_copies() -> None:
    """Every candidate holds the model solution of all exercises but for his own mistakes."""
    root = course_dir() / "solutions" / "en"
    submissions = []
    for path in sorted(root.glob("*/*.ipynb")):
        cells = {
            f"{path.stem}/{cell.metadata.nbgrader.grade_id}": cell.source
            for cell in read_notebook(path).cells
            if cell.metadata.get("nbgrader", {}).get("solution")
        }
        recorded = tomllib.loads((path.parent / "attempts.toml").read_text(encoding="utf-8"))
        for attempt in recorded["attempt"]:
            name = f"{path.stem}-{attempt['name']}"
            own = {f"{path.stem}/{k}": v for k, v in attempt.get("answers", {}).items()}
            submissions.append(Submission(name, {**cells, **own}))
    found = similarity(submissions, course_cells([root]))

    assert len(submissions) > 15
    assert found.standing_out == ()
    assert found.pairs[0].similarity < 0.15


def test_renaming_across_cells_changes_no_fragment() -> None:
    """A name made in one cell and used in the next is the candidate's own in both."""
    first = {"a": "mine = load(counts)", "b": 'answer = mine["x"].sum() / mine["y"].max() ** 2'}
    second = {name: code.replace("mine", "yours") for name, code in first.items()}
    runs = [
        {f.words for f in fragments_of(one["b"], own=own_names(one.values()), length=6, comment_words=3)}
        for one in (first, second)
    ]  # fmt: skip

    assert runs[0] == runs[1]


@pytest.mark.parametrize(
    "code",
    ["x = (1,", "if True:\nprint 'x'", "%matplotlib inline\nx = 1", "(" * 5000, "\0", "",
     "match x:\n    case {'a': b}:\n        y = b", "y = f'{x!r:>{w}} {1}'",
     "try:\n    a()\nexcept* E as e:\n    b()\nelse:\n    c()\nfinally:\n    d()",
     "class A:\n    async def f(self, *a, b=1, **c) -> int:\n        async with x as y: yield y",
     "for i in x:\n    pass\nelse:\n    y = [z for z in i if (w := z)]", "x = lambda a, /, b: a"],
)  # fmt: skip
def test_any_code_has_fragments_or_none_and_never_an_error(code: str) -> None:
    """Unfinished, hostile and unusual code: what cannot be parsed is compared as plain lines."""
    found = fragments_of(code, own=own_names([code]), length=6, comment_words=3)

    assert all(one.words and 1 <= one.first <= one.last for one in found)


@pytest.mark.locale
@pytest.mark.parametrize("spoken", language.LANGUAGES)
def test_the_page_shows_side_by_side_and_accuses_nobody(spoken: str) -> None:
    """Both codes with the shared lines marked, what the number does not prove, nothing that runs."""
    answers = {**ANSWERS, NASTY: RENAMED + f'\ntext = "{NASTY}"'}
    with language.speaking(spoken):
        page = similarity_page(alike(answers))

    assert "<script" not in page
    assert not re.search(r"(?:src|href|url|@import)\s*[=(]|https?:", page)
    assert page.count("<mark>") >= 18
    assert len(re.findall(r"<li>", page)) == 5
    assert not re.search(r"cheat|plagiar|fraud|guilt|作弊|剽窃|舞弊", page, re.I)
    assert ("do not show that anybody copied" in page) == (spoken == "en")


def test_submissions_are_read_from_folders(handed_in: Path) -> None:
    """Answer cells by grade id; a damaged notebook is named, a link is not followed."""
    (handed_in / "C-1" / "growth" / "broken.ipynb").write_text("{", encoding="utf-8")
    (handed_in / "C-link").symlink_to(handed_in / "C-2")
    (handed_in / "C-2" / "other.ipynb").symlink_to(
        handed_in / "C-3" / "growth" / "part-2-growth.ipynb"
    )
    found = {one.candidate: one for one in read_submissions(handed_in)}

    assert set(found) == {*ANSWERS, "C-9"}
    assert found["C-2"].cells == {"growth/answer": ANSWERS["C-2"]}
    assert found["C-1"].unread == ("broken.ipynb",)


@pytest.mark.parametrize(
    "hostile",
    ['{"cells": 5, "nbformat": 4, "nbformat_minor": 5, "metadata": {}}', "[]", '{"nbformat": 4}',
     '{"cells": [5, {"cell_type": "code", "source": 3, "metadata": {"nbgrader": [1]}}], '
     '"nbformat": 4, "nbformat_minor": 5, "metadata": {}}', "[" * 3000],
)  # fmt: skip
def test_a_hostile_notebook_hides_nobody_else(handed_in: Path, hostile: str) -> None:
    """Whatever a candidate sends, the others are compared."""
    (handed_in / "C-1" / "growth" / "growth.ipynb").write_text(hostile, encoding="utf-8")
    found = {one.candidate: one.cells for one in read_submissions(handed_in)}

    assert found["C-1"] == {}
    assert similarity(read_submissions(handed_in), COURSE).pairs[0].candidates == ("C-5", "C-9")


def test_a_folder_without_submissions_is_refused(tmp_path: Path) -> None:
    """The message says what to give."""
    with pytest.raises(BadInput, match="fewer than two folders with answers"):
        read_submissions(tmp_path)


@pytest.mark.locale
def test_the_command_ranks_pairs_and_writes_the_page(handed_in: Path, tmp_path: Path) -> None:
    """The copy first; JSON holds no code; another kind of file is refused."""

    def run(*arguments: str) -> Any:
        return CliRunner().invoke(main, ["exam", "similarity", str(handed_in), *arguments])

    said = run("--out", str(tmp_path / "page.html"))
    assert said.exit_code == 0, said.output
    assert "C-5, C-9  worth a look" in said.output
    assert "<mark>" in (tmp_path / "page.html").read_text(encoding="utf-8")
    data = json.loads(run("--json").output)
    assert data["pairs"][0]["candidates"] == ["C-5", "C-9"]
    assert "iloc" not in json.dumps(data)
    assert run("--out", str(tmp_path / "page.pdf")).exit_code == 1
