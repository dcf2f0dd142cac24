"""Issuing the credentials of an exam, and revoking one."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from stemcell_kit.certification.credential.canonical import canonical, parsed, sha256_hex
from stemcell_kit.certification.credential.document import StatusEntry, credential_for
from stemcell_kit.certification.credential.files import folder_for, written_json
from stemcell_kit.certification.credential.issuer import Issuer
from stemcell_kit.certification.credential.ledger import Ledger, ledger_of
from stemcell_kit.certification.credential.moments import moment, past
from stemcell_kit.certification.credential.proof import SigningKey, signed
from stemcell_kit.certification.credential.results import Results, Subject
from stemcell_kit.certification.credential.status import free_index, status_list
from stemcell_kit.errors import BadInput
from stemcell_kit.grading.folder_lock import locked
from stemcell_kit.language import say

__all__ = ["Issued", "issue", "renew_status", "revoke"]

Document = dict[str, Any]


@dataclass(frozen=True)
class Issued:
    """What became of one candidate's decision: a credential, or the reason why there is none."""

    candidate: str
    credential: Mapping[str, Any] | None
    reason: str = ""


def issue(
    results: Results,
    issuer: Issuer,
    roster: Mapping[str, Subject],
    *,
    passphrase: str = "",
    on: datetime,
) -> tuple[Issued, ...]:
    """Issue a credential to every candidate who passed, once for each attempt.

    Raises
    ------
    BadInput
        It was a practice exam; a decision lies in the future; the key cannot be opened.
    """
    if results.is_practice:
        raise BadInput(say("credential.is-practice", exam=results.data["exam"]))
    key = issuer.key(passphrase)
    with _alone(issuer) as ledger:
        list_id = _list_id(issuer, ledger, key, on)
        made = []
        for decision in results.candidates:
            there = _there(results, decision, issuer, ledger, on)
            if there is not None:
                made.append(there)
                continue
            entry = StatusEntry(list_id, free_index(ledger.places))
            subject = roster.get(decision["candidate"], Subject(decision["candidate"]))
            bare = credential_for(results, decision, subject, issuer=issuer.document, entry=entry)
            credential = signed(bare, key, on=on)
            _keep(issuer, credential)
            ledger = ledger.with_line(_line(results, decision, credential, entry))
            made.append(Issued(decision["candidate"], credential))
    return tuple(made)


def revoke(
    issuer: Issuer, credential_id: str, *, reason: str, passphrase: str = "", on: datetime
) -> Document:
    """Revoke a credential, and return the new status list, which is in the folder too.

    Raises
    ------
    BadInput
        The issuer did not issue it, it is revoked already, or no reason is given.
    """
    if not reason.strip():
        raise BadInput(say("credential.no-reason"))
    key = issuer.key(passphrase)
    with _alone(issuer) as ledger:
        if credential_id not in ledger.issued:
            raise BadInput(say("credential.not-issued", id=credential_id, path=ledger.path))
        if credential_id in ledger.revoked:
            when = ledger.revoked[credential_id]["at"]
            raise BadInput(say("credential.already-revoked", id=credential_id, at=when))
        line = {"revoked": credential_id, "at": moment(on), "reason": reason.strip()}
        return _written_list(issuer, ledger.with_line(line), key, on)


def renew_status(issuer: Issuer, *, passphrase: str = "", on: datetime) -> Document:
    """Make the status list anew, with today's date, by the key in use.

    Raises
    ------
    BadInput
        The key cannot be opened.
    """
    key = issuer.key(passphrase)
    with _alone(issuer) as ledger:
        return _written_list(issuer, ledger, key, on)


@contextmanager
def _alone(issuer: Issuer) -> Iterator[Ledger]:
    """Give the ledger, to one process at a time."""
    with locked(issuer.folder, before_waiting=lambda: None):
        yield ledger_of(issuer.folder)


def _there(
    results: Results, decision: Mapping[str, Any], issuer: Issuer, ledger: Ledger, on: datetime
) -> Issued | None:
    """Return what a decision gets without a new credential; None if it gets a new one."""
    candidate = decision["candidate"]
    if not decision["passed"]:
        return Issued(candidate, None, say("credential.not-passed"))
    if past(decision["decided_at"]) > on:
        return Issued(candidate, None, say("credential.decided-later", at=decision["decided_at"]))
    name = ledger.of(results.data["exam"], candidate, decision["attempt"])
    if not name:
        return None
    kept = parsed(_kept(issuer, name).read_bytes())
    return Issued(candidate, kept, say("credential.issued-already", id=name))


def _kept(issuer: Issuer, name: str) -> Path:
    return issuer.folder / "credentials" / f"{name.rpartition(':')[2]}.json"


def _keep(issuer: Issuer, credential: Mapping[str, Any]) -> None:
    """Keep a copy, so that what is lost on the way can be handed out again."""
    path = _kept(issuer, credential["id"])
    folder_for(path.parent)
    written_json(path, credential)


def _line(
    results: Results,
    decision: Mapping[str, Any],
    credential: Mapping[str, Any],
    entry: StatusEntry,
) -> Document:
    return {
        "credential": credential["id"],
        "candidate": decision["candidate"],
        "exam": results.data["exam"],
        "attempt": decision["attempt"],
        "place": entry.place,
        "at": credential["proof"][0]["created"],
        "key": credential["proof"][0]["verificationMethod"],
        "sha256": sha256_hex(canonical(credential)),
    }


def _list_id(issuer: Issuer, ledger: Ledger, key: SigningKey, on: datetime) -> str:
    """Return the id of the issuer's status list, which is made where there is none."""
    if not issuer.status_file.exists():
        _written_list(issuer, ledger, key, on)
    return str(parsed(issuer.status_file.read_bytes())["id"])


def _written_list(issuer: Issuer, ledger: Ledger, key: SigningKey, on: datetime) -> Document:
    there = issuer.status_file
    list_id = (
        str(parsed(there.read_bytes())["id"]) if there.exists() else f"urn:uuid:{uuid.uuid4()}"
    )
    document = status_list(list_id, issuer.document, ledger.revoked_places, key, on)
    written_json(there, document)
    return document
