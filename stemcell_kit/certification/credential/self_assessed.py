"""What a practice exam leaves: a result that says of itself that nobody was examined.

It has no issuer, no signature, no code to scan and nothing inside; it looks like no certificate.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from stemcell_kit.assessment.declaration.pdf_sheet import laid_out, lines_of, open_sheet
from stemcell_kit.assessment.visible import visible
from stemcell_kit.certification.credential.moments import past
from stemcell_kit.certification.credential.results import Results, in_both
from stemcell_kit.language import say
from stemcell_kit.pages import page_from

__all__ = ["self_assessed_html", "self_assessed_pdf"]

_ALARM, _INK, _SOFT = (154, 31, 45), (29, 39, 48), (86, 98, 109)


def self_assessed_html(results: Results, decision: Mapping[str, Any]) -> str:
    """Return the result of a practice exam as a page in the language in force."""
    facts = [(label, visible(value)) for label, value in _facts(results, decision)]
    return page_from("self_assessed.html.j2", facts=facts)


def self_assessed_pdf(results: Results, decision: Mapping[str, Any]) -> bytes:
    """Return the result of a practice exam as a PDF in the language in force.

    Raises
    ------
    BadInput
        The extra [certify] is not installed, or no font here has all the characters.
    """
    lines = [
        (22, _ALARM, say("self-assessed.title")),
        (11, _INK, say("self-assessed.meaning")),
        *((10, _INK, f"{label}: {laid_out(value)}") for label, value in _facts(results, decision)),
        (9, _SOFT, say("credential.not-conformity-practice")),
    ]
    day = past(decision["decided_at"])
    words = "".join(line for _, _, line in lines)
    with open_sheet(words, title=say("self-assessed.title"), day=day) as pdf:
        for size, colour, line in lines:
            pdf.set_font("kit", size=size)
            pdf.set_text_color(*colour)
            for part in lines_of(pdf, line):
                pdf.cell(0, size * 0.53, part, new_x="LMARGIN", new_y="NEXT")
            pdf.ln(3)
        return bytes(pdf.output())


def _facts(results: Results, decision: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    exam = results.data
    yield say("credential.fact-candidate"), decision["candidate"]
    yield say("self-assessed.exam"), in_both(exam["blueprint"]["title"])
    standards = (f"{in_both(one['title'])} ({one['edition']})" for one in exam["standards"])
    yield say("credential.fact-standards"), "; ".join(standards)
    yield say("credential.fact-band"), decision["band"]
    yield say("self-assessed.on"), decision["decided_at"][:10]
