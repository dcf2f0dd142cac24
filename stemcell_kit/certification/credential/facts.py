"""What a credential says, as a reader needs it: plain values, for the screen, a page or paper."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stemcell_kit.certification.credential.document import BLUEPRINT, CANDIDATE

__all__ = ["FACTS", "facts_of"]

# in the order in which they are shown
FACTS = (
    "holder",
    "candidate",
    "title",
    "standards",
    "blueprint",
    "band",
    "exam",
    "start",
    "end",
    "issuer",
    "id",
)


def facts_of(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a credential of the right form says: name of the fact -> value."""
    subject = document["credentialSubject"]
    achievement = subject["achievement"]
    people = {one["identityType"]: one["identityHash"] for one in subject["identifier"]}
    return {
        "holder": people.get("name", people.get(CANDIDATE, "")),
        "candidate": people.get(CANDIDATE, ""),
        "title": achievement["name"],
        "standards": [
            f"{one['targetName']} ({one['targetDescription']})" for one in achievement["alignment"]
        ],
        "blueprint": f"{achievement['humanCode']}, SHA-256 {_blueprint(achievement)}",
        "band": subject["result"][0]["value"],
        "exam": document["evidence"][0]["name"],
        "start": document["validFrom"],
        "end": document["validUntil"],
        "issuer": f"{document['issuer']['name']}, {document['issuer']['id']}",
        "id": document["id"],
    }


def _blueprint(achievement: Mapping[str, Any]) -> str:
    named = [
        one["identifier"]
        for one in achievement["otherIdentifier"]
        if one.get("identifierType") == BLUEPRINT
    ]
    return str(named[0]) if named else ""
