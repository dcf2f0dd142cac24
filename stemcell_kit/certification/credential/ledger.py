"""What an issuer has issued and revoked: one line for each, only ever added to."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stemcell_kit.certification.credential.canonical import canonical
from stemcell_kit.errors import BadInput
from stemcell_kit.language import say

__all__ = ["Ledger", "ledger_of"]

_FILE = "issued.jsonl"


@dataclass(frozen=True)
class Ledger:
    """The lines of an issuer's ledger, oldest first."""

    path: Path
    lines: tuple[Mapping[str, Any], ...]

    @property
    def issued(self) -> dict[str, Mapping[str, Any]]:
        """Credential id -> its line."""
        return {line["credential"]: line for line in self.lines if "credential" in line}

    @property
    def revoked(self) -> dict[str, Mapping[str, Any]]:
        """Id of a revoked credential -> the line that says why."""
        return {line["revoked"]: line for line in self.lines if "revoked" in line}

    @property
    def places(self) -> set[int]:
        """Places of the status list that are taken."""
        return {line["place"] for line in self.issued.values()}

    @property
    def revoked_places(self) -> list[int]:
        """Places of the status list whose credentials are revoked."""
        issued = self.issued
        return [issued[name]["place"] for name in self.revoked]

    def of(self, exam: str, candidate: str, attempt: int) -> str:
        """Return the credential that holds for this attempt; empty text where there is none."""
        wanted = (exam, candidate, attempt)
        for name, line in self.issued.items():
            named = (line["exam"], line["candidate"], line["attempt"])
            if named == wanted and name not in self.revoked:
                return name
        return ""

    def with_line(self, line: Mapping[str, Any]) -> Ledger:
        """Add a line, on disk before anything is handed out.

        Raises
        ------
        BadInput
            The file cannot be written.
        """
        try:
            with self.path.open("ab") as file:
                file.write(canonical(line) + b"\n")
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            reason = error.strerror
            raise BadInput(say("credential.unwritable", path=self.path, reason=reason)) from None
        return Ledger(self.path, (*self.lines, line))


def ledger_of(folder: Path) -> Ledger:
    """Return the ledger of an issuer's folder; an empty one where nothing was issued.

    Raises
    ------
    BadInput
        A line cannot be read.
    """
    path = folder / _FILE
    if not path.exists():
        return Ledger(path, ())
    lines = []
    for number, words in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            lines.append(json.loads(words))
        except ValueError as error:
            raise BadInput(
                say("credential.ledger", path=path, number=number, reason=error)
            ) from None
    return Ledger(path, tuple(lines))
