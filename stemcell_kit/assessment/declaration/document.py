"""The self-discipline declaration of a person, with what each commitment stands on.

The document is plain data with a digest; a page and a PDF are made from it. It states what was
answered and what evidence was given, never that a laboratory conforms to anything.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from stemcell_kit import __version__
from stemcell_kit.assessment.checklist import Checklist
from stemcell_kit.assessment.declaration.commitments import (
    CommitmentState,
    Support,
    commitment_states,
)
from stemcell_kit.assessment.report_data import answer_row, figures
from stemcell_kit.errors import BadInput
from stemcell_kit.language import LANGUAGES, say
from stemcell_kit.model import Text

__all__ = ["FORMAT", "Declarant", "canonical", "declare", "digest_of"]

FORMAT = "stemcell-kit-declaration"
VERSION = 1
# what a row of a report says in the reader's language, which is no part of an answer
_SPOKEN = ("statement", "criterion", "provenance")

Document = dict[str, Any]


@dataclass(frozen=True)
class Declarant:
    """Who declares: a name or code, a role, an organisation, and for which work."""

    name: str
    role: str
    organisation: str
    scope: str

    def __post_init__(self) -> None:
        empty = [name for name, words in vars(self).items() if not words.strip()]
        if empty:
            raise BadInput(say("declaration.incomplete", names=", ".join(empty)))


def declare(
    checklists: Sequence[Checklist],
    declarant: Declarant,
    confirmations: Mapping[str, str],
    *,
    on: date,
) -> Document:
    """Return the declaration document of a person over the checklists of one laboratory.

    Parameters
    ----------
    confirmations
        Commitment id to what the person says to it, in words. A commitment that is not confirmed
        makes the document a draft.
    on
        The date of the declaration.

    Raises
    ------
    BadInput
        No checklist, or a confirmation of a commitment that does not exist.
    """
    if not checklists:
        raise BadInput(say("declaration.no-checklist"))
    states = commitment_states(checklists)
    unknown = confirmations.keys() - {state.commitment.id for state in states}
    if unknown:
        raise BadInput(say("declaration.unknown", ids=", ".join(sorted(unknown))))
    said = {name: words.strip() for name, words in confirmations.items()}
    document = {
        "format": FORMAT,
        "version": VERSION,
        "kit": __version__,
        "date": on.isoformat(),
        "declarant": {name: words.strip() for name, words in vars(declarant).items()},
        "assessments": [_assessment(one) for one in checklists],
        "commitments": [_commitment(state, said) for state in states],
        "complete": all(said.get(state.commitment.id) for state in states),
        "good_faith": not any(_blocks(state) for state in states),
    }
    return {**document, "sha256": digest_of(document)}


def digest_of(document: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a document without its own digest and signature."""
    bare = {k: v for k, v in document.items() if k not in ("sha256", "signature")}
    return hashlib.sha256(canonical(bare)).hexdigest()


def canonical(data: Any) -> bytes:
    """Return the one form of some JSON data that is signed: sorted, without spaces, UTF-8."""
    words = json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return words.encode("utf-8", errors="replace")


def _blocks(state: CommitmentState) -> bool:
    return state.commitment.core and state.support is Support.NOT_YET


def _assessment(checklist: Checklist) -> Document:
    rows = [answer_row(checklist, item) for item in checklist.items]
    answers = [{name: row[name] for name in row if name not in _SPOKEN} for row in rows]
    profile = checklist.catalogue.profile
    return {
        "standard": checklist.standard.id,
        "edition": checklist.standard.edition,
        "assessment": checklist.assessment,
        "laboratory": checklist.laboratory,
        "profile": {"name": profile.name, "sha256": profile.digest},
        "figures": figures(checklist.score()),
        # the declaration rests on exactly these answers, though it does not repeat them
        "sha256": hashlib.sha256(canonical(answers)).hexdigest(),
    }


def _commitment(state: CommitmentState, said: Mapping[str, str]) -> Document:
    commitment = state.commitment
    return {
        "id": commitment.id,
        "statement": _in_all_languages(commitment.statement),
        "status": commitment.status,
        "support": state.support.value,
        "supporting": [item.requirement.full_id for item in state.supporting],
        "open": [
            {
                "id": one.item.requirement.full_id,
                "statement": _in_all_languages(one.item.requirement.statement),
                "why": one.why.value,
            }
            for one in state.open
        ],
        "confirmation": said.get(commitment.id, ""),
    }


def _in_all_languages(words: Text) -> dict[str, str]:
    return {language: words.in_(language) for language in LANGUAGES}
