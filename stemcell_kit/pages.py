"""Pages from the kit's templates: every word that a user wrote is escaped."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from stemcell_kit.language import current, say, text
from stemcell_kit.paths import content_dir

__all__ = ["page_from"]


def page_from(
    template: str, *, filters: Mapping[str, Callable[..., Any]] | None = None, **contents: Any
) -> str:
    """Return a page made from a template and its contents, in the language in force.

    *filters* are functions that only this template applies to its values: name -> function.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(content_dir() / "templates", encoding="utf-8"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {"say": say, "text": text, "language": current()}
    environment.filters |= filters or {}
    return environment.get_template(template).render(**contents)
