"""The results of an exam: one decision per candidate, logged, and the file that other parts read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from stemcell_kit.catalogue import catalogue
from stemcell_kit.certification.audit_log import faults_of
from stemcell_kit.certification.decision import Decision, decide_one
from stemcell_kit.certification.exam_folder import Exam
from stemcell_kit.certification.letters import write_letter
from stemcell_kit.certification.marking import collected_sittings, graded_score
from stemcell_kit.errors import BadInput
from stemcell_kit.language import say
from stemcell_kit.model import Text

__all__ = ["check_results", "decide"]

FORMAT, VERSION = "stemcell-kit-exam-results", 1


def decide(exam: Exam, *, by: str) -> list[Decision]:
    """Decide about everybody who has a score; write ``results.json`` and a letter for each.

    A decision that is the same as the last one about this sitting is not logged again.

    Raises
    ------
    BadInput
        Something was collected and is not graded yet, or a score was changed by hand.
    """
    sittings = collected_sittings(exam)
    if not sittings:
        raise BadInput(f"nothing was collected for {exam.id} yet; there is nothing to decide")
    for sitting in sittings:
        graded_score(exam, sitting)
    decisions = [decide_one(exam, sitting) for sitting in sittings]
    rows = [{**_row(one), "decided_at": _decided(exam, one, by)} for one in decisions]
    results = {**_head(exam), "candidates": rows, "without_submission": _without(exam)}
    words = json.dumps(results, indent=2, ensure_ascii=False) + "\n"
    (exam.folder / "results.json").write_text(words, encoding="utf-8")
    for decision in decisions:
        write_letter(exam, decision)
    return decisions


def check_results(exam: Exam, data: Mapping[str, Any]) -> None:
    """Hold what ``results.json`` says against scores, overrides, blueprint and log.

    Raises
    ------
    BadInput
        The log does not hold, or the results are not what follows from it; the message names
        the first candidate or field that differs.
    """
    if faults := faults_of(exam.log.entries()):
        raise BadInput(say("exam.results-broken-log", fault=faults[0]))
    said = {row["candidate"]: row for row in data["candidates"]}
    follows: dict[str, Any] = {}
    for sitting in collected_sittings(exam):
        decision = decide_one(exam, sitting)
        entry = _last_logged(exam, decision)
        follows[sitting.candidate] = {**_row(decision), "decided_at": entry and _moment(entry)}
    for code in sorted(said.keys() | follows.keys()):
        if said.get(code) != follows.get(code):
            raise BadInput(say("exam.results-differ", what=code))
    for name, value in _head(exam).items():
        if data.get(name) != value:
            raise BadInput(say("exam.results-differ", what=name))


def _without(exam: Exam) -> list[dict[str, Any]]:
    """Who got a form and has no submission that counts, with the reason if one was refused."""
    stored = {one.candidate for one in collected_sittings(exam)}
    refused = {e["candidate"]: e["details"]["reason"] for e in exam.log.of("refused")}
    return [
        {"candidate": code, "attempt": one.attempt, "refused": refused.get(code, "")}
        for code, one in exam.sittings().items()
        if code not in stored
    ]


def _head(exam: Exam) -> dict[str, Any]:
    plan, known = exam.blueprint, catalogue()
    names = dict.fromkeys(topic.partition("/")[0] for part in plan.parts for topic in part.topics)
    standards = [known.standard(name) for name in names]
    return {
        "format": FORMAT,
        "version": VERSION,
        "exam": exam.id,
        "practice": exam.practice,
        "blueprint": {"id": plan.id, "title": _words(plan.title), "sha256": plan.sha256},
        "standards": [
            {"id": one.id, "title": str(one.title), "edition": one.edition} for one in standards
        ],
        "topics": {part.id: _words(part.title) for part in plan.parts},
        "bands": [
            {"id": one.id, "title": _words(one.title), "from_percent": one.from_percent}
            for one in plan.bands
        ],
        "pass_mark_percent": plan.pass_mark_percent,
    }


def _words(text: Text) -> dict[str, str]:
    return dict(text)


def _row(decision: Decision) -> dict[str, Any]:
    return {
        "candidate": decision.sitting.candidate,
        "form": decision.form,
        "attempt": decision.sitting.attempt,
        "points": decision.points,
        "out_of": decision.out_of,
        "percent": decision.percent,
        "passed": decision.passed,
        "band": decision.band,
        "critical_missed": list(decision.critical_missed),
        "late_minutes": decision.late_minutes,
        "topics": decision.topics,
        "questions": list(decision.questions),
        "answers_sha256": decision.answers_sha256,
    }


def _decided(exam: Exam, decision: Decision, by: str) -> str:
    """Log a decision if it is a new one; return when it was made."""
    code = decision.sitting.candidate
    last = _last_logged(exam, decision) or exam.log.append(
        "decided", code, by=by, **_logged(decision)
    )
    return _moment(last)


def _last_logged(exam: Exam, decision: Decision) -> dict[str, Any] | None:
    """Return the log's last decision about a candidate, if it is this one."""
    earlier = list(exam.log.of("decided", decision.sitting.candidate))
    same = earlier and earlier[-1]["details"] == _logged(decision)
    return earlier[-1] if same else None


def _logged(decision: Decision) -> dict[str, Any]:
    return {
        "attempt": decision.sitting.attempt,
        "points": decision.points,
        "percent": decision.percent,
        "passed": decision.passed,
        "band": decision.band,
        "critical_missed": list(decision.critical_missed),
    }


def _moment(entry: Mapping[str, Any]) -> str:
    return datetime.fromisoformat(entry["at"]).astimezone(UTC).isoformat()
