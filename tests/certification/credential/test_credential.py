"""A credential says what was examined, and a check says in plain words what is wrong with one."""

from __future__ import annotations

import base64
import copy
import hashlib
import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from stemcell_kit.certification.credential.canonical import (
    base58,
    canonical,
    from_base58,
    parsed,
)
from stemcell_kit.certification.credential.check import Checked, check_credential
from stemcell_kit.certification.credential.file_check import check_file
from stemcell_kit.certification.credential.issuer import Issuer, issuer_in, new_issuer, rotate
from stemcell_kit.certification.credential.issuing import issue, renew_status, revoke
from stemcell_kit.certification.credential.ledger import ledger_of
from stemcell_kit.certification.credential.proof import public_bytes, signed
from stemcell_kit.certification.credential.results import Results
from stemcell_kit.certification.credential.status import is_revoked
from stemcell_kit.errors import BadInput
from stemcell_kit.language import LANGUAGES, speaking
from tests.certification.credential.conftest import (
    ANSWERS,
    BLUEPRINT,
    ON,
    Handed,
    decision,
    exam,
    handed,
)

LATER = ON + timedelta(days=1)


def checked(one: Handed, *, on: datetime = LATER, **changed: Any) -> Checked:
    """Check a credential as its reader would, with something changed."""
    status = changed.pop("status", one.status)
    issuer = changed.pop("issuer", one.issuer.document)
    return check_credential({**one.credential, **changed}, issuer, status=status, on=on)


def test_a_credential_that_holds_is_told_in_both_languages(given: Handed) -> None:
    """Genuine, in its time, not revoked; and each is a sentence of its own."""
    for language, word in (("en", "Genuine"), ("zh-CN", "真实")):
        with speaking(language):
            found = checked(given)
            assert found.holds
            assert found.codes == ("whole", "in-time", "not-revoked")
            assert word in found.findings[0].words


def test_a_credential_names_what_was_examined_and_what_it_is_not(given: Handed) -> None:
    """Standards with editions, blueprint with digest, band, dates, answers; no conformity."""
    said = checked(given).facts
    words = json.dumps(given.credential, ensure_ascii=False)

    assert said["holder"] == "李伟 Li Wei" and said["candidate"] == "C-0042"
    assert ["ISO 24603" in one and "2022" in one for one in said["standards"]] == [True, False]
    assert said["blueprint"] == f"psc-basic, SHA-256 {BLUEPRINT}"
    assert said["band"] == "80-89 %" and "spring-2026" in said["exam"]
    assert (said["start"], said["end"]) == ("2026-04-01T08:30:00Z", "2029-04-01T08:30:00Z")
    assert "is not a certificate of conformity to the standards" in words
    assert "不是标准符合性证书" in words and ANSWERS in words


def test_an_address_stands_in_it_only_as_a_salted_digest(given: Handed) -> None:
    """Who knows the address can check it; who does not cannot read it."""
    rows = given.credential["credentialSubject"]["identifier"]
    (row,) = [one for one in rows if one["identityType"] == "emailAddress"]
    digest = hashlib.sha256(f"li@cellbank.example{row['salt']}".encode()).hexdigest()

    assert row["hashed"] and row["identityHash"] == f"sha256${digest}"
    assert "li@" not in json.dumps(given.credential)


def test_without_a_status_list_revocation_is_said_to_be_unchecked(given: Handed) -> None:
    """The credential may hold; nobody says that it is not revoked."""
    found = checked(given, status=None)

    assert found.holds
    assert found.findings[-1].code == "status-missing" and found.findings[-1].is_well is None


@pytest.mark.parametrize(
    ("days", "code"),
    [(0, "in-time"), (3 * 365 + 1 - 1, "in-time"), (3 * 365 + 1, "expired"), (-1, "early")],
)
def test_a_credential_holds_from_its_first_to_its_last_day(
    given: Handed, days: int, code: str
) -> None:
    """Three years from the decision at 08:30; a day before it begins, it does not hold yet."""
    start = datetime(2026, 4, 1, 9, 0, tzinfo=UTC)
    assert checked(given, on=start + timedelta(days=days), status=None).codes[1] == code


def test_the_last_second_counts_and_the_next_does_not(given: Handed) -> None:
    """Valid until 08:30:00 means: not at 08:30:00."""
    end = datetime(2029, 4, 1, 8, 30, tzinfo=UTC)

    assert checked(given, on=end - timedelta(seconds=1), status=None).holds
    assert "expired" in checked(given, on=end, status=None).codes


def test_a_revoked_credential_is_known_by_the_new_list_and_not_by_the_old(given: Handed) -> None:
    """The old list's date is told, and a list too old is refused."""
    old = given.status
    revoke(given.issuer, given.credential["id"], reason="wrong person", on=LATER)

    assert "revoked" in checked(given).codes and not checked(given).holds
    before = checked(given, status=old)
    assert before.holds and "2026-04-01 09:00 UTC" in before.findings[-1].words
    assert checked(given, status=old, on=ON + timedelta(days=92)).codes[-1] == "status-outdated"
    assert checked(given, status=old, on=ON + timedelta(days=91)).codes[-1] == "not-revoked"


def test_revoking_one_leaves_the_others_alone(issuer: Issuer) -> None:
    """Of twenty, only the revoked one's bit is set."""
    names = [f"C-{number:04d}" for number in range(20)]
    made = issue(Results(exam(*map(decision, names))), issuer, {}, on=ON)
    whole = [one.credential for one in made if one.credential is not None]
    status = revoke(issuer, whole[7]["id"], reason="copied", on=ON)
    places = [int(one["credentialStatus"]["statusListIndex"]) for one in whole]

    assert len(set(places)) == 20
    assert [is_revoked(status, place) for place in places] == [n == 7 for n in range(20)]


def test_a_status_list_of_another_or_changed_is_refused(given: Handed, tmp_path: Path) -> None:
    """Another issuer's, another list of the same issuer, one with the bits cleared."""
    other = new_issuer(tmp_path / "b", did="did:web:b.example", name="B", on=ON)
    theirs = renew_status(other, on=ON)
    given.issuer.status_file.unlink()
    second = renew_status(given.issuer, on=ON)
    cleared = copy.deepcopy(second)
    cleared["credentialSubject"]["encodedList"] += "A"

    assert checked(given, status=theirs).codes[-1] == "status-refused"
    assert checked(given, status=second).codes[-1] == "status-other"
    assert checked(given, status=cleared).codes[-1] == "status-refused"


def test_another_key_is_told_apart(given: Handed, tmp_path: Path) -> None:
    """A forger with the same name and identifier has another key, and cannot put it in its place."""
    forger = new_issuer(tmp_path / "forger", did=given.issuer.id, name=given.issuer.name, on=ON)
    forged = handed(forger)
    swapped = copy.deepcopy(dict(given.issuer.document))
    row = forger.document["verificationMethod"][0]
    swapped["verificationMethod"][0]["publicKeyMultibase"] = row["publicKeyMultibase"]

    assert checked(forged, issuer=given.issuer.document).codes == ("other-key",)
    assert checked(given, issuer=forger.document).codes == ("other-key",)
    assert checked(given, issuer=swapped).codes == ("other-key",)


def test_another_issuer_is_told_apart(given: Handed, tmp_path: Path) -> None:
    """The credential names its issuer; another one's document does not serve."""
    other = new_issuer(tmp_path / "b", did="did:web:b.example", name="B", on=ON)

    found = checked(given, issuer=other.document)
    assert found.codes == ("other-issuer",) and "did:web:b.example" in found.findings[0].words


def test_a_key_signs_in_its_time_only(given: Handed) -> None:
    """What a retired key signed in its time holds; what it signed later, or before, does not."""
    old = given.issuer.key()
    bare = {k: v for k, v in given.credential.items() if k != "proof"}
    rotated = rotate(given.issuer, on=ON + timedelta(days=10))
    renew_status(rotated, on=ON + timedelta(days=10))
    on = ON + timedelta(days=30)
    late = signed(bare, old, on=ON + timedelta(days=11))
    soon = signed(bare, old, on=ON - timedelta(days=1))

    assert checked(given, issuer=rotated.document, on=on).holds
    assert check_credential(late, rotated.document, on=on).codes == ("key-retired",)
    assert check_credential(soon, rotated.document, on=on).codes == ("key-early",)
    assert checked(handed(rotated, candidate="C-0050", on=on), on=on).holds


def test_nothing_of_a_compromised_key_is_believed(given: Handed) -> None:
    """A thief can write any date: the whole key is withdrawn."""
    rotated = rotate(given.issuer, on=LATER, compromised=True)

    assert checked(given, issuer=rotated.document).codes == ("key-revoked",)
    assert len(rotated.document["assertionMethod"]) == 1


def test_a_foreign_form_is_refused_with_its_place(given: Handed) -> None:
    """Other contexts would give the same words another meaning."""
    other = [*given.credential["@context"], "https://example.org/more"]

    assert "contexts" in checked(given, **{"@context": other}).findings[0].words
    assert "validUntil" in checked(given, validUntil="2030").findings[0].words
    missing = {k: v for k, v in given.credential.items() if k != "credentialStatus"}
    found = check_credential(missing, given.issuer.document, on=LATER)
    assert found.codes == ("form-credential",) and "credentialStatus" in found.findings[0].words
    assert found.facts == {}


def test_every_byte_of_a_credential_is_under_its_signature(lasting: Handed, tmp_path: Path) -> None:
    """Each of all bytes is replaced, every fifth by a space too: never does it hold."""
    raw = canonical(lasting.credential)
    path = tmp_path / "changed.json"
    held = []
    for place, byte in enumerate(raw):
        for other in {byte ^ 1} if place % 5 else {byte ^ 1, 0x20} - {byte}:
            path.write_bytes(raw[:place] + bytes([other]) + raw[place + 1 :])
            found = check_file(path, lasting.issuer.document, on=LATER)
            if found.holds or found.facts:
                held.append((place, other))

    assert len(raw) > 4000
    assert held == []


def test_a_byte_more_or_less_is_found_or_said_to_be_layout(lasting: Handed, tmp_path: Path) -> None:
    """What only moves the layout changes nothing that is said, and is told as such."""
    raw = canonical(lasting.credential)
    path = tmp_path / "changed.json"
    for place in range(0, len(raw), 37):
        for changed in (raw[:place] + raw[place + 1 :], raw[:place] + b" " + raw[place:]):
            path.write_bytes(changed)
            found = check_file(path, lasting.issuer.document, on=LATER)
            assert not found.holds or "relaid" in found.codes
    path.write_text(json.dumps(lasting.credential, indent=2), encoding="utf-8")
    assert "relaid" in check_file(path, lasting.issuer.document, on=LATER).codes


def test_only_who_passed_a_real_exam_gets_a_credential(issuer: Issuer) -> None:
    """Not passed, decided in the future, practice: each has its reason."""
    later = "2026-04-02T09:00:00Z"
    rows = (decision("A", passed=False), decision("B", decided_at=later), decision("C"))
    made = issue(Results(exam(*rows)), issuer, {}, on=ON)

    assert [one.credential is not None for one in made] == [False, False, True]
    assert made[0].reason == "not passed" and later in made[1].reason
    with pytest.raises(BadInput, match="practice exam"):
        issue(Results(exam(practice=True)), issuer, {}, on=ON)


def test_issuing_twice_hands_out_the_same_credential(issuer: Issuer) -> None:
    """One attempt, one credential; a revoked one is replaced by a new one."""
    first, again = handed(issuer), handed(issuer)
    revoke(issuer, first.credential["id"], reason="name misspelt", on=ON)
    third = handed(issuer)

    assert first.credential == again.credential
    assert third.credential["id"] != first.credential["id"]
    assert len(ledger_of(issuer.folder).issued) == 2


def test_revoking_needs_a_reason_and_a_credential_of_ours(given: Handed) -> None:
    """And is done once; the ledger keeps when and why."""
    name = given.credential["id"]
    with pytest.raises(BadInput, match="for a reason"):
        revoke(given.issuer, name, reason=" ", on=ON)
    with pytest.raises(BadInput, match="was not issued here"):
        revoke(given.issuer, "urn:uuid:none", reason="x", on=ON)
    revoke(given.issuer, name, reason="copied", on=ON)
    with pytest.raises(BadInput, match="revoked already"):
        revoke(given.issuer, name, reason="copied", on=ON)

    assert ledger_of(given.issuer.folder).revoked[name]["reason"] == "copied"


def test_an_issuers_key_stays_out_of_repositories_and_away_from_others(tmp_path: Path) -> None:
    """Refused below a .git folder and in the kit; readable by its owner alone, and lockable."""
    (tmp_path / "repo" / ".git").mkdir(parents=True)
    for place in (tmp_path / "repo" / "a" / "b", Path(__file__).parent / "issuer"):
        with pytest.raises(BadInput, match="shared with others"):
            new_issuer(place, did="did:key", name="X", on=ON)
        assert not place.exists()
    made = new_issuer(tmp_path / "i", did="did:key", name="X", passphrase="open", on=ON)
    (key,) = (made.folder / "keys").iterdir()

    assert key.stat().st_mode & 0o077 == 0 and made.folder.stat().st_mode & 0o077 == 0
    assert b"ENCRYPTED" in key.read_bytes()
    with pytest.raises(BadInput, match="passphrase"):
        made.key("wrong")
    assert issuer_in(made.folder).key("open").method.startswith(made.id)


def test_an_issuer_is_named_and_identified(tmp_path: Path) -> None:
    """did:web with a domain, or did:key, which cannot be rotated."""
    for did in ("cellbank.example", "did:web:", "did:web:a b", "did:key:z6Mk"):
        with pytest.raises(BadInput, match="identifier of an issuer"):
            new_issuer(tmp_path / "i", did=did, name="X", on=ON)
    with pytest.raises(BadInput, match="--name"):
        new_issuer(tmp_path / "i", did="did:key", name=" ", on=ON)
    made = new_issuer(tmp_path / "i", did="did:key", name="X", on=ON)
    with pytest.raises(BadInput, match="there already"):
        new_issuer(tmp_path / "i", did="did:key", name="X", on=ON)
    with pytest.raises(BadInput, match="cannot be replaced"):
        rotate(made, on=ON)

    key = public_bytes(made.document["verificationMethod"][0]["publicKeyMultibase"])
    assert made.id.startswith("did:key:z6Mk") and len(key) == 32


def test_without_the_libraries_nothing_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The message says what to install; no half of an issuer is left behind."""
    for name in ("rfc8785", "openbadgeslib.ob3"):
        with monkeypatch.context() as without:
            without.setitem(sys.modules, name, None)
            with pytest.raises(BadInput, match=r"\[certify\]"):
                new_issuer(tmp_path / "i", did="did:key", name="X", on=ON)
    assert not (tmp_path / "i").exists()


def test_base58_gives_back_what_it_was_given() -> None:
    """A worked value of the draft ("Hello World!"), leading zeros, and what is no such text."""
    assert base58(b"Hello World!") == "z2NEpo7TZRRrLZSi2U"
    for data in (b"\0\0\x01", b"\xff" * 34, b"\0"):
        assert from_base58(base58(data)) == data
    for words in ("z0", "m2NE", "", None, "z" + "2" * 300):
        assert from_base58(words) == b""


def test_a_name_that_stands_twice_is_refused() -> None:
    """Two readers could believe two different values of it."""
    with pytest.raises(BadInput, match="stands twice"):
        parsed(b'{"a":1,"a":2}')
    for words in (b'{"a":NaN}', b"\xff", b"[" * 5000):
        with pytest.raises(BadInput):
            parsed(words)


def test_a_list_that_unpacks_to_too_much_is_refused(given: Handed) -> None:
    """A list is read no further than it may be long."""
    import gzip

    packed = gzip.compress(bytes(10_000_000), mtime=0)
    words = "u" + base64.urlsafe_b64encode(packed).decode("ascii").rstrip("=")
    with pytest.raises(BadInput, match="131072"):
        is_revoked({"credentialSubject": {"encodedList": words}}, 1)


def test_every_finding_has_words_in_every_language() -> None:
    """No reader meets a sentence in a language that they did not choose."""
    from stemcell_kit.language import messages_of

    wanted = {k for k in messages_of("en") if k.startswith(("credential.", "verify.", "certif"))}
    for language in LANGUAGES:
        assert wanted <= messages_of(language).keys()
