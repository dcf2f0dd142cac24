"""Commands for contributors: check the content, release the exercises."""

from __future__ import annotations

from pathlib import Path

import click

from stemcell_kit.cli.bar import each
from stemcell_kit.cli.main import AS_JSON, COURSE, main, show
from stemcell_kit.language import say


@main.command()
@click.option("--course", type=COURSE, help="Check the tests of an nbgrader course instead.")
@AS_JSON
def check(course: Path | None, as_json: bool) -> None:
    """Check the content files and the notebooks (for contributors).

    With --course: run the model solutions of any nbgrader course through the grading engine,
    and list tests that they do not pass and tests that run in the learner's own process.
    """
    from stemcell_kit.authoring.course_checks import check_nbgrader_course
    from stemcell_kit.authoring.notebook_checks import check_course, in_kernel_tests

    if course is None:
        data = {"problems": check_course(), "in_kernel": in_kernel_tests()}
    else:
        data = check_nbgrader_course(course)
    show(data, _check_text, as_json)
    if data["problems"]:
        raise SystemExit(1)


def _check_text(data: dict[str, list[str]]) -> str:
    lines = [f"runs in the learner's own process: {name}" for name in data["in_kernel"]]
    return "\n".join([*lines, *(data["problems"] or ["All good."])])


@main.command()
@click.argument("exercises", nargs=-1)
@click.option("--language", default="en", show_default=True, help="Language of the exercises.")
@AS_JSON
def release(exercises: tuple[str, ...], language: str, as_json: bool) -> None:
    """Make the learners' exercises from solutions/ (for contributors)."""
    from stemcell_kit.authoring.release import exercises_of
    from stemcell_kit.authoring.release import release as release_one

    names = exercises or exercises_of(language)
    written = [
        str(release_one(name, language=language)) for name in each(names, say("release.label"))
    ]
    show({"written": written}, lambda data: "\n".join(data["written"]), as_json)
