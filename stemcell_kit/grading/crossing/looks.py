"""What fields of a drawing may hold: words, colours, corners, numbers to be shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stemcell_kit.grading.crossing.arrays import array_field
from stemcell_kit.grading.crossing.drawn import COLOUR_NAME_LENGTH, WORDS_LENGTH
from stemcell_kit.grading.crossing.nodes import (
    Field,
    child,
    fault,
    list_of,
    number,
    text,
)

if TYPE_CHECKING:
    from stemcell_kit.grading.crossing.decode import Unpacking

__all__ = [
    "colour",
    "colour_map",
    "colours",
    "corners",
    "drawings",
    "given",
    "numbers",
    "said_colour",
    "shown_values",
    "words",
]


def words(unpacking: Unpacking, raw: Any) -> str:
    """Read a label or a title."""
    written = text(unpacking, raw)
    unpacking.budget.text(written)
    return written if len(written) <= WORDS_LENGTH else fault("a label is too long")


def numbers(count: int) -> Field:
    """Read a list of so many finite numbers."""
    return list_of(number, shortest=count, longest=count)


def drawings(*names: str) -> Field:
    """Read a list of nodes that are artists of some classes of matplotlib."""

    def read(unpacking: Unpacking, raw: Any) -> list[Any]:
        found = list_of(child())(unpacking, raw)
        if not all(type(artist).__name__ in names for artist in found):
            fault(f"something else than {' or '.join(names)} was drawn")
        if not all(type(artist).__module__.startswith("matplotlib.") for artist in found):
            fault("something was drawn that is not of matplotlib")
        return found

    return read


def colours(unpacking: Unpacking, raw: Any) -> Any:
    """Read colours: red, green, blue and opacity in rows, each from 0 to 1."""
    values = array_field("f", dimensions=2)(unpacking, raw)
    if values.shape[1] != 4 or not ((values >= 0) & (values <= 1)).all():
        fault("a colour is not four numbers from 0 to 1")
    return values


def colour(unpacking: Unpacking, raw: Any) -> tuple[float, ...]:
    """Read one colour."""
    values = colours(unpacking, raw)
    if len(values) != 1:
        fault("one colour was expected")
    return tuple(map(float, values[0]))


def said_colour(unpacking: Unpacking, raw: Any) -> str | tuple[float, ...]:
    """Read the name, or the three or four numbers, by which a colour was asked for."""
    from matplotlib.colors import is_color_like

    if type(raw) is list:
        values = list_of(number, shortest=3, longest=4)(unpacking, raw)
        return tuple(values) if is_color_like(values) else fault("a colour is none")
    said = text(unpacking, raw)
    if len(said) > COLOUR_NAME_LENGTH or not is_color_like(said):
        fault("a colour has no name that is known here")
    return said


def colour_map(unpacking: Unpacking, raw: Any) -> str:
    """Read the name of a colour map."""
    import matplotlib

    name = text(unpacking, raw)
    return name if name in matplotlib.colormaps else fault("a colour map is unknown here")


def given(unpacking: Unpacking, raw: Any) -> Any:
    """Read what a line was given in place of an array of floats."""
    import numpy as np

    values = child(list, np.ndarray)(unpacking, raw)
    if isinstance(values, np.ndarray) and values.ndim != 1:
        fault("a line was given something else than a row")
    return values


def shown_values(unpacking: Unpacking, raw: Any) -> Any:
    """Read the numbers that a colour map shows, some of them perhaps masked."""
    import numpy as np

    values = child(np.ndarray, np.ma.MaskedArray)(unpacking, raw)
    return values if values.dtype.kind in "biuf" else fault("an image is not made of numbers")


def corners(unpacking: Unpacking, raw: Any) -> Any:
    """Read places in the plane, each two numbers."""
    values = array_field("f", dimensions=2)(unpacking, raw)
    return values if values.shape[1] == 2 else fault("a corner is not two numbers")
