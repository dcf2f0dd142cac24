"""Size, roundness and growth of organoids in images, and how many cells found one."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from stemcell_kit.errors import BadInput
from stemcell_kit.model import Interval
from stemcell_kit.qc import inputs
from stemcell_kit.qc.proportions import wilson
from stemcell_kit.shown import Shown

__all__ = [
    "FormingEfficiency",
    "OrganoidSizes",
    "circularity",
    "equivalent_diameter",
    "forming_efficiency",
    "organoid_sizes",
    "volume_growth",
]


@dataclass(frozen=True)
class FormingEfficiency(Shown):
    """Organoids per 100 cells seeded, with the Wilson interval; ``n`` is the cells seeded."""

    value: float
    n: int
    interval: Interval
    unit: str = "%"
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class OrganoidSizes(Shown):
    """Equivalent diameters of one culture; ``value`` is the median in micrometres.

    ``in_window_percent`` is the share between the two diameters given, both included.
    """

    value: float
    n: int
    geometric_mean_um: float
    cv_percent: float
    in_window_percent: float
    interval: Interval
    unit: str = "um"
    notes: tuple[str, ...] = ()


def equivalent_diameter(area_um2: float) -> float:
    """Diameter of the circle with this area, ``2 sqrt(A / pi)``, in micrometres.

    Raises
    ------
    BadInput
        The area is not above zero.
    """
    return 2 * math.sqrt(inputs.positive(area_um2, "area_um2") / math.pi)


def circularity(area_um2: float, perimeter_um: float, *, pixel_error: float = 0.0) -> float:
    """Roundness of an outline, ``4 pi A / P^2``: 1 for a circle, less for anything else.

    Parameters
    ----------
    pixel_error
        Share by which the perimeter of a pixel outline may be short, e.g. 0.05. A value that is
        above 1 only because of it is given as 1.

    Raises
    ------
    BadInput
        Area or perimeter is not above zero, or no outline can be so short for its area.
    """
    area = inputs.positive(area_um2, "area_um2")
    perimeter = inputs.positive(perimeter_um, "perimeter_um")
    room = inputs.not_negative(pixel_error, "pixel_error")
    found = 4 * math.pi * area / perimeter**2
    if found > (1 + room) ** 2 * (1 + 1e-12):
        shortest = 2 * math.sqrt(math.pi * area)
        raise BadInput(
            f"perimeter is {perimeter:g} um around {area:g} um2; expected {shortest:.4g} or more, "
            "that of a circle. Check that both are in micrometres and of the same outline."
        )
    return min(1.0, found)


def volume_growth(start_um: float, end_um: float) -> float:
    """Fold change of the volume of a sphere, ``(d_end / d_start)^3``.

    A collapsed or budding organoid is no sphere; then compare areas.

    Raises
    ------
    BadInput
        A diameter is not above zero.
    """
    return (inputs.positive(end_um, "end_um") / inputs.positive(start_um, "start_um")) ** 3


def forming_efficiency(
    organoids: int, seeded_cells: int, *, confidence: float = 0.95
) -> FormingEfficiency:
    """Share of the seeded single cells that became an organoid.

    Raises
    ------
    BadInput
        More organoids than cells, or no cell.
    """
    formed = inputs.count(organoids, "organoids")
    cells = inputs.count(seeded_cells, "seeded_cells")
    if formed > cells or cells == 0:
        raise BadInput(
            f"{formed} organoids from {cells} seeded cells; expected no more organoids than cells. "
            "Fragments are no single cells: count what was seeded."
        )
    interval = inputs.in_percent(wilson(formed, cells, confidence=confidence))
    notes = ("the interval counts organoids; the error of the seeded cell count comes on top",)
    return FormingEfficiency(100 * formed / cells, cells, interval, notes=notes)


def organoid_sizes(
    areas_um2: Sequence[float], *, low_um: float, high_um: float, confidence: float = 0.95
) -> OrganoidSizes:
    """Describe the sizes of the organoids of one culture at one time.

    Parameters
    ----------
    areas_um2
        Projected area of each organoid, two or more.
    low_um, high_um
        Window of diameters that the assay takes, both ends included.

    Returns
    -------
    The interval is that of the share in the window, in percent. Organoids of one well are not
    independent cultures.

    Raises
    ------
    BadInput
        Fewer than two organoids, an impossible area, or a window upside down.
    """
    diameters = [equivalent_diameter(area) for area in areas_um2]
    if len(diameters) < 2:
        raise BadInput(f"found {len(diameters)} organoids; a distribution needs 2 or more")
    if not inputs.positive(low_um, "low_um") < inputs.positive(high_um, "high_um"):
        raise BadInput(f"the window is {low_um:g} to {high_um:g} um; expected low below high")
    inside = sum(low_um <= diameter <= high_um for diameter in diameters)
    return OrganoidSizes(
        value=statistics.median(diameters),
        n=len(diameters),
        geometric_mean_um=statistics.geometric_mean(diameters),
        cv_percent=100 * statistics.stdev(diameters) / statistics.fmean(diameters),
        in_window_percent=100 * inside / len(diameters),
        interval=inputs.in_percent(wilson(inside, len(diameters), confidence=confidence)),
        notes=("the interval is that of the share in the window",),
    )
