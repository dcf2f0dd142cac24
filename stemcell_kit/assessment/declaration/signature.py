"""Signing a declaration with a person's own Ed25519 key, and checking it offline.

The key is the person's: it is made where the person says, and never kept with the records.
"""

from __future__ import annotations

import base64
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from stemcell_kit.assessment.declaration.document import canonical
from stemcell_kit.errors import BadInput
from stemcell_kit.language import say

__all__ = [
    "extra_missing",
    "fingerprint",
    "holds",
    "new_key",
    "plain_pem",
    "private_key",
    "public_key",
    "public_words",
    "sign",
    "signature_holds",
]

ALGORITHM = "Ed25519"


def new_key(path: Path, *, passphrase: str = "") -> str:
    """Make a private key in a new file that only its owner may read, and return its public key.

    Raises
    ------
    BadInput
        The file is there already, cannot be written, or the extra [certify] is not installed.
    """
    serialization, private = _library()
    key = private.generate()
    lock: Any = serialization.NoEncryption()
    if passphrase:
        lock = serialization.BestAvailableEncryption(passphrase.encode("utf-8"))
    words = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, lock)
    try:
        # readable by its owner from the first moment
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(words)
    except FileExistsError:
        raise BadInput(say("declaration.key-exists", path=path)) from None
    except OSError as error:
        raise BadInput(
            say("declaration.key-unwritable", path=path, reason=error.strerror)
        ) from None
    return public_words(key.public_key())


def public_key(path: Path, *, passphrase: str = "") -> str:
    """Return the public half of a private key file, for people who will check."""
    return public_words(private_key(path, passphrase).public_key())


def fingerprint(key: str) -> str:
    """Return a public key as people read it to each other: eight groups of four characters."""
    import hashlib

    digest = hashlib.sha256(base64.b64decode(key)).hexdigest()[:32]
    return " ".join(digest[place : place + 4] for place in range(0, 32, 4))


def sign(document: Mapping[str, Any], path: Path, *, passphrase: str = "") -> dict[str, Any]:
    """Return the document with a signature by the key in *path*.

    Raises
    ------
    BadInput
        The file is no Ed25519 key, or the passphrase is wrong.
    """
    key = private_key(path, passphrase)
    signed = key.sign(canonical(_bare(document)))
    signature = {
        "algorithm": ALGORITHM,
        "public_key": public_words(key.public_key()),
        "value": base64.b64encode(signed).decode("ascii"),
    }
    return {**document, "signature": signature}


def signature_holds(document: Mapping[str, Any]) -> bool:
    """Say whether the signature in a document is by the key that it names, over this document."""
    signature = document["signature"]
    try:
        key = base64.b64decode(signature["public_key"])
        value = base64.b64decode(signature["value"])
    except (ValueError, KeyError, TypeError):
        return False
    named = bool(signature.get("algorithm") == ALGORITHM)
    return named and holds(key, value, canonical(_bare(document)))


def holds(key: bytes, signature: bytes, signed: bytes) -> bool:
    """Say whether *signature* is by the key of these 32 public bytes, over *signed*."""
    _library()
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, signed)
    except (InvalidSignature, ValueError):
        return False
    return True


def _bare(document: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in document.items() if name != "signature"}


def private_key(path: Path, passphrase: str) -> Any:
    """Return the Ed25519 private key in a file.

    Raises
    ------
    BadInput
        The file cannot be read, is no Ed25519 key, or the passphrase is wrong.
    """
    serialization, private = _library()
    try:
        words = path.read_bytes()
    except OSError as error:
        raise BadInput(
            say("declaration.key-unreadable", path=path, reason=error.strerror)
        ) from None
    try:
        lock = passphrase.encode("utf-8") if passphrase else None
        key = serialization.load_pem_private_key(words, password=lock)
    except (ValueError, TypeError):
        raise BadInput(say("declaration.key-refused", path=path)) from None
    if not isinstance(key, private):
        raise BadInput(say("declaration.key-refused", path=path))
    return key


def plain_pem(key: Any) -> bytes:
    """Return a private key as unlocked PEM, for a library that signs; never to be written."""
    form, _ = _library()
    return bytes(
        key.private_bytes(form.Encoding.PEM, form.PrivateFormat.PKCS8, form.NoEncryption())
    )


def extra_missing() -> BadInput:
    """Return the error that says how to install what signing and PDF need, into this Python."""
    python = f'"{sys.executable}"' if " " in sys.executable else sys.executable
    return BadInput(say("declaration.extra-missing", python=python))


def public_words(key: Any) -> str:
    """Return a public key in base64, as it is given to those who check."""
    return base64.b64encode(key.public_bytes_raw()).decode("ascii")


def _library() -> tuple[Any, Any]:
    try:
        from cryptography.hazmat.primitives import serialization
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    except ImportError:
        raise extra_missing() from None
    return serialization, Ed25519PrivateKey
