"""Commands for everybody who learns: the course, the standards, the methods, the bank."""

from __future__ import annotations

from pathlib import Path

import click

from stemcell_kit.cli.main import AS_JSON, main, show

FAULT_HELP = (
    "Plant a fault, e.g. 'swap', 'mixture:0.3' or 'trisomy-12:0.25@SKTi001-A-M1'. "
    "May be given more than once; --list-faults shows all."
)


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
    from stemcell_kit.cli import course_listing as listing

    data = listing.standard_data(standard) if standard else listing.standards_data()
    show(data, listing.standard_text if standard else listing.standards_text, as_json)


@main.command()
@click.argument("standard", required=False)
@click.option(
    "--check",
    is_flag=True,
    help="Fail when a cell names an unknown requirement or the course covers less than it promises.",
)
@AS_JSON
def trace(standard: str | None, check: bool, as_json: bool) -> None:
    """Show how far each standard is covered, or what serves each requirement of one standard."""
    from stemcell_kit.cli import course_listing as listing

    data = listing.trace_data(standard) if standard else listing.traces_data()
    show(data, listing.trace_text if standard else listing.traces_text, as_json)
    if check and data["problems"]:
        raise click.ClickException("; ".join(data["problems"]))


@main.command()
@AS_JSON
def progress(as_json: bool) -> None:
    """Show how far everybody is whose work is in these records: a learner, or a class."""
    from stemcell_kit.cli import course_listing as listing

    show(listing.progress_data(), listing.progress_text, as_json)


@main.command()
@click.argument("method", required=False)
@click.option("--verify", is_flag=True, help="Recompute the published values on this computer.")
@click.option("--page", is_flag=True, help="Print the documentation's page of all methods.")
@AS_JSON
def qc(method: str | None, verify: bool, page: bool, as_json: bool) -> None:
    """List the QC methods with their sources, or show one with its published values."""
    from stemcell_kit.cli import bench_listing

    if page:
        return click.echo(bench_listing.bench_page(), nl=False)
    if verify:
        data = bench_listing.verified_data([method] if method else [])
        show(data, bench_listing.verified_text, as_json)
        if data["wrong"]:
            raise SystemExit(1)
        return None
    if method:
        return show(bench_listing.method_data(method), bench_listing.method_text, as_json)
    return show(bench_listing.bench_data(), bench_listing.bench_text, as_json)


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
    from stemcell_kit.cli import course_listing as listing

    if list_faults:
        return show(listing.faults_data(), listing.faults_text, as_json)
    if out is None:
        raise click.UsageError("name a folder with --out, for example: --out my-bank")
    show(listing.write_bank(seed, out, faults, reveal=reveal), listing.files_text, as_json)
