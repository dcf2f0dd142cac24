"""Every state in which somebody may meet a credential, and what is said of it in plain words."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from stemcell_kit.certification.credential.issuer import Issuer, issuer_in, new_issuer, rotate
from stemcell_kit.certification.credential.issuing import renew_status, revoke
from stemcell_kit.certification.credential.moments import now
from stemcell_kit.certification.credential.proof import signed
from tests.certification.credential.conftest import Handed, handed

NOW = now()
OLD = NOW - timedelta(days=4 * 365)
Case = tuple[dict[str, Any], dict[str, Any], dict[str, Any] | None]


def issuer_at(folder: Path, *, did: str = "did:web:cellbank.example", on: Any = OLD) -> Issuer:
    """An issuer with a name."""
    return new_issuer(folder, did=did, name="Example Cell Bank", on=on)


def given(folder: Path, **changed: Any) -> Handed:
    """A credential of an issuer that began long ago."""
    today = NOW.isoformat()
    return handed(issuer_at(folder), **{"on": NOW, "decided_at": today, **changed})


def whole(folder: Path) -> Case:
    one = given(folder)
    return one.credential, dict(one.issuer.document), one.status


def unchecked(folder: Path) -> Case:
    credential, issuer, _ = whole(folder)
    return credential, issuer, None


def changed(folder: Path) -> Case:
    credential, issuer, status = whole(folder)
    credential["credentialSubject"]["result"][0]["value"] = "90-99 %"
    return credential, issuer, status


def first_proof_changed(folder: Path) -> Case:
    credential, issuer, status = whole(folder)
    credential["proof"][0]["proofValue"] = credential["proof"][0]["proofValue"][:-1] + "2"
    return credential, issuer, status


def expired(folder: Path) -> Case:
    one = given(folder, on=OLD, decided_at=OLD.isoformat())
    return one.credential, dict(one.issuer.document), renew_status(one.issuer, on=NOW)


def early(folder: Path) -> Case:
    later = NOW + timedelta(days=9)
    one = given(folder, on=later, decided_at=later.isoformat())
    return one.credential, dict(one.issuer.document), renew_status(one.issuer, on=NOW)


def revoked(folder: Path) -> Case:
    one = given(folder)
    return (
        one.credential,
        dict(one.issuer.document),
        revoke(one.issuer, one.credential["id"], reason="copied", on=NOW),
    )


def other_key(folder: Path) -> Case:
    credential, _, status = whole(folder)
    return credential, dict(issuer_at(folder.with_name("forger")).document), status


def key_in_place_of_another(folder: Path) -> Case:
    credential, issuer, status = whole(folder)
    row = issuer_at(folder.with_name("forger")).document["verificationMethod"][0]
    swapped = copy.deepcopy(issuer)
    swapped["verificationMethod"][0]["publicKeyMultibase"] = row["publicKeyMultibase"]
    return credential, swapped, status


def other_issuer(folder: Path) -> Case:
    credential, _, status = whole(folder)
    other = issuer_at(folder.with_name("other"), did="did:web:other.example")
    return credential, dict(other.document), status


def retired_key(folder: Path) -> Case:
    one = given(folder)
    bare = {k: v for k, v in one.credential.items() if k != "proof"}
    late = signed(bare, one.issuer.key(), on=NOW)
    after = rotate(one.issuer, on=NOW - timedelta(days=1))
    return late, dict(after.document), renew_status(after, on=NOW)


def key_before_its_time(folder: Path) -> Case:
    one = given(folder)
    bare = {k: v for k, v in one.credential.items() if k != "proof"}
    soon = signed(bare, one.issuer.key(), on=OLD - timedelta(days=1))
    return soon, dict(one.issuer.document), one.status


def compromised_key(folder: Path) -> Case:
    one = given(folder)
    after = rotate(one.issuer, on=NOW, compromised=True)
    return one.credential, dict(after.document), renew_status(after, on=NOW)


def old_list(folder: Path) -> Case:
    credential, issuer, _ = whole(folder)
    return credential, issuer, renew_status(issuer_in(folder), on=NOW - timedelta(days=93))


def other_list(folder: Path) -> Case:
    credential, issuer, _ = whole(folder)
    issuer_in(folder).status_file.unlink()
    return credential, issuer, renew_status(issuer_in(folder), on=NOW)


def changed_list(folder: Path) -> Case:
    credential, issuer, status = revoked(folder)
    assert status is not None
    clean = renew_status(issuer_at(folder.with_name("b")), on=NOW)["credentialSubject"]
    status["credentialSubject"]["encodedList"] = clean["encodedList"]
    return credential, issuer, status


def foreign(folder: Path) -> Case:
    credential, issuer, status = whole(folder)
    return {**credential, "@context": credential["@context"][:1]}, issuer, status


def without_end(folder: Path) -> Case:
    credential, issuer, status = whole(folder)
    return {k: v for k, v in credential.items() if k != "validUntil"}, issuer, status


STATES: dict[str, tuple[Callable[[Path], Case], str]] = {
    "in-time": (whole, "This credential holds."),
    "status-missing": (unchecked, "Whether it is revoked was not checked."),
    "changed": (changed, "CHANGED"),
    "changed, the other signature": (first_proof_changed, "CHANGED"),
    "expired": (expired, "EXPIRED"),
    "early": (early, "NOT YET VALID"),
    "revoked": (revoked, "REVOKED"),
    "other-key": (other_key, "OTHER KEY"),
    "other-key, put in its place": (key_in_place_of_another, "OTHER KEY"),
    "other-issuer": (other_issuer, "OTHER ISSUER"),
    "key-retired": (retired_key, "KEY OUT OF USE"),
    "key-early": (key_before_its_time, "KEY NOT YET IN USE"),
    "key-revoked": (compromised_key, "KEY WITHDRAWN"),
    "status-outdated": (old_list, "LIST TOO OLD"),
    "status-other": (other_list, "OTHER LIST"),
    "status-refused": (changed_list, "The status list cannot be used. CHANGED"),
    "form-credential": (foreign, "FOREIGN FORM"),
    "form-credential, a part missing": (without_end, "validUntil"),
}
