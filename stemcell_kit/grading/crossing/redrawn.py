"""Lines, points, bars, texts and images of matplotlib, made of data that may be hostile.

Nothing is drawn, so that no text is taken for a formula.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stemcell_kit.grading.crossing.arrays import array_field
from stemcell_kit.grading.crossing.drawn import (
    ARTIST_NODES,
    MARKERS,
    STYLES,
)
from stemcell_kit.grading.crossing.looks import (
    colour,
    colour_map,
    colours,
    corners,
    drawings,
    given,
    numbers,
    said_colour,
    shown_values,
    words,
)
from stemcell_kit.grading.crossing.nodes import (
    Field,
    Form,
    Reader,
    fault,
    list_of,
    maybe,
    number,
    one_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from stemcell_kit.grading.crossing.decode import Unpacking

__all__ = ["IMAGE", "READERS"]


def _line(x: Any, y: Any, given_x: Any, given_y: Any, *looks: Any) -> Any:
    from matplotlib.lines import Line2D

    label, colour, said, style, marker, width = looks
    if any(row is not None and len(row) != len(x) for row in (given_x, given_y)):
        fault("a line was given more or less than its points")
    line = Line2D(
        x, y, label=label, color=said or colour, linestyle=style, marker=marker, linewidth=width
    )
    line.recache(always=True)
    # matplotlib would look for an axis that knows names and days; ours know numbers only
    kept: Any = line
    kept._xorig = kept._xorig if given_x is None else given_x
    kept._yorig = kept._yorig if given_y is None else given_y
    return line


def _points(offsets: Any, sizes: Any, values: Any, *looks: Any) -> Any:
    from matplotlib.collections import PathCollection
    from matplotlib.path import Path

    name, ends, label, face, edge = looks
    points = PathCollection([Path.unit_circle()], sizes, offsets=offsets, label=label)
    points.set(facecolors=face, edgecolors=edge)
    if values is not None:
        points.set_array(values)
    _set_scale(points, name, ends)
    return points


def _set_scale(mapped: Any, name: str | None, ends: list[float] | None) -> None:
    if name is not None:
        mapped.set_cmap(name)
    if ends is not None:
        mapped.set_clim(*ends)


def _mesh(corners: Any, values: Any, *looks: Any) -> Any:
    from matplotlib.collections import QuadMesh

    name, ends, label, _, edge = looks
    if corners.shape[2] != 2 or values is None:
        fault("a mesh has no corners or no numbers")
    mesh = QuadMesh(corners, array=values, label=label, edgecolors=edge)
    _set_scale(mesh, name, ends)
    return mesh


def _segments(segments: list[Any], label: str, face: Any, edge: Any) -> Any:
    from matplotlib.collections import LineCollection

    return LineCollection(segments, label=label, colors=edge)


def _areas(corners: list[Any], label: str, face: Any, edge: Any) -> Any:
    from matplotlib.collections import PolyCollection

    return PolyCollection(corners, closed=False, label=label, facecolors=face, edgecolors=edge)


def _rectangle(sides: list[float], label: str, face: Any, edge: Any) -> Any:
    from matplotlib.patches import Rectangle

    x, y, width, height, angle = sides
    looks = {"angle": angle, "label": label, "facecolor": face, "edgecolor": edge}
    return Rectangle((x, y), width, height, **looks)


def _wedge(sides: list[float], label: str, face: Any, edge: Any) -> Any:
    from matplotlib.patches import Wedge

    x, y, radius, start, end = sides
    if max(abs(start), abs(end)) > TURNS:
        fault("a wedge turns too often")
    return Wedge((x, y), radius, start, end, label=label, facecolor=face, edgecolor=edge)


def _polygon(corners: Any, label: str, face: Any, edge: Any) -> Any:
    from matplotlib.patches import Polygon

    return Polygon(corners, closed=False, label=label, facecolor=face, edgecolor=edge)


def _text(place: list[float], written: str, target: list[float] | None) -> Any:
    from matplotlib.text import Annotation, Text

    x, y = place
    if target is None:
        return Text(x, y, written)
    return Annotation(written, (target[0], target[1]), xytext=(x, y))


def _bars(bars: list[Any], label: str) -> Any:
    from matplotlib.container import BarContainer

    return BarContainer(bars, label=label)


def _artist(build: Callable[..., Any], **fields: Field) -> Reader:
    """Read an artist, which costs more than its parts."""
    form = Form(build, **fields)

    def read(unpacking: Unpacking, node: dict[str, Any]) -> Any:
        unpacking.budget.nodes(ARTIST_NODES)
        return form(unpacking, node)

    return read


# Beyond some turns, rounding makes matplotlib draw an arc in steps without number.
TURNS = 36_000
PLACES = array_field("f", dimensions=1)
SCALE = {"colours": maybe(colour_map), "ends": maybe(numbers(2))}
LABEL = maybe(words)
LOOKS = {"label": LABEL, "face": colours, "edge": colours}
PATCH_LOOKS = {"label": LABEL, "face": colour, "edge": colour}
# An image has no place outside of its axes, so that whoever builds these places it.
IMAGE = _artist(lambda *parts: parts, v=shown_values, extent=numbers(4), **SCALE)
READERS: dict[str, Reader] = {
    "mpl.areas": _artist(_areas, v=list_of(corners), **LOOKS),
    "mpl.bars": Form(_bars, v=drawings("Rectangle"), label=LABEL),
    "mpl.line": _artist(
        _line,
        x=PLACES,
        y=PLACES,
        given_x=maybe(given),
        given_y=maybe(given),
        label=LABEL,
        colour=colour,
        said=maybe(said_colour),
        style=one_of(*STYLES),
        marker=one_of(*MARKERS),
        width=number,
    ),
    "mpl.mesh": _artist(
        _mesh,
        v=array_field("f", dimensions=3),
        values=maybe(shown_values),
        **SCALE,
        **LOOKS,
    ),
    "mpl.points": _artist(
        _points,
        v=corners,
        sizes=PLACES,
        values=maybe(shown_values),
        **SCALE,
        **LOOKS,
    ),
    "mpl.polygon": _artist(_polygon, v=corners, **PATCH_LOOKS),
    "mpl.rectangle": _artist(_rectangle, v=numbers(5), **PATCH_LOOKS),
    "mpl.segments": _artist(_segments, v=list_of(corners), **LOOKS),
    "mpl.text": _artist(_text, v=numbers(2), text=words, target=maybe(numbers(2))),
    "mpl.wedge": _artist(_wedge, v=numbers(5), **PATCH_LOOKS),
}
