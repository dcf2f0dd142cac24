"""The declaration as one HTML page that carries its own data, to read, print and check."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from stemcell_kit.assessment.declaration.signature import fingerprint
from stemcell_kit.assessment.visible import percent, visible
from stemcell_kit.pages import page_from

__all__ = ["OPEN_SHOWN", "declaration_html"]

# of the statements that a commitment lacks, so many are named; the data holds all
OPEN_SHOWN = 6


def declaration_html(document: Mapping[str, Any]) -> str:
    """Return a declaration as a page in the language in force.

    The same document gives the same bytes, so that a page can be held against its data.
    """
    return page_from(
        "declaration.html.j2",
        d=document,
        data=json.dumps(document, ensure_ascii=True, sort_keys=True, indent=1),
        seen=visible,
        percent=percent,
        fingerprint=fingerprint,
        most=OPEN_SHOWN,
    )
