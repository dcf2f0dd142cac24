"""Commands that look at an examination afterwards: its statistics, and how alike submissions are."""

from __future__ import annotations

from pathlib import Path

import click

from stemcell_kit.cli.exam import exam
from stemcell_kit.cli.main import AS_JSON, COURSE, show

FILE = click.Path(dir_okay=False, path_type=Path)


@exam.command()
@click.argument("results", type=FILE)
@click.option(
    "--out",
    type=FILE,
    help="Write a page (.html), all numbers (.json), or the difficulties that were found, "
    "as a blueprint takes them (.toml), here.",
)
@AS_JSON
def statistics(results: Path, out: Path | None, as_json: bool) -> None:
    """Say how hard and how telling each question of an exam was, and how reliable the whole.

    RESULTS is the results.json of the exam. Without --out the main numbers are shown here, with
    the questions that ask for a look.
    """
    from stemcell_kit.cli import exam_review_commands

    data = exam_review_commands.statistics_data(results, out)
    show(data, exam_review_commands.statistics_text, as_json)


@exam.command()
@click.argument("submissions", type=COURSE)
@click.option("--out", type=FILE, help="Write the page with the pairs side by side (.html).")
@click.option(
    "--given",
    multiple=True,
    type=COURSE,
    help="Folder of notebooks handed out or of model solutions; repeatable. "
    "Without it: the exercises and solutions of the kit.",
)
@AS_JSON
def similarity(submissions: Path, out: Path | None, given: tuple[Path, ...], as_json: bool) -> None:
    """Say which submissions are alike beyond what the course explains.

    SUBMISSIONS is a folder with one folder per candidate. The numbers ask for a look by a person;
    they prove nothing about anybody.
    """
    from stemcell_kit.cli import exam_review_commands

    data = exam_review_commands.similarity_data(submissions, out, given)
    show(data, exam_review_commands.similarity_text, as_json)
