"""Where a laboratory stands, on one page: all standards, what is overdue, what was done last."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from stemcell_kit.assessment.checklist import Checklist
from stemcell_kit.assessment.declaration.commitments import commitment_states
from stemcell_kit.assessment.item import Item
from stemcell_kit.assessment.score import is_open_critical
from stemcell_kit.assessment.shown_page import ShownPage
from stemcell_kit.assessment.visible import percent, visible
from stemcell_kit.catalogue import catalogue
from stemcell_kit.language import say
from stemcell_kit.pages import page_from

__all__ = ["dashboard", "dashboard_html"]

# so many rows of a list are shown; the checklists hold all
_SHOWN = 12


def dashboard(*, assessment: str = "default") -> ShownPage:
    """Show where the laboratory stands over all standards."""
    return ShownPage(dashboard_html(_all(assessment), on=date.today()), say("dashboard.title"))


def dashboard_html(checklists: Sequence[Checklist], *, on: date) -> str:
    """Return the page: one file without script and without anything from outside."""
    items = _each_once(checklists)
    overdue = sorted(
        (item for item in items if item.is_gap and item.answer.due and item.answer.due < str(on)),
        key=lambda item: item.answer.due,
    )
    return page_from(
        "dashboard.html.j2",
        date=on.isoformat(),
        laboratory=checklists[0].laboratory,
        profile=checklists[0].catalogue.profile,
        standards=[(one.standard, one.score()) for one in checklists],
        overdue=overdue,
        criticals=[item for item in items if is_open_critical(item) and item.is_answered],
        states=commitment_states(checklists),
        changes=_latest(checklists, items),
        most=_SHOWN,
        seen=visible,
        percent=percent,
    )


def _all(assessment: str) -> list[Checklist]:
    documents = [one for one in catalogue().standards.values() if not one.module]
    return [Checklist(one.id, assessment=assessment) for one in documents]


def _each_once(checklists: Sequence[Checklist]) -> list[Item]:
    """Return every duty once, though several standards may ask for it."""
    found: dict[str, Item] = {}
    for checklist in checklists:
        for item in checklist.items:
            found.setdefault(item.requirement.answered_as, item)
    return list(found.values())


def _latest(checklists: Sequence[Checklist], items: Sequence[Item]) -> list[dict[str, Any]]:
    statements = {item.requirement.answered_as: item.requirement for item in items}
    first = checklists[0]
    changes = first.store.history(first.assessment)[::-1]
    known = [change for change in changes if change.requirement in statements][:_SHOWN]
    return [
        {
            "when": change.changed_at.strftime("%Y-%m-%d %H:%M"),
            "who": change.changed_by,
            "requirement": statements[change.requirement],
        }
        for change in known
    ]
