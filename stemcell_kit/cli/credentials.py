"""Commands for credentials: an issuer, its credentials, and checking one."""

from __future__ import annotations

from pathlib import Path

import click

from stemcell_kit.cli.main import AS_JSON, main, show

FILE = click.Path(dir_okay=False, path_type=Path)
FOLDER = click.Path(file_okay=False, path_type=Path)
PLACE = click.Path(path_type=Path)
ISSUER = click.option("--issuer", type=FOLDER, required=True, help="The issuer's folder.")


@main.group()
def credential() -> None:
    """Issue credentials for exams passed, and check one offline.

    A passphrase for the issuer's key is taken from STEMCELL_KIT_KEY_PASSPHRASE.
    """


@credential.command("new-issuer")
@click.argument("folder", type=FOLDER)
@click.option("--id", "did", required=True, help="did:web:your.domain, or did:key to try it out.")
@click.option("--name", required=True, help="Name of the institution; credentials show it.")
@AS_JSON
def new_issuer(folder: Path, did: str, name: str, as_json: bool) -> None:
    """Make an issuer with its key in a new FOLDER, outside every repository."""
    from stemcell_kit.cli import credential_commands as commands

    show(commands.new(folder, did, name), commands.new_text, as_json)


@credential.command()
@ISSUER
@click.option("--compromised", is_flag=True, help="Somebody else may have the old key.")
@AS_JSON
def rotate(issuer: Path, compromised: bool, as_json: bool) -> None:
    """Replace the issuer's key; what the old one signed in its time still holds."""
    from stemcell_kit.cli import credential_commands as commands

    show(commands.rotated(issuer, compromised), commands.rotated_text, as_json)


@credential.command()
@click.argument("results", type=FILE)
@click.option("--issuer", type=FOLDER, help="The issuer's folder; a practice exam needs none.")
@click.option("--out", type=FOLDER, required=True, help="Folder for what is made.")
@click.option("--roster", type=FILE, help="The roster of the exam, for names and addresses (CSV).")
@AS_JSON
def issue(
    results: Path, issuer: Path | None, out: Path, roster: Path | None, as_json: bool
) -> None:
    """Issue a credential to everybody who passed by RESULTS (results.json of an exam).

    A practice exam gives self-assessed results instead, which are no credentials.
    """
    from stemcell_kit.cli import credential_commands as commands

    show(commands.issued(results, issuer, out, roster), commands.issued_text, as_json)


@credential.command()
@click.argument("which")
@ISSUER
@click.option("--reason", required=True, help="Why; it stays in the issuer's ledger.")
@AS_JSON
def revoke(which: str, issuer: Path, reason: str, as_json: bool) -> None:
    """Revoke a credential: WHICH is its number (urn:uuid:…) or its file."""
    from stemcell_kit.cli import credential_commands as commands

    show(commands.revoked(which, issuer, reason), commands.revoked_text, as_json)


@credential.command("renew-status")
@ISSUER
@AS_JSON
def renew_status(issuer: Path, as_json: bool) -> None:
    """Make the list of revoked credentials anew, before it is too old to be used."""
    from stemcell_kit.cli import credential_commands as commands

    show(commands.renewed(issuer), commands.renewed_text, as_json)


@credential.command()
@click.argument("file", type=FILE)
@click.option("--issuer", type=PLACE, required=True, help="The institution's issuer.json.")
@click.option("--status", type=FILE, help="The institution's status.json, to see revocations.")
@AS_JSON
def verify(file: Path, issuer: Path, status: Path | None, as_json: bool) -> None:
    """Check a credential offline: FILE is its .json or its certificate (.pdf)."""
    from stemcell_kit.cli import credential_commands as commands

    data = commands.verified(file, issuer, status)
    show(data, commands.verified_text, as_json)
    if not data["holds"]:
        raise SystemExit(1)


@credential.command()
@click.option("--out", type=FILE, required=True, help="Where to write, e.g. verify.html.")
@click.option("--issuer", type=PLACE, help="An issuer.json that the page shall know already.")
@AS_JSON
def page(out: Path, issuer: Path | None, as_json: bool) -> None:
    """Write the page that checks credentials in a browser, without a network."""
    from stemcell_kit.cli import credential_commands as commands

    show(commands.page(out, issuer), commands.page_text, as_json)
