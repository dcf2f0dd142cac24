"""Figures of matplotlib, out as their data and in as real ones that nobody has drawn."""

from __future__ import annotations

import warnings
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from stemcell_kit.grading.crossing import drawn, redrawn
from stemcell_kit.grading.crossing.limits import CannotCross, Tree
from stemcell_kit.grading.crossing.looks import numbers, words
from stemcell_kit.grading.crossing.nodes import (
    Form,
    Reader,
    Writer,
    child,
    fault,
    list_of,
    whole,
)
from stemcell_kit.grading.crossing.panels import pack_panel, read_panel, stand_panel

if TYPE_CHECKING:
    from stemcell_kit.grading.crossing.decode import Unpacking
    from stemcell_kit.grading.crossing.encode import Packing

__all__ = ["READERS", "writers"]

# A figure of this many inches fills a wall.
LARGEST = 400


@lru_cache(maxsize=1)
def writers() -> dict[type, Writer]:
    """Return the writers of all that matplotlib has, by exact type of value."""
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    return {**drawn.writers(), Axes: _pack_axes, Figure: _pack_figure}


def _pack_axes(packing: Packing, axes: Any) -> Tree:
    figure = axes.figure
    writer = writers().get(type(figure))
    if writer is not _pack_figure or axes not in figure.axes:
        raise CannotCross(
            "found an Axes that is not, or no longer, in a figure of its own; give one from "
            "plt.subplots()"
        )
    return {"t": "mpl.axes", "figure": packing.pack(figure), "at": figure.axes.index(axes)}


def _pack_figure(packing: Packing, figure: Any) -> Tree:
    known = packing.figures.get(id(figure))
    if known is not None:
        return {"t": "mpl.same", "v": known}
    packing.figures[id(figure)] = serial = len(packing.figures)
    return {
        "t": "mpl.figure",
        "serial": serial,
        "size": list(map(float, figure.get_size_inches())),
        "title": drawn.pack_words(packing, figure.get_suptitle()),
        "panels": [pack_panel(packing, axes) for axes in figure.axes],
    }


def _read_figure(unpacking: Unpacking, node: dict[str, Any]) -> Any:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    serial, size, title, panels = FIGURE(unpacking, node)
    if serial in unpacking.figures or not 0 < min(size) <= max(size) <= LARGEST:
        fault("a figure has the number of another, or an impossible size")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about looks, such as an empty axis
        figure = Figure(figsize=tuple(size))
        FigureCanvasAgg(figure)
        if title:
            figure.suptitle(title)
        for panel in panels:
            stand_panel(figure, panel)
    unpacking.figures[serial] = figure
    return figure


def _read_same(unpacking: Unpacking, node: dict[str, Any]) -> Any:
    return unpacking.figures.get(SAME(unpacking, node)) or fault(
        "a figure is named before it is described"
    )


def _axes(figure: Any, at: int) -> Any:
    from matplotlib.figure import Figure

    if type(figure) is not Figure or not 0 <= at < len(figure.axes):
        fault("an Axes has no place in its figure")
    return figure.axes[at]


SAME = Form(lambda v: v, v=whole)
FIGURE = Form(
    lambda *values: values,
    serial=whole,
    size=numbers(2),
    title=words,
    panels=list_of(read_panel),
)

READERS: dict[str, Reader] = {
    **redrawn.READERS,
    "mpl.axes": Form(_axes, figure=child(), at=whole),
    "mpl.figure": _read_figure,
    "mpl.same": _read_same,
}
