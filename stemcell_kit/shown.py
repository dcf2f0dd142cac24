"""How a result shows itself in a notebook: one line per quantity, in words, with rounded numbers."""

from __future__ import annotations

import dataclasses
import html
from typing import Any

__all__ = ["Shown"]

SIGNIFICANT_DIGITS = 4


class Shown:
    """Base of result dataclasses: readable in a notebook, unchanged as data.

    Fields come first, then the class's properties; empty notes are left out.
    """

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        # IPython asks each class in turn and would find the dataclass's own __repr__ first
        cls._repr_pretty_ = Shown._repr_pretty_  # type: ignore[method-assign]

    def shown(self) -> dict[str, str]:
        """Return what is shown: name in words -> value in words."""
        names = [field.name for field in dataclasses.fields(self) if field.repr]  # type: ignore[arg-type]
        names += [name for name in _properties(type(self)) if name not in names]
        rows = {name.replace("_", " "): getattr(self, name) for name in names}
        return {name: words(value) for name, value in rows.items() if value not in ((), None, "")}

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        rows = self.shown()
        width = max(map(len, rows), default=0)
        lines = [
            type(self).__name__,
            *(f"  {name:<{width}}  {value}" for name, value in rows.items()),
        ]
        printer.text("\n".join(lines))

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td style='text-align:left'>{html.escape(name)}</td>"
            f"<td style='text-align:left'><b>{html.escape(value)}</b></td></tr>"
            for name, value in self.shown().items()
        )
        return f"<table>{rows}</table>"


def words(value: Any) -> str:
    """Write one value as a person would: rounded floats, lists with commas, dashes for ranges."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.{SIGNIFICANT_DIGITS}g}"
    if dataclasses.is_dataclass(value) and {"low", "high"} <= {
        field.name for field in dataclasses.fields(value)
    }:
        interval: Any = value
        return f"{words(interval.low)} to {words(interval.high)}"
    if isinstance(value, (tuple, list, set, frozenset)):
        return ", ".join(words(item) for item in value)
    return str(value)


def _properties(kind: type) -> list[str]:
    found: list[str] = []
    for base in reversed(kind.__mro__):
        found += [name for name, value in vars(base).items() if isinstance(value, property)]
    return list(dict.fromkeys(found))
