"""The commands of an exam: make, release, collect, grade, decide, and account for all of it."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import Any

import click

from stemcell_kit.cli.main import AS_JSON, COURSE, main, show

FOLDER = click.argument("folder", type=COURSE)
BLUEPRINT = click.argument(
    "blueprint", type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
NEW_FOLDER = click.argument("folder", type=click.Path(path_type=Path))
BY = click.option("--by", default=getpass.getuser, help="Who does it; your login name otherwise.")


@main.group()
def exam() -> None:
    """Hold an exam: forms, submissions, decisions, and a log of all of it.

    An exam is a folder outside of the course. Begin with "stemcell-kit exam example";
    to practise for yourself, with "stemcell-kit exam practice my-practice".
    """


@exam.command()
@click.option("--out", type=click.Path(path_type=Path), help="Write it into this new file.")
def example(out: Path | None) -> None:
    """Print an example of a blueprint, or write it into a file."""
    from stemcell_kit.cli import exam_commands

    click.echo(exam_commands.example(out), nl=False)


@exam.command()
@BLUEPRINT
@NEW_FOLDER
@click.option("--roster", type=click.Path(path_type=Path), required=True, help="CSV file.")
@AS_JSON
def new(blueprint: Path, folder: Path, roster: Path, as_json: bool) -> None:
    """Make an exam from BLUEPRINT in the new FOLDER."""
    from stemcell_kit.cli import exam_commands

    data = exam_commands.made(blueprint, folder, roster)
    show(data, exam_commands.made_text, as_json)


@exam.command()
@FOLDER
@click.argument("candidates", nargs=-1)
@click.option("--new-attempt", is_flag=True, help="Give a further form to who has had one.")
@BY
@AS_JSON
def release(folder: Path, candidates: tuple[str, ...], as_json: bool, **options: Any) -> None:
    """Write the forms of CANDIDATES, or of all who have none yet."""
    from stemcell_kit.cli import exam_commands

    data = exam_commands.released(folder, candidates, **options)
    show(data, exam_commands.released_text, as_json)


@exam.command()
@FOLDER
@click.option("--received", default="", help="When it came, e.g. 2026-10-12T11:02+08:00; now.")
@BY
@AS_JSON
def collect(folder: Path, received: str, by: str, as_json: bool) -> None:
    """Take in what was put into FOLDER/submitted/<candidate>/<candidate>-<attempt>/."""
    from stemcell_kit.cli import exam_commands

    data = exam_commands.collected(folder, received, by)
    show(data, exam_commands.collected_text, as_json)


@exam.command("grade")
@FOLDER
@BY
@AS_JSON
def grade_exam(folder: Path, by: str, as_json: bool) -> None:
    """Grade everything that was collected and has no score yet."""
    from stemcell_kit.cli import exam_commands

    show(exam_commands.graded(folder, by), exam_commands.graded_text, as_json)


@exam.command()
@FOLDER
@click.argument("candidate")
@click.argument("question")
@click.argument("points", type=float)
@click.option("--reason", required=True, help="Why; it stays in the log.")
@BY
def override(folder: Path, candidate: str, question: str, points: float, **why: str) -> None:
    """Set the POINTS of one QUESTION of a CANDIDATE by hand."""
    from stemcell_kit.cli import exam_accounts

    click.echo(exam_accounts.overridden(folder, candidate, question, points, **why))


@exam.command()
@FOLDER
@BY
@AS_JSON
def decide(folder: Path, by: str, as_json: bool) -> None:
    """Apply the blueprint; write results.json and a letter for each candidate."""
    from stemcell_kit.cli import exam_commands

    show(exam_commands.decided(folder, by), exam_commands.decided_text, as_json)


@exam.command()
@FOLDER
@click.argument("candidates", nargs=-1)
@click.option("--all", "everybody", is_flag=True, help="Regrade all, to show that scores hold.")
@click.option("--reason", required=True, help="Why; it stays in the log.")
@BY
@AS_JSON
def appeal(folder: Path, as_json: bool, **options: Any) -> None:
    """Grade stored submissions of CANDIDATES again and compare, bit for bit."""
    from stemcell_kit.cli import exam_accounts

    data = exam_accounts.appealed(folder, **options)
    show(data, exam_accounts.appealed_text, as_json)
    if not all(row["same"] for row in data):
        raise SystemExit(1)


@exam.command()
@FOLDER
@click.option(
    "--check", is_flag=True, help="Check the chain, the forms and the scores it tells of."
)
@click.option("--head", default="", help="A head that you wrote down earlier; it must be there.")
@AS_JSON
def log(folder: Path, check: bool, head: str, as_json: bool) -> None:
    """Show the log and its head, or check that nothing was removed or changed."""
    from stemcell_kit.cli import exam_accounts

    if not check:
        return show(exam_accounts.log_entries(folder), exam_accounts.log_text, as_json)
    data = exam_accounts.checked(folder, head)
    show(data, exam_accounts.checked_text, as_json)
    if data["faults"]:
        raise SystemExit(1)
    return None


@exam.command()
@NEW_FOLDER
@click.option(
    "--blueprint",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Another shape than that of the shipped example.",
)
@click.option("--name", default=getpass.getuser, help="Your name, for the letter.")
def practice(folder: Path, blueprint: Path | None, name: str) -> None:
    """Make a practice exam, or another form of it if FOLDER is one. It decides nothing."""
    from stemcell_kit.cli import exam_practice

    click.echo(exam_practice.practised(folder, blueprint, name))


@exam.command()
@FOLDER
def finish(folder: Path) -> None:
    """Hand in a practice exam, grade it on this computer and write the letter, in one go."""
    from stemcell_kit.cli import exam_practice

    click.echo(exam_practice.finished(folder))
