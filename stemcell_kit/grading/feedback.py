"""What people open in a browser after grading: the feedback of a learner, and formgrader.

Both are made by nbconvert from the graded notebook, whose text cells may hold any HTML. What is
rendered from a learner's text is cleaned after it is rendered, where no trick of Markdown can
bring a tag back; all else is cleaned before. ``protect`` switches this on in a configuration.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

# nbconvert finds these classes and functions by name; only it and nbgrader import this module
from jinja2 import pass_context
from jinja2.runtime import Context
from nbconvert.filters.highlight import Highlight2HTML
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbconvert.preprocessors import Preprocessor
from nbgrader.converters import GenerateFeedback
from nbgrader.preprocessors import ClearHiddenTests
from nbgrader.utils import is_grade, is_solution
from traitlets import Bool
from traitlets.config import Config

from stemcell_kit.grading.graded import KNOWS_HIDDEN, OURS
from stemcell_kit.grading.intake.marks import grade_id_of
from stemcell_kit.grading.intake.notebook import clean_metadata
from stemcell_kit.grading.outputs import (
    Room,
    clean_attachments,
    clean_html,
    clean_outputs,
    plain_text,
)
from stemcell_kit.language import say

__all__ = [
    "SafeFeedback",
    "SafeNotebook",
    "protect",
    "shown_code",
    "shown_html",
    "shown_markdown",
    "unchanged",
]

# a text made to be slow to lay out or to colour takes time with the square of its length
MOST_LAID_OUT = 20_000
LONGEST_LINE = 1_000
MOST_LAID_OUT_IN_ALL = 400_000
_COUNT = "stemcell_kit_laid_out"
# what nbgrader itself writes there, so that a learner's file cannot
_WRITTEN_LATER = ("comment", "score")


def protect(config: Config) -> None:
    """Make everything that nbgrader shows in a browser safe to open.

    Parameters
    ----------
    config
        The ``c`` of an ``nbgrader_config.py``, or the configuration of a converter.
    """
    here = __name__
    exporter, feedback = config.HTMLExporter, config.GenerateFeedback
    exporter.sanitize_html = True
    exporter.filters = _own(exporter, "filters", {}) | {
        "markdown2html": f"{here}.shown_markdown",
        "clean_html": f"{here}.shown_html",
        "highlight_code": f"{here}.shown_code",
        "strip_files_prefix": f"{here}.unchanged",
    }
    exporter.preprocessors = _first(f"{here}.SafeNotebook", _own(exporter, "preprocessors", []))
    usual = GenerateFeedback.preprocessors.default_args[0]
    feedback.preprocessors = _first(
        f"{here}.SafeFeedback", _own(feedback, "preprocessors", list(usual))
    )


def _own(section: Config, name: str, usual: Any) -> Any:
    """Return what the course has configured itself, which stays in force beside ours."""
    found = section.get(name)
    return found if isinstance(found, type(usual)) else usual


def _first(ours: str, others: list[Any]) -> list[Any]:
    """Put ours first: what nbgrader adds later, such as comments, is the teacher's own."""
    return [ours, *(one for one in others if one != ours)]


class SafeNotebook(Preprocessor):
    """Leave in a notebook only what is safe to show; ``c.HTMLExporter.preprocessors``."""

    enabled = Bool(True).tag(config=True)

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Clean the metadata, the attachments, the raw cells and the outputs of a notebook."""
        from nbformat import from_dict

        room = Room()
        nb.metadata = from_dict(clean_metadata(nb.metadata))
        for cell in nb.cells:
            cell.metadata = from_dict(_metadata(cell))
            if "attachments" in cell:
                cell.attachments = from_dict(clean_attachments(cell.attachments))
            if cell.cell_type == "raw":
                cell.source = clean_html(cell.source)
            if cell.cell_type == "code":
                cell.outputs = clean_outputs(cell.outputs, room=room)
        return nb, resources


class SafeFeedback(SafeNotebook):
    """The same without hidden tests, for the learner; ``c.GenerateFeedback.preprocessors``."""

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Clean the notebook, then cut the hidden tests out of its test cells."""
        told = [_knows_hidden(cell) for cell in nb.cells]
        nb, resources = super().preprocess(nb, resources)
        for cell, knows_hidden in zip(nb.cells, told, strict=True):
            if knows_hidden:
                cell.outputs = [_withheld()] if cell.outputs else []
        begin, end = (_delimiter(self.config, side) for side in ("begin", "end"))
        for cell in nb.cells:
            if not is_solution(cell) and begin in cell.source:
                cell.source = "\n".join(_without_hidden(cell.source, begin, end))
            if cell.cell_type == "code" and is_grade(cell) and not is_solution(cell):
                cell.outputs = [_without_traceback(output) for output in cell.outputs]
        return nb, resources


def _withheld() -> Any:
    from nbformat.v4 import new_output

    return new_output("stream", name="stdout", text=say("feedback.withheld") + "\n")


def shown_html(source: object) -> str:
    """Return HTML that is safe to show, in place of nbconvert's filter ``clean_html``."""
    text = source.decode(errors="replace") if isinstance(source, bytes) else str(source)
    return clean_html(text)


@pass_context
def shown_markdown(context: Context, source: str) -> str:
    """Return the HTML of a text cell, in place of nbconvert's filter ``markdown2html``."""
    cell = context.get("cell") or {}
    if source in _comments(context["nb"]):
        return _laid_out(source, {})  # a teacher's own words, with her links
    if not _has_room(context, source):
        return _as_written(source)
    try:
        return clean_html(_laid_out(source, cell.get("attachments", {})), pictures=True)
    except Exception:  # a Markdown parser may stumble in any way over a text made for it
        return _as_written(source)


@pass_context
def shown_code(context: Context, source: str, metadata: Any = None) -> str:
    """Return coloured code, in place of nbconvert's filter ``highlight_code``."""
    longest = max(map(len, source.split("\n")))
    if longest > LONGEST_LINE or not _has_room(context, source):
        return _as_written(source)
    language = context["nb"].metadata.get("language_info", {})
    lexer = language.get("pygments_lexer", language.get("name"))
    return str(Highlight2HTML(pygments_lexer=lexer)(source, metadata=metadata))


def unchanged(text: str) -> str:
    """Return *text*, in place of nbconvert's filter ``strip_files_prefix``.

    That one looks for addresses as IPython 2 wrote them, and needs minutes for some texts.
    """
    return text


def _comments(notebook: Any) -> set[Any]:
    """Return the comments that were taken from the gradebook."""
    return {cell.metadata.get("nbgrader", {}).get("comment") for cell in notebook.cells}


def _delimiter(config: Config, side: str) -> str:
    """Return what the course writes around its hidden tests, ``begin`` or ``end``."""
    name = f"{side}_test_delimeter"
    usual = getattr(ClearHiddenTests, name).default_value
    return str(config.ClearHiddenTests.get(name, usual))


def _metadata(cell: Any) -> dict[str, Any]:
    marks = cell.metadata.get("nbgrader", {})
    # the exporter cleans before the feedback looks for the mark
    kept: dict[str, Any] = {OURS: {KNOWS_HIDDEN: True}} if _knows_hidden(cell) else {}
    if grade_id_of(cell.metadata):
        kept["nbgrader"] = {key: marks[key] for key in marks if key not in _WRITTEN_LATER}
    return kept


def _knows_hidden(cell: Any) -> bool:
    ours = cell.metadata.get(OURS)
    return isinstance(ours, dict) and bool(ours.get(KNOWS_HIDDEN))


def _without_hidden(source: str, begin: str, end: str) -> Iterator[str]:
    """Yield the lines that a learner may see; without an end all the rest is hidden."""
    hidden = False
    for line in source.split("\n"):
        if begin in line and not hidden:
            yield say("feedback.hidden_tests")
            hidden = True
        elif end in line:
            hidden = False
        elif not hidden:
            yield line


def _without_traceback(output: Any) -> Any:
    """Keep what an error says: its traceback quotes the lines of the test around it."""
    if output.output_type == "error":
        output.traceback = [f"{output.ename}: {output.evalue}"]
    return output


def _has_room(context: Context, text: str) -> bool:
    """Tell whether a text is short enough to be laid out, with all those before it."""
    resources = context["resources"]
    laid_out = (resources.get(_COUNT) or 0) + len(text)
    if len(text) > MOST_LAID_OUT or laid_out > MOST_LAID_OUT_IN_ALL:
        return False
    resources[_COUNT] = laid_out
    return True


def _laid_out(source: str, attachments: dict[str, Any]) -> str:
    renderer = IPythonRenderer(
        escape=False,
        attachments=_Attachments(attachments),
        exclude_anchor_links=True,
    )
    return str(MarkdownWithMath(renderer=renderer).render(source))


def _as_written(source: str) -> str:
    from html import escape

    words = plain_text(source, most=10 * MOST_LAID_OUT)
    return f"<p><em>{escape(say('feedback.plain'))}</em></p><pre>{escape(words)}</pre>"


class _Attachments(dict[str, Any]):
    """Attachments of a cell; one that is not there is an empty picture, not the end of the page."""

    def __contains__(self, name: object) -> bool:
        return True

    def __missing__(self, name: str) -> dict[str, str]:
        return {"image/png": ""}
