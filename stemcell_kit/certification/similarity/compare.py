"""Pairs of submissions, ranked by what they share beyond what the course and the class explain."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import combinations
from typing import Any

from stemcell_kit.catalogue import sound_content
from stemcell_kit.certification.similarity.fragments import Fragment, fragments_of, own_names
from stemcell_kit.certification.similarity.submissions import CourseCell, Submission
from stemcell_kit.model import Text

__all__ = ["Pair", "SharedCell", "Similarity", "SimilarityRules", "similarity", "similarity_rules"]

_Counted = Mapping[str, Mapping[str, set[str]]]
_Bag = Mapping[str, Mapping[str, Sequence[Fragment]]]


@dataclass(frozen=True)
class SimilarityRules:
    """The numbers of ``content/certification/similarity.toml``, and what they mean."""

    note: Text
    length: int
    common_share: float
    common_at_least: int
    similarity_at_least: float
    shared_at_least: int
    listed: int
    shown: int
    comment_words: int


@dataclass(frozen=True)
class SharedCell:
    """A question in which two candidates share fragments: both codes, and the lines that are shared."""

    cell: str
    shared: int
    codes: tuple[str, str]
    lines: tuple[frozenset[int], frozenset[int]]


@dataclass(frozen=True)
class Pair:
    """Two submissions.

    ``similarity`` is the weight of the shared fragments over that of all fragments, in the
    questions that both answered: 0 nothing, 1 the same. ``stands_out`` asks for a look and says
    nothing about how it came to be.
    """

    candidates: tuple[str, str]
    similarity: float
    shared: int
    counted: int
    stands_out: bool
    cells: tuple[SharedCell, ...] = ()


@dataclass(frozen=True)
class Similarity:
    """The most alike pairs, most alike first, out of ``compared`` ones."""

    pairs: tuple[Pair, ...]
    submissions: int
    compared: int
    median: float
    unread: Mapping[str, tuple[str, ...]]
    rules: SimilarityRules

    @property
    def standing_out(self) -> tuple[Pair, ...]:
        """Pairs worth a look."""
        return tuple(pair for pair in self.pairs if pair.stands_out)


@cache
def similarity_rules() -> SimilarityRules:
    """Return the rules of this installation.

    Raises
    ------
    ContentError
        The file is wrong; all its problems are listed.
    """
    data = sound_content("certification/similarity.toml", "similarity")
    words: dict[str, Any] = {**data["fragments"], **data["pairs"]}
    return SimilarityRules(
        note=Text(data["note"]), comment_words=data["comments"]["words_at_least"], **words
    )


def similarity(submissions: Sequence[Submission], course: Iterable[CourseCell]) -> Similarity:
    """Compare every submission with every other one.

    Parameters
    ----------
    course
        Code that the course gave or holds as a model solution; what is in it is expected in every
        answer and does not count.
    """
    rules = similarity_rules()
    expected = {f.words for one in course for f in _fragments(one.source, one.own, rules)}
    bags = {one.candidate: _bag(one, expected, rules) for one in submissions if one.cells}
    weights = _weights(bags, rules)
    counted = {
        who: {
            cell: {f.words for f in found if weights[cell, f.words]} for cell, found in bag.items()
        }
        for who, bag in bags.items()
    }
    pairs = [_pair(names, counted, weights, rules) for names in combinations(sorted(bags), 2)]
    pairs.sort(key=lambda pair: (-pair.stands_out, -pair.similarity, -pair.shared, pair.candidates))
    middle = sorted(pair.similarity for pair in pairs)[len(pairs) // 2] if pairs else 0.0
    kept = pairs[: max(rules.listed, sum(pair.stands_out for pair in pairs))]
    codes = {one.candidate: one.cells for one in submissions}
    shown = tuple(replace(one, cells=_shared_cells(one, counted, bags, codes)) for one in kept)
    unread = {one.candidate: one.unread for one in submissions if one.unread}
    return Similarity(shown, len(bags), len(pairs), middle, unread, rules)


def _bag(
    submission: Submission, expected: set[str], rules: SimilarityRules
) -> dict[str, list[Fragment]]:
    """Question -> the fragments of an answer that the course does not explain."""
    own = own_names(submission.cells.values())
    return {
        cell: [f for f in _fragments(source, own, rules) if f.words not in expected]
        for cell, source in submission.cells.items()
    }


def _fragments(source: str, own: frozenset[str], rules: SimilarityRules) -> tuple[Fragment, ...]:
    return fragments_of(source, own=own, length=rules.length, comment_words=rules.comment_words)


def _weights(bags: _Bag, rules: SimilarityRules) -> dict[tuple[str, str], float]:
    """Question and fragment -> what it counts: the rarer the more, and nothing if it is common."""
    answered = Counter(cell for cells in bags.values() for cell in cells)
    holders = Counter(
        (cell, words)
        for cells in bags.values()
        for cell, found in cells.items()
        for words in {fragment.words for fragment in found}
    )
    weights = {}
    for (cell, words), n in holders.items():
        common = max(rules.common_at_least, math.ceil(rules.common_share * answered[cell]))
        weights[cell, words] = math.log((answered[cell] + 1) / n) if n < common else 0.0
    return weights


def _pair(
    names: tuple[str, str],
    counted: _Counted,
    weights: Mapping[tuple[str, str], float],
    rules: SimilarityRules,
) -> Pair:
    first, second = (counted[name] for name in names)
    shared_weight = all_weight = 0.0
    shared = total = 0
    for cell in sorted(first.keys() & second.keys()):
        both, either = first[cell] & second[cell], first[cell] | second[cell]
        shared_weight += math.fsum(weights[cell, words] for words in both)
        all_weight += math.fsum(weights[cell, words] for words in either)
        shared, total = shared + len(both), total + len(either)
    value = shared_weight / all_weight if all_weight else 0.0
    out = value >= rules.similarity_at_least and shared >= rules.shared_at_least
    return Pair(names, value, shared, total, out)


def _shared_cells(
    pair: Pair, counted: _Counted, bags: _Bag, codes: Mapping[str, Mapping[str, str]]
) -> tuple[SharedCell, ...]:
    """The questions in which a pair shares something, with both codes."""
    a, b = pair.candidates
    return tuple(
        SharedCell(
            cell,
            len(both),
            (codes[a][cell], codes[b][cell]),
            (_lines(bags[a][cell], both), _lines(bags[b][cell], both)),
        )
        for cell in sorted(counted[a].keys() & counted[b].keys())
        if (both := counted[a][cell] & counted[b][cell])
    )


def _lines(fragments: Sequence[Fragment], shared: set[str]) -> frozenset[int]:
    return frozenset(
        line
        for fragment in fragments
        if fragment.words in shared
        for line in range(fragment.first, fragment.last + 1)
    )
