"""What the command line does with credentials."""

from __future__ import annotations

import base64
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from stemcell_kit.assessment.declaration.signature import fingerprint
from stemcell_kit.certification.credential import issuer as issuers
from stemcell_kit.certification.credential import issuing
from stemcell_kit.certification.credential.certificate import certificate_pdf
from stemcell_kit.certification.credential.facts import FACTS
from stemcell_kit.certification.credential.file_check import check_file
from stemcell_kit.certification.credential.files import folder_for, written, written_json
from stemcell_kit.certification.credential.moments import now, readable
from stemcell_kit.certification.credential.page import verify_page
from stemcell_kit.certification.credential.proof import public_bytes
from stemcell_kit.certification.credential.reading import open_document, open_file
from stemcell_kit.certification.credential.results import Results, read_people, read_results
from stemcell_kit.certification.credential.self_assessed import (
    self_assessed_html,
    self_assessed_pdf,
)
from stemcell_kit.certification.exam_folder import open_exam
from stemcell_kit.certification.results import check_results
from stemcell_kit.errors import BadInput
from stemcell_kit.language import LANGUAGES, say, speaking

__all__ = [
    "issued",
    "issued_text",
    "new",
    "new_text",
    "page",
    "page_text",
    "renewed",
    "renewed_text",
    "revoked",
    "revoked_text",
    "rotated",
    "rotated_text",
    "verified",
    "verified_text",
]

Data = dict[str, Any]


def new(folder: Path, did: str, name: str) -> Data:
    """Make an issuer, with an empty list of revoked credentials."""
    made = issuers.new_issuer(folder, did=did, name=name, passphrase=_passphrase(), on=now())
    issuing.renew_status(made, passphrase=_passphrase(), on=now())
    return {"id": made.id, "path": str(folder), "fingerprint": _read_aloud(made)}


def new_text(data: Data) -> str:
    """Say where the issuer is, and what to tell people."""
    return say("credential.issuer-made", **data)


def rotated(folder: Path, compromised: bool) -> Data:
    """Replace the issuer's key, and sign its list of revoked credentials with the new one."""
    old = issuers.issuer_in(folder)
    made = issuers.rotate(old, passphrase=_passphrase(), on=now(), compromised=compromised)
    issuing.renew_status(made, passphrase=_passphrase(), on=now())
    return {"fingerprint": _read_aloud(made)}


def rotated_text(data: Data) -> str:
    """Say what to tell people."""
    return say("credential.rotated", **data)


def issued(results: Path, folder: Path | None, out: Path, roster: Path | None) -> Data:
    """Issue credentials into a folder, or self-assessed results for a practice exam.

    Raises
    ------
    BadInput
        The results, the roster or the issuer cannot be read, the results lie in their exam's
        folder and are not what follows from its log, or the folder cannot be written.
    """
    exam = read_results(results)
    if exam.is_practice:
        folder_for(out)
        return {"path": str(out), "self_assessed": list(_self_assessed(exam, out))}
    if folder is None:
        raise BadInput(say("credential.no-issuer-folder"))
    issuer = issuers.issuer_in(folder)
    people = read_people(roster)
    held = _held_against_log(results, exam)
    folder_for(out)
    made = issuing.issue(exam, issuer, people, passphrase=_passphrase(), on=now())
    rows = [_handed_out(one, out) for one in made]
    written_json(out / "issuer.json", issuer.document)
    written_json(out / "status.json", open_document(issuer.status_file))
    page(out / "verify.html", folder)
    return {"path": str(out), "candidates": rows, "held_against_log": held}


def _held_against_log(path: Path, results: Results) -> bool:
    """Hold results that lie in their exam's folder against its log; False for others."""
    if not (path.parent / "exam.json").exists():
        return False
    check_results(open_exam(path.parent), results.data)
    return True


def issued_text(data: Data) -> str:
    """Say what became of every candidate's decision."""
    if "self_assessed" in data:
        count = len(data["self_assessed"])
        return say("credential.self-assessed-into", count=count, path=data["path"])
    rows = data["candidates"]
    lines = [say(f"credential.{'issued' if r['id'] else 'not-issued-because'}", **r) for r in rows]
    count = sum(1 for row in rows if row["id"])
    lines.append(say("credential.issued-into", count=count, path=data["path"]))
    if not data["held_against_log"]:
        lines.append(say("credential.without-log"))
    return "\n".join(lines)


def revoked(which: str, folder: Path, reason: str) -> Data:
    """Revoke a credential, named by its number or its file."""
    issuer = issuers.issuer_in(folder)
    named = which if which.startswith("urn:") else open_file(Path(which)).document.get("id", "")
    issuing.revoke(issuer, named, reason=reason, passphrase=_passphrase(), on=now())
    return {"id": named, "path": str(issuer.status_file)}


def revoked_text(data: Data) -> str:
    """Say what to give to everybody."""
    return say("credential.revoked-done", **data)


def renewed(folder: Path) -> Data:
    """Make the list of revoked credentials anew."""
    issuer = issuers.issuer_in(folder)
    made = issuing.renew_status(issuer, passphrase=_passphrase(), on=now())
    return {"path": str(issuer.status_file), "end": made["validUntil"]}


def renewed_text(data: Data) -> str:
    """Say until when the list may be used."""
    return say("credential.status-renewed", path=data["path"], end=readable(data["end"]))


def verified(path: Path, issuer: Path, status: Path | None) -> Data:
    """Check a credential offline."""
    listed = open_document(status) if status else None
    found = check_file(path, _issuer_document(issuer), status=listed, on=now())
    return {
        "path": str(path),
        "holds": found.holds,
        "revocation_checked": "status-missing" not in found.codes,
        "findings": [vars(one) for one in found.findings],
        "says": dict(found.facts),
    }


def verified_text(data: Data) -> str:
    """Return the verdict, what was found, and what the credential says."""
    verdict = "fails"
    if data["holds"]:
        verdict = "holds" if data["revocation_checked"] else "holds-unchecked"
    lines = [say(f"credential.verdict-{verdict}"), ""]
    lines += [f"  {one['words']}" for one in data["findings"]]
    lines += ["", *_fact_lines(data["says"])] if data["says"] else []
    return "\n".join(lines)


def page(out: Path, issuer: Path | None) -> Data:
    """Write the page that checks credentials in a browser."""
    known = _issuer_document(issuer) if issuer else None
    return {"path": str(written(out, verify_page(known).encode("utf-8")))}


def page_text(data: Data) -> str:
    """Say where the page is."""
    return say("credential.page-made", **data)


def _fact_lines(facts: Data) -> Iterator[str]:
    for name in FACTS:
        value = facts[name]
        shown = "; ".join(value) if isinstance(value, list) else readable(value)
        yield f"  {say(f'credential.fact-{name}')}: {shown}"
    yield ""
    yield f"  {say('credential.not-conformity')}"


def _handed_out(one: issuing.Issued, out: Path) -> Data:
    if one.credential is None:
        return {"candidate": one.candidate, "id": "", "reason": one.reason}
    written_json(out / f"{one.candidate}.json", one.credential)
    for language in LANGUAGES:
        with speaking(language):
            written(out / f"{one.candidate}.{language}.pdf", certificate_pdf(one.credential))
    return {"candidate": one.candidate, "id": one.credential["id"], "reason": one.reason}


def _self_assessed(exam: Results, out: Path) -> Iterator[str]:
    for decision in exam.candidates:
        for language in LANGUAGES:
            name = f"{decision['candidate']}.self-assessed.{language}"
            with speaking(language):
                words = self_assessed_html(exam, decision).encode("utf-8")
                written(out / f"{name}.html", words)
                written(out / f"{name}.pdf", self_assessed_pdf(exam, decision))
        yield decision["candidate"]


def _issuer_document(path: Path) -> Data:
    return open_document(path / "issuer.json" if path.is_dir() else path)


def _read_aloud(issuer: issuers.Issuer) -> str:
    key = public_bytes(issuer.document["verificationMethod"][-1]["publicKeyMultibase"])
    return fingerprint(base64.b64encode(key).decode("ascii"))


def _passphrase() -> str:
    return os.environ.get("STEMCELL_KIT_KEY_PASSPHRASE", "")
