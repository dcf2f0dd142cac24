"""Giving a candidate a form: source and release notebooks, bound to the sitting, and a log line."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from stemcell_kit.certification.binding import bind
from stemcell_kit.certification.exam_folder import Exam
from stemcell_kit.certification.form_notebooks import released, source_notebooks
from stemcell_kit.certification.forms import Form, Sitting
from stemcell_kit.certification.seals import sha256_of
from stemcell_kit.errors import BadInput
from stemcell_kit.language import speaking

__all__ = ["notebooks_of", "rebuilt", "release"]


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
    form, sources, public = notebooks_of(exam, sitting)
    _write(exam.place("source", sitting), sources)
    _write(exam.place("release", sitting), public)
    exam.log.append(
        "released",
        candidate,
        by=by,
        attempt=sitting.attempt,
        form=form.id,
        notebooks=sorted(public),
        release_sha256=sha256_of(public),
    )
    return form


def notebooks_of(exam: Exam, sitting: Sitting) -> tuple[Form, dict[str, Any], dict[str, Any]]:
    """Return the form of a sitting with its source and its release notebooks, by name."""
    form = exam.form(sitting)
    # the questions are in English; the head of a form speaks the candidate's language
    with speaking(exam.candidate(sitting.candidate).language):
        sources = source_notebooks(form, exam.blueprint, practice=exam.practice)
    public = {name: released(notebook) for name, notebook in sources.items()}
    for name, notebook in public.items():
        bind(notebook, name, form, exam.secret)
    return form, sources, public


def rebuilt(exam: Exam, sitting: Sitting) -> bool:
    """Tell whether the form made again from the secret is the one that was released."""
    _, _, public = notebooks_of(exam, sitting)
    logged = [
        entry["details"]["release_sha256"]
        for entry in exam.log.of("released", sitting.candidate)
        if entry["details"]["attempt"] == sitting.attempt
    ]
    return logged == [sha256_of(public)]


def _next_sitting(exam: Exam, candidate: str, new_attempt: bool) -> Sitting:
    had = exam.sittings().get(candidate)
    if had and not new_attempt:
        raise BadInput(f"{candidate} has form {had.name}; ask for a new attempt to give another")
    attempt = had.attempt + 1 if had else 1
    if attempt > exam.blueprint.attempts and not exam.practice:
        raise BadInput(f"{candidate} has had all {exam.blueprint.attempts} attempts of {exam.id}")
    return Sitting(exam.id, candidate, attempt)


def _write(folder: Path, notebooks: Mapping[str, Any]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, notebook in notebooks.items():
        words = json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
        (folder / f"{name}.ipynb").write_text(words, encoding="utf-8")
