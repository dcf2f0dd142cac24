"""Opening what somebody hands over: a credential as JSON, or inside its certificate (PDF)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stemcell_kit.assessment.declaration.pdf_sheet import attached
from stemcell_kit.certification.credential.canonical import parsed
from stemcell_kit.errors import BadInput
from stemcell_kit.language import say

__all__ = ["ATTACHMENT", "Opened", "open_document", "open_file"]

ATTACHMENT = "credential.json"
_LARGEST = 8 * 1024 * 1024


@dataclass(frozen=True)
class Opened:
    """A file that was handed over: its bytes, the credential's bytes in it, and its data."""

    raw: bytes
    held: bytes
    document: dict[str, Any]

    @property
    def is_pdf(self) -> bool:
        """Whether the credential came inside a PDF."""
        return self.raw.startswith(b"%PDF")


def open_file(path: Path) -> Opened:
    """Open a credential.

    Raises
    ------
    BadInput
        The file cannot be read, or holds no JSON object.
    """
    raw = _bytes_of(path)
    held: bytes | None = raw
    if raw.startswith(b"%PDF"):
        held = attached(raw, ATTACHMENT)
        if held is None:
            raise BadInput(say("credential.check-no-attachment", path=path))
    document = parsed(held or b"")
    if not isinstance(document, dict):
        raise BadInput(say("credential.no-json", reason=say("credential.no-object")))
    return Opened(raw, held or b"", document)


def open_document(path: Path) -> dict[str, Any]:
    """Return the JSON object in a file: an issuer's document or a status list.

    Raises
    ------
    BadInput
        The file cannot be read, or holds none.
    """
    raw = _bytes_of(path)
    try:
        document = parsed(raw)
    except BadInput as error:
        raise BadInput(say("credential.file-refused", path=path, reason=error)) from None
    if not isinstance(document, dict):
        reason = say("credential.no-json", reason=say("credential.no-object"))
        raise BadInput(say("credential.file-refused", path=path, reason=reason))
    return document


def _bytes_of(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            raw = file.read(_LARGEST + 1)
    except OSError as error:
        raise BadInput(say("credential.unreadable", path=path, reason=error.strerror)) from None
    if len(raw) > _LARGEST:
        raise BadInput(say("credential.too-large", path=path))
    return raw
