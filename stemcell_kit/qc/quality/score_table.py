"""What the methods on examinations accept as a table of scores."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from stemcell_kit.errors import BadInput
from stemcell_kit.qc import inputs

__all__ = ["score_table"]


def score_table(
    table: Sequence[Sequence[float]], counts: Sequence[int] | None, *, questions: int
) -> NDArray[np.float64]:
    """Return a row per candidate and a column per question.

    ``counts`` says how many candidates gave each row, where rows are patterns of answers;
    ``questions`` is how many columns the method needs.

    Raises
    ------
    BadInput
        Too few questions, fewer than three candidates, or gaps.
    """
    rows = [
        [inputs.number(one, f"a score in row {place}") for one in row]
        for place, row in enumerate(table, 1)
    ]
    sizes = sorted({len(row) for row in rows})
    if len(sizes) != 1 or sizes[0] < questions:
        raise BadInput(
            f"rows of {sizes} scores; expected rows of one length, with at least {questions} "
            "questions. Candidates who got other questions belong to another table."
        )
    times = [inputs.count(one, "a number of candidates") for one in counts or [1] * len(rows)]
    if len(times) != len(rows) or sum(times) < 3:
        raise BadInput(
            f"{len(rows)} rows with {len(times)} counts of {sum(times)} candidates in all; "
            "expected a count for each row and at least 3 candidates."
        )
    return np.repeat(np.array(rows, dtype=float), times, axis=0)
