"""The exam that is attacked: twelve questions of different shape, as cells of an nbgrader source.

``@NAME@`` stands for a value that is drawn anew for every course, see ``course.py``.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["CELLS", "Cell"]


@dataclass(frozen=True)
class Cell:
    """One cell of the source; a test cell has points."""

    grade_id: str
    source: str
    points: float = 0
    solution: bool = False


def _hidden(lines: str) -> str:
    return f"### BEGIN HIDDEN TESTS\n# @HIDDEN@\n{lines}\n### END HIDDEN TESTS"


def _answer(grade_id: str, solution: str) -> Cell:
    body = f"### BEGIN SOLUTION\n# @SOURCE@\n{solution}\n### END SOLUTION"
    return Cell(grade_id, body, solution=True)


GIVEN = """\
readings = [@READING@, 11.5, 12.0, 13.5]


def average(values):
    return sum(values) / len(values)"""

DILUTION = """\
def dilution(stock, final):
    if stock <= 0:
        raise ValueError("a stock is above zero")
    return final / stock"""

VIAL = """\
class Vial:
    def __init__(self, held):
        self.held = held

    def thaw(self):
        self.held -= 1
        return self.held"""

AGREES = """\
def agrees(found, expected):
    return abs(found - expected) < 1e-9


assert callable(dilution)"""

REFUSES = """\
try:
    dilution(-1.0, 2.0)
except ValueError:
    refused = True
else:
    refused = False
assert refused"""

TABLE = """\
import pandas as pd

wanted = pd.DataFrame({"vial": ["a", "b"], "ml": [@ML@, 2.5]})
pd.testing.assert_frame_equal(table.reset_index(drop=True), wanted)"""

GROWTH = """\
import unittest


class Growth(unittest.TestCase):
    def runTest(self):
        self.assertEqual(growth, @GROWTH@)


Growth().debug()"""

RECOVERY = """\
import stemcell_kit as sk

sk.expect(sk.close_to(recovery, @RECOVERY@, within=0.01), "Divide by what was frozen.")"""

VERDICT = """\
import stemcell_kit as sk

sk.award(
    4,
    (sk.close_to(recovery, @RECOVERY@, within=0.01), "Divide by what was frozen."),
    (sk.is_text(verdict) and verdict == "@VERDICT@", "Compare with the limit."),
)"""

MARKERS = """\
expected = ["@MARKER@", "POU5F1", "SOX2"]
assert len(markers) == 3
assert sorted(markers) == expected"""

NO_TEXT = """\
assert callable(clean)
try:
    clean(None)
except Exception:
    refused = True
else:
    refused = False
assert refused"""

CLEAN = 'assert clean("  @ARGUMENT@ ") == "@ARGUMENT@"'

# every question is an answer cell and the test cells that follow it
CELLS = (
    Cell("given", GIVEN),
    _answer("count", "count = @COUNT@"),
    Cell("count-right", _hidden("hidden_key = '@HIDDEN@'\nassert count == @COUNT@"), 2),
    Cell("count-kind", _hidden("assert isinstance(count, int) and count == @COUNT@"), 2),
    _answer("titre", "titre = @TITRE@"),
    Cell("titre-isclose", _hidden("import math\n\nassert math.isclose(titre, @TITRE@)"), 2),
    Cell("titre-distance", _hidden("assert abs(titre - @TITRE@) < 1e-6"), 2),
    Cell("titre-numpy", _hidden("import numpy as np\n\nassert np.isclose(titre, @TITRE@)"), 2),
    Cell("titre-rounded", _hidden("assert round(titre, 3) == round(@TITRE@, 3)"), 2),
    _answer("line", "line = '@LINE@'"),
    Cell("line-kind", "assert isinstance(line, str)", 1),
    Cell("line-right", _hidden("assert line.strip().upper() == '@LINE@'"), 2),
    _answer("markers", "markers = ['SOX2', '@MARKER@', 'POU5F1']\npassages = {'mcb': @PASSAGE@}"),
    Cell("markers-right", _hidden(MARKERS), 2),
    Cell("passages-right", _hidden("assert passages == {'mcb': @PASSAGE@}"), 2),
    _answer("dilution", DILUTION),
    Cell("dilution-shape", AGREES, 1),
    Cell("dilution-values", _hidden("found = dilution(17.0, 136.0)\nassert agrees(found, 8.0)"), 2),
    Cell("dilution-refuses", _hidden(REFUSES), 2),
    _answer("clean", "def clean(text):\n    return text.strip()"),
    Cell("clean-right", _hidden(CLEAN), 2),
    Cell("clean-refuses", _hidden(NO_TEXT), 2),
    _answer("ordered", "def ordered(values):\n    return sorted(values)"),
    Cell(
        "ordered-right", _hidden("values = [3, 1, 2]\nassert ordered(values) == sorted(values)"), 2
    ),
    _answer("vial", VIAL),
    Cell(
        "vial-right", _hidden("vial = Vial(3)\nassert vial.thaw() == 2\nassert vial.held == 2"), 2
    ),
    _answer(
        "table",
        "import pandas as pd\n\ntable = pd.DataFrame({'vial': ['a', 'b'], 'ml': [@ML@, 2.5]})",
    ),
    Cell("table-right", _hidden(TABLE), 2),
    _answer("mean", "mean = sum(readings) / len(readings)"),
    Cell("mean-right", _hidden("assert mean == average(readings)"), 2),
    _answer("growth", "growth = @GROWTH@"),
    Cell("growth-right", _hidden(GROWTH), 2),
    _answer("recovery", "recovery = @RECOVERY@\nverdict = '@VERDICT@'"),
    Cell("recovery-right", _hidden(RECOVERY), 2),
    Cell("recovery-verdict", _hidden(VERDICT), 4),
)
