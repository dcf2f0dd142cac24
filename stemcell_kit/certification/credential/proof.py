"""The two signatures of a credential, by one Ed25519 key over the same words.

``eddsa-rdfc-2022`` is what the validators of Open Badges accept; to check it takes a library for
linked data. ``eddsa-jcs-2022`` is checked with SHA-256 and Ed25519 alone, as a browser does
offline. The second also names the SHA-256 of the first (its ``nonce``), so that no byte of the
credential is outside a signature that a browser can check.
"""

from __future__ import annotations

import base64
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from stemcell_kit.assessment.declaration.signature import extra_missing, holds, plain_pem
from stemcell_kit.certification.credential.canonical import (
    base58,
    canonical,
    from_base58,
    sha256,
    sha256_hex,
)
from stemcell_kit.errors import BadInput

__all__ = [
    "SUITES",
    "SigningKey",
    "multikey",
    "proofs_hold",
    "public_bytes",
    "public_pem",
    "require_libraries",
    "signed",
]

SUITES = ("eddsa-rdfc-2022", "eddsa-jcs-2022")
PURPOSE = "assertionMethod"
_ED25519 = b"\xed\x01"  # multicodec ed25519-pub
_PEM = "-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n"
_SPKI = bytes.fromhex("302a300506032b6570032100")  # RFC 8410: what stands before the 32 bytes

Document = dict[str, Any]


@dataclass(frozen=True)
class SigningKey:
    """A private key, and the id by which credentials name it."""

    private: Any
    method: str


def multikey(key: bytes) -> str:
    """Return 32 public bytes as a Multikey, ``z6Mk…``."""
    return base58(_ED25519 + key)


def public_bytes(words: Any) -> bytes:
    """Return the 32 public bytes of a Multikey; no bytes for anything that is none."""
    found = from_base58(words)
    return found[2:] if len(found) == 34 and found.startswith(_ED25519) else b""


def public_pem(key: bytes) -> bytes:
    """Return 32 public bytes as PEM."""
    return _PEM.format(base64.b64encode(_SPKI + key).decode("ascii")).encode("ascii")


def signed(document: Mapping[str, Any], key: SigningKey, *, on: datetime) -> Document:
    """Return a document with both signatures in its ``proof``.

    Raises
    ------
    BadInput
        The extra [certify] is not installed.
    """
    first = _linked_data_proof(document, key, on)
    options = {
        **{name: value for name, value in first.items() if name != "proofValue"},
        "cryptosuite": SUITES[1],
        "nonce": sha256_hex(canonical(first)),
        "@context": document["@context"],
    }
    value = base58(key.private.sign(_hashed(options, document)))
    return {**document, "proof": [first, {**options, "proofValue": value}]}


def proofs_hold(document: Mapping[str, Any], key: bytes) -> bool:
    """Say whether both signatures of a document are by this key, over exactly this document."""
    bare = {name: value for name, value in document.items() if name != "proof"}
    first, second = document["proof"]
    options = {name: value for name, value in second.items() if name != "proofValue"}
    try:
        bound = options.get("nonce") == sha256_hex(canonical(first))
        data = _hashed(options, bare)
    except BadInput:
        return False
    value = from_base58(second.get("proofValue"))
    return bound and holds(key, value, data) and _linked_data_holds(bare, first, key)


def require_libraries() -> None:
    """Make sure that signing will work, before anything is written.

    Raises
    ------
    BadInput
        The extra [certify] is not installed.
    """
    _library()
    canonical({})


def _hashed(options: Mapping[str, Any], document: Mapping[str, Any]) -> bytes:
    return sha256(canonical(options)) + sha256(canonical(document))


def _linked_data_proof(document: Mapping[str, Any], key: SigningKey, on: datetime) -> Document:
    pem = plain_pem(key.private)
    made = _library().add_data_integrity_proof(dict(document), pem, key.method, created=on)
    return dict(made["proof"])


def _linked_data_holds(bare: Document, proof: Mapping[str, Any], key: bytes) -> bool:
    library = _library()
    try:
        library.verify_data_integrity_proof({**bare, "proof": proof}, public_pem(key))
    except library.OB3VerificationError:
        return False
    return True


def _library() -> Any:
    try:
        with warnings.catch_warnings():
            # a library under it imports names that it will lose one day
            warnings.simplefilter("ignore")
            import openbadgeslib.ob3 as library
            import pyld  # noqa: F401
    except ImportError:
        raise extra_missing() from None
    return library
