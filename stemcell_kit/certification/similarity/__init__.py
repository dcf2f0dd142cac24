"""How alike submissions are: pairs worth a look, side by side, without a verdict on anybody."""

from __future__ import annotations

from stemcell_kit.certification.similarity.compare import Pair, Similarity, similarity
from stemcell_kit.certification.similarity.page import similarity_page
from stemcell_kit.certification.similarity.submissions import (
    CourseCell,
    Submission,
    course_cells,
    read_submissions,
)

__all__ = [
    "CourseCell",
    "Pair",
    "Similarity",
    "Submission",
    "course_cells",
    "read_submissions",
    "similarity",
    "similarity_page",
]
