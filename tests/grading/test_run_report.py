"""The report of a grading run: whole, honest, and safe to open and to print."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from stemcell_kit import language
from stemcell_kit.errors import BadInput
from stemcell_kit.grading.run_page import run_page
from stemcell_kit.grading.run_report import NotebookRecord, RunReport, SubmissionRecord

NASTY = "<script>alert(\"x\")</script> & 'quoted' خلايا"
LANGUAGES = pytest.mark.parametrize("spoken", language.LANGUAGES)
OPEN_TAGS = {"meta", "br", "img", "link", "input"}


class _Seen(HTMLParser):
    """What a page holds: its tags, its words, and the cells of its tables by class of the table."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.words: list[str] = []
        self.rows: dict[str, list[list[str]]] = {}
        self._table = ""
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = {name for name, _ in attrs}
        assert not names & {"src", "href", "style", "action"}
        assert not [name for name in names if name.startswith("on")]
        self.tags.append(tag)
        if tag not in OPEN_TAGS:
            self._open.append(tag)
        if tag == "table":
            self._table = dict(attrs)["class"] or ""
            self.rows[self._table] = []
        if tag == "tr":
            self.rows[self._table].append([])
        if tag == "td":
            self.rows[self._table][-1].append("")

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)
        if "td" in self._open:
            self.rows[self._table][-1][-1] += data

    @property
    def text(self) -> str:
        """All words, with single spaces between them."""
        return " ".join(" ".join(self.words).split())

    def row(self, table: str, learner: str) -> list[str]:
        """The cells of a learner's row in a table."""
        rows = [[" ".join(cell.split()) for cell in row] for row in self.rows[table]]
        (found,) = (row for row in rows if row and row[0] == learner)
        return found


def seen(report: RunReport) -> _Seen:
    parser = _Seen()
    parser.feed(run_page(report))
    parser.close()
    assert parser._open == []
    return parser


def figures(report: RunReport) -> list[int]:
    """The numbers at the top of the page, in their order."""
    return [int(n) for n in re.findall(r'<dd class="figure">(\d+)</dd>', run_page(report))]


def notebook(name: str = "ps1", **changed: object) -> NotebookRecord:
    """A graded notebook: 2 of 3 points by tests, 4 points that a person gives."""
    record = NotebookRecord(
        name,
        scores={"mean": (2.0, 2.0), "spread": (0.0, 1.0), "why": (None, 4.0)},
        seconds={"mean": 0.01, "spread": 0.02},
        session_seconds=0.5,
        ended=None,
        detail="",
        restored=(),
        in_kernel=(),
    )
    return replace(record, **changed)  # type: ignore[arg-type]


def submission(student: str, *notebooks: NotebookRecord, **changed: object) -> SubmissionRecord:
    """A submission of one notebook; graded if its record is given."""
    record = SubmissionRecord(
        student,
        digest=f"digest of {student}",
        notes=(),
        accepted=tuple(n.notebook for n in notebooks) or ("ps1",),
        refused={},
        notebooks=list(notebooks),
    )
    return replace(record, **changed)  # type: ignore[arg-type]


def report_of(*submissions: SubmissionRecord, **changed: object) -> RunReport:
    """The report of a run that came to its end behind a sandbox."""
    report = RunReport(
        "week-3",
        begun="2026-03-31T09:12:44+00:00",
        sandbox="bubblewrap",
        submissions={one.student: one for one in submissions},
        seconds=200.0,
        finished=True,
    )
    return replace(report, **changed)  # type: ignore[arg-type]


def refused(student: str) -> SubmissionRecord:
    """A submission whose only notebook is refused."""
    return submission(student, accepted=(), refused={"ps1": "ps1.ipynb is empty. Save it."})


def test_the_head_says_what_when_how_long_and_behind_which_walls() -> None:
    """Assignment, local time with its distance from UTC, duration, sandbox in plain words."""
    page = seen(report_of(submission("ada", notebook()), submission("bo", notebook())))

    assert "week-3" in page.words
    assert re.search(r"2026-0[34]-\d\d \d\d:\d\d UTC[+-]\d\d:\d\d", page.text)
    assert "3 min 20 s; 1 min 40 s for each submission" in page.words
    assert any("behind walls of its own on this computer" in words for words in page.words)


def test_every_submission_is_counted_once_and_early_ends_among_the_graded() -> None:
    """Graded, kept, refused and failed add up to the class; ended early is part of graded."""
    report = report_of(
        submission("ada", notebook()),
        submission("bo", notebook(ended="time", detail="not done after 300 s")),
        refused("cy"),
        refused("di"),
        submission("ed", failed=True),
        kept=["fay", "gil", "hu"],
    )

    assert figures(report) == [2, 3, 2, 1, 1]


def test_without_a_sandbox_the_page_shouts() -> None:
    """Trust stands in capitals before any score."""
    trusted = report_of(submission("ada", notebook()), sandbox="none")
    html = run_page(trusted)

    assert "GRADED WITHOUT A SANDBOX" in html.partition("Submissions</h2>")[0]
    assert 'class="note alarm loud"' in html
    assert seen(trusted).text.count("NONE") == 1
    assert "GRADED WITHOUT" not in run_page(report_of(submission("ada", notebook())))


def test_a_refusal_can_be_forwarded_as_it_stands() -> None:
    """The learner's message is whole, next to the notebook that it is about."""
    page = seen(report_of(refused("cy")))

    assert page.row("refusals", "cy") == ["cy", "ps1", "ps1.ipynb is empty. Save it."]
    assert page.row("submissions", "cy") == ["cy", "–", "–", "refused, see above"]


def test_a_submission_with_one_refused_notebook_is_graded_and_says_so() -> None:
    """What could be read counts, and the teacher sees what is missing."""
    report = report_of(submission("bo", notebook("ps1"), refused={"ps2": "ps2.ipynb is empty."}))

    assert figures(report)[:3] == [1, 0, 0]
    assert "in 1 more a notebook is missing or refused" in seen(report).text
    assert "not graded: ps2, see above" in seen(report).row("submissions", "bo")[-1]


@pytest.mark.parametrize("ended", ["time", "memory", "gone", "judge", "something new"])
def test_an_early_end_is_told_in_words(ended: str) -> None:
    """Each reason has a sentence of its own; the detail of the engine follows it."""
    page = seen(report_of(submission("ada", notebook(ended=ended, detail="<detail>"))))
    _, name, why = page.row("ends", "ada")

    assert name == "ps1" and why.endswith(". <detail>")
    others = {
        "time": "had no end",
        "memory": "more memory",
        "gone": "ran the learner's code stopped",
    }
    others |= {"judge": "runs the tests stopped", "something new": "no words for"}
    assert others.pop(ended) in why
    assert not [words for words in others.values() if words in why]


def test_a_row_has_points_time_and_remarks() -> None:
    """Points of all notebooks, each notebook's own, what waits for a person, notes, restored cells."""
    record = submission(
        "ada",
        notebook("ps1", restored=("mean", "spread")),
        notebook("ps2", scores={"ratio": (1 / 3, 1.0)}),
        notes=("ps1.ipynb was saved as UTF-16; it was read all the same.",),
    )
    _, points, by_hand, time, remarks = seen(report_of(record)).row("submissions", "ada")

    assert (points, by_hand, time) == ("2.33 / 8", "1", "1.0 s")
    assert "ps1 2 / 7; ps2 0.33 / 1" in remarks
    assert "ps1: cells that the learner had deleted were put back: mean, spread" in remarks
    assert "saved as UTF-16" in remarks


def test_learners_stand_in_order() -> None:
    """Sessions end in any order; a teacher looks for a name."""
    page = seen(report_of(*(submission(who, notebook()) for who in ("cy", "ada", "bo"))))

    assert [row[0] for row in page.rows["submissions"] if row] == ["ada", "bo", "cy"]


def test_tests_in_the_learners_process_are_shown_once_as_such() -> None:
    """They can be cheated, so the page names each of them, however large the class is."""
    class_of = [submission(who, notebook(in_kernel=("patched",))) for who in ("ada", "bo")]
    page = seen(report_of(*class_of))

    assert "These tests ran in the learner's own process." in page.words
    assert page.words.count("ps1: patched") == 1


def test_faults_of_the_course_come_before_the_scores() -> None:
    """A model solution that fails its own test costs everybody points, so it is not overlooked."""
    warning = "ps1: the model solution does not pass mean"
    html = run_page(report_of(submission("ada", notebook()), warnings=[warning]))

    assert html.index(warning) < html.index('<dl class="figures">')


def test_copies_of_one_another_are_named() -> None:
    """Equal digests are shown, except those of submissions that hold nothing."""
    pair = [submission(who, notebook(), digest="same") for who in ("ada", "bo")]
    empty = [replace(refused(who), digest="empty") for who in ("cy", "di")]
    page = seen(report_of(*pair, submission("ed", notebook()), *empty))

    assert "Handed in alike, byte for byte." in page.words
    assert "ada , bo" in page.text and "cy , di" not in page.text


def test_an_interrupted_run_says_what_to_do() -> None:
    """The submission in which it was stopped, with one notebook or none done, is not graded."""
    half = submission("bo", notebook("ps1"), accepted=("ps1", "ps2"))
    report = report_of(submission("ada", notebook()), half, submission("cy"), finished=False)
    page = seen(report)

    assert figures(report) == [1, 0, 0, 0, 0]
    assert "not finished" in page.words and "Run it again" in page.text
    assert page.row("submissions", "cy")[-1] == "the run stopped here"


def test_a_run_that_only_kept_earlier_results_is_a_page_too() -> None:
    """Nothing was run, so no sandbox was needed; the learners are named."""
    page = seen(report_of(sandbox="", kept=["ada", "bo"]))

    assert "not needed: no submission was run" in page.words
    assert {"ada", "bo"} <= set(page.words)


def test_the_grader_and_the_submissions_are_on_record() -> None:
    """Versions, the digest over the kit's code, and the digest of each submission."""
    page = seen(report_of(submission("ada", notebook())))

    assert "nbgrader 0." in page.text and "Python" in page.words
    assert any(re.fullmatch("[0-9a-f]{64}", words) for words in page.words)
    assert page.row("digests", "ada") == ["ada", "digest of ada"]


@LANGUAGES
def test_words_of_a_learner_are_text_and_nothing_else(
    spoken: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Markup in ids, notes, messages and names arrives as text in every table."""
    monkeypatch.setattr(language, "_chosen", spoken)
    hostile = notebook(NASTY, ended="gone", detail=NASTY, restored=(NASTY,), in_kernel=(NASTY,))
    record = submission(NASTY, hostile, notes=(NASTY,), refused={NASTY: NASTY}, digest=NASTY)
    page = seen(
        report_of(record, replace(record, student="bo"), warnings=[NASTY], kept=[NASTY, "ed"])
    )

    assert not {"script", "link", "img", "iframe", "object", "embed", "form"} & set(page.tags)
    assert page.text.count("<script>") > 20


def test_a_learner_s_id_cannot_steer_the_page() -> None:
    """Signs that turn the direction of writing, and bytes that are no text, are spelled out."""
    page = seen(report_of(submission("a\u202edb\udcff", notebook())))

    assert page.row("submissions", "a\\x202edb\\xdcff")[1] == "2 / 7"


@LANGUAGES
def test_nothing_is_fetched_and_nothing_runs(spoken: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """One file holds all of it, in the reader's language."""
    monkeypatch.setattr(language, "_chosen", spoken)
    html = run_page(report_of(submission("ada", notebook()), refused("bo"), kept=["cy"]))

    assert f'<html lang="{spoken}">' in html
    assert "url(" not in html and "@import" not in html
    assert ("评分报告" in html) is (spoken == "zh-CN")


def test_a_page_for_a_large_class_is_made_at_once() -> None:
    """2 000 submissions are one page of a size that a browser opens."""
    html = run_page(report_of(*(submission(f"learner-{n:04}", notebook()) for n in range(2000))))

    assert html.count("<bdi>learner-") == 2 * 2000
    assert len(html) < 2_000_000


def test_two_runs_over_different_learners_make_one_report() -> None:
    """Learners are in order, times add up, and who was graded is not also kept."""
    first = report_of(submission("bo", notebook()), kept=["ada", "cy"], warnings=["w"], sandbox="")
    second = report_of(
        submission("ada", notebook()), begun="2026-03-31T09:00:00+00:00", warnings=["w", "v"]
    )
    both = first.joined(second)

    assert list(both.submissions) == ["ada", "bo"] and both.kept == ["cy"]
    assert both.begun == "2026-03-31T09:00:00+00:00" and both.seconds == 400
    assert both.warnings == ["w", "v"] and both.sandbox == "bubblewrap" and both.finished
    assert not first.joined(replace(second, finished=False)).finished
    assert first.kept == ["ada", "cy"]


def test_runs_over_different_assignments_are_not_joined() -> None:
    """Scores of two assignments in one table would mean nothing."""
    with pytest.raises(BadInput, match="'week-3' and a run over 'week-4'"):
        report_of().joined(report_of(assignment="week-4"))


def test_a_report_is_saved_by_the_ending_of_its_name(tmp_path: Path) -> None:
    """``.json`` is for programs, ``.html`` for people; both are UTF-8 whatever an id holds."""
    report = report_of(submission("b\udcffé", notebook(ended="time"), digest="ab12"))
    data = json.loads(report.save(tmp_path / "run.json").read_text(encoding="utf-8"))
    html = report.save(tmp_path / "run.HTML").read_bytes().decode("utf-8")

    record = data["submissions"]["b\udcffé"]["notebooks"][0]
    assert record["scores"]["why"] == [None, 4.0] and record["ended"] == "time"
    assert data["grader"]["libraries"].keys() >= {"nbgrader", "pandas"}
    assert html == run_page(report) and "\r" not in html


@pytest.mark.parametrize(("name", "said"), [("run.pdf", "html"), ("no/run.html", "a folder")])
def test_a_place_that_cannot_be_written_is_explained(name: str, said: str, tmp_path: Path) -> None:
    """Another ending or a missing folder gives advice instead of a traceback."""
    with pytest.raises(BadInput, match=said):
        report_of().save(tmp_path / name)
