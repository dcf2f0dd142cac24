"""The certificate holds its credential, and a practice result cannot be taken for one."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from pypdf import PdfReader

from stemcell_kit.certification.credential.canonical import canonical, sha256_hex
from stemcell_kit.certification.credential.certificate import certificate_pdf
from stemcell_kit.certification.credential.file_check import check_file
from stemcell_kit.certification.credential.page import verify_page
from stemcell_kit.certification.credential.results import Results, read_people, read_results
from stemcell_kit.certification.credential.self_assessed import (
    self_assessed_html,
    self_assessed_pdf,
)
from stemcell_kit.cli import main
from stemcell_kit.errors import BadInput
from stemcell_kit.language import LANGUAGES, speaking
from tests.certification.credential.conftest import ON, Handed, decision, exam

LATER = ON + timedelta(days=1)


@pytest.fixture
def certificate(lasting: Handed, tmp_path: Path) -> Path:
    """A certificate in English."""
    path = tmp_path / "certificate.pdf"
    path.write_bytes(certificate_pdf(lasting.credential))
    return path


def codes(path: Path, one: Handed) -> tuple[str, ...]:
    """What a check of a file finds."""
    return check_file(path, one.issuer.document, on=LATER).codes


def printed(pdf: bytes) -> str:
    """The text of a PDF as another program reads it, without spaces."""
    if not shutil.which("pdftotext"):
        pytest.skip("pdftotext is not installed")
    done = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True)
    return "".join(done.stdout.decode("utf-8").split())


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_certificate_shows_what_its_credential_says(lasting: Handed, language: str) -> None:
    """Holder, exam, standards, band, dates, and that it is no certificate of conformity."""
    with speaking(language):
        pdf = certificate_pdf(lasting.credential)
    reader = PdfReader(io.BytesIO(pdf))
    words = printed(pdf)

    assert len(reader.pages) == 1
    for part in (
        "李伟 Li Wei",
        "干细胞质量控制",
        "ISO 24603",
        "GB/T 40365",
        "80-89 %",
        "2029-04-01",
    ):
        assert part.replace(" ", "") in words
    conformity = {"en": "not a certificate of conformity", "zh-CN": "不是标准符合性证书"}
    assert conformity[language].replace(" ", "") in words
    assert bytes(reader.attachments["credential.json"][0]) == canonical(lasting.credential)


def test_a_certificate_is_checked_with_its_page(certificate: Path, lasting: Handed) -> None:
    """The same page holds, in either language; a page of other words around the same credential
    is found out."""
    assert codes(certificate, lasting) == ("whole", "in-time", "status-missing", "page-same")
    raw = certificate.read_bytes()
    certificate.write_bytes(raw.replace(b"/Lang (en)", b"/Lang (fr)"))
    assert codes(certificate, lasting)[-1] == "page-differs"
    assert not check_file(certificate, lasting.issuer.document, on=LATER).holds
    certificate.write_bytes(raw.replace(b"/Creator (stemcell-kit 0", b"/Creator (stemcell-kit 9"))
    found = check_file(certificate, lasting.issuer.document, on=LATER)
    assert found.holds and found.codes[-1] == "page-not-compared"
    assert "stemcell-kit 9" in found.findings[-1].words


def test_a_certificate_with_a_changed_credential_is_refused(
    certificate: Path, lasting: Handed
) -> None:
    """Changed inside the PDF, or taken out of it."""
    raw = certificate.read_bytes()
    certificate.write_bytes(raw.replace(b"80-89 %", b"90-99 %"))
    assert codes(certificate, lasting) == ("changed",)
    certificate.write_bytes(raw.replace(b"credential.json", b"something.json"))
    assert codes(certificate, lasting) == ("unreadable",)


@pytest.mark.skipif(not shutil.which("zbarimg"), reason="no zbarimg to read the QR code")
def test_the_code_on_the_certificate_can_be_read(certificate: Path, lasting: Handed) -> None:
    """A reader of others finds the credential's number and digest."""
    picture = certificate.with_suffix("")
    subprocess.run(
        ["pdftoppm", "-r", "150", "-png", "-singlefile", str(certificate), str(picture)],
        check=True,
    )
    read = subprocess.run(
        ["zbarimg", "--quiet", "--raw", f"{picture}.png"],
        check=True,
        capture_output=True,
    )
    digest = sha256_hex(canonical(lasting.credential))

    assert read.stdout.decode("ascii").strip() == f"{lasting.credential['id']} SHA-256 {digest}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_practice_result_says_self_assessed_and_holds_nothing_to_check(language: str) -> None:
    """No issuer, no attachment, no code; the heading says it, and so does the text."""
    results = Results(exam(practice=True))
    with speaking(language):
        page = self_assessed_html(results, results.candidates[0])
        pdf = self_assessed_pdf(results, results.candidates[0])
    reader = PdfReader(io.BytesIO(pdf))
    word = {"en": "Self-assessed", "zh-CN": "自我评估"}[language]

    assert word in page and word in printed(pdf)
    assert {"en": "not a credential", "zh-CN": "这不是证书"}[language] in page
    assert not reader.attachments and "OpenBadgeCredential" not in page
    assert b"credential.json" not in pdf and "did:" not in page


def run(*words: object) -> Any:
    """Run the command line."""
    return CliRunner().invoke(main, ["credential", *map(str, words)])


@pytest.mark.locale
def test_the_commands_lead_from_results_to_a_checked_credential(tmp_path: Path) -> None:
    """New issuer, issue, verify, revoke, rotate, renew: each says what it did."""
    home, out = tmp_path / "issuer", tmp_path / "out"
    results = tmp_path / "results.json"
    rows = (decision(), decision("C-0043", passed=False))
    results.write_text(json.dumps(exam(*rows)), encoding="utf-8")
    roster = tmp_path / "roster.csv"
    roster.write_text("candidate,name\nC-0042,李伟\n", encoding="utf-8")
    made = run("new-issuer", home, "--id", "did:web:cellbank.example", "--name", "Cell Bank")
    assert made.exit_code == 0 and "Key " in made.output
    issued = run("issue", results, "--issuer", home, "--out", out, "--roster", roster)
    assert issued.exit_code == 0 and "C-0043: no credential (not passed)" in issued.output
    check = ("verify", out / "C-0042.zh-CN.pdf", "--issuer", out / "issuer.json", "--status")
    whole = run(*check, home / "status.json")
    assert whole.exit_code == 0 and "This credential holds." in whole.output
    assert "Holder: 李伟" in whole.output
    assert run("revoke", out / "C-0042.json", "--issuer", home, "--reason", "x").exit_code == 0
    revoked = run(*check, home / "status.json", "--json")
    assert revoked.exit_code == 1 and not json.loads(revoked.output)["holds"]
    assert run("rotate", "--issuer", home).exit_code == 0
    assert run("renew-status", "--issuer", home).exit_code == 0
    assert run(*check[:2], "--issuer", home).exit_code == 0


def test_a_practice_exam_gives_self_assessed_results_by_command(tmp_path: Path) -> None:
    """Without an issuer, and with nothing that could be taken for a credential."""
    results, out = tmp_path / "results.json", tmp_path / "out"
    results.write_text(json.dumps(exam(practice=True)), encoding="utf-8")
    done = run("issue", results, "--out", out)

    assert done.exit_code == 0 and "no credential was issued" in done.output
    assert all("self-assessed" in path.name for path in out.iterdir())
    assert len(list(out.iterdir())) == 4


def test_a_file_that_is_no_issuers_document_is_named(tmp_path: Path) -> None:
    """With its path, and what was wrong with it."""
    path = tmp_path / "issuer.json"
    path.write_text("[]", encoding="utf-8")
    done = run("verify", path, "--issuer", path)

    assert done.exit_code == 1 and "issuer.json: it is no JSON" in done.output.replace("\n", "")


def test_a_real_exam_needs_an_issuer(tmp_path: Path) -> None:
    """The message says how to make one."""
    results = tmp_path / "results.json"
    results.write_text(json.dumps(exam()), encoding="utf-8")
    done = run("issue", results, "--out", tmp_path / "out")

    assert done.exit_code == 1 and "credential new-issuer" in done.output


def test_results_and_rosters_of_another_form_are_refused(tmp_path: Path) -> None:
    """With the place of the fault."""
    path = tmp_path / "file"
    path.write_text(json.dumps(exam(decision(passed="yes"))), encoding="utf-8")
    with pytest.raises(BadInput, match=r"candidates\.0\.passed"):
        read_results(path)
    path.write_text(json.dumps(exam(decision("../x"))), encoding="utf-8")
    with pytest.raises(BadInput, match=r"candidates\.0\.candidate"):
        read_results(path)
    path.write_text("code,name\nC-0042,x\n", encoding="utf-8")
    with pytest.raises(BadInput, match="has the columns code, name"):
        read_people(path)


def test_the_page_names_no_place_to_fetch_from() -> None:
    """No address in a tag, and a policy that allows no connection."""
    page = verify_page()

    assert "default-src 'none'" in page and "script-src 'sha256-" in page
    assert not any(word in page for word in ('src="http', "href=", "url(", "@import", "fetch("))
