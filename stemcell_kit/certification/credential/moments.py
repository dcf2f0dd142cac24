"""Moments as the formats write them: UTC, whole seconds, ``2026-03-31T09:30:00Z``."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from stemcell_kit.errors import BadInput
from stemcell_kit.language import say

__all__ = ["moment", "now", "past", "read_moment", "readable", "years_after"]

_WRITTEN = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
# a clock that is a little ahead is no forgery
LENIENCE = timedelta(minutes=5)


def now() -> datetime:
    """Return this moment, to the second."""
    return datetime.now(UTC).replace(microsecond=0)


def moment(when: datetime) -> str:
    """Return a moment as the formats write it."""
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def read_moment(words: Any) -> datetime:
    """Return the moment that a credential names.

    Raises
    ------
    BadInput
        It is not written as the kit writes moments.
    """
    try:
        if isinstance(words, str) and _WRITTEN.fullmatch(words):
            return datetime.fromisoformat(words)
    except ValueError:
        raise BadInput(say("credential.no-moment", found=words)) from None  # 31 February
    raise BadInput(say("credential.no-moment", found=words))


def readable(value: object) -> object:
    """Return a moment as people read it, ``2026-03-31 09:30 UTC``; anything else as it is."""
    if isinstance(value, str) and _WRITTEN.fullmatch(value):
        return f"{value[:10]} {value[11:16]} UTC"
    return value


def past(words: Any) -> datetime:
    """Return the moment of a decision, which may be written with any offset.

    Raises
    ------
    BadInput
        It is no moment of ISO 8601 with an offset.
    """
    try:
        found = datetime.fromisoformat(words)
    except (TypeError, ValueError):
        raise BadInput(say("credential.no-moment", found=words)) from None
    if found.tzinfo is None:
        raise BadInput(say("credential.no-moment", found=words))
    return found.astimezone(UTC).replace(microsecond=0)


def years_after(when: datetime, years: int) -> datetime:
    """Return the same day some years later; for 29 February, 28 February where there is none."""
    try:
        return when.replace(year=when.year + years)
    except ValueError:
        return when.replace(year=when.year + years, day=28)
