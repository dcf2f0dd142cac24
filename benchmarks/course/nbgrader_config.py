"""A course as a teacher has it: stock nbgrader, with a penalty for late submissions."""

from math import ceil

from nbgrader.plugins import BasePlugin


class TenPercentPerDay(BasePlugin):
    """Ten percent of the score for every day that has begun."""

    def late_submission_penalty(self, student_id, score, total_seconds_late):
        """Return the points to take off."""
        return 0.1 * score * ceil(total_seconds_late / 86400)


c = get_config()  # noqa: F821  (nbgrader provides it)

c.CourseDirectory.course_id = "cell-counting"
c.AssignLatePenalties.plugin_class = TenPercentPerDay
c.Execute.timeout = 10
