"""Checking a credential, offline: by whom, unchanged, in its time, not revoked.

Nothing that a credential says is shown before its signatures hold.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from stemcell_kit.assessment.declaration.signature import fingerprint
from stemcell_kit.certification.credential.facts import facts_of
from stemcell_kit.certification.credential.forms import fault_of
from stemcell_kit.certification.credential.moments import LENIENCE, read_moment, readable
from stemcell_kit.certification.credential.proof import proofs_hold, public_bytes
from stemcell_kit.certification.credential.status import is_revoked
from stemcell_kit.errors import BadInput
from stemcell_kit.language import say

__all__ = ["Checked", "Finding", "check_credential"]


@dataclass(frozen=True)
class Finding:
    """One thing that a check found: by name, whether it is well (None: neither), and in words."""

    code: str
    is_well: bool | None
    words: str


@dataclass(frozen=True)
class Checked:
    """What a check found, and what the credential says, which is empty unless it is genuine."""

    findings: tuple[Finding, ...]
    facts: Mapping[str, Any]

    @property
    def holds(self) -> bool:
        """Whether the credential can be relied on, as far as it was checked."""
        return all(one.is_well is not False for one in self.findings)

    @property
    def codes(self) -> tuple[str, ...]:
        """The names of what was found, in the order of the checks."""
        return tuple(one.code for one in self.findings)


class _Fault(Exception):
    """A finding after which nothing else of the document counts."""

    def __init__(self, finding: Finding) -> None:
        self.finding = finding


def check_credential(
    document: Mapping[str, Any],
    issuer: Mapping[str, Any],
    *,
    status: Mapping[str, Any] | None = None,
    on: datetime,
) -> Checked:
    """Check a credential against its issuer's document, and its list of revoked credentials.

    Parameters
    ----------
    issuer
        The issuer's document, from a place that the reader trusts.
    status
        The list of revoked credentials; without it nobody can tell whether this one is.
    on
        The moment for which the question is asked.
    """
    try:
        key = _genuine(document, "credential", issuer)
    except _Fault as fault:
        return Checked((fault.finding,), {})
    findings = [_well("whole", issuer=issuer["name"], fingerprint=_read_aloud(key))]
    findings += _in_its_time(document, on)
    findings += _status(document, issuer, status, on)
    return Checked(tuple(findings), facts_of(document))


def _genuine(document: Mapping[str, Any], form: str, issuer: Mapping[str, Any]) -> bytes:
    """Return the key by which a document is signed, whole and by this issuer."""
    for one, name in ((issuer, "issuer-document"), (document, form)):
        if fault := fault_of(one, name):
            raise _fault(f"form-{name}", reason=fault)
    if document["issuer"]["id"] != issuer["id"]:
        raise _fault("other-issuer", found=document["issuer"]["id"], expected=issuer["id"])
    first, second = document["proof"]
    row = _row(issuer, first["verificationMethod"])
    key = public_bytes(row["publicKeyMultibase"])
    if any(first[name] != second[name] for name in ("created", "verificationMethod")):
        raise _fault("changed")
    if not proofs_hold(document, key):
        raise _fault("changed")
    _within_its_time(row, first["created"])
    return key


def _row(issuer: Mapping[str, Any], method: str) -> Mapping[str, Any]:
    """Return the issuer's key of this id; the id ends with the key itself."""
    for row in issuer["verificationMethod"]:
        key = row["publicKeyMultibase"]
        if row["id"] == method == f"{issuer['id']}#{key}" and public_bytes(key):
            return dict(row)
    raise _fault("other-key", found=method.partition("#")[2] or method, issuer=issuer["name"])


def _within_its_time(row: Mapping[str, Any], created: str) -> None:
    """Hold the moment of signing against the time in which the key was in use."""
    if "revoked" in row:
        raise _fault("key-revoked", at=row["revoked"])
    when = _moment(created)
    if when < _moment(row["validFrom"]):
        raise _fault("key-early", created=created, at=row["validFrom"])
    if "validUntil" in row and when > _moment(row["validUntil"]):
        raise _fault("key-retired", created=created, at=row["validUntil"])


def _in_its_time(document: Mapping[str, Any], on: datetime) -> Iterator[Finding]:
    start, end = document["validFrom"], document["validUntil"]
    signed = document["proof"][0]["created"]
    try:
        if on + LENIENCE < max(read_moment(start), read_moment(signed)):
            yield _bad("early", at=max(start, signed))
        elif on >= read_moment(end):
            yield _bad("expired", at=end)
        else:
            yield _well("in-time", start=start, end=end)
    except BadInput as error:
        yield _bad("form-credential", reason=error)


def _status(
    document: Mapping[str, Any],
    issuer: Mapping[str, Any],
    status: Mapping[str, Any] | None,
    on: datetime,
) -> Iterator[Finding]:
    if status is None:
        yield Finding("status-missing", None, say("credential.check-status-missing"))
        return
    entry = document["credentialStatus"]
    try:
        _genuine(status, "status", issuer)
    except _Fault as fault:
        yield _bad("status-refused", reason=fault.finding.words)
        return
    if status["id"] != entry["statusListCredential"]:
        yield _bad("status-other")
        return
    yield from _entry(status, int(entry["statusListIndex"]), on)


def _entry(status: Mapping[str, Any], place: int, on: datetime) -> Iterator[Finding]:
    made, end = status["validFrom"], status["validUntil"]
    try:
        if is_revoked(status, place):
            yield _bad("revoked", at=made)
        elif on >= read_moment(end):
            yield _bad("status-outdated", at=end)
        else:
            yield _well("not-revoked", at=made)
    except BadInput as error:
        yield _bad("status-refused", reason=error)


def _read_aloud(key: bytes) -> str:
    return fingerprint(base64.b64encode(key).decode("ascii"))


def _moment(words: str) -> datetime:
    try:
        return read_moment(words)
    except BadInput as error:
        raise _fault("form-credential", reason=error) from None


def _fault(code: str, **values: object) -> _Fault:
    return _Fault(_bad(code, **values))


def _bad(code: str, **values: object) -> Finding:
    return Finding(code, False, _said(code, values))


def _well(code: str, **values: object) -> Finding:
    return Finding(code, True, _said(code, values))


def _said(code: str, values: Mapping[str, object]) -> str:
    read = {name: readable(value) for name, value in values.items()}
    return say(f"credential.check-{code}", **read)
