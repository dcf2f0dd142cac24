"""Attaching what an answer rests on: a document's place, a file's digest, a computed finding."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from stemcell_kit import __version__
from stemcell_kit.assessment.checklist import Checklist
from stemcell_kit.assessment.finding import bound_words
from stemcell_kit.errors import BadInput
from stemcell_kit.language import say
from stemcell_kit.methods import method as known_method
from stemcell_kit.model import Finding
from stemcell_kit.records import Evidence

__all__ = ["attach", "attach_file", "attach_finding", "attach_link", "changed_files"]


def attach(
    full_id: str,
    *,
    link: str = "",
    file: str | Path = "",
    finding: Finding | None = None,
    method: str = "",
    assessment: str = "default",
) -> Evidence:
    """Attach to the answer to a statement, in a notebook, what it rests on.

    Give a ``link``, or a ``file``, or a ``finding`` with the ``file`` that was measured and the
    ``method`` that computed it.

    Raises
    ------
    BadInput
        As the function for each kind; or nothing was given.
    """
    checklist = Checklist(full_id.partition("/")[0], assessment=assessment)
    if finding is not None:
        return attach_finding(checklist, full_id, finding, file=file, method=method)
    if str(file):
        return attach_file(checklist, full_id, file)
    return attach_link(checklist, full_id, link)


def attach_link(checklist: Checklist, full_id: str, reference: str) -> Evidence:
    """Attach where a document lies: a number, a folder, an address.

    Raises
    ------
    BadInput
        Unknown requirement, or nothing but blanks.
    """
    if not reference.strip():
        raise BadInput(say("evidence.empty"))
    return _saved(checklist, full_id, kind="link", reference=reference.strip())


def attach_file(checklist: Checklist, full_id: str, file: str | Path) -> Evidence:
    """Attach a file by name and SHA-256; the file itself stays where it is.

    Raises
    ------
    BadInput
        Unknown requirement, or a file that cannot be read.
    """
    digest = _digest(Path(file))
    return _saved(checklist, full_id, kind="file", reference=str(file), sha256=digest)


def attach_finding(
    checklist: Checklist, full_id: str, finding: Finding, *, file: str | Path, method: str
) -> Evidence:
    """Attach a measurement on one's own file, held against a limit of the statement.

    Parameters
    ----------
    finding
        What ``sk.assess(limit, measurement)`` gave.
    file
        The instrument's export that was measured; its SHA-256 is kept, so that the computation
        can be repeated on the same bytes.
    method
        The QC method that computed the value, e.g. ``str_match``.

    Raises
    ------
    BadInput
        Unknown requirement or method, a limit that does not belong to the statement, a file that
        cannot be read, or a finding without a measurement.
    """
    requirement = checklist.item(full_id).requirement
    known_method(method)
    if finding.limit.id not in requirement.limits:
        raise BadInput(
            say(
                "evidence.other-limit",
                limit=finding.limit.id,
                requirement=full_id,
                limits=", ".join(requirement.limits) or say("report.none"),
            )
        )
    if finding.measurement is None:
        raise BadInput(say("evidence.no-measurement"))
    result = _result(checklist, finding, method)
    digest = _digest(Path(file))
    return _saved(checklist, full_id, kind="qc", reference=str(file), sha256=digest, result=result)


def changed_files(checklist: Checklist) -> dict[str, str]:
    """Return attached files that are not what they were: reference to what is wrong with each.

    A file that lies elsewhere today is named too; nobody can repeat a computation on it here.
    """
    found: dict[str, str] = {}
    for one in checklist.store.evidence(checklist.assessment):
        if not one.sha256:
            continue
        try:
            if _digest(Path(one.reference)) != one.sha256:
                found[one.reference] = say("evidence.changed")
        except BadInput as error:
            found[one.reference] = str(error)
    return found


def _saved(checklist: Checklist, full_id: str, **fields: Any) -> Evidence:
    key = checklist.item(full_id).requirement.answered_as
    checklist.store.save_evidence(checklist.assessment, key, **fields)
    return checklist.evidence(full_id)[-1]


def _result(checklist: Checklist, finding: Finding, method: str) -> Mapping[str, Any]:
    measurement, profile = finding.measurement, checklist.catalogue.profile
    assert measurement is not None  # the caller has looked
    interval = measurement.interval
    return {
        "method": method,
        "quantity": measurement.quantity,
        "value": measurement.value,
        "unit": measurement.unit,
        "n": measurement.n,
        "interval": [interval.low, interval.high] if interval else None,
        "limit": finding.limit.id,
        "bound": bound_words(finding.limit),
        "provenance": finding.limit.provenance,
        "outcome": finding.outcome.value,
        "kit": __version__,
        "profile": profile.name,
        "profile_sha256": profile.digest,
    }


def _digest(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise BadInput(say("evidence.unreadable", path=path, reason=error.strerror)) from None
