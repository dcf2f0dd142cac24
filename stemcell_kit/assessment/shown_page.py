"""A page of its own inside a notebook."""

from __future__ import annotations

import html
from dataclasses import dataclass

__all__ = ["ShownPage"]


@dataclass(frozen=True)
class ShownPage:
    """A whole page; the notebook shows it in a frame, ``page`` is what to save."""

    page: str
    title: str

    def __repr__(self) -> str:
        return self.title

    def _repr_html_(self) -> str:
        # a frame keeps the page's style to itself and the notebook's style out of it
        source, title = html.escape(self.page, quote=True), html.escape(self.title, quote=True)
        style = "width:100%;height:720px;border:1px solid #d5dbe0;border-radius:8px"
        return f'<iframe srcdoc="{source}" style="{style}" title="{title}"></iframe>'
