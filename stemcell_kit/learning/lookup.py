"""Looking something up in a lesson: a limit, the sources."""

from __future__ import annotations

import html
from dataclasses import dataclass, field

from stemcell_kit.catalogue import catalogue
from stemcell_kit.model import Limit, Source

__all__ = ["SourceList", "limit", "sources"]


@dataclass(frozen=True)
class SourceList:
    """Sources as a list to read."""

    items: tuple[Source, ...] = field(repr=False)

    def __repr__(self) -> str:
        return "\n".join(f"- {source.title}. {source.where}" for source in self.items)

    def _repr_html_(self) -> str:
        rows = (f"<li>{html.escape(s.title)}. {html.escape(s.where)}</li>" for s in self.items)
        return f"<ul style='max-width:760px'>{''.join(rows)}</ul>"


def limit(limit_id: str) -> Limit:
    """Return a limit as the profile in force sets it, e.g. ``limit("str-tanabe-related")``."""
    return catalogue().limit(limit_id)


def sources(*keys: str) -> SourceList:
    """Return the sources of these keys, e.g. ``sources("ebisc-2021", "clastr")``."""
    return SourceList(tuple(catalogue().source(key) for key in keys))
