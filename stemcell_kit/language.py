"""Which language the reader sees, and the words in it.

Interface words live in ``content/messages/<language>.toml``; a missing one falls back to English.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from stemcell_kit.configuration import configured
from stemcell_kit.errors import BadInput
from stemcell_kit.model import SOURCE_LANGUAGE, Text
from stemcell_kit.paths import content_dir

__all__ = ["LANGUAGES", "current", "messages_of", "say", "speaking", "text", "use"]

LANGUAGES = ("en", "zh-CN")

_chosen: str | None = None


def current() -> str:
    """Return the language in force: the one chosen, else the configured one, else English."""
    return _chosen or _known(configured("language") or SOURCE_LANGUAGE)


def use(language: str) -> None:
    """Choose the language for this session, e.g. ``use("zh-CN")``."""
    global _chosen
    _chosen = _known(language)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speak another language for a while, e.g. for one document."""
    global _chosen
    before = _chosen
    use(language)
    try:
        yield
    finally:
        _chosen = before


def text(words: Text) -> str:
    """Return the words of *words* in the language in force."""
    return words.in_(current())


def say(key: str, **values: object) -> str:
    """Return an interface message, e.g. ``say("checklist.saved", when="09:30")``.

    Raises
    ------
    KeyError
        No language has a message of that key.
    """
    for language in (current(), SOURCE_LANGUAGE):
        message = _messages(language).get(key)
        if message is not None:
            return message.format(**values)
    raise KeyError(f"no message {key!r} in content/messages/{SOURCE_LANGUAGE}.toml")


def messages_of(language: str) -> dict[str, str]:
    """Return all interface messages of a language by key, for a page that speaks for itself."""
    return dict(_messages(_known(language)))


def _known(language: str) -> str:
    if language not in LANGUAGES:
        raise BadInput(
            f"language {language!r} is not offered; choose one of {', '.join(LANGUAGES)}"
        )
    return language


@cache
def _messages(language: str) -> dict[str, str]:
    path = content_dir() / "messages" / f"{language}.toml"
    sections = tomllib.loads(path.read_text(encoding="utf-8"))
    return {
        f"{name}.{key}": words for name, keys in sections.items() for key, words in keys.items()
    }
