"""What the intake says, in every language."""

from __future__ import annotations

import copy
import string
import tomllib
from typing import Any

import pytest

from stemcell_kit.language import LANGUAGES, use
from stemcell_kit.paths import content_dir

from .cases import ACCEPTED, REFUSED
from .conftest import HandIn


def gaps(language: str, section: str) -> dict[str, set[str]]:
    """Key of each message → the names of its gaps."""
    path = content_dir() / "messages" / f"{language}.toml"
    messages = tomllib.loads(path.read_text(encoding="utf-8"))[section]
    return {
        key: {name for _, name, _, _ in string.Formatter().parse(words) if name}
        for key, words in messages.items()
    }


@pytest.mark.parametrize("section", ["intake", "output", "feedback"])
def test_every_language_says_the_same(section: str) -> None:
    """Each message exists in each language, with the same gaps."""
    first, *others = (gaps(language, section) for language in LANGUAGES)

    assert all(other == first for other in others)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_can_be_said(language: str, fresh: Any, hand_in: HandIn) -> None:
    """No message lacks a value for its gaps, in any language."""
    use(language)
    try:
        told = [
            hand_in({"counting.ipynb": case.build(copy.deepcopy(fresh))})
            for case in (*ACCEPTED, *REFUSED)
        ]
    finally:
        use("en")

    assert all(intake.accepted or intake.refused for intake in told)
