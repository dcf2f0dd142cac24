"""Checking a declaration offline: is it whole, and does the signature fit?"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stemcell_kit import __version__
from stemcell_kit.assessment.declaration.document import FORMAT, digest_of
from stemcell_kit.assessment.declaration.page import declaration_html
from stemcell_kit.assessment.declaration.pdf import DATA_FILE, declaration_pdf
from stemcell_kit.assessment.declaration.pdf_sheet import attached
from stemcell_kit.assessment.declaration.signature import fingerprint, signature_holds
from stemcell_kit.errors import BadInput
from stemcell_kit.language import LANGUAGES, say, speaking

__all__ = ["Checked", "check_declaration"]


@dataclass(frozen=True)
class Checked:
    """What a check found: sentences for the reader, and whether all is well."""

    document: Mapping[str, Any]
    findings: tuple[str, ...]
    is_whole: bool


def check_declaration(path: Path, *, key: str = "") -> Checked:
    """Check the text, the data, the digest and the signature of a declaration.

    Parameters
    ----------
    key
        The public key that the declarant gave, to be compared with the one in the document.

    Raises
    ------
    BadInput
        The file cannot be read or holds no declaration.
    """
    document, same_text = _opened(path)
    findings: list[str] = []
    whole = digest_of(document) == document["sha256"]
    if not whole:
        findings.append(say("declaration.check-digest"))
    elif document["kit"] != __version__:
        findings.append(
            say("declaration.check-other-version", written=document["kit"], here=__version__)
        )
    elif not same_text:
        whole = False
        findings.append(say("declaration.check-text"))
    else:
        findings.append(say("declaration.check-whole"))
    signed, words = _signature(document, key)
    return Checked(document, (*findings, *words), whole and signed)


def _signature(document: Mapping[str, Any], key: str) -> tuple[bool, list[str]]:
    signature = document.get("signature")
    if signature is None:
        return not key, [say("declaration.check-unsigned")]
    if not signature_holds(document):
        return False, [say("declaration.check-signature")]
    words = [say("declaration.check-signed", fingerprint=fingerprint(signature["public_key"]))]
    if key:
        same = signature["public_key"] == key
        words.append(say("declaration.check-key" if same else "declaration.check-other-key"))
        return same, words
    return True, words


def _opened(path: Path) -> tuple[dict[str, Any], bool]:
    """Return the data of a declaration, and whether the text around it is the text of the data."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise _refused(path, say("declaration.cannot-read", reason=error.strerror)) from None
    if raw.startswith(b"%PDF"):
        document = _data(path, _from_pdf(path, raw))
        return document, _same(raw, document, lambda: declaration_pdf(document))
    if raw.lstrip().startswith(b"{"):
        return _data(path, raw.decode("utf-8", errors="replace")), True
    page = raw.decode("utf-8", errors="replace")
    held = re.search(r'<pre id="declaration-data">(.*?)</pre>', page, re.DOTALL)
    if held is None:
        reason = "holds-no-data" if "<html" in page else "other-kind"
        raise _refused(path, say(f"declaration.{reason}"))
    document = _data(path, html.unescape(held[1]))
    return document, _same(raw, document, lambda: declaration_html(document).encode("utf-8"))


def _same(raw: bytes, document: Mapping[str, Any], made: Any) -> bool:
    """Say whether the file is what the kit makes of the data, in one of its languages."""
    for language in LANGUAGES:
        with speaking(language):
            try:
                if made() == raw:
                    return True
            except (KeyError, TypeError):
                return False
    return False


def _from_pdf(path: Path, raw: bytes) -> str:
    held = attached(raw, DATA_FILE)
    if not held:
        raise _refused(path, say("declaration.holds-no-data"))
    return held.decode("utf-8", errors="replace")


def _data(path: Path, words: str) -> dict[str, Any]:
    try:
        document = json.loads(words)
    except (ValueError, RecursionError):
        raise _refused(path, say("declaration.holds-no-data")) from None
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise _refused(path, say("declaration.other-kind"))
    if not {"kit", "sha256"} <= document.keys():
        raise _refused(path, say("declaration.holds-no-data"))
    return document


def _refused(path: Path, reason: str) -> BadInput:
    return BadInput(say("declaration.file-refused", path=path, reason=reason))
