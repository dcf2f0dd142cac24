"""The certificate: one printed page of a credential, with the credential itself inside.

Paper proves nothing; the page says so, and how to check what is inside.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from stemcell_kit import __version__
from stemcell_kit.assessment.declaration.pdf_sheet import (
    attached_to,
    laid_out,
    lines_of,
    open_sheet,
)
from stemcell_kit.assessment.declaration.signature import extra_missing
from stemcell_kit.certification.credential.canonical import canonical, sha256_hex
from stemcell_kit.certification.credential.facts import facts_of
from stemcell_kit.certification.credential.moments import read_moment
from stemcell_kit.certification.credential.reading import ATTACHMENT, Opened
from stemcell_kit.errors import BadInput
from stemcell_kit.language import LANGUAGES, say, speaking

__all__ = ["certificate_pdf", "page_state"]

_INK, _SOFT, _ACCENT = (29, 39, 48), (86, 98, 109), (11, 95, 107)
_MAKER = "stemcell-kit"
_EDGE, _WIDTH = 24, 162  # mm
_QR_MM = 34
_BELOW = ("candidate", "exam", "band", "start", "end", "blueprint", "id")


def certificate_pdf(document: Mapping[str, Any]) -> bytes:
    """Return the certificate of a credential in the language in force.

    The same credential gives the same bytes, so that a page can be held against its credential.

    Raises
    ------
    BadInput
        The extra [certify] is not installed, or no font here has all the characters.
    """
    facts = {name: _shown(name, value) for name, value in facts_of(document).items()}
    data = canonical(document)
    seen = _words(facts, sha256_hex(data), str(document["issuer"]["name"]))
    day = read_moment(document["proof"][0]["created"])
    title = say("certificate.title")
    maker = f"{_MAKER} {__version__}"
    with open_sheet("".join(seen.values()), title=title, day=day, maker=maker) as pdf:
        pdf.set_auto_page_break(False)
        _frame(pdf)
        _head(pdf, seen)
        _table(pdf, facts, seen)
        _foot(pdf, seen, _mark(f"{document['id']} SHA-256 {sha256_hex(data)}"))
        # not packed: the page that checks in a browser finds it without a PDF library
        return attached_to(pdf, data, name=ATTACHMENT, day=day, compress=False)


def page_state(opened: Opened) -> tuple[str, str, str]:
    """Say whether the page around a credential is the one that belongs to it.

    Returns
    -------
    ``same``, ``differs``, or ``not-compared`` where it was laid out with other versions than
    here, or cannot be laid out here; then what it was laid out with, and with what it would be.
    """
    written, here = creator_of(opened.raw), ""
    for language in LANGUAGES:
        with speaking(language):
            try:
                made = certificate_pdf(opened.document)
            except BadInput:  # no font here has all of its characters
                return "not-compared", written, "?"
        if made == opened.raw:
            return "same", written, written
        here = creator_of(made)
    return ("differs" if written == here else "not-compared"), written, here


def creator_of(raw: bytes) -> str:
    """Return what a PDF says that it was laid out with."""
    named = re.search(rb"/Creator \(([ -'*-~]{1,200})\)", raw)
    return named[1].decode("ascii") if named else "?"


def _shown(name: str, value: Any) -> str:
    if name in ("start", "end"):
        return str(value)[:10]
    return laid_out("\n".join(value) if isinstance(value, list) else str(value))


def _words(facts: Mapping[str, str], digest: str, issuer: str) -> dict[str, str]:
    """Return every piece of text of the page by name, for its font has to have all of it."""
    names = ("title", "states", "passed", "about", "check", "paper")
    said = {name: say(f"certificate.{name}") for name in names}
    labels = {f"fact-{name}": say(f"credential.fact-{name}") for name in facts}
    own = {
        "issuer": laid_out(issuer),
        "exam-title": facts["title"],
        "digest": f"SHA-256 {digest}",
    }
    conformity = {"not-conformity": say("credential.not-conformity")}
    return {**facts, **said, **labels, **own, **conformity, "examined": say("credential.examined")}


def _frame(pdf: Any) -> None:
    pdf.set_draw_color(*_ACCENT)
    pdf.set_line_width(0.9)
    pdf.rect(11, 11, 188, 275)
    pdf.set_line_width(0.2)
    pdf.rect(13, 13, 184, 271)


def _head(pdf: Any, seen: Mapping[str, str]) -> None:
    pdf.set_y(24)
    _centred(pdf, seen["issuer"], 13, _SOFT)
    _centred(pdf, seen["title"], 26, _ACCENT, after=7)
    _centred(pdf, seen["states"], 10, _SOFT, after=3)
    _centred(pdf, seen["holder"], 22, _INK, after=3)
    _centred(pdf, seen["passed"], 10, _SOFT, after=3)
    _centred(pdf, seen["exam-title"], 15, _INK, after=5)


def _table(pdf: Any, facts: Mapping[str, str], seen: Mapping[str, str]) -> None:
    _centred(pdf, seen["about"], 10, _SOFT, after=1.5)
    for standard in facts["standards"].split("\n"):
        _centred(pdf, standard, 10.5, _INK, after=0.5)
    pdf.ln(6)
    for name in _BELOW:
        _row(pdf, seen[f"fact-{name}"], facts[name])
    pdf.ln(4)
    for name, colour in (("examined", _SOFT), ("not-conformity", _INK)):
        _paragraph(pdf, seen[name], 9, colour)


def _row(pdf: Any, label: str, value: str) -> None:
    top = pdf.get_y()
    pdf.set_font("kit", size=9)
    pdf.set_text_color(*_SOFT)
    pdf.set_xy(_EDGE, top)
    pdf.cell(36, 5, label)
    pdf.set_text_color(*_INK)
    for line in lines_of(pdf, value, _WIDTH - 38):
        pdf.set_x(_EDGE + 38)
        pdf.cell(_WIDTH - 38, 5, line, new_x="LMARGIN", new_y="NEXT")


def _foot(pdf: Any, seen: Mapping[str, str], matrix: list[list[int]]) -> None:
    top = 284 - _QR_MM - 9
    if pdf.get_y() > top - 2:  # an exam about many standards
        pdf.add_page()
        _frame(pdf)
    side = _QR_MM / len(matrix)
    pdf.set_fill_color(0, 0, 0)
    for row, cells in enumerate(matrix):
        for column, dark in enumerate(cells):
            if dark:
                pdf.rect(_EDGE + column * side, top + row * side, side, side, style="F")
    pdf.set_y(top)
    for name in ("paper", "check", "digest"):
        _paragraph(pdf, seen[name], 8, _SOFT, left=_EDGE + _QR_MM + 6)


def _mark(words: str) -> list[list[int]]:
    """Return the QR code of a short text: the credential's id and digest, no address."""
    try:
        import segno
    except ImportError:
        raise extra_missing() from None
    return [list(row) for row in segno.make_qr(words, error="m").matrix]


def _centred(
    pdf: Any, words: str, size: float, colour: tuple[int, int, int], *, after: float = 2
) -> None:
    pdf.set_font("kit", size=size)
    pdf.set_text_color(*colour)
    for line in lines_of(pdf, words, _WIDTH):
        pdf.set_x(_EDGE)
        pdf.cell(_WIDTH, size * 0.5, line, align="C", new_x="LMARGIN", new_y="NEXT")
    pdf.ln(after)


def _paragraph(
    pdf: Any, words: str, size: float, colour: tuple[int, int, int], *, left: float = _EDGE
) -> None:
    pdf.set_font("kit", size=size)
    pdf.set_text_color(*colour)
    width = _EDGE + _WIDTH - left
    for line in lines_of(pdf, words, width):
        pdf.set_x(left)
        pdf.cell(width, size * 0.5, line, new_x="LMARGIN", new_y="NEXT")
    pdf.ln(1.5)
