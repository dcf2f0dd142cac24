"""The page that checks credentials in a browser: one file, which asks nothing of any network."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from stemcell_kit.certification.credential.canonical import sha256
from stemcell_kit.certification.credential.document import BLUEPRINT, CANDIDATE
from stemcell_kit.certification.credential.facts import FACTS
from stemcell_kit.certification.credential.forms import CONTEXTS
from stemcell_kit.certification.credential.settings import settings
from stemcell_kit.language import LANGUAGES, messages_of
from stemcell_kit.pages import page_from
from stemcell_kit.paths import content_dir

__all__ = ["verify_page"]

_SECTIONS = ("credential.", "verify.")


def verify_page(issuer: Mapping[str, Any] | None = None) -> str:
    """Return the page, which speaks both languages.

    The policy in its head allows exactly its own script and its own style, and no connection:
    what a reader drops on it cannot leave the computer.

    Parameters
    ----------
    issuer
        An issuer's document that the page knows from the start.
    """
    templates, vendor = content_dir() / "templates", content_dir() / "vendor" / "noble-ed25519"
    style = (templates / "verify" / "page.css").read_text(encoding="utf-8")
    parts = [
        (vendor / "index.js").read_text(encoding="utf-8"),
        "{",
        *(f"const {name} = {_inside(data)};" for name, data in _data(issuer).items()),
        (templates / "verify" / "check.js").read_text(encoding="utf-8"),
        (templates / "verify" / "page.js").read_text(encoding="utf-8"),
        "}",
    ]
    script = "\n".join(parts)
    return page_from(
        "verify.html.j2",
        script=Markup(script),  # our own files and data made safe by _inside
        script_digest=Markup(_digest(script)),
        style=Markup(style),
        style_digest=Markup(_digest(style)),
        licence=(vendor / "LICENSE").read_text(encoding="utf-8"),
    )


def _data(issuer: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return what the script reads: the forms, the names, and the words in both languages."""
    forms = content_dir() / "schemas" / "credential-form.schema.json"
    return {
        "FORMS": json.loads(forms.read_text(encoding="utf-8")),
        "CONTEXTS": {form: getattr(settings(), name) for form, name in CONTEXTS.items()},
        "STATUS_ENTRIES": settings().status_entries,
        "NAMES": {"blueprint": BLUEPRINT, "candidate": CANDIDATE},
        "FACTS": FACTS,
        "MESSAGES": {language: _messages(language) for language in LANGUAGES},
        "KNOWN_ISSUER": {"name": issuer["name"], "value": issuer} if issuer else None,
    }


def _messages(language: str) -> dict[str, str]:
    return {k: v for k, v in messages_of(language).items() if k.startswith(_SECTIONS)}


def _inside(data: Any) -> str:
    """Return data as a script may hold it: nothing in it can end the script."""
    return json.dumps(data, ensure_ascii=True).replace("<", "\\u003c")


def _digest(words: str) -> str:
    return base64.b64encode(sha256(words.encode("utf-8"))).decode("ascii")
