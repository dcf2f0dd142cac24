"""The widgets as Python sees them; the page itself is tried in the browser journey."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from stemcell_kit.assessment import Checklist
from stemcell_kit.learning import predictions
from stemcell_kit.widgets import checklist as show_checklist
from stemcell_kit.widgets import start_page
from stemcell_kit.widgets.checklist import ChecklistWidget
from stemcell_kit.widgets.prediction import PredictionWidget

ANSWER = {"do": "answer", "id": "std/idn-01", "serial": 7}


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What a widget sends to its page."""
    messages: list[Any] = []
    monkeypatch.setattr("anywidget.AnyWidget.send", lambda _self, message: messages.append(message))
    return messages


def test_an_answer_from_the_page_is_saved_and_comes_back(
    checklist: Checklist, sent: list[Any]
) -> None:
    """Python answers with the same serial, and the state carries the three figures."""
    widget = ChecklistWidget(checklist)
    widget.receive({**ANSWER, "fields": {"score": 2}})

    assert sent[-1]["ok"] and sent[-1]["serial"] == 7
    assert widget.state["answers"]["std/idn-01"]["choice"] == "2"
    assert [widget.state[key][0] for key in ("score", "coverage", "criticals")] == [
        "66 %",
        "25 %",
        "1",
    ]
    assert ChecklistWidget(checklist).state == widget.state


def test_a_refused_answer_says_why_and_saves_nothing(checklist: Checklist, sent: list[Any]) -> None:
    """The page keeps the text on screen; the state does not have it."""
    widget = ChecklistWidget(checklist)
    widget.receive({**ANSWER, "fields": {"due": "03/04/22"}})

    assert not sent[-1]["ok"] and "03/04/22" in sent[-1]["message"]
    assert widget.state["answers"]["std/idn-01"]["due"] == ""


def test_a_page_asks_for_what_others_have_answered(checklist: Checklist, sent: list[Any]) -> None:
    """Two checklists of one notebook may share a statement; the later page catches up."""
    widget = ChecklistWidget(checklist)
    checklist.store.save_answer(checklist.assessment, "std/idn-01", by="OP-07", score=3)
    assert widget.state["answers"]["std/idn-01"]["choice"] == ""

    widget.receive({"do": "refresh", "serial": 3})
    assert sent[-1]["ok"]
    assert widget.state["answers"]["std/idn-01"]["choice"] == "3"


def test_a_page_is_told_whose_words_it_replaced(checklist: Checklist, sent: list[Any]) -> None:
    """Another person wrote while this page was open: both are kept, and the message says so."""
    widget = ChecklistWidget(checklist)
    checklist.store.save_answer(checklist.assessment, "std/idn-01", by="OP-07", note="asked QA")
    widget.receive({**ANSWER, "fields": {"note": "done"}})

    assert "OP-07" in sent[-1]["message"] and "asked QA" in sent[-1]["message"]
    assert [change.after["note"] for change in checklist.history("std/idn-01")] == [
        "asked QA",
        "done",
    ]
    widget.receive({**ANSWER, "serial": 8, "fields": {"note": "done and filed"}})
    assert "OP-07" not in sent[-1]["message"]


def test_an_answer_can_be_taken_back_from_the_page(checklist: Checklist, sent: list[Any]) -> None:
    """The choice is empty again."""
    widget = ChecklistWidget(checklist)
    widget.receive({**ANSWER, "fields": {"score": 0}})
    widget.receive({"do": "clear", "id": "std/idn-01"})

    assert widget.state["answers"]["std/idn-01"]["choice"] == ""


def test_the_report_of_a_part_is_about_the_whole_standard(
    checklist: Checklist, sent: list[Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is written beside the notebook and named on screen."""
    monkeypatch.chdir(tmp_path)
    part = Checklist("std", topics=["via"], catalogue=checklist.catalogue, store=checklist.store)
    ChecklistWidget(part).receive({"do": "export"})

    written = (tmp_path / "gap-report-std.html").read_text(encoding="utf-8")
    assert "Statement of idn-01." in written
    assert "gap-report-std.html" in sent[-1]["message"]
    assert sent[-1]["html"] == written


def test_the_laboratory_is_named_once(checklist: Checklist, sent: list[Any]) -> None:
    """It is kept with the assessment."""
    ChecklistWidget(checklist).receive({"do": "laboratory", "name": " Cell bank 3 "})

    assert ChecklistWidget(checklist).state["laboratory"] == "Cell bank 3"


def test_every_label_that_a_page_uses_is_sent_to_it(checklist: Checklist) -> None:
    """A word that the page looks up and Python does not send would show as 'undefined'."""
    import re

    page = (Path(ChecklistWidget.__module__.replace(".", "/")).with_suffix(".js")).name
    folder = Path(show_checklist.__code__.co_filename).parent
    code = (folder / page).read_text(encoding="utf-8")
    used = set(re.findall(r"words\.([a-z]+)", code)) | set(re.findall(r'words\["([\w-]+)"\]', code))

    assert used and used <= set(ChecklistWidget(checklist).words)


def test_a_message_that_comes_late_does_not_undo_a_newer_one(
    checklist: Checklist, sent: list[Any]
) -> None:
    """Two quick key presses may arrive in the wrong order; the last one pressed stands."""
    widget = ChecklistWidget(checklist)
    asked = {"do": "answer", "id": "std/idn-01"}
    widget.receive({**asked, "fields": {"score": 2}, "serial": 12})
    widget.receive({**asked, "fields": {"score": 1, "note": "kept"}, "serial": 11})
    assert widget.state["answers"]["std/idn-01"]["choice"] == "2"
    assert widget.state["answers"]["std/idn-01"]["note"] == "kept"

    widget.receive({"do": "clear", "id": "std/idn-01", "serial": 10})
    assert widget.state["answers"]["std/idn-01"]["choice"] == "2"
    assert [answer["ok"] for answer in sent] == [True, True, True]


@pytest.mark.usefixtures("own_records")
def test_a_prediction_keeps_its_answer_to_itself_until_the_learner_commits(
    content: Path, sent: list[Any]
) -> None:
    """Before the commitment nothing on the page says which option is right."""
    asked = predictions.prediction("identity/swap", content=content)
    widget = PredictionWidget(asked)
    assert widget.verdict == {}
    assert "One allele was lost." not in str(widget.get_state())

    widget.receive({"choice": 0})
    assert (widget.verdict["right"], widget.verdict["best"]) == (False, 1)
    assert widget.verdict["feedback"] == "Look again."
    assert widget.verdict["explanation"] == "One allele was lost."
    assert PredictionWidget(asked).verdict == widget.verdict

    widget.receive({"choice": 9})
    assert not sent[-1]["ok"]


@pytest.mark.usefixtures("own_records")
def test_the_start_page_links_lessons_in_order_beside_it() -> None:
    """Relative links open in JupyterLab and on disk; the first lesson is recommended first."""
    state = start_page().state

    assert state["first"]["href"] == state["lessons"][0]["href"]
    assert all("/" not in lesson["href"] for lesson in state["lessons"])
    assert {lesson["percent"] for lesson in state["lessons"]} == {0}


@pytest.mark.usefixtures("own_records")
def test_the_text_of_a_widget_is_the_same_on_every_run(checklist: Checklist, content: Path) -> None:
    """What nbval compares holds no path, date or id."""
    asked = predictions.prediction("identity/swap", content=content)

    assert repr(ChecklistWidget(checklist)) == "Checklist: A small standard (4)"
    assert repr(PredictionWidget(asked)) == "Predict first: Is it a swap?"
