"""Several assessments of one standard side by side: the sites of a house, or the members of a class."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from stemcell_kit.assessment.checklist import Checklist
from stemcell_kit.assessment.report_data import figures
from stemcell_kit.language import text

__all__ = ["sites_data"]


def sites_data(checklists: Sequence[Checklist]) -> dict[str, Any]:
    """Return the four figures of each assessment, and what every one of them lacks.

    ``open_everywhere`` are the statements that are a gap in all assessments: what a house, not
    one laboratory, has to mend.
    """
    gaps = [{item.requirement.full_id for item in one.gaps()} for one in checklists]
    shared = set.intersection(*gaps) if gaps else set()
    first = checklists[0]
    return {
        "standard": first.standard.id,
        "topics": [{"id": topic.id, "title": text(topic.title)} for topic in first.topics],
        "sites": [
            {
                "assessment": one.assessment,
                "laboratory": one.laboratory,
                "figures": figures(one.score()),
                "topics": {name: figures(score) for name, score in one.progress().items()},
            }
            for one in checklists
        ],
        "open_everywhere": [
            {"id": r.full_id, "severity": r.severity.value, "statement": text(r.statement)}
            for item in first.items
            for r in [item.requirement]
            if r.full_id in shared
        ],
    }
