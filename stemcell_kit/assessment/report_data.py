"""A report as plain data: exactly what was answered, for another program or another year."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from stemcell_kit import __version__
from stemcell_kit.assessment.checklist import Checklist
from stemcell_kit.assessment.comparison import Comparison
from stemcell_kit.assessment.item import Item
from stemcell_kit.assessment.provenance import criterion_provenance
from stemcell_kit.assessment.risk import weight
from stemcell_kit.assessment.score import Score
from stemcell_kit.language import text

__all__ = ["answer_row", "figures", "report_data"]

Data = dict[str, Any]


def report_data(checklist: Checklist, *, on: date, comparison: Comparison | None = None) -> Data:
    """Return a whole report as JSON-ready data, words exactly as they were written."""
    profile = checklist.catalogue.profile
    topics = {topic.id: text(topic.title) for topic in checklist.topics}
    return {
        "kit": __version__,
        "date": on.isoformat(),
        "laboratory": checklist.laboratory,
        "assessment": checklist.assessment,
        "standard": {"id": checklist.standard.id, "edition": checklist.standard.edition},
        "profile": {"name": profile.name, "sha256": profile.digest},
        "figures": figures(checklist.score()),
        "topics": [
            {"id": topic, "title": topics[topic], "figures": figures(score)}
            for topic, score in checklist.progress().items()
        ],
        "items": [answer_row(checklist, item) for item in checklist.items],
        "gaps": [item.requirement.full_id for item in checklist.gaps()],
        "comparison": _comparison(comparison) if comparison else None,
    }


def figures(score: Score) -> Data:
    """Return the four figures that belong together."""
    return {
        "risk_covered_percent": score.risk_percent,
        "score_percent": score.percent,
        "coverage_percent": score.coverage_percent,
        "answered": score.answered,
        "total": score.total,
        "open_criticals": score.open_criticals,
    }


def answer_row(checklist: Checklist, item: Item) -> Data:
    """Return one statement with its answer."""
    requirement, answer = item.requirement, item.answer
    return {
        "id": requirement.full_id,
        "clause": checklist.clause(requirement.full_id),
        "topic": requirement.topic,
        "severity": requirement.severity.value,
        "statement": text(requirement.statement),
        "criterion": text(requirement.criterion),
        "provenance": criterion_provenance(requirement, checklist.catalogue),
        "state": item.choice,
        "reason": answer.reason,
        "evidence": answer.evidence,
        "owner": answer.owner,
        "due": answer.due,
        "note": answer.note,
        "occurrence": answer.occurrence,
        "detectability": answer.detectability,
        "weight": weight(requirement.severity, answer),
        "answered_at": answer.answered_at.isoformat() if answer.answered_at else None,
        "answered_by": answer.answered_by,
        "version": answer.version,
        "attached": [_attached(one) for one in checklist.evidence(requirement.full_id)],
    }


def _attached(evidence: Any) -> Data:
    return {
        "kind": evidence.kind,
        "reference": evidence.reference,
        "sha256": evidence.sha256,
        "result": dict(evidence.result),
        "added_at": evidence.added_at.isoformat(),
        "added_by": evidence.added_by,
    }


def _comparison(comparison: Comparison) -> Data:
    moved: Sequence[Data] = [
        {
            "id": one.item.requirement.full_id,
            "before": one.before,
            "now": one.now,
            "movement": one.movement.value,
        }
        for one in comparison.moved
    ]
    return {"with": comparison.label, "moved": moved, "unchanged": comparison.unchanged}
