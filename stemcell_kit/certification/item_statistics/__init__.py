"""Statistics of an examination, from the results that its decision wrote."""

from __future__ import annotations

from stemcell_kit.certification.item_statistics.page import statistics_page
from stemcell_kit.certification.item_statistics.results import ExamResults, read_results
from stemcell_kit.certification.item_statistics.statistics import ItemStatistics, item_statistics

__all__ = ["ExamResults", "ItemStatistics", "item_statistics", "read_results", "statistics_page"]
