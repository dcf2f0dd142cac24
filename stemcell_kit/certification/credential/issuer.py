"""An issuer: a folder of its own outside every repository, with its keys and what it issued.

``issuer.json`` is for everybody: who issues, and which keys were in use when. A key that was
replaced stays in it with the end of its time, so that what it signed in its time still holds.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from stemcell_kit.assessment.declaration.signature import new_key, private_key
from stemcell_kit.certification.credential.canonical import parsed
from stemcell_kit.certification.credential.files import refuse_shared_place, written_json
from stemcell_kit.certification.credential.moments import moment
from stemcell_kit.certification.credential.proof import SigningKey, multikey, require_libraries
from stemcell_kit.certification.credential.settings import settings
from stemcell_kit.errors import BadInput
from stemcell_kit.language import say

__all__ = ["Issuer", "issuer_in", "new_issuer", "rotate"]

DEMONSTRATION = "did:key"
_WEB = re.compile(r"did:web:[A-Za-z0-9.-]+(?:%3A\d+)?(?::[A-Za-z0-9._-]+)*")

Document = dict[str, Any]


@dataclass(frozen=True)
class Issuer:
    """An issuer's folder, and what it says of itself to everybody."""

    folder: Path
    document: Mapping[str, Any]

    @property
    def id(self) -> str:
        """The issuer's identifier, ``did:web:…`` or ``did:key:…``."""
        return str(self.document["id"])

    @property
    def name(self) -> str:
        """The issuer's name as people know it."""
        return str(self.document["name"])

    @property
    def status_file(self) -> Path:
        """The list of revoked credentials."""
        return self.folder / "status.json"

    def key(self, passphrase: str = "") -> SigningKey:
        """Return the key in use.

        Raises
        ------
        BadInput
            Its file cannot be read, or the passphrase is wrong.
        """
        method = next(row for row in _keys(self.document) if "validUntil" not in row)["id"]
        return SigningKey(private_key(_key_file(self.folder, method), passphrase), method)


def new_issuer(folder: Path, *, did: str, name: str, passphrase: str = "", on: datetime) -> Issuer:
    """Make an issuer with its first key, in a new folder.

    Parameters
    ----------
    did
        ``did:web:`` and the institution's domain; ``did:key`` alone for a demonstration, whose
        key is its whole identity and cannot be replaced.

    Raises
    ------
    BadInput
        The folder is there already or lies in a repository, or the identifier or name is none.
    """
    require_libraries()
    refuse_shared_place(folder)
    if did != DEMONSTRATION and not _WEB.fullmatch(did):
        raise BadInput(say("credential.no-did", did=did))
    if not name.strip():
        raise BadInput(say("credential.no-name"))
    _made_folder(folder)
    key = _made_key(folder, passphrase)
    did = f"{DEMONSTRATION}:{key}" if did == DEMONSTRATION else did
    row = _row(did, key, on)
    document = {
        "@context": list(settings().issuer_contexts),
        "id": did,
        "name": name.strip(),
        "verificationMethod": [row],
        "assertionMethod": [row["id"]],
    }
    written_json(folder / "issuer.json", document)
    return Issuer(folder, document)


def rotate(
    issuer: Issuer, *, passphrase: str = "", on: datetime, compromised: bool = False
) -> Issuer:
    """Replace the key in use; the old one stays in the issuer's document.

    Parameters
    ----------
    compromised
        Somebody else may have the old key: nothing that it signed is believed any longer.

    Raises
    ------
    BadInput
        The issuer is a demonstration, whose key cannot be replaced.
    """
    if issuer.id.startswith(f"{DEMONSTRATION}:"):
        raise BadInput(say("credential.cannot-rotate"))
    ended = {"validUntil": moment(on), **({"revoked": moment(on)} if compromised else {})}
    old = [row if "validUntil" in row else {**row, **ended} for row in _keys(issuer.document)]
    row = _row(issuer.id, _made_key(issuer.folder, passphrase), on)
    believed = [one["id"] for one in (*old, row) if "revoked" not in one]
    document = {
        **issuer.document,
        "verificationMethod": [*old, row],
        "assertionMethod": believed,
    }
    written_json(issuer.folder / "issuer.json", document)
    return Issuer(issuer.folder, document)


def issuer_in(folder: Path) -> Issuer:
    """Return the issuer whose folder this is.

    Raises
    ------
    BadInput
        It is no issuer's folder.
    """
    try:
        document = parsed((folder / "issuer.json").read_bytes())
    except OSError as error:
        raise BadInput(say("credential.no-issuer", path=folder, reason=error.strerror)) from None
    return Issuer(folder, document)


def _made_folder(folder: Path) -> None:
    """Make the folder of an issuer, for its owner alone."""
    try:
        folder.mkdir(mode=0o700, parents=True)
        (folder / "keys").mkdir(mode=0o700)
    except FileExistsError:
        raise BadInput(say("credential.issuer-exists", path=folder)) from None
    except OSError as error:
        raise BadInput(say("credential.unwritable", path=folder, reason=error.strerror)) from None


def _keys(document: Mapping[str, Any]) -> list[Document]:
    return list(document["verificationMethod"])


def _row(did: str, key: str, on: datetime) -> Document:
    return {
        # the key itself names the key: nobody can put another one in its place
        "id": f"{did}#{key}",
        "type": "Multikey",
        "controller": did,
        "publicKeyMultibase": key,
        "validFrom": moment(on),
    }


def _made_key(folder: Path, passphrase: str) -> str:
    made = folder / "keys" / "new.pem"
    key = multikey(base64.b64decode(new_key(made, passphrase=passphrase)))
    made.rename(_key_file(folder, f"#{key}"))
    return key


def _key_file(folder: Path, method: str) -> Path:
    return folder / "keys" / f"{method.partition('#')[2]}.pem"
