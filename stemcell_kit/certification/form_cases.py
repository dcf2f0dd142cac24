"""The data of a form: what its cells name of a candidate's case, as a file beside the notebook.

A candidate gets tables and numbers, never the id of the case: with it, the kit would tell what is
planted. The id stands in the hidden tests alone, which stay with the examiner.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from stemcell_kit.certification.forms import Form
from stemcell_kit.grading.key import hidden_lines, visible_part
from stemcell_kit.learning.cases import case
from stemcell_kit.learning.handed_out import hand_out

__all__ = ["case_files", "with_case_file"]

_CASE = re.compile(r"""sk\.case\((["'])[a-z0-9-]+["'], learner_id\)""")


def with_case_file(source: str, file: str, case_id: str) -> str:
    """Return a cell that reads the case from its file, and by its id in hidden tests only."""
    lines = source.split("\n")
    hidden = hidden_lines(source)
    inside = {n for first, last in hidden for n in range(first, last + 1)}
    told = [
        line if n in inside else _CASE.sub(rf"sk.handed_out(\g<1>{file}\g<1>)", line)
        for n, line in enumerate(lines, start=1)
    ]
    for first, last in reversed(hidden):
        if any("learner_id" in line for line in lines[first - 1 : last]):
            told.insert(first, f'learner_id = "{case_id}"')  # after the line that begins it
    return "\n".join(told)


def case_files(form: Form, sources: Mapping[str, Any]) -> dict[str, str]:
    """Return the words of the case files of a form by file name.

    Each holds the lots of the case and the tables and numbers that the given cells and the model
    solutions of its notebook name.

    Parameters
    ----------
    sources
        The notebooks of the form with solutions, in the order of its sections.
    """
    files = {}
    sections = zip(form.sections, form.case_ids, sources.items(), strict=True)
    for (exercise, _), case_id, (name, notebook) in sections:
        cells = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
        found = case(exercise, case_id)
        names = tuple(_names(cells))
        files[f"{name}.json"] = hand_out(
            found,
            tables=_named(names, found.plan["table"]),
            numbers=_named(names, found.plan.get("number", {})),
        )
    return files


def _named(names: Iterable[str], known: Iterable[str]) -> list[str]:
    return [one for one in known if any(re.fullmatch(name, one) for name in names)]


def _names(cells: Iterable[str]) -> Iterator[str]:
    """Yield a pattern for every text in the cells; what a formatted text fills in may be anything."""
    for source in cells:
        for node in ast.walk(ast.parse(visible_part(source))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield re.escape(node.value)
            elif isinstance(node, ast.JoinedStr):
                yield "".join(
                    re.escape(str(part.value)) if isinstance(part, ast.Constant) else ".+"
                    for part in node.values
                )
