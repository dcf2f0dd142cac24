"""Software that is not ours agrees: what we issue holds, and what was changed does not."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import openbadgeslib.ob3
import pytest

from stemcell_kit.certification.credential.canonical import canonical
from stemcell_kit.certification.credential.issuer import new_issuer
from stemcell_kit.certification.credential.issuing import revoke
from stemcell_kit.certification.credential.moments import moment, now
from stemcell_kit.paths import content_dir
from tests.certification.credential.conftest import ON, Handed, handed

HERE = Path(__file__).parent / "npm"
CONTEXT = Path(openbadgeslib.ob3.__file__).parent / "contexts" / "ob-v3p0-context-3.0.3.json"
LATER = "2026-04-02T09:00:00Z"
SAMPLED = 120


@pytest.fixture(scope="session")
def npm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the verifiers, from npm by the lock, or one that CI made of it."""
    named = os.environ.get("STEMCELL_KIT_NPM_VERIFIER")
    if named:
        return Path(named)
    folder = tmp_path_factory.mktemp("npm")
    for name in ("package.json", "package-lock.json"):
        shutil.copy(HERE / name, folder)
    command = shutil.which("npm")
    done = None
    if command:
        options = ["ci", "--silent", "--no-audit", "--no-fund", "--ignore-scripts"]
        done = subprocess.run([command, *options], cwd=folder, check=False, timeout=300)
    if done is None or done.returncode:
        reason = "npm is missing or cannot install the independent verifiers"
        if os.environ.get("STEMCELL_KIT_REQUIRE_NPM"):
            pytest.fail(reason)
        pytest.skip(reason)
    return folder


def ask(npm: Path, jobs: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Let the independent verifiers check credentials."""
    done = subprocess.run(
        ["node", str(HERE / "verify.mjs"), str(npm), str(CONTEXT)],
        input=json.dumps(jobs),
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    answers: list[dict[str, Any]] = json.loads(done.stdout)
    return answers


def job(one: Handed, raw: bytes | None = None, **changed: Any) -> dict[str, Any]:
    """What a verifier is asked about a credential, or about changed bytes of it."""
    return {
        "credential": base64.b64encode(raw or canonical(one.credential)).decode("ascii"),
        "issuer": one.issuer.document,
        "now": LATER,
        **changed,
    }


def places(raw: bytes) -> list[int]:
    """Places drawn over the whole of a credential."""
    return sorted(random.Random(24603).sample(range(len(raw)), SAMPLED))


def changes(raw: bytes) -> Iterator[bytes]:
    """One byte changed at each of the places."""
    for place in places(raw):
        yield raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :]


def test_both_signatures_hold_for_software_that_is_not_ours(tmp_path: Path, npm: Path) -> None:
    """Digital Bazaar's verifiers accept each of them, and the status list too, which ages."""
    issuer = new_issuer(tmp_path / "i", did="did:web:bank.example", name="Bank", on=now())
    given = handed(issuer, on=now())
    (found,) = ask(npm, [job(given, status=given.status, now=moment(now()))])

    assert (found["rdfc"], found["jcs"], found["unrevoked"]) == (True, True, True), found["why"]


def _in_first_proof(raw: bytes, place: int) -> bool:
    """Whether a place lies in the linked-data signature."""
    start = raw.index(b'"proof":[')
    return start <= place < raw.index(b"},{", start)


def test_a_demonstration_issuer_holds_as_well(tmp_path: Path, npm: Path) -> None:
    """did:key, whose identifier is its key."""
    issuer = new_issuer(tmp_path / "i", did="did:key", name="Demonstration", on=ON)
    (found,) = ask(npm, [job(handed(issuer))])

    assert (found["rdfc"], found["jcs"]) == (True, True), found["why"]


def test_no_change_of_one_byte_gets_past_both(given: Handed, npm: Path) -> None:
    """Sampled over the whole file. The second signature finds all but what is in the first.

    That the second names the first is the kit's own habit, so others must check both.
    """
    raw = canonical(given.credential)
    found = ask(npm, [job(given, changed) for changed in changes(raw)])
    missed = [n for n, one in enumerate(found) if one["jcs"]]

    assert [one["rdfc"] and one["jcs"] for one in found] == [False] * SAMPLED
    assert all(_in_first_proof(raw, places(raw)[n]) for n in missed)


def test_they_agree_on_time_key_and_revocation(given: Handed, tmp_path: Path, npm: Path) -> None:
    """Expired, too early, under another key, revoked."""
    forger = new_issuer(tmp_path / "f", did=given.issuer.id, name=given.issuer.name, on=ON)
    revoke(given.issuer, given.credential["id"], reason="copied", on=ON + timedelta(hours=1))
    expired, early, forged, revoked = ask(
        npm,
        [
            job(given, now="2029-04-02T00:00:00Z"),
            job(given, now="2026-03-30T00:00:00Z"),
            job(handed(forger), issuer=given.issuer.document),
            job(given, status=given.status),
        ],
    )

    for refused in (expired, early, forged):
        assert (refused["rdfc"], refused["jcs"]) == (False, False)
    assert revoked["rdfc"] and not revoked["unrevoked"]


def test_openbadgeslib_reads_what_we_issue(given: Handed) -> None:
    """As an Open Badge with a pinned key, whose JSON is exactly what was signed."""
    from openbadgeslib.ob3 import OB3LdpVerifier

    from stemcell_kit.certification.credential.proof import public_bytes, public_pem

    key = public_bytes(given.issuer.document["verificationMethod"][0]["publicKeyMultibase"])
    first, _ = given.credential["proof"]
    badge = OB3LdpVerifier(pubkey_pem=public_pem(key)).verify({**given.credential, "proof": first})

    assert badge.achievement.name == given.credential["name"]
    assert [one.value for one in badge.results] == ["80-89 %"]


def test_the_lines_in_the_documentation_check_a_credential(given: Handed, tmp_path: Path) -> None:
    """As printed: they accept what was issued, and refuse a changed copy of it."""
    page = (Path(__file__).parents[3] / "docs" / "certification.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    (tmp_path / "by_hand.py").write_text(code, encoding="utf-8")
    raw = canonical(given.credential)
    for name, data in (("whole", raw), ("changed", raw.replace(b"80-89", b"90-99"))):
        (tmp_path / name).write_bytes(data)

    def run(name: str) -> int:
        command = [sys.executable, "by_hand.py", name]
        return subprocess.run(command, cwd=tmp_path, check=False, capture_output=True).returncode

    assert (run("whole"), run("changed")) == (0, 1)


def test_a_credential_keeps_to_the_schema_of_1edtech(given: Handed) -> None:
    """The schema is 1EdTech's own and is not shipped; STEMCELL_KIT_OB3_SCHEMA names a copy."""
    named = os.environ.get("STEMCELL_KIT_OB3_SCHEMA")
    if not named:
        pytest.skip("STEMCELL_KIT_OB3_SCHEMA names no ob_v3p0_achievementcredential_schema.json")
    from jsonschema import Draft201909Validator

    schema = json.loads(Path(named).read_text(encoding="utf-8"))

    assert [one.message for one in Draft201909Validator(schema).iter_errors(given.credential)] == []


def test_the_vendored_verifier_is_the_package_as_it_is_published(npm: Path) -> None:
    """Same bytes, same licence, same version as its origin says."""
    home = content_dir() / "vendor" / "noble-ed25519"
    origin = tomllib.loads((home / "ORIGIN.toml").read_text(encoding="utf-8"))
    package = npm / "node_modules" / "@noble" / "ed25519"
    published = json.loads((package / "package.json").read_text(encoding="utf-8"))

    assert (published["name"], published["version"]) == (origin["package"], origin["version"])
    for name in ("index.js", "LICENSE"):
        assert (home / name).read_bytes() == (package / name).read_bytes()
    digest = hashlib.sha256((home / "index.js").read_bytes()).hexdigest()
    assert digest == origin["sha256"]
