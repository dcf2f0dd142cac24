"""The self-assessment checklist on screen. Python holds the answers; the page only asks."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from stemcell_kit.assessment.checklist import Checklist
from stemcell_kit.assessment.evidence import attach_file
from stemcell_kit.assessment.gap_report import gap_report_html
from stemcell_kit.assessment.item import Item
from stemcell_kit.assessment.provenance import criterion_provenance, sources_of
from stemcell_kit.assessment.reports import write_report
from stemcell_kit.assessment.risk import rating_scale
from stemcell_kit.errors import KitError
from stemcell_kit.language import say, text
from stemcell_kit.records import Evidence
from stemcell_kit.widgets.page_parts import page_script

__all__ = ["ChecklistWidget", "checklist"]

_LABELS = (
    "laboratory",
    "me",
    "search",
    "filter",
    "filter-all",
    "filter-open",
    "filter-critical",
    "filter-mine",
    "filter-overdue",
    "found",
    "found-title",
    "show-more",
    "bulk",
    "bulk-button",
    "bulk-hint",
    "file",
    "file-hint",
    "attach",
    "withdraw",
    "topics",
    "coverage",
    "risk",
    "score",
    "criticals",
    "export",
    "open-report",
    "saving",
    "no-kernel",
    "not-saved",
    "clear",
    "choice-0",
    "choice-1",
    "choice-2",
    "choice-3",
    "choice-na",
    "severity-critical",
    "severity-major",
    "severity-minor",
    "evidence-expected",
    "criterion",
    "failure",
    "sources",
    "details",
    "reason",
    "reason-hint",
    "evidence",
    "evidence-hint",
    "owner",
    "owner-hint",
    "due",
    "due-hint",
    "note",
    "occurrence",
    "occurrence-hint",
    "detectability",
    "detectability-hint",
    "unrated",
    "scale",
    "previous-topic",
    "next-topic",
)
_RATED = ("occurrence", "detectability")
_WRITTEN = ("reason", "evidence", "owner", "due", "note")


def checklist(standard_id: str, topics: Sequence[str] | None = None) -> ChecklistWidget:
    """Show the checklist of a standard, or of some of its topics, with the answers saved so far.

    Every change is saved at once and is there again when the cell is run in another session.
    """
    return ChecklistWidget(Checklist(standard_id, topics=topics))


class ChecklistWidget(anywidget.AnyWidget):
    """A checklist in the notebook; ``state`` is what Python last saved."""

    _esm = page_script(
        "checklist",
        "nodes",
        "courier",
        "checklist_head",
        "checklist_topics",
        "checklist_find",
        "checklist_card",
    )
    _css = Path(__file__).parent / "checklist.css"

    title = traitlets.Unicode().tag(sync=True)
    words = traitlets.Dict().tag(sync=True)
    topics: traitlets.List[Any] = traitlets.List().tag(sync=True)
    items: traitlets.List[Any] = traitlets.List().tag(sync=True)
    ratings: traitlets.List[Any] = traitlets.List().tag(sync=True)
    state = traitlets.Dict().tag(sync=True)

    def __init__(self, checklist: Checklist) -> None:
        self.checklist = checklist
        super().__init__(
            title=say("checklist.title", standard=text(checklist.standard.title)),
            words={key: say(f"checklist.{key}", count="{count}") for key in _LABELS},
            topics=[{"id": topic.id, "title": text(topic.title)} for topic in checklist.topics],
            items=[_shown(item, checklist) for item in checklist.items],
            ratings=[str(step) for step in rating_scale()],
            state=_state(checklist),
        )
        # JupyterLab moves a widget's messages to another thread while the first ones are still at
        # work, so two may come at once and the later one first
        self._one_at_a_time = threading.Lock()
        self._newest: dict[tuple[str, str], int] = {}
        self.on_msg(lambda _widget, message, _buffers: self.receive(message))

    def __repr__(self) -> str:
        return f"{self.title} ({len(self.items)})"

    def receive(self, message: Mapping[str, Any]) -> dict[str, Any]:
        """Do what the page asks, answer it, and return the answer.

        ``serial`` counts the page's messages; a late message never undoes a newer one.
        """
        with self._one_at_a_time:
            try:
                answer = {"ok": True, **self._done(message)}
            except KitError as refusal:
                answer = {"ok": False, "message": str(refusal)}
            self.state = _state(self.checklist)
            answer["serial"] = message.get("serial")
            self.send(answer)
            return answer

    def _done(self, message: Mapping[str, Any]) -> dict[str, Any]:
        match message["do"]:
            case "answer":
                current = self._current(message, message["fields"])
                fields = {name: message["fields"][name] for name in current}
                return {"message": self._answered(message["id"], fields)}
            case "clear":
                if "score" in self._current(message, ("score", *_WRITTEN)):
                    self.checklist.clear(message["id"])
            case "laboratory":
                self.checklist.laboratory = message["name"]
            case "me":
                self.checklist.store.save_setting("code", message["code"].strip())
            case "bulk":
                done = self.checklist.not_applicable(message["ids"], message["reason"])
                return {"message": say("checklist.bulk-done", count=done)}
            case "attach":
                attach_file(self.checklist, message["id"], message["path"].strip())
            case "withdraw":
                self.checklist.withdraw(message["id"], message["number"])
            case "refresh":
                # the answer to every message carries the state as it is now
                return {"message": ""}
            case "export":
                return _export(self.checklist)
        return {"message": _saved()}

    def _answered(self, full_id: str, fields: Mapping[str, Any]) -> str:
        """Save an answer and say so, or whose words it replaced since the page last saw them."""
        seen = self.state["answers"].get(full_id, {}).get("version")
        self.checklist.answer(full_id, seen=seen, **fields)
        history = self.checklist.history(full_id)
        if not history or not history[-1].conflict:
            return _saved()
        last, other = history[-1], history[-2]
        replaced = ", ".join(str(value) for value in last.before.values() if value != "")
        return say("checklist.conflict", who=other.changed_by, replaced=replaced)

    def _current(self, message: Mapping[str, Any], fields: Iterable[str]) -> list[str]:
        """Return the fields that no newer message has changed, and note that this one does."""
        keys = {name: (message["id"], name) for name in fields}
        serial = message.get("serial", 1 + max(self._newest.values(), default=0))
        current = [name for name, key in keys.items() if serial >= self._newest.get(key, 0)]
        self._newest.update({keys[name]: serial for name in current})
        return current


def _saved() -> str:
    return say("checklist.saved", when=f"{datetime.now():%H:%M}")


def _export(part: Checklist) -> dict[str, Any]:
    # a lesson shows some topics; the report is always about the whole standard
    whole = Checklist(
        part.standard.id,
        assessment=part.assessment,
        catalogue=part.catalogue,
        store=part.store,
    )
    # Jupyter runs a notebook in its own folder
    path = write_report(whole, Path.cwd() / f"gap-report-{part.standard.id}.html")
    return {"message": say("checklist.exported", path=path), "html": gap_report_html(whole)}


def _shown(item: Item, checklist: Checklist) -> dict[str, Any]:
    requirement = item.requirement
    clause = checklist.clause(requirement.full_id)
    return {
        "id": requirement.full_id,
        "code": requirement.id,
        "topic": requirement.topic,
        "severity": requirement.severity.value,
        "statement": text(requirement.statement),
        "evidence": text(requirement.evidence),
        "criterion": text(requirement.criterion),
        "provenance": criterion_provenance(requirement, checklist.catalogue),
        "failure": text(requirement.failure),
        "sources": [
            {"title": source.title, "where": source.where}
            for source in sources_of(requirement, checklist.catalogue)
        ],
        "clause": say("checklist.clause", clause=clause) if clause else "",
    }


def _state(checklist: Checklist) -> dict[str, Any]:
    score = checklist.score()
    attached_to = checklist.attached
    answered = {"answered": score.answered, "total": score.total}
    scored = score.percent is not None
    return {
        "answers": {
            item.requirement.full_id: _answer(item, attached_to) for item in checklist.items
        },
        "me": checklist.store.setting("code"),
        "topics": {
            topic: {
                "count": say("checklist.topic-count", answered=s.answered, total=s.total),
                "spoken": say("checklist.topic-count-spoken", answered=s.answered, total=s.total),
                "complete": s.answered == s.total,
            }
            for topic, s in checklist.progress().items()
        },
        "coverage": [f"{score.coverage_percent} %", say("checklist.coverage-value", **answered)],
        "risk": [
            "–" if score.risk_percent is None else f"{score.risk_percent} %",
            say("checklist.risk-value"),
        ],
        "score": [
            f"{score.percent} %" if scored else "–",
            say("checklist.score-value" if scored else "checklist.score-none"),
        ],
        "criticals": [str(score.open_criticals), say("checklist.criticals-value")],
        "laboratory": checklist.laboratory,
    }


def _answer(item: Item, attached_to: Mapping[str, Sequence[Evidence]]) -> dict[str, Any]:
    choice = "" if item.choice is None else str(item.choice)
    written = {name: getattr(item.answer, name) for name in _WRITTEN}
    rated = {name: str(getattr(item.answer, name) or "") for name in _RATED}
    attached = [
        {"number": one.id, "text": _attached(one)}
        for one in attached_to.get(item.requirement.full_id, ())
    ]
    version = item.answer.version
    return {"choice": choice, "version": version, "attached": attached, **written, **rated}


def _attached(evidence: Evidence) -> str:
    if evidence.kind == "qc":
        found = evidence.result
        outcome = say(f"outcome.{found['outcome']}")
        return f"{evidence.reference}: {found['quantity']} {found['value']:.4g} {found['unit']}, {outcome}"
    digest = f" (SHA-256 {evidence.sha256[:12]}…)" if evidence.sha256 else ""
    return f"{evidence.reference}{digest}"
