"""Taking a learner's folder in: a clean copy of what was handed in, whatever was handed in.

A folder from a learner may hold links to other people's work, pipes, broken or forged notebooks.
What the later steps see is a copy made here: regular files of bounded size, and notebooks that
every part of nbgrader can read. The original is opened, never followed, never changed.
"""

from stemcell_kit.grading.intake.marks import CourseCell, course_cells
from stemcell_kit.grading.intake.take import Intake, take_in

__all__ = ["CourseCell", "Intake", "course_cells", "take_in"]
