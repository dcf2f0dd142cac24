"""What is drawn in a figure of matplotlib (lines, points, bars, texts, images), as data."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from stemcell_kit.grading.crossing.arrays import pack_array
from stemcell_kit.grading.crossing.limits import CannotCross, Tree
from stemcell_kit.grading.crossing.nodes import Writer

if TYPE_CHECKING:
    from stemcell_kit.grading.crossing.encode import Packing

__all__ = [
    "ARTIST_NODES",
    "COLOUR_NAME_LENGTH",
    "MARKERS",
    "STYLES",
    "WORDS_LENGTH",
    "pack_collection",
    "pack_image",
    "pack_line",
    "pack_patch",
    "pack_text",
    "pack_words",
    "writers",
]

# Building one artist takes as long as building some dozens of numbers.
ARTIST_NODES = 50
WORDS_LENGTH = 10_000
COLOUR_NAME_LENGTH = 40
STYLES = ("-", "--", "-.", ":", "None")
# Markers made of a formula or of a path of their own stay behind.
MARKERS = ("None", "none", " ", "", *".,ov^<>12348spP*hH+xXDd|_")


@lru_cache(maxsize=1)
def writers() -> dict[type, Writer]:
    """Return the writers of artists that may cross without their figure, by exact type."""
    from matplotlib import collections, container, lines, patches, text

    areas = {kind for kind in vars(collections).values() if _is_area(kind, collections)}
    return {
        collections.LineCollection: pack_collection,
        collections.PathCollection: pack_collection,
        collections.QuadMesh: pack_collection,
        container.BarContainer: _pack_bars,
        lines.Line2D: pack_line,
        patches.Polygon: pack_patch,
        patches.Rectangle: pack_patch,
        patches.Wedge: pack_patch,
        text.Annotation: pack_text,
        text.Text: pack_text,
        **dict.fromkeys(areas, pack_collection),
    }


def _is_area(kind: Any, collections: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, collections.PolyCollection)


def pack_line(packing: Packing, line: Any) -> Tree:
    """Write a line: its points, how it looks, and what it was given if that was something else."""
    from matplotlib.colors import to_rgba

    colour = line.get_color()
    marker, style = line.get_marker(), line.get_linestyle()
    packing.budget.nodes(ARTIST_NODES + 2)
    return {
        "t": "mpl.line",
        "x": _pack_floats(packing, line.get_xdata(orig=False)),
        "y": _pack_floats(packing, line.get_ydata(orig=False)),
        "given_x": _pack_given(packing, line.get_xdata(orig=True)),
        "given_y": _pack_given(packing, line.get_ydata(orig=True)),
        "label": _pack_label(packing, line),
        "colour": _pack_floats(packing, [to_rgba(colour)]),
        "said": _pack_said(colour),
        "style": style if style in STYLES else "None",
        "marker": marker if type(marker) is str and marker in MARKERS else "None",
        "width": float(line.get_linewidth()),
    }


def pack_collection(packing: Packing, collection: Any) -> Tree:
    """Write points of a scatter plot, line segments or areas; of others only the label."""
    from matplotlib import collections

    packing.budget.nodes(ARTIST_NODES + 2)
    node: dict[str, Any] = {
        "label": _pack_label(packing, collection),
        "face": _pack_floats(packing, collection.get_facecolor()),
        "edge": _pack_floats(packing, collection.get_edgecolor()),
    }
    if isinstance(collection, collections.PathCollection):
        offsets = _pack_floats(packing, collection.get_offsets())
        sizes = _pack_floats(packing, collection.get_sizes())
        mapped = _pack_mapped(packing, collection)
        return {"t": "mpl.points", "v": offsets, "sizes": sizes, **mapped, **node}
    if isinstance(collection, collections.QuadMesh):
        corners = _pack_floats(packing, collection.get_coordinates())
        return {"t": "mpl.mesh", "v": corners, **_pack_mapped(packing, collection), **node}
    known = (collections.LineCollection, collections.PolyCollection)
    paths = collection.get_paths() if isinstance(collection, known) else []
    tag = "mpl.segments" if isinstance(collection, collections.LineCollection) else "mpl.areas"
    return {"t": tag, "v": [_pack_floats(packing, path.vertices) for path in paths], **node}


def pack_patch(packing: Packing, patch: Any) -> Tree:
    """Write a patch: a rectangle, a wedge, or the outline of any other."""
    from matplotlib import patches

    packing.budget.nodes(ARTIST_NODES + 2)
    node: dict[str, Any] = {
        "label": _pack_label(packing, patch),
        "face": _pack_floats(packing, [patch.get_facecolor()]),
        "edge": _pack_floats(packing, [patch.get_edgecolor()]),
    }
    if isinstance(patch, patches.Rectangle):
        sides = [patch.get_x(), patch.get_y(), patch.get_width(), patch.get_height(), patch.angle]
        return {"t": "mpl.rectangle", "v": list(map(float, sides)), **node}
    if isinstance(patch, patches.Wedge):
        sides = [*patch.center, patch.r, patch.theta1, patch.theta2]
        return {"t": "mpl.wedge", "v": list(map(float, sides)), **node}
    return {"t": "mpl.polygon", "v": _pack_floats(packing, _outline(patch)), **node}


def pack_text(packing: Packing, written: Any) -> Tree:
    """Write a text with its place; of an annotation also the place that it points at."""
    packing.budget.nodes(ARTIST_NODES + 2)
    target = getattr(written, "xy", None)
    return {
        "t": "mpl.text",
        "v": list(map(float, written.get_unitless_position())),
        "text": pack_words(packing, written.get_text()),
        "target": None if target is None else _plain_place(written, target),
    }


def pack_image(packing: Packing, image: Any) -> Tree:
    """Write an image: its numbers, and how they become colours."""
    packing.budget.nodes(ARTIST_NODES + 2)
    return {
        "t": "mpl.image",
        "v": packing.pack(image.get_array()),
        "extent": list(map(float, image.get_extent())),
        **_pack_scale(image),
    }


def _pack_bars(packing: Packing, bars: Any) -> Tree:
    return {
        "t": "mpl.bars",
        "v": [pack_patch(packing, bar) for bar in bars],
        "label": _pack_label(packing, bars),
    }


def _pack_mapped(packing: Packing, collection: Any) -> dict[str, Any]:
    values = collection.get_array()
    return {"values": None if values is None else packing.pack(values), **_pack_scale(collection)}


def _pack_scale(mapped: Any) -> dict[str, Any]:
    """Name of the colour map, and the limits of the numbers that it shows."""
    import matplotlib

    name, ends = mapped.get_cmap().name, mapped.get_clim()
    return {
        "colours": name if name in matplotlib.colormaps else None,
        "ends": None if None in ends else list(map(float, ends)),
    }


def _pack_floats(packing: Packing, values: Any) -> Tree:
    import numpy as np

    filled: Any = np.ma.filled(np.ma.asarray(values, dtype=float), np.nan)
    packing.budget.nodes(2)
    return pack_array(packing, filled)


def _pack_given(packing: Packing, values: Any) -> Tree:
    """Write what a line was given, if it was something else than an array of floats."""
    import numpy as np

    given: Any = values if type(values) is list else np.asarray(values)
    if type(given) is not list and given.dtype.kind == "f":
        return None
    try:
        return packing.pack(given)
    except CannotCross:  # its place in numbers crosses in any case
        return None


def pack_words(packing: Packing, written: Any) -> str:
    """Write a label or a title, cut where no reader would read on."""
    short = str(written)[:WORDS_LENGTH]
    packing.budget.text(short)
    return short


def _pack_label(packing: Packing, artist: Any) -> str | None:
    label = artist.get_label()
    return None if label is None else pack_words(packing, label)


def _pack_said(colour: Any) -> Tree:
    """Write a colour as it was asked for: by its name, or in three or four numbers."""
    if isinstance(colour, str):
        return str(colour)[:COLOUR_NAME_LENGTH]
    return list(map(float, colour)) if isinstance(colour, tuple) and len(colour) > 2 else None


def _outline(patch: Any) -> Any:
    """Corners of a patch, curves as many short lines."""
    from matplotlib.patches import Polygon

    if isinstance(patch, Polygon):
        return patch.get_xy()
    path = patch.get_path().transformed(patch.get_patch_transform())
    return next(iter(path.to_polygons(closed_only=False)), [])


def _plain_place(written: Any, target: Any) -> list[float] | None:
    """A place in numbers, also where days or names are written along an axis."""
    x, y = target
    try:
        return [float(written.convert_xunits(x)), float(written.convert_yunits(y))]
    except (TypeError, ValueError):
        return None
