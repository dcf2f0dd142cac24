"""Checking a file that somebody hands over: the credential in it, and the page around it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from stemcell_kit.certification.credential.canonical import canonical
from stemcell_kit.certification.credential.certificate import page_state
from stemcell_kit.certification.credential.check import Checked, Finding, check_credential
from stemcell_kit.certification.credential.reading import Opened, open_file
from stemcell_kit.errors import BadInput
from stemcell_kit.language import say

__all__ = ["check_file"]


def check_file(
    path: Path,
    issuer: Mapping[str, Any],
    *,
    status: Mapping[str, Any] | None = None,
    on: datetime,
) -> Checked:
    """Check a credential's ``.json`` file or its certificate, as ``check_credential`` does.

    A file that cannot be read as a credential is a finding too, for that may be the change.
    """
    try:
        opened = open_file(path)
    except BadInput as error:
        words = say("credential.check-unreadable", reason=error)
        return Checked((Finding("unreadable", False, words),), {})
    found = check_credential(opened.document, issuer, status=status, on=on)
    # of what is not genuine, the page does not matter
    return replace(found, findings=(*found.findings, *_around(opened))) if found.facts else found


def _around(opened: Opened) -> tuple[Finding, ...]:
    if canonical(opened.document) != opened.held:
        return (Finding("relaid", None, say("credential.check-relaid")),)
    if not opened.is_pdf:
        return ()
    state, written, here = page_state(opened)
    well = {"same": True, "differs": False, "not-compared": None}[state]
    words = say(f"credential.check-page-{state}", written=written, here=here)
    return (Finding(f"page-{state}", well, words),)
