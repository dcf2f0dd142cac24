"""From the blueprint of an exam to a credential in somebody else's hands, by commands alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from stemcell_kit.certification.exam_folder import open_exam
from stemcell_kit.certification.simulation import hand_in
from stemcell_kit.cli import main
from stemcell_kit.grading.sandbox.doctor import sandbox_fault
from tests.certification.exam.conftest import ROSTER, SMALL

pytestmark = pytest.mark.skipif(bool(sandbox_fault()), reason="an exam is graded in a sandbox only")


def run(*words: object, code: int = 0) -> Result:
    """Run ``stemcell-kit ...`` and expect an exit code."""
    result = CliRunner().invoke(main, [*map(str, words)])

    assert result.exit_code == code, result.output
    return result


def test_who_passes_gets_a_credential_and_who_does_not_gets_none(tmp_path: Path) -> None:
    """One candidate answers all, one nothing; statistics and credentials read the same results."""
    folder, out, issuer = tmp_path / "exam", tmp_path / "out", tmp_path / "issuer"
    (tmp_path / "small.toml").write_text(SMALL, encoding="utf-8")
    (tmp_path / "people.csv").write_text(ROSTER, encoding="utf-8")
    run("exam", "new", tmp_path / "small.toml", folder, "--roster", tmp_path / "people.csv")
    run("exam", "release", folder)
    exam = open_exam(folder)
    for code, right in (("C-0001", True), ("C-0002", False)):
        sitting = exam.sittings()[code]
        hand_in(exam, sitting, {one.id: right for one in exam.form(sitting).questions})
    run("exam", "collect", folder, "--received", "2026-10-12T09:40+08:00")
    run("exam", "grade", folder)
    run("exam", "decide", folder)
    results = folder / "results.json"
    passed = {
        row["candidate"]: row["passed"] for row in json.loads(results.read_bytes())["candidates"]
    }
    assert passed == {"C-0001": True, "C-0002": False}

    run("credential", "new-issuer", issuer, "--id", "did:key", "--name", "Example Bank")
    order = ("credential", "issue", results, "--issuer", issuer, "--out", out)
    genuine = results.read_text(encoding="utf-8")
    results.write_text(genuine.replace('"passed": false', '"passed": true'), encoding="utf-8")
    assert "does not say about C-0002" in run(*order, code=1).output
    results.write_text(genuine, encoding="utf-8")
    run(*order, "--roster", folder / "roster.csv")
    credentials = sorted(path.name for path in out.glob("C-*.json"))
    assert credentials == ["C-0001.json"]
    shown = (out / "C-0001.json").read_text(encoding="utf-8")
    assert "Ada Zhou" in shown and "not a certificate of conformity" in shown
    check = ("--issuer", out / "issuer.json", "--status", out / "status.json")
    assert "Genuine" in run("credential", "verify", out / "C-0001.json", *check).output

    run("credential", "revoke", out / "C-0001.json", "--issuer", issuer, "--reason", "trial")
    now = ("--issuer", out / "issuer.json", "--status", issuer / "status.json")
    assert "REVOKED" in run("credential", "verify", out / "C-0001.json", *now, code=1).output
    assert json.loads(run("exam", "statistics", results, "--json").output)
