"""Commands for a laboratory: its reports, its profile, its records."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from stemcell_kit.cli.main import AS_JSON, main, show

PATH = click.Path(dir_okay=False, path_type=Path)


@main.command()
@click.argument("standard")
@click.argument("file", required=False, type=PATH)
@click.option("--assessment", "assessments", multiple=True, help="Which one; several: a summary.")
@click.option("--since", help="Compare with an earlier day of it, e.g. 2026-03-31.")
@click.option("--against", help="Compare with another assessment.")
@AS_JSON
def report(standard: str, file: Path | None, as_json: bool, **options: Any) -> None:
    """Write the report of your self-assessment as FILE: .html, .xlsx or .json.

    Several assessments stand side by side. Without FILE the figures are shown here.
    """
    from stemcell_kit.cli import report_commands

    if file is None:
        data = report_commands.figures_of(standard, options["assessments"])
        return show(data, report_commands.figures_text, as_json)
    data = report_commands.write(standard, file, **options)
    return show(data, report_commands.written_text, as_json)


@main.command("dashboard")
@click.argument("file", type=PATH)
@click.option("--assessment", default="default", show_default=True, help="Which answers count.")
@AS_JSON
def dashboard_command(file: Path, assessment: str, as_json: bool) -> None:
    """Write where the laboratory stands over all standards as one HTML FILE."""
    from stemcell_kit.cli import report_commands

    data = report_commands.write_dashboard(file, assessment)
    show(data, report_commands.dashboard_text, as_json)


@main.command("declare")
@click.argument("standards", nargs=-1)
@click.option("--out", type=PATH, help="Where to write: .html, .pdf or .json.")
@click.option("--name", default="", help="Your name or code.")
@click.option("--role", default="", help="Your role.")
@click.option("--organisation", default="", help="Your organisation.")
@click.option("--scope", default="", help="The work that you declare for.")
@click.option("--assessment", default="default", show_default=True, help="Which answers count.")
@click.option(
    "--confirm", "confirmations", type=PATH, help="TOML file: commitment id = your words."
)
@click.option("--key", type=PATH, help="Sign with this private key.")
@click.option("--new-key", type=PATH, help="Make a private key in this new file, and stop.")
@click.option("--verify", type=PATH, help="Check this declaration offline, and stop.")
@click.option("--by", default="", help="With --verify: the public key that it must be signed with.")
@AS_JSON
def declare_command(
    standards: tuple[str, ...],
    new_key: Path | None,
    verify: Path | None,
    by: str,
    as_json: bool,
    **options: Any,
) -> None:
    """Make your self-discipline declaration from your checklists of STANDARDS, or check one.

    Without --out the state of every commitment is shown. Without --confirm, or with some
    commitments left out of it, the document is a draft. A passphrase for the key is taken from
    STEMCELL_KIT_KEY_PASSPHRASE.
    """
    from stemcell_kit.cli import declaration_commands

    if new_key is not None:
        return show(declaration_commands.key(new_key), declaration_commands.key_text, as_json)
    if verify is not None:
        data = declaration_commands.check(verify, by)
        show(data, declaration_commands.check_text, as_json)
        if not data["whole"]:
            raise SystemExit(1)
        return None
    data = declaration_commands.make(standards or ("iso-24603",), **options)
    return show(data, declaration_commands.made_text, as_json)


@main.group()
def profile() -> None:
    """Bind statements to the clauses of your own licensed copies, and set your own limits."""


@profile.command("new")
@click.argument("file", type=PATH)
@click.option("--name", required=True, help="Name of your laboratory; reports show it.")
@click.option("--standard", "standards", multiple=True, help="Only this standard; repeatable.")
@AS_JSON
def profile_new(file: Path, name: str, standards: tuple[str, ...], as_json: bool) -> None:
    """Write an empty profile to FILE, with every statement and limit to fill in."""
    from stemcell_kit import profiles
    from stemcell_kit.cli import profile_listing

    data = profiles.new_profile(file, name=name, standards=standards)
    show(data, profile_listing.new_text, as_json)


@profile.command("check")
@click.argument("file", type=PATH)
@AS_JSON
def profile_check(file: Path, as_json: bool) -> None:
    """Say what a profile binds and overrides, or everything that is wrong with it."""
    from stemcell_kit import profiles
    from stemcell_kit.cli import profile_listing

    show(profiles.check_profile(file), profile_listing.check_text, as_json)


@profile.command("diff")
@click.argument("first", type=PATH)
@click.argument("second", type=PATH)
@AS_JSON
def profile_diff(first: Path, second: Path, as_json: bool) -> None:
    """Show which clauses and limits two profiles set differently."""
    from stemcell_kit import profiles
    from stemcell_kit.cli import profile_listing

    show(profiles.diff_profiles(first, second), profile_listing.diff_text, as_json)


@main.group()
def records() -> None:
    """Keep or move what the kit remembers: answers with their history, grades, settings."""


@records.command("export")
@click.argument("file", type=PATH)
@AS_JSON
def export_file(file: Path, as_json: bool) -> None:
    """Write all records to one JSON FILE with a checksum."""
    from stemcell_kit.records import export_records
    from stemcell_kit.records import records as opened

    show(export_records(opened(), file), _counts_text, as_json)


@records.command("import")
@click.argument("file", type=PATH)
@AS_JSON
def import_file(file: Path, as_json: bool) -> None:
    """Fill empty records from an exported FILE: all of it or, with a reason, nothing."""
    from stemcell_kit.records import import_records
    from stemcell_kit.records import records as opened

    show(import_records(opened(), file), _counts_text, as_json)


def _counts_text(counts: dict[str, int]) -> str:
    return "\n".join(f"{count:>7}  {name.replace('_', ' ')}" for name, count in counts.items())
