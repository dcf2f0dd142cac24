"""How every figure looks: calm, readable in print, safe for colour-blind readers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import matplotlib.pyplot as plt
from matplotlib.axes import Axes

__all__ = ["COLOURS", "GREY", "INK", "limit_line", "new_axes", "new_grid"]

# A backend that loads inside rc_context loses the settings it makes: later figures stay hidden.
plt.switch_backend(plt.get_backend())

INK = "#222222"
GREY = "#9aa0a6"
# Okabe and Ito's palette, told apart in all common forms of colour blindness
COLOURS: Mapping[str, str] = {
    "blue": "#0072B2",
    "orange": "#E69F00",
    "green": "#009E73",
    "vermilion": "#D55E00",
    "sky": "#56B4E9",
    "purple": "#CC79A7",
    "yellow": "#F0E442",
}
_RC: Any = {
    "font.size": 10,
    "axes.titlesize": 11,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "legend.frameon": False,
    "figure.dpi": 110,
    "savefig.facecolor": "white",
    "figure.facecolor": "white",
}


def new_axes(title: str, x: str, y: str, *, width: float = 7.2, height: float = 3.6) -> Axes:
    """Return empty axes with a title that says what is seen and labels that carry units."""
    return new_grid(1, [title], x, y, width=width, height=height)[0]


def new_grid(
    panels: int, titles: list[str], x: str, y: str, *, width: float = 7.2, height: float = 3.6
) -> list[Axes]:
    """Return a row of empty axes that share the y axis."""
    with plt.rc_context(_RC):
        figure, grid = plt.subplots(
            1, panels, figsize=(width, height), sharey=True, squeeze=False, layout="constrained"
        )
        axes = list(grid[0])
        for ax, title in zip(axes, titles, strict=True):
            ax.set_title(title)
            ax.set_xlabel(x)
        axes[0].set_ylabel(y)
        figure.patch.set_alpha(1)
    return axes


def limit_line(ax: Axes, value: float, label: str, *, vertical: bool = False) -> None:
    """Draw a limit as a dashed line with its name beside it, not by colour alone."""
    draw = ax.axvline if vertical else ax.axhline
    draw(value, color=COLOURS["vermilion"], linestyle="--", linewidth=1.2)
    place = (value, 0.98) if vertical else (0.99, value)
    transform = ax.get_xaxis_transform() if vertical else ax.get_yaxis_transform()
    ax.annotate(
        label,
        place,
        xycoords=transform,
        xytext=(4, -2) if vertical else (0, 3),
        textcoords="offset points",
        ha="left" if vertical else "right",
        va="top" if vertical else "bottom",
        fontsize=8.5,
        color=COLOURS["vermilion"],
    )
