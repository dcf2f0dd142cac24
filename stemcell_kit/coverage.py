"""Whether the course keeps what it promises: which statements its lessons and questions serve."""

from __future__ import annotations

from collections.abc import Iterator

from stemcell_kit.catalogue import catalogue
from stemcell_kit.language import text
from stemcell_kit.trace import Trace, trace

__all__ = ["commitment_counts", "coverage_problems", "gap_reasons", "promise_problems"]

KINDS = ("lesson", "question")


def coverage_problems(matrix: Trace) -> list[str]:
    """Return what the course promises for this standard and does not keep."""
    problems = [f"unknown requirement {name}" for name in matrix.unknown]
    for kind in KINDS:
        problems += _share_problems(matrix, kind)
        problems += _critical_problems(matrix, kind)
        problems += _reason_problems(matrix, kind)
    return problems


def promise_problems() -> list[str]:
    """Return what the course promises for any standard or commitment and does not keep."""
    wanted = catalogue().course.promise.statements
    problems = [p for name in catalogue().standards for p in coverage_problems(trace(name))]
    for commitment, count in commitment_counts().items():
        if count < wanted:
            problems.append(
                f"commitment {commitment} is evidenced by {count} statements; "
                f"the course promises {wanted}"
            )
    return problems


def commitment_counts() -> dict[str, int]:
    """Return how many statements evidence each commitment; a shared duty counts once."""
    duties: dict[str, set[str]] = {name: set() for name in catalogue().commitments}
    for requirement in catalogue().requirements.values():
        for name in requirement.commitments:
            duties[name].add(requirement.answered_as)
    return {name: len(found) for name, found in duties.items()}


def gap_reasons(kind: str) -> dict[str, str]:
    """Return why nothing of this kind, ``lesson`` or ``question``, serves a statement, by full id."""
    return {
        name: text(gap.reason)
        for gap in catalogue().course.gaps
        if gap.by == kind
        for name in gap.requirements
    }


def _share_problems(matrix: Trace, kind: str) -> Iterator[str]:
    promise = catalogue().course.promise
    wanted = promise.lesson_percent if kind == "lesson" else promise.question_percent
    total = len(matrix.rows)
    served = total - len(_without(matrix, kind))
    if 100 * served < wanted * total:
        yield (
            f"{matrix.standard}: {served} of {total} statements are served by a {kind}; "
            f"the course promises {wanted:g} %"
        )


def _critical_problems(matrix: Trace, kind: str) -> Iterator[str]:
    left_out = set(_without(matrix, kind))
    for row in matrix.rows:
        if row.severity == "critical" and row.requirement in left_out:
            yield f"{row.requirement} is critical and not served by a {kind}"


def _reason_problems(matrix: Trace, kind: str) -> Iterator[str]:
    reasons = gap_reasons(kind)
    left_out = set(_without(matrix, kind))
    for name in sorted(left_out - set(reasons)):
        yield f"{name} is not served by a {kind}, and no reason is given"
    own = {row.requirement for row in matrix.rows}
    for name in sorted((set(reasons) & own) - left_out):
        yield f"{name} is served by a {kind}; its reason for the contrary is out of date"


def _without(matrix: Trace, kind: str) -> tuple[str, ...]:
    return matrix.without_lesson if kind == "lesson" else matrix.without_question
