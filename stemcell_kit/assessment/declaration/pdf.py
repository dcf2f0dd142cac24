"""The declaration as a PDF with its font and its data inside."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from stemcell_kit.assessment.declaration.page import OPEN_SHOWN
from stemcell_kit.assessment.declaration.pdf_sheet import (
    attached_to,
    laid_out,
    lines_of,
    open_sheet,
)
from stemcell_kit.assessment.declaration.signature import fingerprint
from stemcell_kit.assessment.visible import percent
from stemcell_kit.language import current, say

__all__ = ["DATA_FILE", "declaration_pdf", "pdf_lines"]

DATA_FILE = "declaration.json"
_TITLE, _HEADING, _TEXT, _SMALL = 18, 13, 10, 8.5
_INK, _SOFT, _ALARM = (29, 39, 48), (86, 98, 109), (154, 31, 45)

Line = tuple[str, str]


def declaration_pdf(document: Mapping[str, Any]) -> bytes:
    """Return a declaration as an A4 PDF in the language in force.

    Raises
    ------
    BadInput
        The extra [certify] is not installed, or no font here has all the characters.
    """
    lines = [(kind, laid_out(words)) for kind, words in pdf_lines(document)]
    # the day of the declaration, so that the same document gives the same bytes
    day = datetime.fromisoformat(document["date"]).replace(tzinfo=UTC)
    words = "".join(words for _, words in lines)
    data = json.dumps(document, ensure_ascii=True, sort_keys=True, indent=1)
    with open_sheet(words, title=say("declaration.title"), day=day) as pdf:
        for kind, line in lines:
            _write(pdf, kind, line)
        return attached_to(pdf, data.encode("ascii"), name=DATA_FILE, day=day)


def pdf_lines(document: Mapping[str, Any]) -> Iterator[Line]:
    """Yield the text of the PDF, line by line with what kind of line it is."""
    yield "title", say("declaration.title")
    if not document["complete"]:
        yield "alarm", say("declaration.draft")
    if not document["good_faith"]:
        yield "alarm", say("declaration.not-good-faith")
    for name in ("name", "role", "organisation", "scope"):
        yield "text", _fact("declaration", name, document["declarant"][name])
    yield "text", _fact("declaration", "date", document["date"])
    yield "soft", say("declaration.meaning")
    yield "heading", say("declaration.commitments")
    for one in document["commitments"]:
        yield from _commitment_lines(one)
    yield "heading", say("declaration.basis")
    for one in document["assessments"]:
        yield from _assessment_lines(one)
    yield "heading", say("declaration.check")
    yield "soft", _fact("declaration", "digest", document["sha256"])
    signature = document.get("signature")
    key = f"Ed25519, {fingerprint(signature['public_key'])}" if signature else ""
    yield "soft", _fact("declaration", "signature", key or say("declaration.unsigned"))
    yield "soft", say("declaration.how-to-check")


def _commitment_lines(one: Mapping[str, Any]) -> Iterator[Line]:
    support = say(f"declaration.support-{one['support']}")
    yield "statement", f"{one['id']}  {one['statement'][current()]}  [{support}]"
    yield (
        ("text", one["confirmation"])
        if one["confirmation"]
        else (
            "soft",
            say("declaration.unconfirmed"),
        )
    )
    held, still_open = len(one["supporting"]), one["open"]
    if held or still_open:
        yield "soft", say("declaration.rests-on", count=held, total=held + len(still_open))
    if one["status"] == "reconstructed":
        yield "soft", say("declaration.reconstructed")
    if still_open:
        yield "soft", say("declaration.would-change")
    for row in still_open[:OPEN_SHOWN]:
        why = say(f"declaration.why-{row['why']}")
        yield "item", f"{row['id']}  {row['statement'][current()]} ({why})"
    if len(still_open) > OPEN_SHOWN:
        yield "item", say("declaration.more", count=len(still_open) - OPEN_SHOWN)


def _assessment_lines(one: Mapping[str, Any]) -> Iterator[Line]:
    shown = one["figures"]
    edition = say("report.edition", edition=one["edition"])
    yield "text", _fact("report", "standard", f"{one['standard']}, {edition}")
    laboratory = one["laboratory"] or say("report.laboratory-unnamed")
    yield "text", _fact("report", "laboratory", laboratory)
    yield "text", _fact("report", "risk", percent(shown["risk_covered_percent"]))
    yield "text", _fact("report", "score", percent(shown["score_percent"]))
    yield "text", _fact("report", "coverage", f"{shown['answered']} / {shown['total']}")
    yield "text", _fact("report", "criticals", str(shown["open_criticals"]))
    profile = one["profile"]
    bound = f"{profile['name']} ({profile['sha256']})" if profile["name"] else ""
    yield "text", _fact("report", "profile", bound or say("report.profile-none"))
    yield "soft", _fact("declaration", "answers-digest", one["sha256"])


def _fact(section: str, name: str, value: str) -> str:
    return f"{say(f'{section}.{name}')}: {value}"


def _write(pdf: Any, kind: str, words: str) -> None:
    size = {"title": _TITLE, "heading": _HEADING, "soft": _SMALL, "item": _SMALL}.get(kind, _TEXT)
    colour = {"soft": _SOFT, "item": _SOFT, "alarm": _ALARM}.get(kind, _INK)
    if kind in ("heading", "statement"):
        pdf.ln(3)
    if kind == "statement":
        # the page is broken before a commitment rather than behind its first line
        if pdf.will_page_break(3 * size):
            pdf.add_page()
        pdf.set_draw_color(213, 219, 224)
        pdf.line(pdf.l_margin, pdf.get_y(), pdf.w - pdf.r_margin, pdf.get_y())
        pdf.ln(1.5)
    pdf.set_font("kit", size=size)
    pdf.set_text_color(*colour)
    indent = 5 if kind == "item" else 0
    pdf.set_x(pdf.l_margin + indent)
    for line in lines_of(pdf, words):
        pdf.set_x(pdf.l_margin + indent)
        pdf.cell(0, size * 0.53, line, new_x="LMARGIN", new_y="NEXT")
    pdf.ln(2 if kind in ("title", "heading", "alarm") else 0.6)
