"""The course as nbgrader sees it: ``solutions/<language>`` is released into ``exercises/<language>``."""

import os

language = os.environ.get("STEMCELL_KIT_LANGUAGE", "en")

c = get_config()  # noqa: F821  (nbgrader provides it)

c.CourseDirectory.course_id = "stemcell-standards"
c.CourseDirectory.source_directory = f"solutions/{language}"
c.CourseDirectory.release_directory = f"exercises/{language}"
c.CourseDirectory.ignore = [".ipynb_checkpoints", "*.pyc*", "__pycache__", "attempts.toml"]

c.ClearSolutions.code_stub = {"python": "# Put your answer in place of the dots."}
c.Execute.timeout = 60
c.ExecutePreprocessor.timeout = 60

# The grading engine: learners' code behind a sandbox, tests out of its reach.
from stemcell_kit.grading.plugin import install  # noqa: E402

install(c)
