"""The command that grades: one's own exercise or a whole class."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from stemcell_kit.cli.main import AS_JSON, COURSE, main, show


@main.command()
@click.argument("notebook", required=False, type=click.Path(path_type=Path))
@click.option(
    "--source",
    type=click.Path(path_type=Path),
    help="The notebook with the tests, if it is not in solutions/.",
)
@click.option("--course", type=COURSE, help="Grade a class: the folder of an nbgrader course.")
@click.option("--assignment", help="The assignment to grade in that course.")
@click.option("--student", "students", multiple=True, help="Only this learner; repeatable.")
@click.option("--force", is_flag=True, help="Grade again what is graded already.")
@click.option("--slots", type=click.IntRange(min=1), help="Submissions that run side by side.")
@click.option("--cluster", default="", help="Address of a Dask scheduler, e.g. tcp://host:8786.")
@click.option(
    "--trust-learners",
    is_flag=True,
    help="Grade other people's work without a sandbox where there is none.",
)
@click.option(
    "--report",
    "reports",
    multiple=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the report of the run to this .html or .json file; repeatable.",
)
@click.option("--doctor", is_flag=True, help="Say whether this computer has a sandbox, and stop.")
@AS_JSON
def grade(notebook: Path | None, source: Path | None, doctor: bool, **options: Any) -> None:
    """Grade your own exercise, or a whole class.

    Your own: NOTEBOOK is the file you worked in, e.g. exercises/en/identity/identity.ipynb,
    or just the name of the exercise. You see points, feedback and what to reread.

    A class: --course and --assignment name an nbgrader course and what to grade in it. Learners'
    code runs in a sandbox; scores go into the course's gradebook. A run that was stopped goes on
    where it was.
    """
    from stemcell_kit.cli import grading_commands

    as_json = options.pop("as_json")
    if doctor:
        return show(grading_commands.doctor_data(), grading_commands.doctor_text, as_json)
    if options["course"] or options["assignment"]:
        if not (options["course"] and options["assignment"]) or notebook:
            raise click.UsageError("a class needs --course and --assignment, and no NOTEBOOK")
        data = grading_commands.grade_class(**options)
        show(data, grading_commands.class_text, as_json)
        if data["failed"]:
            raise SystemExit(1)
        return None
    if notebook is None:
        raise click.UsageError("name a notebook, or a class with --course and --assignment")
    report = grading_commands.grade_own(notebook, source)
    return show(report.as_data(), lambda _: str(report), as_json)
