"""Figures of matplotlib cross as their data and stand up again, undrawn."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.container import BarContainer
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from stemcell_kit.grading.crossing import BadCrossing, CannotCross, decode, encode


@pytest.fixture(autouse=True)
def nothing_on_screen() -> Iterator[None]:
    """Figures are drawn in memory, and closed after each test."""
    before = mpl.get_backend()
    plt.switch_backend("agg")
    yield
    plt.close("all")
    plt.switch_backend(before)


def crossed(value: Any) -> Any:
    """A value after its way through JSON text, as between two processes."""
    return decode(json.loads(json.dumps(encode(value), allow_nan=False)))


def facts(axes: Axes) -> dict[str, Any]:
    """What a test of a plot may ask."""
    legend = axes.get_legend()
    return {
        "titles": [axes.get_title(loc=place) for place in ("center", "left", "right")],
        "labels": [axes.get_xlabel(), axes.get_ylabel(), axes.get_label()],
        "limits": [axes.get_xlim(), axes.get_ylim()],
        "scales": [axes.get_xscale(), axes.get_yscale()],
        "ticks": [list(map(float, ticks)) for ticks in (axes.get_xticks(), axes.get_yticks())],
        "tick texts": [
            [text.get_text() for text in texts]
            for texts in (axes.get_xticklabels(), axes.get_yticklabels())
        ],
        "lines": [
            (
                str(line.get_xydata()),
                list(map(str, line.get_xdata())),
                line.get_label(),
                line.get_color(),
                line.get_linestyle(),
                line.get_marker(),
                line.get_linewidth(),
            )
            for line in axes.get_lines()
        ],
        "collections": [
            (
                type(found).__name__.replace("FillBetween", ""),
                str(np.asarray(found.get_offsets(), dtype=float)),
                found.get_facecolors().tolist(),
                found.get_label(),
                str(found.get_array()),
                len(found.get_paths()),
            )
            for found in axes.collections
        ],
        "patches": [
            (type(patch).__name__, patch.get_facecolor(), patch.get_label())
            for patch in axes.patches
        ],
        "bars": [
            [(bar.get_x(), bar.get_y(), bar.get_width(), bar.get_height()) for bar in group]
            for group in axes.containers
            if isinstance(group, BarContainer)
        ],
        "texts": [(text.get_text(), text.get_position()) for text in axes.texts],
        "images": [
            (str(image.get_array()), image.get_cmap().name, image.get_clim())
            for image in axes.images
        ],
        "legend": legend and [text.get_text() for text in legend.get_texts()],
        "legend title": legend and legend.get_title().get_text(),
        "handles": axes.get_legend_handles_labels()[1],
        "shown": axes.axison,
    }


def line_plot() -> Figure:
    """Two lines, one with a gap."""
    figure, axes = plt.subplots()
    axes.plot([1, 2, 3], [1, 4, 9], "r--o", label="clone A")
    axes.plot([1, np.nan, 3], label="clone B", c="C3", lw=3)
    axes.axhline(3, color=(0.1, 0.2, 0.3))
    axes.axvspan(1, 2)
    axes.set(title="Growth", xlabel="day", ylabel="cells")
    axes.set_title("left", loc="left")
    axes.legend(title="clones")
    return figure


def scatter_plot() -> Figure:
    """Points with sizes and colours on a logarithmic axis, and what surrounds them."""
    figure, axes = plt.subplots()
    axes.scatter([1, 2], [3, 4], s=[10, 20], c=["red", "blue"], label="lots")
    axes.scatter([1, 2], [3, 4], c=[1.0, 2.0], cmap="viridis")
    axes.set_xscale("log")
    axes.fill_between([1, 2], [1, 2])
    axes.vlines([1, 2], 0, 3)
    axes.annotate("peak", (1, 2), (2, 3))
    axes.text(1, 1, "note")
    return figure


def bar_plot() -> Figure:
    """Bars with names below."""
    figure, axes = plt.subplots(figsize=(3, 2))
    axes.bar(["a", "b", "c"], [1, 2, 3], label="lots", color="g")
    axes.set_ylim(0, 10)
    axes.legend()
    return figure


def four_plots() -> Figure:
    """A histogram, an image, a pie and days."""
    figure, axes = plt.subplots(2, 2, layout="constrained")
    axes[0, 0].hist([1, 2, 2, 3], bins=3)
    axes[0, 1].imshow(np.arange(6).reshape(2, 3), cmap="gray")
    axes[1, 0].pie([1, 2])
    axes[1, 1].plot(pd.date_range("2020", periods=3), [1, 2, 3])
    figure.suptitle("Four")
    return figure


def named_ticks() -> Figure:
    """A line over names, and ticks that were chosen."""
    figure, axes = plt.subplots()
    axes.plot(["x", "y"], [1, 2])
    axes.set_yticks([1, 2], ["one", "two"])
    return figure


def mesh_and_twin() -> Figure:
    """A mesh with its colour bar, and a second y axis."""
    figure, axes = plt.subplots()
    mesh = axes.pcolormesh(np.eye(3))
    figure.colorbar(mesh)
    axes.twinx().plot([1, 2])
    return figure


def outlines() -> Figure:
    """What is made of polygons and of lines, without an axis."""
    figure, axes = plt.subplots()
    axes.hist([1, 2, 3], histtype="step")
    axes.boxplot([[1, 2, 3]])
    axes.set_xticks([])
    axes.axis("off")
    return figure


def bars_of_pandas() -> Figure:
    """Grouped bars, as ``DataFrame.plot`` makes them."""
    return pd.DataFrame({"a": [1, 2], "b": [2, 3]}, index=["u", "v"]).plot.bar().figure


def days_of_pandas() -> Figure:
    """A time series, whose ticks only pandas understands."""
    days = pd.date_range("2020", periods=2, freq="D")
    return pd.DataFrame({"a": [1, 2.0]}, index=days).plot().figure


FIGURES = [
    line_plot,
    scatter_plot,
    bar_plot,
    four_plots,
    named_ticks,
    mesh_and_twin,
    outlines,
    bars_of_pandas,
    days_of_pandas,
    plt.figure,
]


@pytest.mark.parametrize("draw", FIGURES, ids=lambda draw: draw.__name__)
def test_a_figure_answers_as_the_learners_does(draw: Callable[[], Figure]) -> None:
    """Everything that a test of a plot may ask has the same answer on both sides."""
    figure = draw()
    expected = [facts(axes) for axes in figure.axes]
    arrived = crossed(figure)

    assert type(arrived) is Figure
    assert [facts(axes) for axes in arrived.axes] == expected
    assert arrived.get_suptitle() == figure.get_suptitle()
    assert arrived.get_size_inches().tolist() == figure.get_size_inches().tolist()


@pytest.mark.parametrize("draw", FIGURES, ids=lambda draw: draw.__name__)
def test_a_figure_that_arrived_can_be_drawn(draw: Callable[[], Figure]) -> None:
    """It is a real figure, with a canvas of its own."""
    crossed(draw()).canvas.draw()


def test_a_figure_that_arrived_is_unknown_to_pyplot() -> None:
    """Otherwise a class of figures would stay in memory."""
    figure = line_plot()
    before = plt.get_fignums()
    crossed(figure)

    assert plt.get_fignums() == before


def test_axes_of_one_figure_share_one_figure() -> None:
    """``fig, axs`` and an array of Axes are one drawing."""
    figure, axes = plt.subplots(2, 2)
    grid, same, one = crossed([axes, figure, {"last": axes[1, 1]}])

    assert grid.shape == (2, 2)
    assert grid[0, 1] is same.axes[1]
    assert one["last"] is same.axes[3]
    assert same.axes[0].figure is same


def test_two_figures_stay_two() -> None:
    """Each has its own number."""
    first, second = crossed([line_plot(), bar_plot()])

    assert first is not second
    assert first.axes[0].get_title() == "Growth"


def test_what_was_drawn_crosses_without_its_figure() -> None:
    """``ax.plot`` returns lines, ``ax.bar`` bars, ``ax.scatter`` points."""
    axes = plt.subplots()[1]
    drawn = [axes.plot([1, 2], "g"), axes.bar([1, 2], [3, 4]), axes.scatter([1], [2], s=9)]
    (line,), bars, points = crossed(drawn)

    assert type(line) is Line2D
    assert line.get_xydata().tolist() == [[0, 1], [1, 2]]
    assert [bar.get_height() for bar in bars] == [3, 4]
    assert points.get_offsets().tolist() == [[1, 2]]
    assert points.get_sizes().tolist() == [9]


@pytest.mark.parametrize("title", ["$\\frac{$", "$" * 3000, "\\input{/etc/passwd}"])
def test_a_formula_is_not_read_on_the_way_in(title: str) -> None:
    """A title is a text until someone draws it."""
    figure = plt.figure()
    figure.add_subplot(title=title)

    assert crossed(figure).axes[0].get_title() == title


def test_other_axes_than_x_and_y_are_refused() -> None:
    """What would arrive as another plot does not cross."""
    figure = plt.subplots(subplot_kw={"projection": "polar"})[0]

    with pytest.raises(CannotCross, match="polar axes"):
        encode(figure)


def test_an_axes_without_its_figure_is_refused() -> None:
    """A removed Axes is part of no drawing."""
    axes = plt.subplots()[1]
    axes.remove()

    with pytest.raises(CannotCross):
        encode(axes)


def first_panel(tree: Any) -> Any:
    """The first Axes in the tree of a figure."""
    return tree["panels"][0]


COLOUR = {"t": "np.array", "dtype": "<f8", "shape": [1, 4], "v": ""}
FAULTS: dict[str, Callable[[Any], Any]] = {
    "a figure without size": lambda tree: tree.update(size=[0, 1]),
    "a figure as large as a house": lambda tree: tree.update(size=[1e5, 1]),
    "a place that is no number": lambda tree: first_panel(tree).update(place=[0, 0, 1, "1"]),
    "an endless limit": lambda tree: first_panel(tree)["x"].update(ends=[0, float("inf")]),
    "an unknown scale": lambda tree: first_panel(tree)["x"].update(scale="function"),
    "ticks without texts": lambda tree: first_panel(tree)["x"].update(ticks=[1], texts=[]),
    "thousands of ticks": lambda tree: first_panel(tree)["x"].update(
        ticks=[1] * 5000, texts=[""] * 5000
    ),
    "a title as long as a book": lambda tree: tree.update(title="a" * 20_000),
    "a title that is a list": lambda tree: first_panel(tree).update(titles=[[], "", ""]),
    "a number among lines": lambda tree: first_panel(tree).update(lines=[1]),
    "a line among patches": lambda tree: first_panel(tree).update(
        patches=first_panel(tree)["lines"]
    ),
    "bars that nobody drew": lambda tree: first_panel(tree).update(
        bars=[{"t": "mpl.group", "at": [99], "label": ""}]
    ),
    "a marker made of a formula": lambda tree: first_panel(tree)["lines"][0].update(
        marker="$\\int$"
    ),
    "a colour that is none": lambda tree: first_panel(tree)["lines"][0].update(said="no colour"),
    "a colour of three numbers too large": lambda tree: first_panel(tree)["lines"][0].update(
        said=[2, 2, 2]
    ),
    "a colour without numbers": lambda tree: first_panel(tree)["lines"][0].update(colour=COLOUR),
    "x and y of different length": lambda tree: first_panel(tree)["lines"][0].update(
        x=encode(np.zeros(7))
    ),
    "x in two dimensions": lambda tree: first_panel(tree)["lines"][0].update(
        x=encode(np.zeros((1, 1)))
    ),
    "an unknown field": lambda tree: first_panel(tree).update(more=1),
    "more Axes than a wall has room for": lambda tree: tree.update(panels=tree["panels"] * 101),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_faulty_figure_is_refused(fault: Callable[[Any], Any]) -> None:
    """Each field has its own rule."""
    tree = json.loads(json.dumps(encode(line_plot())))
    fault(tree)

    with pytest.raises(BadCrossing):
        decode(tree)


@pytest.mark.parametrize(
    "tree",
    [
        {"t": "mpl.same", "v": 0},
        {"t": "mpl.axes", "figure": 1, "at": 0},
        {"t": "mpl.axes", "figure": {"t": "mpl.same", "v": 0}, "at": 0},
        {"t": "mpl.panel"},
        {"t": "mpl.image"},
        {"t": "mpl.text", "v": [1, 2], "text": 3, "target": None},
        {"t": "mpl.bars", "v": [1], "label": ""},
    ],
)
def test_a_part_of_a_figure_without_the_rest_is_refused(tree: Any) -> None:
    """Numbers of figures, Axes and bars that are nowhere described."""
    with pytest.raises(BadCrossing):
        decode(tree)


def test_an_axes_beyond_the_last_is_refused() -> None:
    """A figure with one Axes has no second."""
    tree: Any = encode(line_plot().axes[0])

    with pytest.raises(BadCrossing, match="no place"):
        decode({**tree, "at": 1})


def test_two_figures_with_one_number_are_refused() -> None:
    """It would be unclear which one is meant."""
    tree = encode(plt.figure())

    with pytest.raises(BadCrossing, match="number"):
        decode({"t": "list", "v": [tree, tree]})


def test_a_wedge_that_turns_for_ever_is_refused() -> None:
    """Rounding would turn it into an arc of endless steps."""
    tree: Any = encode(plt.subplots()[1].pie([1, 2])[0][0])
    tree["v"][4] = 1e20

    with pytest.raises(BadCrossing, match="turns"):
        decode(tree)


def test_encoding_loads_no_matplotlib() -> None:
    """A process that has drawn nothing need not wait for it."""
    question = (
        "import sys; from stemcell_kit.grading.crossing import encode;"
        "import numpy; encode(numpy.zeros(2)); print('matplotlib' in sys.modules)"
    )
    answer = subprocess.run(
        [sys.executable, "-c", question], capture_output=True, check=True, text=True
    )

    assert answer.stdout.strip() == "False"
