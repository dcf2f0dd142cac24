"""A progress bar on standard error for what takes longer than a breath; silent for a machine."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from typing import TypeVar

import click

__all__ = ["each"]

_T = TypeVar("_T")


def each(items: Sequence[_T], label: str) -> Iterator[_T]:
    """Give the items one by one and show how many are done."""
    hidden = not sys.stderr.isatty()
    with click.progressbar(items, label=label, file=sys.stderr, hidden=hidden) as bar:
        yield from bar
