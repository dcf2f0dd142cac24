"""The exam's secret, and what is derived from it: draws, case ids and tags (HMAC-SHA256).

Who has the secret can make every form again; without it nothing of a form can be derived.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from stemcell_kit.assessment.declaration.document import canonical
from stemcell_kit.errors import BadInput

__all__ = ["PRACTICE", "Secret", "canonical", "new_secret", "read_secret", "sha256_of"]

_BYTES = 32
_CASE_ID, _FORM_ID = 20, 12


@dataclass(frozen=True)
class Secret:
    """A secret that never shows itself."""

    _key: bytes = field(repr=False)

    def seal(self, purpose: str, *data: Any) -> str:
        """Return the HMAC-SHA256, in hex, of a purpose and some JSON data."""
        return hmac.new(self._key, canonical([purpose, *data]), hashlib.sha256).hexdigest()

    def fits(self, seal: str, purpose: str, *data: Any) -> bool:
        """Tell whether a seal is the one of these data, in a time that tells nothing."""
        return hmac.compare_digest(seal.encode(), self.seal(purpose, *data).encode())

    def case_id(self, *sitting: Any) -> str:
        """Return the id that gives a candidate a case of his or her own."""
        return "x-" + self.seal("case", *sitting)[:_CASE_ID]

    def form_id(self, *sitting: Any) -> str:
        """Return the name of a form."""
        return "F-" + self.seal("form", *sitting)[:_FORM_ID]


# Everybody may know it: what is drawn with it is for practice and decides nothing.
PRACTICE = Secret(b"stemcell-kit practice exam")


def new_secret(path: Path) -> Secret:
    """Make the secret of an exam in a new file that only its owner can read."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(_BYTES) + "\n")
    return read_secret(path)


def read_secret(path: Path) -> Secret:
    """Read the secret of an exam.

    Raises
    ------
    BadInput
        The file is missing, can be read by others, or does not hold a secret.
    """
    if not path.is_file():
        raise BadInput(f"no secret at {path}; restore it from your backup, it cannot be made again")
    if os.name == "posix" and path.stat().st_mode & 0o077:
        raise BadInput(f"{path} can be read by others; expected mode 600. Run: chmod 600 {path}")
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except ValueError:
        key = b""
    if len(key) != _BYTES:
        raise BadInput(f"{path} does not hold {_BYTES} bytes in hex; restore it from your backup")
    return Secret(key)


def sha256_of(data: Any) -> str:
    """Return the SHA-256, in hex, of the canonical form of some JSON data."""
    return hashlib.sha256(canonical(data)).hexdigest()
