"""Where a criterion comes from, in one honest sentence."""

from __future__ import annotations

from stemcell_kit.catalogue import Catalogue
from stemcell_kit.language import say
from stemcell_kit.model import Basis, BasisKind, Requirement, Source

__all__ = ["criterion_provenance", "sources_of"]


def criterion_provenance(requirement: Requirement, catalogue: Catalogue) -> str:
    """Say where the usual criterion of a requirement comes from; never that a standard asks it."""
    bases = [basis for basis in requirement.basis if basis.supports == "criterion"]
    if not bases:
        return say("checklist.provenance-none")
    return " ".join(dict.fromkeys(_sentence(basis, catalogue) for basis in bases))


def sources_of(requirement: Requirement, catalogue: Catalogue) -> tuple[Source, ...]:
    """Return the documents that a requirement rests on, each once."""
    return tuple(
        catalogue.source(key) for key in dict.fromkeys(b.source for b in requirement.basis)
    )


def _sentence(basis: Basis, catalogue: Catalogue) -> str:
    title = catalogue.source(basis.source).title
    if basis.kind is BasisKind.PRACTICE:
        confidence = say(f"checklist.confidence-{basis.confidence or 'unstated'}")
        return say("checklist.provenance-practice", confidence=confidence)
    return say(f"checklist.provenance-{basis.kind.value}", source=title)
