"""The similarity of submissions as one HTML page, without script or anything from outside."""

from __future__ import annotations

from stemcell_kit import __version__
from stemcell_kit.certification.similarity.compare import Pair, SharedCell, Similarity
from stemcell_kit.pages import page_from

__all__ = ["similarity_page"]


def similarity_page(found: Similarity) -> str:
    """Return the page, in the language in force; every word of a candidate is escaped."""
    return page_from(
        "similarity.html.j2",
        found=found,
        rules=found.rules,
        version=__version__,
        shown=[(number, pair) for number, pair in enumerate(found.pairs, 1) if _is_shown(pair, number, found)],
        marked=_marked,
    )  # fmt: skip


def _is_shown(pair: Pair, number: int, found: Similarity) -> bool:
    return bool(pair.cells) and (pair.stands_out or number <= found.rules.shown)


def _marked(cell: SharedCell, side: int) -> list[tuple[str, bool]]:
    """Lines of one candidate's code, each with whether it holds something shared."""
    lines = cell.codes[side].splitlines()
    return [(line, number in cell.lines[side]) for number, line in enumerate(lines, 1)]
