"""Commands that look at an examination afterwards: its statistics, and how alike submissions are."""

from __future__ import annotations

from pathlib import Path

import click

from stemcell_kit.cli.exam import exam
from stemcell_kit.cli.main import AS_JSON, show

FILE = click.Path(dir_okay=False, path_type=Path)


@exam.command()
@click.argument("results", type=FILE)
@click.option("--out", type=FILE, help="Write a page (.html) or all numbers (.json) here.")
@AS_JSON
def statistics(results: Path, out: Path | None, as_json: bool) -> None:
    """Say how hard and how telling each question of an exam was, and how reliable the whole.

    RESULTS is the results.json of the exam. Without --out the main numbers are shown here, with
    the questions that ask for a look.
    """
    from stemcell_kit.cli import exam_review_commands

    data = exam_review_commands.statistics_data(results, out)
    show(data, exam_review_commands.statistics_text, as_json)
