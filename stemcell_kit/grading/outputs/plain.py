"""Text that any page, file and database can hold."""

from __future__ import annotations

import re

__all__ = ["UNREADABLE", "joined", "plain_text", "storable"]

UNREADABLE = "\N{REPLACEMENT CHARACTER}"
MOST_COLOURS = 1_000

# no file in UTF-8 holds half a character, and no database a NUL
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_UNSEEN = re.compile("[\x00-\x06\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f-\x9f]")
_BELL = "\x07"  # it also ends some commands, and goes after them
_ESCAPE = re.compile(
    "\x1b(?:"
    r"\[[0-?]*[ -/]*[@-~]"  # a control sequence; colours are one kind
    "|\\][^\x07\x1b]*(?:\x07|\x1b\\\\)?"  # a title or a link
    "|[ -/]*[0-~]?)"
)
# nbconvert stops on 38 and 48 without the colour that they announce
_COLOUR = re.compile(
    "\x1b"
    r"\[(?:(?:(?!38|48)[0-9]{0,2}|[34]8;5;[0-9]{1,3}|[34]8;2;[0-9]{1,3};[0-9]{1,3};[0-9]{1,3})"
    r"(?:;|(?=m)))*m"
)


def storable(text: str) -> str:
    """Return *text* with the characters replaced that no UTF-8 file or database can hold."""
    return _UNSTORABLE.sub(UNREADABLE, text)


def joined(value: object) -> str:
    """Return a notebook text, which may be one text or a list of them; anything else is empty."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return "".join(part for part in value if isinstance(part, str))
    return ""


def plain_text(text: str, *, most: int) -> str:
    """Return terminal text with its colours, without other commands, cut at *most* characters."""
    # four times: what is taken out below may not cost what is shown, nor the time to look for it
    kept = text[: 4 * most]
    colours = 0

    def colour_only(match: re.Match[str]) -> str:
        nonlocal colours
        colours += 1
        escape = match.group()
        return escape if colours <= MOST_COLOURS and _COLOUR.fullmatch(escape) else ""

    kept = _ESCAPE.sub(colour_only, _UNSEEN.sub("", kept)).replace(_BELL, "")
    return storable(kept)[:most]
