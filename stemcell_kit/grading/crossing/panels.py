"""One Axes of a figure and all that is drawn in it, out as data and in as a real one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stemcell_kit.grading.crossing import drawn
from stemcell_kit.grading.crossing.limits import CannotCross, Tree
from stemcell_kit.grading.crossing.looks import drawings, numbers, words
from stemcell_kit.grading.crossing.nodes import (
    Field,
    Form,
    Reader,
    fault,
    flag,
    list_of,
    maybe,
    number,
    one_of,
    whole,
)
from stemcell_kit.grading.crossing.redrawn import IMAGE

if TYPE_CHECKING:
    from stemcell_kit.grading.crossing.decode import Unpacking
    from stemcell_kit.grading.crossing.encode import Packing

__all__ = ["pack_panel", "read_panel", "stand_panel"]

# What building them costs, in numbers that could be built in the same time.
PANEL_NODES = 4_000
TICK_NODES = 400
LEGEND_NODES = 200
SCALES = ("linear", "log", "symlog", "logit", "asinh")
TITLES = ("center", "left", "right")


def pack_panel(packing: Packing, axes: Any) -> dict[str, Any]:
    """Write one Axes and all that is drawn in it."""
    if axes.name != "rectilinear" or not {axes.get_xscale(), axes.get_yscale()} <= {*SCALES}:
        raise CannotCross(
            f"found {axes.name} axes with the scales {axes.get_xscale()} and {axes.get_yscale()}; "
            f"what can be checked is x and y with one of the scales {', '.join(SCALES)}"
        )
    packing.budget.nodes(PANEL_NODES + 2)
    return {"t": "mpl.panel", **_pack_frame(packing, axes), **_pack_content(packing, axes)}


def _pack_frame(packing: Packing, axes: Any) -> dict[str, Any]:
    labels = [axes.get_label(), axes.get_xlabel(), axes.get_ylabel()]
    titles = [axes.get_title(loc=place) for place in TITLES]
    return {
        "place": list(map(float, axes.get_position(original=True).bounds)),
        "titles": [drawn.pack_words(packing, title) for title in titles],
        "labels": [drawn.pack_words(packing, label) for label in labels],
        "x": _pack_axis(packing, axes.xaxis, axes.get_xlim(), axes.get_xscale()),
        "y": _pack_axis(packing, axes.yaxis, axes.get_ylim(), axes.get_yscale()),
        "legend": _pack_legend(packing, axes.get_legend()),
        "shown": bool(axes.axison),
    }


def _pack_axis(packing: Packing, axis: Any, ends: Any, scale: str) -> dict[str, Any]:
    from matplotlib.category import StrCategoryLocator
    from matplotlib.dates import DateLocator

    locator = axis.get_major_locator()
    chosen = not (axis.isDefault_majloc and axis.isDefault_majfmt)
    fixed = chosen or isinstance(locator, StrCategoryLocator)
    places = list(map(float, axis.get_majorticklocs())) if fixed else []
    packing.budget.nodes((TICK_NODES + 2) * len(places))
    texts = axis.get_major_formatter().format_ticks(places) if fixed else []
    return {
        "t": "mpl.axis",
        "ends": list(map(float, ends)),
        "scale": scale,
        "dates": isinstance(locator, DateLocator),
        "ticks": places if fixed else None,
        "texts": [drawn.pack_words(packing, text) for text in texts],
    }


def _pack_legend(packing: Packing, legend: Any) -> Tree:
    if legend is None:
        return None
    texts = [text.get_text() for text in legend.get_texts()]
    packing.budget.nodes((LEGEND_NODES + 1) * (len(texts) + 1))
    return {
        "t": "mpl.legend",
        "title": drawn.pack_words(packing, legend.get_title().get_text()),
        "texts": [drawn.pack_words(packing, text) for text in texts],
    }


def _pack_group(packing: Packing, group: Any, patches: list[Any]) -> Tree:
    """Write which of the patches are the bars of one call."""
    places = {id(patch): place for place, patch in enumerate(patches)}
    packing.budget.nodes(len(group) + 1)
    return {
        "t": "mpl.group",
        "at": [places[id(bar)] for bar in group if id(bar) in places],
        "label": drawn.pack_words(packing, group.get_label()),
    }


def _pack_content(packing: Packing, axes: Any) -> dict[str, Any]:
    patches = list(axes.patches)
    return {
        "lines": [drawn.pack_line(packing, line) for line in axes.lines],
        "collections": [drawn.pack_collection(packing, found) for found in axes.collections],
        "patches": [drawn.pack_patch(packing, patch) for patch in patches],
        "bars": [
            _pack_group(packing, group, patches)
            for group in axes.containers
            if type(group).__name__ == "BarContainer"
        ],
        "texts": [drawn.pack_text(packing, text) for text in axes.texts],
        "images": [drawn.pack_image(packing, image) for image in axes.images],
    }


def stand_panel(figure: Any, panel: dict[str, Any]) -> None:
    """Build one Axes of a figure."""
    label, x_label, y_label = panel["labels"]
    axes = figure.add_axes(panel["place"], label=label)
    for place, title in zip(TITLES, panel["titles"], strict=True):
        axes.set_title(title, loc=place)
    axes.set(xlabel=x_label, ylabel=y_label, xscale=panel["x"][1], yscale=panel["y"][1])
    _fill(axes, panel)
    _stand_axis(axes.xaxis, axes.set_xlim, panel["x"])
    _stand_axis(axes.yaxis, axes.set_ylim, panel["y"])
    if panel["legend"] is not None:
        _stand_legend(axes, *panel["legend"])
    if not panel["shown"]:
        axes.set_axis_off()


def _fill(axes: Any, panel: dict[str, Any]) -> None:
    from matplotlib.container import BarContainer

    for values, extent, colours, ends in panel["images"]:
        low, high = ends or (None, None)
        axes.imshow(values, colours, vmin=low, vmax=high, extent=extent, aspect="auto")
    for line in panel["lines"]:
        _stand_line(axes, line)
    for collection in panel["collections"]:
        if type(collection).__name__ == "PathCollection":
            collection.set_offset_transform(axes.transData)
        axes.add_collection(collection, autolim=False)
    for patch in panel["patches"]:
        axes.add_patch(patch)
    for at, label in panel["bars"]:
        axes.add_container(BarContainer([panel["patches"][place] for place in at], label=label))
    for text in panel["texts"]:
        axes.add_artist(text)


def _stand_line(axes: Any, line: Any) -> None:
    """Place a line by its numbers, and give it back what it was given in place of numbers."""
    given = line.get_data(orig=True)
    line.set_data(line.get_data(orig=False))
    axes.add_line(line)
    line._xorig, line._yorig = given


def _stand_axis(axis: Any, set_ends: Any, read: Any) -> None:
    ends, _, dates, ticks, texts = read
    if dates:
        axis.axis_date()
    if ticks is not None:
        axis.set_ticks(ticks, labels=texts)
    set_ends(*ends)


def _stand_legend(axes: Any, title: str, texts: list[str]) -> None:
    from matplotlib.lines import Line2D

    legend = axes.legend([Line2D([], []) for _ in texts], ["-"] * len(texts))
    for text, written in zip(legend.get_texts(), texts, strict=True):
        text.set_text(written)
    if title:
        legend.set_title(title)


def _read_axis(unpacking: Unpacking, raw: Any) -> Any:
    ends, scale, dates, ticks, texts = AXIS(unpacking, _node(raw, "mpl.axis"))
    if len(ticks or []) != len(texts):
        fault("an axis has another number of ticks than of texts")
    unpacking.budget.nodes(TICK_NODES * len(texts))
    return ends, scale, dates, ticks, texts


def _read_legend(unpacking: Unpacking, raw: Any) -> Any:
    title, texts = LEGEND(unpacking, _node(raw, "mpl.legend"))
    unpacking.budget.nodes(LEGEND_NODES * (len(texts) + 1))
    return title, texts


def read_panel(unpacking: Unpacking, raw: Any) -> dict[str, Any]:
    """Read what one Axes holds, before there is a figure to hold it."""
    unpacking.budget.nodes(PANEL_NODES)
    panel = dict(zip(PANEL_FIELDS, PANEL(unpacking, _node(raw, "mpl.panel")), strict=True))
    count = len(panel["patches"])
    if any(not 0 <= place < count for at, _ in panel["bars"] for place in at):
        fault("a bar is not among the patches")
    return panel


def _node(raw: Any, tag: str) -> dict[str, Any]:
    if type(raw) is not dict or raw.get("t") != tag:
        fault(f"a part of a figure is no {tag}")
    return raw


def _part(tag: str, form: Reader) -> Field:
    """Read a part of a figure that is no value of its own."""
    return lambda unpacking, raw: form(unpacking, _node(raw, tag))


def _parts(*values: Any) -> tuple[Any, ...]:
    return values


GROUP = Form(_parts, at=list_of(whole), label=words)
PANEL_FIELDS: dict[str, Any] = {
    "place": numbers(4),
    "titles": list_of(words, shortest=3, longest=3),
    "labels": list_of(words, shortest=3, longest=3),
    "x": _read_axis,
    "y": _read_axis,
    "legend": maybe(_read_legend),
    "shown": flag,
    "lines": drawings("Line2D"),
    "collections": drawings("PathCollection", "LineCollection", "PolyCollection", "QuadMesh"),
    "patches": drawings("Rectangle", "Wedge", "Polygon"),
    "bars": list_of(_part("mpl.group", GROUP)),
    "texts": drawings("Text", "Annotation"),
    "images": list_of(_part("mpl.image", IMAGE)),
}

PANEL = Form(_parts, **PANEL_FIELDS)
LEGEND = Form(_parts, title=words, texts=list_of(words))
AXIS = Form(
    _parts,
    ends=numbers(2),
    scale=one_of(*SCALES),
    dates=flag,
    ticks=maybe(list_of(number)),
    texts=list_of(words),
)
