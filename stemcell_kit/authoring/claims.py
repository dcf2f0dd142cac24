"""Sentences that put a number into the mouth of a standard whose clauses nobody here has read."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from stemcell_kit.grading.submission import read_notebook
from stemcell_kit.paths import content_dir, course_dir

__all__ = ["claim_problems", "claims_in"]

_DOCUMENT = r"(?:ISO(?:/\w+)? ?24603(?::\d+)?|GB/T ?40365(?:-\d+)?|T/CSCB(?: ?\d+(?:-\d+)?)?)"
_SAYS = r"(?:require|specif|demand|prescrib|stipulat|mandat|set|ask|call|state|fix|limit|allow)\w*"
_NUMBER = r"(?:\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|twelve|fourteen|half)\b|[一二三四五六七八九十百]+[天日次代个])"
_PATTERNS = (
    re.compile(rf"\b(?:the|this|that|each|every|its?) standards? (?:\w+ )?{_SAYS}\b.*?{_NUMBER}", re.I),
    re.compile(rf"§ (?:\w+ )?{_SAYS}\b.*?{_NUMBER}", re.I),
    re.compile(rf"{_NUMBER}.*?\b(?:required|specified|demanded|prescribed|set) (?:by|in) (?:the standard\b|§)", re.I),
    re.compile(rf"(?:required|specified|demanded|prescribed|set) (?:by|in) (?:the standard\b|§).*?{_NUMBER}", re.I),
    re.compile(rf"(?:according to|under) (?:the standard\b|§).*?\b(?:must|shall|at least|at most)\b.*?{_NUMBER}", re.I),
    re.compile(rf"(?:标准|§)[^。；的]{{0,4}}(?:要求|规定|明确)[^。；]*?{_NUMBER}"),
)  # fmt: skip
_SENTENCE = re.compile(r"(?<=[.!?;])\s+|(?<=[。！？；])|\n+")
_DENIED = re.compile(r"\b(?:no|not|never|nobody|nothing|whether|neither)\b|未|没有", re.I)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


def claims_in(text: str) -> list[str]:
    """Return the sentences that say that one of the nine standards asks for a number.

    A sentence that denies the claim is none. No limit of the kit rests on the public text of one
    of these standards, so there is no number that such a sentence may name.
    """
    return [sentence for sentence in _sentences(text) if _is_claim(sentence)]


def claim_problems() -> list[str]:
    """Return every such sentence in the content files, the notebooks and the pages of the kit."""
    return [
        f"{place}: claims to know a number of the standard: {sentence}"
        for place, text in _texts()
        for sentence in claims_in(text)
    ]


def _sentences(text: str) -> Iterator[str]:
    yield from (part.strip() for part in _SENTENCE.split(text) if part.strip())


def _is_claim(sentence: str) -> bool:
    # the number of a document and the year of an edition are names, no limits
    bare = _YEAR.sub("", re.sub(_DOCUMENT, "§", sentence))
    return any(pattern.search(bare) for pattern in _PATTERNS) and not _DENIED.search(bare)


def _texts() -> Iterator[tuple[str, str]]:
    """Give every text that a reader can see, with the place where it stands."""
    root = course_dir()
    for folder in ("notebooks", "solutions"):
        for path in sorted((root / folder).rglob("*.ipynb")):
            for cell in read_notebook(path).cells:
                yield f"{path.name}, cell {cell.id}", cell.source
    for path in sorted(content_dir().rglob("*.toml")):
        yield from ((f"{path.name}", words) for words in _strings(path))
    for path in sorted([*root.glob("*.md"), *(root / "docs").glob("*.md")]):
        yield path.name, path.read_text(encoding="utf-8")


def _strings(path: Path) -> Iterator[str]:
    waiting: list[Any] = [tomllib.loads(path.read_text(encoding="utf-8"))]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            # a table of claims holds sentences that a learner is to judge, true and false ones
            judged = str(value.get("id", "")).endswith("_claims")
            waiting += [inner for key, inner in value.items() if not (judged and key == "rows")]
        elif isinstance(value, list):
            waiting += value
        elif isinstance(value, str):
            yield value
