"""What the command line does with declarations."""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from stemcell_kit.assessment import Checklist
from stemcell_kit.assessment.declaration.check import check_declaration
from stemcell_kit.assessment.declaration.commitments import commitment_states
from stemcell_kit.assessment.declaration.document import Declarant, declare
from stemcell_kit.assessment.declaration.page import declaration_html
from stemcell_kit.assessment.declaration.pdf import declaration_pdf
from stemcell_kit.assessment.declaration.signature import fingerprint, new_key, sign
from stemcell_kit.errors import BadInput
from stemcell_kit.language import say, text

__all__ = ["check", "check_text", "key", "key_text", "made_text", "make"]

Data = dict[str, Any]

_FORMS = {
    ".html": lambda document: declaration_html(document).encode("utf-8"),
    ".pdf": declaration_pdf,
    ".json": lambda document: (json.dumps(document, indent=1) + "\n").encode("ascii"),
}


def key(path: Path) -> Data:
    """Make a private key and return its public half."""
    public = new_key(path, passphrase=_passphrase())
    return {"path": str(path), "public_key": public, "fingerprint": fingerprint(public)}


def key_text(data: Data) -> str:
    """Say where the key is and what to give to those who check."""
    return say("declaration.key-made", **data)


def check(path: Path, by: str) -> Data:
    """Check a declaration offline."""
    found = check_declaration(path, key=by)
    return {"path": str(path), "whole": found.is_whole, "findings": list(found.findings)}


def check_text(data: Data) -> str:
    """Return what a check found, one sentence a line."""
    return "\n".join(data["findings"])


def make(standards: Sequence[str], *, out: Path | None, assessment: str, **options: Any) -> Data:
    """Write a declaration, or return the state of every commitment where no file is named.

    Raises
    ------
    BadInput
        No such standard, something about the person is missing, a file of another kind or in a
        place that cannot be written, confirmations that cannot be read, or a key that is none.
    """
    checklists = [Checklist(name, assessment=assessment) for name in standards]
    if out is None:
        return {"commitments": _states(checklists)}
    if out.suffix.lower() not in _FORMS:
        raise BadInput(say("report.kind-refused", path=out, forms=", ".join(_FORMS)))
    who = Declarant(*(options[name] for name in ("name", "role", "organisation", "scope")))
    said = _confirmations(options["confirmations"])
    document = declare(checklists, who, said, on=date.today())
    if options["key"] is not None:
        document = sign(document, options["key"], passphrase=_passphrase())
    try:
        out.write_bytes(_FORMS[out.suffix.lower()](document))
    except OSError as error:
        raise BadInput(say("checklist.report-refused", path=out, reason=error.strerror)) from None
    checklists[0].store.save_declaration(
        declarant=who.name,
        file=str(out),
        document_sha256=document["sha256"],
        standards=list(standards),
        complete=document["complete"],
        good_faith=document["good_faith"],
        signed_by=document.get("signature", {}).get("public_key", ""),
    )
    unsaid = [one["id"] for one in document["commitments"] if not one["confirmation"]]
    return {"path": str(out), "sha256": document["sha256"], "unconfirmed": unsaid}


def made_text(data: Data) -> str:
    """Say where the declaration is, or show the state of every commitment."""
    if "commitments" in data:
        return "\n".join(_state_text(one) for one in data["commitments"])
    unsaid = ", ".join(data["unconfirmed"])
    complete = say("declaration.incomplete-short", ids=unsaid) if unsaid else ""
    return say(
        "declaration.made",
        path=data["path"],
        sha256=data["sha256"],
        complete=complete or say("declaration.complete"),
    )


def _states(checklists: Sequence[Checklist]) -> list[Data]:
    return [
        {
            "id": state.commitment.id,
            "statement": text(state.commitment.statement),
            "support": state.support.value,
            "supporting": [item.requirement.full_id for item in state.supporting],
            "open": {one.item.requirement.full_id: one.why.value for one in state.open},
        }
        for state in commitment_states(checklists)
    ]


def _state_text(one: Data) -> str:
    held, still_open = len(one["supporting"]), len(one["open"])
    support = say(f"declaration.support-{one['support']}")
    return f"{one['id']}  {support} ({held} / {held + still_open})  {one['statement']}"


def _confirmations(path: Path | None) -> dict[str, str]:
    if path is None:
        return {}
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise BadInput(
            say("declaration.words-unreadable", path=path, reason=error.strerror)
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInput(say("declaration.words-unreadable", path=path, reason=error)) from None
    if not all(isinstance(words, str) for words in said.values()):
        reason = say("declaration.words-form")
        raise BadInput(say("declaration.words-unreadable", path=path, reason=reason))
    return said


def _passphrase() -> str:
    return os.environ.get("STEMCELL_KIT_KEY_PASSPHRASE", "")
