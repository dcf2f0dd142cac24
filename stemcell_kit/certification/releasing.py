"""Giving a candidate a form: notebooks and case files, bound to the sitting, and a log line."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stemcell_kit.certification.binding import bind
from stemcell_kit.certification.exam_folder import Exam
from stemcell_kit.certification.form_cases import case_files
from stemcell_kit.certification.form_notebooks import released, source_notebooks
from stemcell_kit.certification.forms import Form, Sitting
from stemcell_kit.certification.seals import sha256_of
from stemcell_kit.errors import BadInput
from stemcell_kit.language import speaking

__all__ = ["FormFiles", "files_of", "rebuilt", "release"]


@dataclass(frozen=True)
class FormFiles:
    """A form as files, by name without suffix: the examiner's notebooks and the candidate's.

    ``cases`` are the words of the case files, by file name; both have them.
    """

    form: Form
    sources: dict[str, Any]
    public: dict[str, Any]
    cases: dict[str, str]

    @property
    def sha256(self) -> str:
        """The digest of all that the candidate gets."""
        return sha256_of([self.public, self.cases])


def release(exam: Exam, candidate: str, *, by: str, new_attempt: bool = False) -> Form:
    """Write the form of a candidate into ``release/`` and log it.

    Parameters
    ----------
    new_attempt
        Give a further form to somebody who has had one; without it a first form only.

    Raises
    ------
    BadInput
        There is no such candidate, he or she has a form, or has had all attempts.
    """
    sitting = _next_sitting(exam, exam.candidate(candidate).candidate, new_attempt)
    files = files_of(exam, sitting)
    _write(exam.place("source", sitting), files.sources, files.cases)
    _write(exam.place("release", sitting), files.public, files.cases)
    exam.log.append(
        "released",
        candidate,
        by=by,
        attempt=sitting.attempt,
        form=files.form.id,
        notebooks=sorted(files.public),
        release_sha256=files.sha256,
    )
    return files.form


def files_of(exam: Exam, sitting: Sitting) -> FormFiles:
    """Return the form of a sitting as files."""
    form = exam.form(sitting)
    # the questions are in English; the head of a form speaks the candidate's language
    with speaking(exam.candidate(sitting.candidate).language):
        sources = source_notebooks(form, exam.blueprint, practice=exam.practice)
    public = {name: released(notebook) for name, notebook in sources.items()}
    for name, notebook in public.items():
        bind(notebook, name, form, exam.secret)
    return FormFiles(form, sources, public, case_files(form, sources))


def rebuilt(exam: Exam, sitting: Sitting) -> bool:
    """Tell whether the form made again from the secret is the one that was released."""
    logged = [entry["details"]["release_sha256"] for entry in exam.logged("released", sitting)]
    return logged == [files_of(exam, sitting).sha256]


def _next_sitting(exam: Exam, candidate: str, new_attempt: bool) -> Sitting:
    had = exam.sittings().get(candidate)
    if had and not new_attempt:
        raise BadInput(f"{candidate} has form {had.name}; ask for a new attempt to give another")
    attempt = had.attempt + 1 if had else 1
    if attempt > exam.blueprint.attempts and not exam.practice:
        raise BadInput(f"{candidate} has had all {exam.blueprint.attempts} attempts of {exam.id}")
    return Sitting(exam.id, candidate, attempt)


def _write(folder: Path, notebooks: Mapping[str, Any], cases: Mapping[str, str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, words in cases.items():
        (folder / name).write_text(words, encoding="utf-8")
    for name, notebook in notebooks.items():
        words = json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
        (folder / f"{name}.ipynb").write_text(words, encoding="utf-8")
