"""A font that has every character of a document: the kit's own, else one of this computer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from stemcell_kit.configuration import configured
from stemcell_kit.errors import BadInput
from stemcell_kit.language import say
from stemcell_kit.paths import content_dir

__all__ = ["font_for"]

# Chinese fonts where the systems keep them, and the place of simplified Chinese in a collection.
_SYSTEM_FONTS = (
    ("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc", 2),
    ("/usr/share/fonts/google-noto-cjk/NotoSansCJK-Regular.ttc", 2),
    ("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc", 0),
    ("C:/Windows/Fonts/msyh.ttc", 0),
    ("C:/Windows/Fonts/Deng.ttf", 0),
    ("C:/Windows/Fonts/simhei.ttf", 0),
    ("/System/Library/Fonts/STHeiti Light.ttc", 1),
    ("/System/Library/Fonts/Hiragino Sans GB.ttc", 0),
    ("/Library/Fonts/Arial Unicode.ttf", 0),
)
# of what no font has, so many characters are named
_NAMED = 10


def font_for(words: str) -> tuple[Path, int]:
    """Return the file, and the place in it, of the first font with all characters of *words*.

    The configured font is tried first, then the kit's own, which has the characters of GB 2312.

    Raises
    ------
    BadInput
        No font has them all; the message names what the best one lacks.
    """
    wanted = {ord(letter) for letter in words if letter.isprintable() and not letter.isspace()}
    fewest: set[int] | None = None
    for path, number in _fonts():
        missing = wanted - _characters(path, number)
        if not missing:
            return path, number
        if fewest is None or len(missing) < len(fewest):
            fewest = missing
    named = " ".join(chr(code) for code in sorted(fewest or wanted)[:_NAMED])
    raise BadInput(say("declaration.no-font", missing=named))


def _fonts() -> Iterator[tuple[Path, int]]:
    named = configured("font")
    if named:
        yield Path(named), 0
    yield content_dir() / "fonts" / "NotoSansCJKsc-GB2312.otf", 0
    yield from ((path, 0) for path in _of_matplotlib())
    yield from ((Path(path), number) for path, number in _SYSTEM_FONTS)


def _of_matplotlib() -> Iterator[Path]:
    """Give the small font that matplotlib brings; it has letters and signs that GB 2312 lacks."""
    from importlib.util import find_spec

    home = find_spec("matplotlib")
    if home is not None and home.origin is not None:
        yield Path(home.origin).parent / "mpl-data" / "fonts" / "ttf" / "DejaVuSans.ttf"


def _characters(path: Path, number: int) -> set[int]:
    """Return the characters that a font has; none where there is no such font."""
    from fontTools.ttLib import TTFont, TTLibError

    try:
        with TTFont(path, fontNumber=number, lazy=True) as font:
            return set(font.getBestCmap())
    except (OSError, TTLibError):
        return set()
