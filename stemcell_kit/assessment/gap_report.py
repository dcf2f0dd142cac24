"""The gap report: one HTML page for A4 paper, without script and without anything from outside."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from stemcell_kit.assessment.checklist import Checklist
from stemcell_kit.assessment.comparison import Comparison, Movement
from stemcell_kit.assessment.item import Item
from stemcell_kit.assessment.provenance import criterion_provenance, sources_of
from stemcell_kit.assessment.visible import visible
from stemcell_kit.model import Severity, Source
from stemcell_kit.pages import page_from

__all__ = ["gap_report_html"]


def gap_report_html(
    checklist: Checklist, *, on: date | None = None, comparison: Comparison | None = None
) -> str:
    """Return the gap report as one HTML page; every word that a user wrote is escaped."""
    return page_from(
        "gap_report.html.j2",
        **_contents(checklist, on or date.today()),
        comparison=comparison,
        movements=Movement,
        seen=visible,
    )


def _contents(checklist: Checklist, on: date) -> dict[str, Any]:
    items = checklist.items
    gaps = [item for item in checklist.gaps() if item.is_answered or _is_critical(item)]
    progress = checklist.progress()
    return {
        "checklist": checklist,
        "date": on.isoformat(),
        "profile": checklist.catalogue.profile,
        "score": checklist.score(),
        "topics": [(topic, progress[topic.id]) for topic in checklist.topics],
        "gaps": gaps,
        "unanswered": [i for i in items if not i.is_answered and not _is_critical(i)],
        "answered": [
            (topic, [i for i in items if i.is_answered and i.requirement.topic == topic.id])
            for topic in checklist.topics
        ],
        "provenance": lambda item: criterion_provenance(item.requirement, checklist.catalogue),
        "sources": _sources(items, checklist),
    }


def _is_critical(item: Item) -> bool:
    return item.requirement.severity is Severity.CRITICAL


def _sources(items: Iterable[Item], checklist: Checklist) -> list[Source]:
    found = {
        source.key: source
        for item in items
        for source in sources_of(item.requirement, checklist.catalogue)
    }
    return sorted(found.values(), key=lambda source: source.title.casefold())
