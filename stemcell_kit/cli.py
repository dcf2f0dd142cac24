"""The command line: ``stemcell-kit`` with one command for each thing that people do with the kit.

Each command reads its options, calls one room of the house and prints what comes back.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from stemcell_kit import __version__
from stemcell_kit.errors import KitError

__all__ = ["main"]

AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON for another program.")
COURSE = click.Path(exists=True, file_okay=False, path_type=Path)
FAULT_HELP = (
    "Plant a fault, e.g. 'swap', 'mixture:0.3' or 'trisomy-12:0.25@SKTi001-A-M1'. "
    "May be given more than once; --list-faults shows all."
)


class _Calm(click.Group):
    """Turns an error that the user can mend into one message and exit code 1."""

    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except KitError as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=_Calm, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
def main() -> None:
    """Training and self-assessment for nine stem-cell standards.

    Start with "stemcell-kit learn": it opens the course in your browser.
    """
    for stream in (sys.stdout, sys.stderr):
        # a console that cannot show a character gets a "?" instead of a crash
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


@main.command()
@click.option("--no-browser", is_flag=True, help="Only print the address to open.")
@click.option("--port", default=8888, show_default=True, help="First port to try.")
@click.option("--language", default=None, help="Language of the course: en or zh-CN.")
def learn(no_browser: bool, port: int, language: str | None) -> None:
    """Open the course in JupyterLab on its start page.

    The server listens on this computer only. Stop it with Ctrl+C in this window.
    """
    from stemcell_kit.server import serve_course

    serve_course(browser=not no_browser, port=port, language=language)


@main.command()
@click.argument("standard", required=False)
@AS_JSON
def standards(standard: str | None, as_json: bool) -> None:
    """List the standards, or the requirements of one, with where each comes from."""
    from stemcell_kit import listing

    data = listing.standard_data(standard) if standard else listing.standards_data()
    _show(data, listing.standard_text if standard else listing.standards_text, as_json)


@main.command()
@click.argument("standard", default="iso-24603")
@click.option(
    "--check",
    is_flag=True,
    help="Fail when a cell names an unknown requirement or the course covers less than it promises.",
)
@AS_JSON
def trace(standard: str, check: bool, as_json: bool) -> None:
    """Show which lesson, dataset, checklist item and question serve each requirement."""
    from stemcell_kit import listing

    data = listing.trace_data(standard)
    _show(data, listing.trace_text, as_json)
    if check and data["problems"]:
        raise click.ClickException("; ".join(data["problems"]))


@main.command()
@click.argument("method", required=False)
@click.option("--verify", is_flag=True, help="Recompute the published values on this computer.")
@click.option("--page", is_flag=True, help="Print the documentation's page of all methods.")
@AS_JSON
def qc(method: str | None, verify: bool, page: bool, as_json: bool) -> None:
    """List the QC methods with their sources, or show one with its published values."""
    from stemcell_kit import bench_listing

    if page:
        return click.echo(bench_listing.bench_page(), nl=False)
    if verify:
        data = bench_listing.verified_data([method] if method else [])
        _show(data, bench_listing.verified_text, as_json)
        if data["wrong"]:
            raise SystemExit(1)
        return None
    if method:
        return _show(bench_listing.method_data(method), bench_listing.method_text, as_json)
    return _show(bench_listing.bench_data(), bench_listing.bench_text, as_json)


@main.command()
@click.option(
    "--seed",
    type=click.IntRange(min=0),
    default=7,
    show_default=True,
    help="Which bank: the same seed gives the same files, byte for byte.",
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder to write to; made if missing.",
)
@click.option("--fault", "faults", multiple=True, help=FAULT_HELP)
@click.option("--reveal", is_flag=True, help="Also write truth.json with what was planted.")
@click.option("--list-faults", is_flag=True, help="List the faults and stop.")
@AS_JSON
def bank(
    seed: int,
    out: Path | None,
    faults: tuple[str, ...],
    reveal: bool,
    list_faults: bool,
    as_json: bool,
) -> None:
    """Write the instrument files of a virtual stem-cell bank."""
    from stemcell_kit import listing

    if list_faults:
        return _show(listing.faults_data(), listing.faults_text, as_json)
    if out is None:
        raise click.UsageError("name a folder with --out, for example: --out my-bank")
    _show(listing.write_bank(seed, out, faults, reveal=reveal), listing.files_text, as_json)


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
    _show(data, _check_text, as_json)
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

    written = [
        str(release_one(name, language=language)) for name in exercises or exercises_of(language)
    ]
    _show({"written": written}, lambda data: "\n".join(data["written"]), as_json)


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
    from stemcell_kit import grading_commands

    as_json = options.pop("as_json")
    if doctor:
        return _show(grading_commands.doctor_data(), grading_commands.doctor_text, as_json)
    if options["course"] or options["assignment"]:
        if not (options["course"] and options["assignment"]) or notebook:
            raise click.UsageError("a class needs --course and --assignment, and no NOTEBOOK")
        data = grading_commands.grade_class(**options)
        _show(data, grading_commands.class_text, as_json)
        if data["failed"]:
            raise SystemExit(1)
        return None
    if notebook is None:
        raise click.UsageError("name a notebook, or a class with --course and --assignment")
    report = grading_commands.grade_own(notebook, source)
    return _show(report.as_data(), lambda _: str(report), as_json)


@main.command()
@click.argument("standard")
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--assessment", "assessments", multiple=True, help="Which one; several: a summary.")
@click.option("--since", help="Compare with an earlier day of it, e.g. 2026-03-31.")
@click.option("--against", help="Compare with another assessment.")
@AS_JSON
def report(standard: str, file: Path | None, as_json: bool, **options: Any) -> None:
    """Write the report of your self-assessment as FILE: .html, .xlsx or .json.

    Without FILE, or with several assessments, the figures are shown here.
    """
    from stemcell_kit import report_commands

    if file is None or len(options["assessments"]) > 1:
        if file is not None:
            raise click.UsageError("a summary of several assessments is shown here; leave out FILE")
        data = report_commands.figures_of(standard, options["assessments"])
        return _show(data, report_commands.figures_text, as_json)
    data = report_commands.write(standard, file, **options)
    return _show(data, report_commands.written_text, as_json)


@main.group()
def profile() -> None:
    """Bind statements to the clauses of your own licensed copies, and set your own limits."""


PROFILE = click.Path(dir_okay=False, path_type=Path)


@profile.command("new")
@click.argument("file", type=PROFILE)
@click.option("--name", required=True, help="Name of your laboratory; reports show it.")
@click.option("--standard", "standards", multiple=True, help="Only this standard; repeatable.")
@AS_JSON
def profile_new(file: Path, name: str, standards: tuple[str, ...], as_json: bool) -> None:
    """Write an empty profile to FILE, with every statement and limit to fill in."""
    from stemcell_kit import profile_listing, profiles

    data = profiles.new_profile(file, name=name, standards=standards)
    _show(data, profile_listing.new_text, as_json)


@profile.command("check")
@click.argument("file", type=PROFILE)
@AS_JSON
def profile_check(file: Path, as_json: bool) -> None:
    """Say what a profile binds and overrides, or everything that is wrong with it."""
    from stemcell_kit import profile_listing, profiles

    _show(profiles.check_profile(file), profile_listing.check_text, as_json)


@profile.command("diff")
@click.argument("first", type=PROFILE)
@click.argument("second", type=PROFILE)
@AS_JSON
def profile_diff(first: Path, second: Path, as_json: bool) -> None:
    """Show which clauses and limits two profiles set differently."""
    from stemcell_kit import profile_listing, profiles

    _show(profiles.diff_profiles(first, second), profile_listing.diff_text, as_json)


@main.group()
def records() -> None:
    """Keep or move what the kit remembers: answers with their history, grades, settings."""


@records.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@AS_JSON
def export_file(file: Path, as_json: bool) -> None:
    """Write all records to one JSON FILE with a checksum."""
    from stemcell_kit.records import export_records
    from stemcell_kit.records import records as opened

    _show(export_records(opened(), file), _counts_text, as_json)


@records.command("import")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@AS_JSON
def import_file(file: Path, as_json: bool) -> None:
    """Fill empty records from an exported FILE: all of it or, with a reason, nothing."""
    from stemcell_kit.records import import_records
    from stemcell_kit.records import records as opened

    _show(import_records(opened(), file), _counts_text, as_json)


def _counts_text(counts: dict[str, int]) -> str:
    return "\n".join(f"{count:>7}  {name.replace('_', ' ')}" for name, count in counts.items())


def _show(data: Any, as_text: Callable[[Any], str], as_json: bool) -> None:
    if as_json:
        # ASCII escapes: the reader may sit behind a console of any encoding
        click.echo(json.dumps(data, indent=2, default=str))
    else:
        click.echo(as_text(data))
