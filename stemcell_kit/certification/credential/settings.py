"""What ``content/credential.toml`` sets: names that the formats fix, and how long things hold."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from stemcell_kit.catalogue import sound_content

__all__ = ["Settings", "settings"]


@dataclass(frozen=True)
class Settings:
    """The settings of credentials.

    ``valid_years`` from the decision on; ``status_valid_days`` until a status list must be
    made anew; ``status_entries`` is the number of credentials that one list has room for.
    """

    contexts: tuple[str, ...]
    status_contexts: tuple[str, ...]
    issuer_contexts: tuple[str, ...]
    achievement_type: str
    valid_years: int
    status_valid_days: int
    status_entries: int


@cache
def settings() -> Settings:
    """Return the settings.

    Raises
    ------
    ContentError
        The content file is not as its schema says.
    """
    data = sound_content("credential.toml", "credential")
    whole: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in data.items()
    }
    return Settings(**whole)
