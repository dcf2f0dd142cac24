"""How far a laboratory is from a standard: findings, the checklist, its score, the gap report."""

from __future__ import annotations

from stemcell_kit.assessment.checklist import Checklist
from stemcell_kit.assessment.finding import assess
from stemcell_kit.assessment.item import Item
from stemcell_kit.assessment.reports import write_report
from stemcell_kit.assessment.score import Score

__all__ = ["Checklist", "Item", "Score", "assess", "write_report"]
