"""The autograded copy of a submission: what formgrader and the feedback read."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

from stemcell_kit.grading.gradebook_writer import NotebookMarks
from stemcell_kit.grading.graded import Graded

__all__ = ["Destination", "other_preprocessors", "remove_leftovers"]

MAKING = ".stemcell-kit-"  # how the names of folders begin that a run is about to fill or remove


class Destination:
    """The folder ``autograded/<learner>/<assignment>`` in the making.

    It is filled beside its place and put there in one step, after the gradebook has the scores:
    a run that is killed leaves the old folder or the new one, never half of one.

    Parameters
    ----------
    converter
        nbgrader's converter, which knows the course.
    """

    def __init__(self, converter: Any, graded: Graded) -> None:
        self._converter = converter
        self._graded = graded
        assignment = converter.coursedir.assignment_id
        self._place = Path(converter._format_dest(assignment, graded.student))
        self._place.parent.mkdir(parents=True, exist_ok=True)
        self._new = Path(tempfile.mkdtemp(prefix=MAKING, dir=self._place.parent))
        self._new.chmod(0o755)
        if converter.coursedir.notebook_id != "*" and self._place.exists():
            shutil.copytree(self._place, self._new, dirs_exist_ok=True)
        for name, content in graded.files.items():
            path = self._new / (name if name in graded.course_files else _made_inert(name))
            path.parent.mkdir(parents=True, exist_ok=True)
            path.unlink(missing_ok=True)
            path.write_bytes(content)

    def notebook(self, name: str, preprocessors: list[Any]) -> NotebookMarks:
        """Write one graded notebook and return what the gradebook gets."""
        import nbformat

        coursedir = self._converter.coursedir
        resources = {
            "unique_key": name,
            "output_files_dir": f"{name}_files",
            "nbgrader": {
                "student": self._graded.student,
                "assignment": coursedir.assignment_id,
                "notebook": name,
                "db_url": coursedir.db_url,
            },
        }
        notebook = self._graded.with_outputs(name)
        for preprocessor in preprocessors:
            notebook, resources = preprocessor(notebook, resources)
        path = self._new / f"{name}.ipynb"
        path.unlink(missing_ok=True)
        path.write_text(nbformat.v4.writes(notebook) + "\n", encoding="utf-8")
        return self._graded.marks(name, notebook)

    def publish(self) -> None:
        """Put the folder in its place."""
        if self._place.exists():
            old = Path(tempfile.mkdtemp(prefix=MAKING, dir=self._place.parent))
            self._place.rename(old / "folder")
            self._new.rename(self._place)
            shutil.rmtree(old)
        else:
            self._new.rename(self._place)
        self._converter.set_permissions(
            self._converter.coursedir.assignment_id, self._graded.student
        )


# What a browser would run when somebody opens it beside a learner's feedback.
ACTIVE = frozenset(
    [
        "htm",
        "html",
        "js",
        "mht",
        "mhtml",
        "mjs",
        "shtml",
        "svg",
        "svgz",
        "swf",
        "xht",
        "xhtml",
        "xml",
        "xsl",
        "xslt",
    ]
)


def _made_inert(name: str) -> str:
    """Return the name of a learner's file so that no browser takes it for a page."""
    return f"{name}.txt" if name.rpartition(".")[2].lower() in ACTIVE else name


def remove_leftovers(place: Path) -> None:
    """Remove what a run that was killed or has failed left beside *place*."""
    for left in place.parent.glob(f"{MAKING}*"):
        shutil.rmtree(left)


def other_preprocessors(converter: Any) -> list[Any]:
    """Return what a course runs on notebooks besides nbgrader's own steps that we replace.

    In the order of its configuration: first those that clean, then those that grade.
    """
    from nbgrader import preprocessors as stock
    from traitlets.utils.importstring import import_item

    ours = (
        stock.ClearOutput,
        stock.DeduplicateIds,
        stock.OverwriteKernelspec,
        stock.OverwriteCells,
        stock.CheckCellMetadata,
        stock.Execute,
        stock.SaveAutoGrades,
        stock.AssignLatePenalties,
    )
    named = [*converter.sanitize_preprocessors, *converter.autograde_preprocessors]
    found = [import_item(one) if isinstance(one, str) else one for one in named]
    made = [
        one(parent=converter) if isinstance(one, type) else one for one in found if one not in ours
    ]
    return [preprocessor for preprocessor in made if getattr(preprocessor, "enabled", True)]
