"""From an exam's decision to the words of a credential, not signed yet."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from stemcell_kit.certification.credential.canonical import canonical, sha256_hex
from stemcell_kit.certification.credential.moments import moment, past, years_after
from stemcell_kit.certification.credential.results import Results, Subject, in_both
from stemcell_kit.certification.credential.settings import settings
from stemcell_kit.language import LANGUAGES, say, speaking

__all__ = ["StatusEntry", "credential_for"]

_NAMES = uuid.UUID("0d4c2c4e-5d0b-5b0e-9a51-6a0f3c1b7e24")  # the same thing has the same id
BLUEPRINT = "ext:blueprintSha256"
CANDIDATE = "ext:candidateCode"
STANDARD = "ext:standard"

Document = dict[str, Any]


@dataclass(frozen=True)
class StatusEntry:
    """The place of a credential in the issuer's list of revoked ones."""

    list_id: str
    place: int


def credential_for(
    results: Results,
    decision: Mapping[str, Any],
    subject: Subject,
    *,
    issuer: Mapping[str, Any],
    entry: StatusEntry,
) -> Document:
    """Return the credential of a candidate who passed, without signatures.

    It holds from the moment of the decision for as many years as the settings say.

    Raises
    ------
    BadInput
        The decision names no moment.
    """
    decided = past(decision["decided_at"])
    band = _urn("band", results.data["blueprint"]["sha256"])
    return {
        **_head(results, issuer),
        "validFrom": moment(decided),
        "validUntil": moment(years_after(decided, settings().valid_years)),
        "awardedDate": moment(decided),
        "credentialSubject": {
            "type": ["AchievementSubject"],
            "identifier": list(_identity(subject)),
            "activityEndDate": moment(decided),
            "achievement": _achievement(results.data, band),
            "result": [_result(decision, band)],
        },
        "evidence": [_evidence(results.data, decision)],
        "credentialStatus": _status(entry),
    }


def _head(results: Results, issuer: Mapping[str, Any]) -> Document:
    return {
        "@context": list(settings().contexts),
        "id": f"urn:uuid:{uuid.uuid4()}",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": in_both(results.data["blueprint"]["title"]),
        "description": _in_languages("credential.not-conformity"),
        "issuer": {"id": issuer["id"], "type": ["Profile"], "name": issuer["name"]},
    }


def _status(entry: StatusEntry) -> Document:
    return {
        "id": f"{entry.list_id}#{entry.place}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": str(entry.place),
        "statusListCredential": entry.list_id,
    }


def _achievement(exam: Mapping[str, Any], band: str) -> Document:
    blueprint = exam["blueprint"]
    digest = {"identifier": blueprint["sha256"], "identifierType": BLUEPRINT}
    return {
        "id": _urn("blueprint", blueprint["sha256"]),
        "type": ["Achievement"],
        "achievementType": settings().achievement_type,
        "name": in_both(blueprint["title"]),
        "humanCode": blueprint["id"],
        "description": _in_languages("credential.examined"),
        "criteria": {"narrative": _criteria(exam)},
        "otherIdentifier": [{"type": "IdentifierEntry", **digest}],
        "alignment": [_standard(one) for one in exam["standards"]],
        "resultDescription": [_band(band)],
    }


def _criteria(exam: Mapping[str, Any]) -> str:
    return _in_languages(
        "credential.criteria",
        percent=f"{exam['pass_mark_percent']:g}",
        blueprint=exam["blueprint"]["id"],
        sha256=exam["blueprint"]["sha256"],
    )


def _band(name: str) -> Document:
    return {
        "id": name,
        "type": ["ResultDescription"],
        "name": _in_languages("credential.band-name", between=" · "),
        "resultType": "Result",
    }


def _standard(one: Mapping[str, Any]) -> Document:
    return {
        "type": ["Alignment"],
        "targetType": STANDARD,
        "targetCode": one["id"],
        "targetName": in_both(one["title"]),
        "targetDescription": _in_languages(
            "credential.edition", between=" · ", edition=one["edition"]
        ),
        "targetUrl": _urn("standard", f"{one['id']} {one['edition']}"),
    }


def _result(decision: Mapping[str, Any], band: str) -> Document:
    return {
        "type": ["Result"],
        "resultDescription": band,
        "value": decision["band"],
        "status": "Completed",
    }


def _evidence(exam: Mapping[str, Any], decision: Mapping[str, Any]) -> Document:
    """Bind the credential to the stored answers, without a word of them."""
    named = {"exam": exam["exam"], "attempt": decision["attempt"]}
    return {
        "type": ["Evidence"],
        "name": _in_languages("credential.evidence-name", between=" · ", **named),
        "narrative": _in_languages(
            "credential.evidence", sha256=decision["answers_sha256"], between=" · "
        ),
    }


def _identity(subject: Subject) -> Iterator[Document]:
    """Name the person as the roster does; an address only as a salted digest."""
    if subject.name:
        yield _identifier("name", subject.name)
    yield _identifier(CANDIDATE, subject.code)
    if subject.email:
        salt = secrets.token_hex(16)
        digest = sha256_hex((subject.email + salt).encode("utf-8"))
        yield {
            **_identifier("emailAddress", f"sha256${digest}"),
            "hashed": True,
            "salt": salt,
        }


def _identifier(kind: str, words: str) -> Document:
    return {
        "type": "IdentityObject",
        "hashed": False,
        "identityHash": words,
        "identityType": kind,
    }


def _in_languages(key: str, *, between: str = "\n\n", **values: object) -> str:
    """Return a message in every language: a credential is one document for all readers."""
    said = []
    for language in LANGUAGES:
        with speaking(language):
            said.append(say(key, **values))
    return between.join(dict.fromkeys(said))


def _urn(kind: str, words: str) -> str:
    return f"urn:uuid:{uuid.uuid5(_NAMES, canonical([kind, words]).decode('utf-8'))}"
