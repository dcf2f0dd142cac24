"""What binds a notebook to exam, form, candidate and attempt: a tag that only the secret can make."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from stemcell_kit.certification.forms import Form
from stemcell_kit.certification.seals import Secret, sha256_of

__all__ = ["Binding", "answer_sources", "answers_digest", "bind", "binding_of", "changed_cells"]

KEY = "stemcell_kit_exam"


@dataclass(frozen=True)
class Binding:
    """What a released notebook says about itself; ``given`` is the digest of its given cells."""

    exam: str
    candidate: str
    attempt: int
    form: str
    notebook: str
    given: str
    tag: str

    def is_genuine(self, secret: Secret) -> bool:
        """Tell whether the tag was made with the exam's secret over just these words."""
        return secret.fits(self.tag, "binding", _bare(asdict(self)))


def bind(notebook: Any, name: str, form: Form, secret: Secret) -> None:
    """Write the binding into the metadata of a released notebook."""
    words: dict[str, Any] = {
        "exam": form.sitting.exam,
        "candidate": form.sitting.candidate,
        "attempt": form.sitting.attempt,
        "form": form.id,
        "notebook": name,
        "given": sha256_of(_given(notebook)),
    }
    notebook["metadata"][KEY] = {**words, "tag": secret.seal("binding", words)}


def binding_of(notebook: Mapping[str, Any]) -> Binding | None:
    """Return the binding that a notebook carries, genuine or not; None if it carries none."""
    metadata = notebook.get("metadata")
    words = metadata.get(KEY) if isinstance(metadata, dict) else None
    if not isinstance(words, dict) or set(words) != set(Binding.__dataclass_fields__):
        return None
    if type(words["attempt"]) is not int:
        return None
    texts = (value for name, value in words.items() if name != "attempt")
    return Binding(**words) if all(isinstance(value, str) for value in texts) else None


def changed_cells(released: Mapping[str, Any], handed_in: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the ids of the given cells that were changed, removed or put in a second time."""
    wanted = _given(released)
    found = [pair for pair in _given(handed_in) if pair[0] in {name for name, _ in wanted}]
    names = [name for name, _ in found]
    twice = {name for name in names if names.count(name) > 1}
    return tuple(name for name, source in wanted if [name, source] not in found or name in twice)


def answers_digest(notebooks: Mapping[str, Mapping[str, Any]]) -> str:
    """Return the SHA-256 over all answer cells of a submission, in whatever order they were put."""
    return sha256_of(sorted(_answers(notebooks)))


def answer_sources(notebooks: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Return the text of all answer cells of a submission."""
    return [source for _, source in _answers(notebooks)]


def _answers(notebooks: Mapping[str, Mapping[str, Any]]) -> list[list[str]]:
    return [
        [str(_marks(cell).get("grade_id")), _source(cell)]
        for notebook in notebooks.values()
        for cell in _cells(notebook)
        if _marks(cell).get("solution")
    ]


def _bare(words: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in words.items() if name != "tag"}


def _given(notebook: Mapping[str, Any]) -> list[list[str]]:
    """Grade id and text of the cells that the candidate must leave as they are."""
    return [
        [str(_marks(cell)["grade_id"]), _source(cell)]
        for cell in _cells(notebook)
        if _marks(cell).get("grade_id") and not _marks(cell).get("solution")
    ]


def _cells(notebook: Mapping[str, Any]) -> list[dict[str, Any]]:
    cells = notebook.get("cells")
    return [cell for cell in cells if isinstance(cell, dict)] if isinstance(cells, list) else []


def _marks(cell: Mapping[str, Any]) -> Mapping[str, Any]:
    metadata = cell.get("metadata")
    marks = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    return marks if isinstance(marks, dict) else {}


def _source(cell: Mapping[str, Any]) -> str:
    source = cell.get("source")
    lines = source if isinstance(source, list) else [source]
    return "".join(str(line) for line in lines)
