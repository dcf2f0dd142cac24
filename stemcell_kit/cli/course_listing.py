"""What the command line shows: each list as plain data and as text made from that data."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from stemcell_kit.catalogue import catalogue
from stemcell_kit.coverage import (
    commitment_counts,
    coverage_problems,
    gap_reasons,
    promise_problems,
)
from stemcell_kit.language import say, text
from stemcell_kit.model import Basis, Requirement, Standard
from stemcell_kit.trace import trace

__all__ = [
    "faults_data",
    "faults_text",
    "files_text",
    "progress_data",
    "progress_text",
    "standard_data",
    "standard_text",
    "standards_data",
    "standards_text",
    "trace_data",
    "trace_text",
    "traces_data",
    "traces_text",
    "write_bank",
]

Data = dict[str, Any]


def standards_data() -> Data:
    """Return all standards with their requirements, and the commitments of the declaration."""
    return {
        "standards": [standard_data(name) for name in catalogue().standards],
        "commitments": [
            {
                "id": one.id,
                "statement": text(one.statement),
                "status": one.status,
                "core": one.core,
                "basis": [_basis_data(basis) for basis in one.basis],
            }
            for one in catalogue().commitments.values()
        ],
    }


def standard_data(standard_id: str) -> Data:
    """Return one standard with its requirements, their basis and limits."""
    standard = catalogue().standard(standard_id)
    return {
        "id": standard.id,
        "title": text(standard.title),
        "edition": standard.edition,
        "status": text(standard.status),
        "module": standard.module,
        "includes": list(standard.includes),
        "requirement_count": len(standard.requirements),
        "requirements": [_requirement_data(standard, r) for r in standard.requirements],
    }


def standards_text(data: Data) -> str:
    """Return one line per standard."""
    lines = [f"{s['id']:<26}{s['requirement_count']:>4}  {s['title']}" for s in data["standards"]]
    total = sum(s["requirement_count"] for s in data["standards"])
    summary = say("listing.total", count=total, commitments=len(data["commitments"]))
    return "\n".join([*lines, "", summary, 'See one in full: stemcell-kit standards "<id>"'])


def standard_text(data: Data) -> str:
    """Return a standard as a checklist to read."""
    lines = [f"{data['title']} ({data['edition']})", textwrap.fill(data["status"], 88)]
    topic = ""
    for row in data["requirements"]:
        if row["topic"] != topic:
            topic = row["topic"]
            lines += ["", topic.upper()]
        kinds = ", ".join(dict.fromkeys(basis["kind"] for basis in row["basis"]))
        body = f"{row['id']} [{row['severity']}] {row['statement']} ({kinds})"
        lines += textwrap.wrap(body, 88, initial_indent="  ", subsequent_indent="      ")
    return "\n".join(lines)


def trace_data(standard_id: str) -> Data:
    """Return the trace matrix of one standard, what it lacks and why."""
    matrix = trace(standard_id)
    return {
        **_coverage_data(standard_id),
        "problems": coverage_problems(matrix),
        "rows": [vars(row) for row in matrix.rows],
    }


def traces_data() -> Data:
    """Return how far each standard is covered, and what evidences each commitment."""
    return {
        "standards": [_coverage_data(name) for name in catalogue().standards],
        "commitments": commitment_counts(),
        "problems": promise_problems(),
    }


def _coverage_data(standard_id: str) -> Data:
    matrix = trace(standard_id)
    total = len(matrix.rows)
    critical = [row for row in matrix.rows if row.severity == "critical"]
    reasons = {kind: gap_reasons(kind) for kind in ("lesson", "question")}
    return {
        "standard": standard_id,
        "requirements": total,
        "with_lesson": total - len(matrix.without_lesson),
        "with_question": total - len(matrix.without_question),
        "critical": len(critical),
        "critical_with_both": sum(bool(row.sections and row.questions) for row in critical),
        "without_lesson": {n: reasons["lesson"].get(n, "") for n in matrix.without_lesson},
        "without_question": {n: reasons["question"].get(n, "") for n in matrix.without_question},
    }


def trace_text(data: Data) -> str:
    """Return the matrix as lines, then the requirements that nothing serves, with the reasons."""
    lines = []
    for row in data["rows"]:
        lines.append(f"{row['requirement']}  [{row['severity']}]  checklist: {row['checklist']}")
        for name in ("sections", "datasets", "questions", "commitments"):
            if row[name]:
                lines.append(f"    {name + ':':<13}{', '.join(row[name])}")
    total = data["requirements"]
    lines += ["", f"{data['with_lesson']} of {total} requirements are served by a lesson."]
    lines += [f"{data['with_question']} of {total} are served by a graded question."]
    return "\n".join([*lines, *_gap_lines(data), *data["problems"]])


def traces_text(data: Data) -> str:
    """Return one line per standard, the commitments, and what nothing serves."""
    lines = [f"{'':<28}{'statements':>10}{'lesson':>8}{'question':>10}{'critical, both':>17}"]
    for one in data["standards"]:
        both = f"{one['critical_with_both']} of {one['critical']}"
        lines.append(
            f"{one['standard']:<28}{one['requirements']:>10}{one['with_lesson']:>8}"
            f"{one['with_question']:>10}{both:>17}"
        )
    counts = ", ".join(f"{name} {count}" for name, count in data["commitments"].items())
    lines += textwrap.wrap(f"Statements per commitment: {counts}", 88, subsequent_indent="    ")
    for one in data["standards"]:
        if gaps := _gap_lines(one):
            lines += ["", one["standard"], *gaps]
    return "\n".join([*lines, "", *data["problems"]])


def _gap_lines(data: Data) -> list[str]:
    lines = []
    for kind in ("lesson", "question"):
        by_reason: dict[str, list[str]] = {}
        for name, reason in data[f"without_{kind}"].items():
            by_reason.setdefault(reason, []).append(name.split("/")[1])
        for reason, names in by_reason.items():
            words = f"Without a {kind}: {', '.join(names)}. {reason}"
            lines += textwrap.wrap(words, 88, subsequent_indent="    ")
    return lines


def progress_data() -> Data:
    """Return for each person the share done of every lesson that was begun."""
    from stemcell_kit.learning.progress import course_progress
    from stemcell_kit.records import records

    return {
        "people": [
            {
                "person": who,
                "lessons": [
                    {
                        "lesson": one.lesson.id,
                        "percent": int(100 * one.share),
                        "answered": one.answered,
                        "asked": one.asked,
                        "points": one.best.points if one.best else None,
                        "max_points": one.best.max_points if one.best else None,
                    }
                    for one in course_progress(who=who)
                    if one.share or one.best
                ],
            }
            for who in records().people()
        ]
    }


def progress_text(data: Data) -> str:
    """Return one line per person and lesson begun."""
    lines = []
    for one in data["people"]:
        lines.append(one["person"])
        for row in one["lessons"]:
            points = "" if row["points"] is None else f"{row['points']:g} / {row['max_points']:g}"
            asked = f"{row['answered']} / {row['asked']}"
            lines.append(f"    {row['lesson']:<24}{row['percent']:>4} %{asked:>10}{points:>12}")
    return "\n".join(lines or [say("listing.nobody")])


def faults_data() -> Data:
    """Return the faults that can be planted."""
    from stemcell_kit.bank import FAULTS

    return {"faults": [{"id": name, "about": text(kind.about)} for name, kind in FAULTS.items()]}


def faults_text(data: Data) -> str:
    """Return one line per fault."""
    return "\n".join(
        textwrap.fill(f"{row['id']:<28}{row['about']}", 88, subsequent_indent=" " * 28)
        for row in data["faults"]
    )


def write_bank(seed: int, out: Path, faults: Sequence[str], *, reveal: bool) -> Data:
    """Write a bank's files and return what was written."""
    from stemcell_kit.bank import build, parse_fault, write

    bank = build(seed, [parse_fault(words) for words in faults])
    files = write(bank, out, reveal=reveal)
    return {
        "seed": seed,
        "folder": str(out),
        "files": [path.relative_to(out).as_posix() for path in files],
    }


def files_text(data: Data) -> str:
    """Return one line per file written."""
    head = f"{len(data['files'])} files in {data['folder']} (seed {data['seed']})"
    return "\n".join([head, *(f"  {name}" for name in data["files"])])


def _requirement_data(standard: Standard, requirement: Requirement) -> Data:
    limits = [catalogue().limit(name) for name in requirement.limits]
    clause = catalogue().profile.clauses.get(requirement.full_id)
    return {
        "id": requirement.full_id,
        "topic": text(standard.topic(requirement.topic).title),
        "severity": str(requirement.severity),
        "statement": text(requirement.statement),
        "evidence": text(requirement.evidence),
        "criterion": text(requirement.criterion),
        "failure": text(requirement.failure),
        "method": requirement.method,
        "clause": clause,
        "limits": [
            {"id": x.id, "quantity": x.quantity, "bound": x.bound, "provenance": x.provenance}
            for x in limits
        ],
        "basis": [_basis_data(basis) for basis in requirement.basis],
        "commitments": list(requirement.commitments),
        "same_as": requirement.same_as,
    }


def _basis_data(basis: Basis) -> Data:
    source = catalogue().source(basis.source)
    return {
        "kind": str(basis.kind),
        "source": basis.source,
        "title": source.title,
        "where": source.where,
        "supports": basis.supports,
        "confidence": basis.confidence,
        "detail": basis.detail,
    }
