"""A printed sheet: an A4 PDF with its font and its data inside, the same bytes for the same data."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from stemcell_kit.assessment.declaration.pdf_font import font_for
from stemcell_kit.assessment.declaration.signature import extra_missing
from stemcell_kit.language import current

__all__ = ["attached", "attached_to", "laid_out", "lines_of", "open_sheet"]

_CLOSING = "。，、；：？！）】”’》"


@contextmanager
def open_sheet(words: str, *, title: str, day: datetime, maker: str = "") -> Iterator[Any]:
    """Give an A4 sheet, with its first page, whose font ``kit`` has every character of *words*.

    Parameters
    ----------
    day
        Said to be the moment of its making, so that the same data gives the same bytes.
    maker
        Who lays it out. The sheet then names the maker, and all else on which its bytes depend,
        as its creator, and nothing in it is packed.

    Raises
    ------
    BadInput
        The extra [certify] is not installed, or no font here has all the characters.
    """
    try:
        from fpdf import FPDF
    except ImportError:
        raise extra_missing() from None
    path, number = font_for(words)
    pdf = FPDF(format="A4")
    if maker:
        pdf.set_compression(False)
        pdf.set_creator("; ".join([maker, *_tools(), path.name]))
    pdf.set_creation_date(day)
    pdf.set_title(title)
    pdf.add_font("kit", fname=path, collection_font_number=number)
    _first_page(pdf)
    try:
        yield pdf
    finally:
        # the library leaves the font's file open
        fonts: Any = pdf.fonts
        for font in fonts.values():
            font.ttfont.close()


def _first_page(pdf: Any) -> None:
    pdf.set_lang(current())
    pdf.set_margins(20, 18)
    pdf.set_auto_page_break(True, margin=18)
    pdf.add_page()


def _tools() -> list[str]:
    """Name the libraries that lay a page out, whose other versions may do it differently."""
    from importlib.metadata import version

    return [f"{name} {version(name)}" for name in ("fpdf2", "fonttools")]


def attached_to(pdf: Any, data: bytes, *, name: str, day: datetime, compress: bool = True) -> bytes:
    """Return a finished sheet with *data* as its attachment of this name."""
    pdf.embed_file(bytes=data, basename=name, modification_date=day, compress=compress)
    return bytes(pdf.output())


def attached(raw: bytes, name: str) -> bytes | None:
    """Return what a PDF holds as its attachment of this name; None where there is none.

    Raises
    ------
    BadInput
        The extra [certify] is not installed.
    """
    try:
        from pypdf import PdfReader
        from pypdf.errors import PyPdfError
    except ImportError:
        raise extra_missing() from None
    try:
        held = PdfReader(io.BytesIO(raw)).attachments.get(name)
    except (PyPdfError, ValueError, KeyError):
        return None
    return bytes(held[0]) if held else None


def laid_out(words: str) -> str:
    """Return what can be printed: an emoji or a mark without a shape is shown by its code."""
    return "".join(map(_printed, words))


def _printed(letter: str) -> str:
    has_shape = letter.isprintable() or letter in "\n\t"
    return letter if has_shape and ord(letter) <= 0xFFFF else f"[U+{ord(letter):04X}]"


def lines_of(pdf: Any, words: str, width: float = 0, align: str = "L") -> list[str]:
    """Break text into lines; a Chinese line does not begin with the mark that ends a sentence."""
    lines: list[str] = []
    for line in pdf.multi_cell(width, 1, words, align=align, dry_run=True, output="LINES"):
        if lines and line and line[0] in _CLOSING and len(lines[-1]) > 1:
            line = lines[-1][-1] + line
            lines[-1] = lines[-1][:-1]
        lines.append(line)
    return lines
