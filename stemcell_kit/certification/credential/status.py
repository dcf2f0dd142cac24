"""The list of revoked credentials, as the W3C Bitstring Status List: one bit for each credential.

Somebody who reads the list does not tell anybody which credential they check.
"""

from __future__ import annotations

import base64
import gzip
import io
import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from stemcell_kit.certification.credential.moments import moment
from stemcell_kit.certification.credential.proof import SigningKey, signed
from stemcell_kit.certification.credential.settings import settings
from stemcell_kit.errors import BadInput
from stemcell_kit.language import say

__all__ = ["free_index", "is_revoked", "status_list"]

PURPOSE = "revocation"


def status_list(
    list_id: str, issuer: Mapping[str, str], revoked: Iterable[int], key: SigningKey, on: datetime
) -> dict[str, Any]:
    """Return the signed list in which the bits at the places *revoked* are set."""
    bits = bytearray(settings().status_entries // 8)
    for place in revoked:
        bits[place // 8] |= 0x80 >> place % 8
    packed = gzip.compress(bytes(bits), mtime=0)
    document = {
        "@context": list(settings().status_contexts),
        "id": list_id,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": {"id": issuer["id"], "name": issuer["name"]},
        "validFrom": moment(on),
        "validUntil": moment(on + timedelta(days=settings().status_valid_days)),
        "credentialSubject": {
            "id": f"{list_id}#list",
            "type": "BitstringStatusList",
            "statusPurpose": PURPOSE,
            "encodedList": "u" + base64.urlsafe_b64encode(packed).decode("ascii").rstrip("="),
        },
    }
    return signed(document, key, on=on)


def is_revoked(document: Mapping[str, Any], place: int) -> bool:
    """Say whether the bit at a place of a list is set.

    Raises
    ------
    BadInput
        The list cannot be read, or has no such place.
    """
    words = document["credentialSubject"]["encodedList"]
    most = settings().status_entries // 8
    try:
        packed = base64.urlsafe_b64decode(words[1:] + "=" * (-len(words[1:]) % 4))
        with gzip.GzipFile(fileobj=io.BytesIO(packed)) as file:
            bits = file.read(most + 1)
    except (OSError, EOFError, ValueError) as error:
        raise BadInput(say("credential.status-unreadable", reason=error)) from None
    if not words.startswith("u") or len(bits) != most or not 0 <= place < 8 * most:
        reason = say("credential.status-size", count=settings().status_entries)
        raise BadInput(say("credential.status-unreadable", reason=reason))
    return bool(bits[place // 8] & 0x80 >> place % 8)


def free_index(taken: set[int]) -> int:
    """Return a place of the list that is not taken, by chance, so that places tell no order.

    Raises
    ------
    BadInput
        The list is full.
    """
    count = settings().status_entries
    # a list that is nearly full would have to be searched for long
    if len(taken) > count * 3 // 4:
        raise BadInput(say("credential.list-full", count=count))
    while (place := secrets.randbelow(count)) in taken:
        continue
    return place
