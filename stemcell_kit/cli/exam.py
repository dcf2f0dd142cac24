"""The group of commands for examinations."""

from __future__ import annotations

from stemcell_kit.cli.main import main

__all__ = ["exam"]


@main.group()
def exam() -> None:
    """Examine candidates: forms, decisions, statistics."""
