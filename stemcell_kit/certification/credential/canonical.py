"""The exact bytes that are signed, and how keys and signatures are written as text."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from stemcell_kit.assessment.declaration.signature import extra_missing
from stemcell_kit.errors import BadInput
from stemcell_kit.language import say

__all__ = ["base58", "canonical", "from_base58", "parsed", "sha256", "sha256_hex"]

# base58btc, as the multibase "z" of keys and signatures asks for
_DIGITS = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_LONGEST = 200  # digits; a signature has 88


def canonical(data: Any) -> bytes:
    """Return the one form of some JSON data that is signed (RFC 8785).

    Raises
    ------
    BadInput
        The data has no such form, e.g. half a character; or [certify] is not installed.
    """
    try:
        import rfc8785
    except ImportError:
        raise extra_missing() from None
    try:
        return rfc8785.dumps(data)
    except (rfc8785.CanonicalizationError, RecursionError) as error:
        raise BadInput(say("credential.no-canonical-form", reason=error)) from None


def parsed(words: bytes) -> Any:
    """Return the JSON data in some bytes; a name that stands twice in one object is refused.

    Raises
    ------
    BadInput
        The bytes are no JSON in UTF-8.
    """
    try:
        return json.loads(words.decode("utf-8"), object_pairs_hook=_once, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise BadInput(say("credential.no-json", reason=error)) from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands twice in one object")
    return found


def _refuse(word: str) -> Any:
    raise ValueError(f"{word} is no number of JSON")


def sha256(data: bytes) -> bytes:
    """Return the SHA-256 of some bytes, 32 bytes."""
    return hashlib.sha256(data).digest()


def sha256_hex(data: bytes) -> str:
    """Return the SHA-256 of some bytes as 64 characters."""
    return hashlib.sha256(data).hexdigest()


def base58(data: bytes) -> str:
    """Return bytes as multibase text, ``z`` and base58btc."""
    number, words = int.from_bytes(data, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        words = _DIGITS[digit] + words
    return "z" + "1" * (len(data) - len(data.lstrip(b"\0"))) + words


def from_base58(words: Any) -> bytes:
    """Return the bytes of multibase text; no bytes for anything that is none."""
    if not isinstance(words, str) or not 1 < len(words) <= _LONGEST or words[0] != "z":
        return b""
    number = 0
    for letter in words[1:]:
        digit = _DIGITS.find(letter)
        if digit < 0:
            return b""
        number = number * 58 + digit
    zeros = len(words[1:]) - len(words[1:].lstrip("1"))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")
