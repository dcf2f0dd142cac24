"""How people hand in: what they do to notebooks and folders besides answering."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any

__all__ = ["HABITS", "Handin"]

Cell = dict[str, Any]

DUE = "2026-03-02 12:00:00 UTC"


@dataclass
class Handin:
    """One learner's folder while it is written, and the scores that it must get.

    ``expected`` maps (notebook, grade id) to points; ``None`` waits for a person.
    """

    code: str
    random: Random
    notebooks: dict[str, dict[str, Any]]
    files: dict[str, str]
    expected: dict[tuple[str, str], float | None]
    days_late: int = 0

    def cells(self, notebook: str = "qc_counts") -> list[Cell]:
        """The cells of a notebook, to be changed in place."""
        return self.notebooks[notebook]["cells"]

    def place(self, cell: str, notebook: str = "qc_counts") -> int:
        """Where a cell stands in its notebook."""
        return next(i for i, found in enumerate(self.cells(notebook)) if found["id"] == cell)

    def insert_after(self, cell: str, source: str) -> None:
        """Put a code cell of the learner's own behind a cell of the first notebook."""
        cells = self.cells()
        own = {"cell_type": "code", "execution_count": None, "id": f"own-{len(cells)}"}
        cells.insert(self.place(cell) + 1, own | {"metadata": {}, "outputs": [], "source": source})


def prints_much(handin: Handin) -> None:
    """Every second answer is followed by pages of print."""
    answered = [cell for cell in handin.cells() if cell["id"].endswith("-answer")]
    for cell in answered[::2]:
        lines = handin.random.randrange(200, 900)
        cell["source"] += f"\nfor step in range({lines}):\n    print('step', step, 'of {lines}')"


def plots_much(handin: Handin) -> None:
    """Looks at the data in figures of its own before answering."""
    bins = handin.random.randrange(4, 12)
    handin.insert_after("given", f"plt.hist(readings, bins={bins})\nplt.show()")
    handin.insert_after(
        "low-vials-answer",
        "own_figure, parts = plt.subplots(1, 2, figsize=(7, 3))\n"
        f"parts[0].boxplot(readings)\nparts[1].hist(readings, bins={bins})\n"
        "parts[0].set_title('not the answer')",
    )


def keeps_files(handin: Handin) -> None:
    """Writes a file of its own and reads it again."""
    limit = handin.random.randrange(80, 99) / 100
    handin.insert_after(
        "given",
        "from pathlib import Path\n\n"
        f"Path('kept').mkdir(exist_ok=True)\nwith open('kept/{handin.code}.txt', 'w') as file:\n"
        f"    file.write('\\n'.join(str(value) for value in readings if value > {limit}))",
    )
    source = f"kept = [float(line) for line in open('kept/{handin.code}.txt')]\nassert kept\n"
    answer = handin.cells()[handin.place("mean-answer")]
    answer["source"] = source + answer["source"]


def forgets_a_notebook(handin: Handin) -> None:
    """Hands in the first notebook only, and gets zero for all of the second."""
    del handin.notebooks["short_answers"]
    handin.expected.update({key: 0 for key in handin.expected if key[0] == "short_answers"})


def deletes_a_test(handin: Handin) -> None:
    """Removes a test cell; stock nbgrader leaves its points to a person."""
    tests = ("viability-values", "low-vials", "counting-dye", "vial-values", "by-lot", "p-value")
    gone = handin.random.choice(tests)
    del handin.cells()[handin.place(gone)]
    handin.expected["qc_counts", gone] = None


def adds_cells(handin: Handin) -> None:
    """Tries things out in cells of its own, with the usual magics, and leaves them there."""
    live = handin.random.randrange(50, 99)
    handin.insert_after("imports", "%matplotlib inline\npd.set_option('display.precision', 2)")
    handin.insert_after("viability-answer", f"%time viability({live}, {100 - live})")
    handin.insert_after("viability-answer", f"viability({live}, {100 - live})")
    handin.insert_after("column-answer", "from IPython.display import display\n\ndisplay(counts)")
    handin.insert_after("by-lot-answer", "%%time\nby_lot(sum, {'A': [1, 2], 'B': [3]})")
    handin.insert_after("vial-answer", f"help(percent)\ntry_{live} = Vial('x', {live}, 1)")


def changes_a_locked_cell(handin: Handin) -> None:
    """Makes a test easier and its data nicer; both are put back."""
    test = handin.cells()[handin.place("p-value")]
    test["source"] = "assert True"
    test["metadata"]["nbgrader"]["points"] = 10
    given = handin.cells()[handin.place("given")]
    given["source"] = given["source"].replace("0.98", "0.99")


def is_late(handin: Handin) -> None:
    """Comes after the due date, by one to three days."""
    handin.days_late = handin.random.randrange(1, 4)
    hour = handin.random.randrange(10, 12)
    handin.files["timestamp.txt"] = f"2026-03-0{2 + handin.days_late} {hour}:30:00 UTC"


def brings_files(handin: Handin) -> None:
    """Hands in notes, a module that it imports, a changed data file and a notebook too many."""
    number = handin.random.randrange(100)
    handin.files["notes.txt"] = f"vial {number} looked cloudy\n"
    handin.files["own_tools.py"] = f"def tenth(value):\n    return value / 10 + {number}\n"
    handin.files["counts.csv"] = "vial,lot,live_million,dead_million\nX,Z,1,0\n"
    handin.insert_after("given", f"from own_tools import tenth\n\nassert tenth(0) == {number}")
    handin.notebooks["scratch"] = handin.notebooks["short_answers"] | {"cells": []}


def warns_when_called(handin: Handin) -> None:
    """A right function that warns; stock nbgrader gives nothing for a test with a warning."""
    source = "def viability(live, dead):\n    warnings.warn('rounded by the counter')\n"
    answer = handin.cells()[handin.place("viability-answer")]
    answer["source"] = f"import warnings\n\n\n{source}    return percent(live, live + dead)"
    handin.expected["qc_counts", "viability-values"] = 0
    handin.expected["qc_counts", "viability-without-cells"] = 0


def leans_on_a_test(handin: Handin) -> None:
    """Uses the function that a test cell defines in an answer of its own."""
    answer = handin.cells()[handin.place("viability-answer")]
    answer["source"] = (
        "def viability(live, dead):\n    if close(live + dead, 0):\n"
        f"        raise ValueError('{handin.code}: no cells')\n    return 100 * live / (live + dead)"
    )
    handin.expected["qc_counts", "viability-values"] = 2
    handin.expected["qc_counts", "viability-without-cells"] = 1


HABITS: dict[str, Callable[[Handin], None]] = {
    "chatty": prints_much,
    "plotting": plots_much,
    "files": keeps_files,
    "one notebook": forgets_a_notebook,
    "deleted test": deletes_a_test,
    "extra cells": adds_cells,
    "changed test": changes_a_locked_cell,
    "late": is_late,
    "extra files": brings_files,
    "warning": warns_when_called,
    "leaning": leans_on_a_test,
}
