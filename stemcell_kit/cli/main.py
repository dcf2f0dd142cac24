"""The command group that all commands join, and what they share."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from stemcell_kit import __version__
from stemcell_kit.errors import KitError

__all__ = ["AS_JSON", "COURSE", "main", "show"]

AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON for another program.")
COURSE = click.Path(exists=True, file_okay=False, path_type=Path)


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


def show(data: Any, as_text: Callable[[Any], str], as_json: bool) -> None:
    """Print what a command found: as JSON, or as text made from the same data."""
    if as_json:
        # ASCII escapes: the reader may sit behind a console of any encoding
        click.echo(json.dumps(data, indent=2, default=str))
    else:
        click.echo(as_text(data))
