"""Short forms for the columns of a sheet."""

from __future__ import annotations

from stemcell_kit.instruments.table import Column

__all__ = ["number", "text", "whole"]


def number(name: str, *headings: str, may_be_empty: bool = False) -> Column:
    """Return a column of numbers; the first heading is the one that the bank writes."""
    return Column(name, headings, "number", may_be_empty=may_be_empty)


def whole(name: str, *headings: str) -> Column:
    """Return a column of whole numbers."""
    return Column(name, headings, "whole")


def text(name: str, *headings: str) -> Column:
    """Return a column of text."""
    return Column(name, headings)
