"""A browser without a network checks credentials and says in plain words what is wrong."""

from __future__ import annotations

import copy
import os
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from stemcell_kit.certification.credential.canonical import canonical
from stemcell_kit.certification.credential.certificate import certificate_pdf
from stemcell_kit.certification.credential.check import check_credential
from stemcell_kit.certification.credential.issuer import Issuer, new_issuer, rotate
from stemcell_kit.certification.credential.issuing import renew_status, revoke
from stemcell_kit.certification.credential.moments import now
from stemcell_kit.certification.credential.page import verify_page
from stemcell_kit.certification.credential.proof import signed
from stemcell_kit.language import LANGUAGES, speaking
from tests.certification.credential.conftest import Handed, handed
from tests.jupyterlab import browser_window, shoot

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

NOW = now()
OLD = NOW - timedelta(days=4 * 365)
Case = tuple[dict[str, Any], dict[str, Any], dict[str, Any] | None]


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """The page, opened from a file as a reader does."""
    folder = tmp_path_factory.mktemp("page")
    (folder / "verify.html").write_text(verify_page(), encoding="utf-8", newline="\n")
    with browser_window() as window:
        window.faults = []  # type: ignore[attr-defined]
        window.on("pageerror", lambda error: window.faults.append(str(error)))  # type: ignore[attr-defined]
        window.on("console", lambda said: window.faults.append(said.text))  # type: ignore[attr-defined]
        window.goto((folder / "verify.html").as_uri())
        yield window


def issuer_at(folder: Path, *, did: str = "did:web:cellbank.example", on: Any = OLD) -> Issuer:
    """An issuer with a name."""
    return new_issuer(folder, did=did, name="Example Cell Bank", on=on)


def given(folder: Path, **changed: Any) -> Handed:
    """A credential of an issuer that began long ago."""
    today = NOW.isoformat()
    return handed(issuer_at(folder), **{"on": NOW, "decided_at": today, **changed})


def whole(folder: Path) -> Case:
    one = given(folder)
    return one.credential, dict(one.issuer.document), one.status


def unchecked(folder: Path) -> Case:
    credential, issuer, _ = whole(folder)
    return credential, issuer, None


def changed(folder: Path) -> Case:
    credential, issuer, status = whole(folder)
    credential["credentialSubject"]["result"][0]["value"] = "90-99 %"
    return credential, issuer, status


def first_proof_changed(folder: Path) -> Case:
    credential, issuer, status = whole(folder)
    credential["proof"][0]["proofValue"] = credential["proof"][0]["proofValue"][:-1] + "2"
    return credential, issuer, status


def expired(folder: Path) -> Case:
    one = given(folder, on=OLD, decided_at=OLD.isoformat())
    return one.credential, dict(one.issuer.document), renew_status(one.issuer, on=NOW)


def early(folder: Path) -> Case:
    later = NOW + timedelta(days=9)
    one = given(folder, on=later, decided_at=later.isoformat())
    return one.credential, dict(one.issuer.document), renew_status(one.issuer, on=NOW)


def revoked(folder: Path) -> Case:
    one = given(folder)
    return (
        one.credential,
        dict(one.issuer.document),
        revoke(one.issuer, one.credential["id"], reason="copied", on=NOW),
    )


def other_key(folder: Path) -> Case:
    credential, _, status = whole(folder)
    return credential, dict(issuer_at(folder.with_name("forger")).document), status


def key_in_place_of_another(folder: Path) -> Case:
    credential, issuer, status = whole(folder)
    row = issuer_at(folder.with_name("forger")).document["verificationMethod"][0]
    swapped = copy.deepcopy(issuer)
    swapped["verificationMethod"][0]["publicKeyMultibase"] = row["publicKeyMultibase"]
    return credential, swapped, status


def other_issuer(folder: Path) -> Case:
    credential, _, status = whole(folder)
    other = issuer_at(folder.with_name("other"), did="did:web:other.example")
    return credential, dict(other.document), status


def retired_key(folder: Path) -> Case:
    one = given(folder)
    bare = {k: v for k, v in one.credential.items() if k != "proof"}
    late = signed(bare, one.issuer.key(), on=NOW)
    after = rotate(one.issuer, on=NOW - timedelta(days=1))
    return late, dict(after.document), renew_status(after, on=NOW)


def key_before_its_time(folder: Path) -> Case:
    one = given(folder)
    bare = {k: v for k, v in one.credential.items() if k != "proof"}
    soon = signed(bare, one.issuer.key(), on=OLD - timedelta(days=1))
    return soon, dict(one.issuer.document), one.status


def compromised_key(folder: Path) -> Case:
    one = given(folder)
    after = rotate(one.issuer, on=NOW, compromised=True)
    return one.credential, dict(after.document), renew_status(after, on=NOW)


def old_list(folder: Path) -> Case:
    credential, issuer, _ = whole(folder)
    return credential, issuer, renew_status(_issuer(folder), on=NOW - timedelta(days=93))


def other_list(folder: Path) -> Case:
    credential, issuer, _ = whole(folder)
    _issuer(folder).status_file.unlink()
    return credential, issuer, renew_status(_issuer(folder), on=NOW)


def changed_list(folder: Path) -> Case:
    credential, issuer, status = revoked(folder)
    assert status is not None
    clean = renew_status(issuer_at(folder.with_name("b")), on=NOW)["credentialSubject"]
    status["credentialSubject"]["encodedList"] = clean["encodedList"]
    return credential, issuer, status


def foreign(folder: Path) -> Case:
    credential, issuer, status = whole(folder)
    return {**credential, "@context": credential["@context"][:1]}, issuer, status


def without_end(folder: Path) -> Case:
    credential, issuer, status = whole(folder)
    return {k: v for k, v in credential.items() if k != "validUntil"}, issuer, status


def _issuer(folder: Path) -> Issuer:
    from stemcell_kit.certification.credential.issuer import issuer_in

    return issuer_in(folder)


CASES: dict[str, tuple[Callable[[Path], Case], str]] = {
    "in-time": (whole, "This credential holds."),
    "status-missing": (unchecked, "Whether it is revoked was not checked."),
    "changed": (changed, "CHANGED"),
    "changed, the other signature": (first_proof_changed, "CHANGED"),
    "expired": (expired, "EXPIRED"),
    "early": (early, "NOT YET VALID"),
    "revoked": (revoked, "REVOKED"),
    "other-key": (other_key, "OTHER KEY"),
    "other-key, put in its place": (key_in_place_of_another, "OTHER KEY"),
    "other-issuer": (other_issuer, "OTHER ISSUER"),
    "key-retired": (retired_key, "KEY OUT OF USE"),
    "key-early": (key_before_its_time, "KEY NOT YET IN USE"),
    "key-revoked": (compromised_key, "KEY WITHDRAWN"),
    "status-outdated": (old_list, "LIST TOO OLD"),
    "status-other": (other_list, "OTHER LIST"),
    "status-refused": (changed_list, "The status list cannot be used. CHANGED"),
    "form-credential": (foreign, "FOREIGN FORM"),
    "form-credential, a part missing": (without_end, "validUntil"),
}


def choose(page: Page, folder: Path, case: Case) -> None:
    """Choose the files of a case, as a reader does."""
    page.get_by_role("button", name=re.compile("Start again|重新开始")).click()
    files = []
    for name, document in zip(("credential", "issuer", "status"), case, strict=True):
        if document is not None:
            files.append(folder / f"{name}.json")
            files[-1].write_bytes(canonical(document))
    page.set_input_files("#files", files)
    page.locator("#result h2").wait_for()


@pytest.mark.parametrize("name", CASES)
def test_the_page_finds_what_the_command_finds_in_the_same_words(
    page: Page, tmp_path: Path, name: str
) -> None:
    """Each state of a credential: the same findings, in English and in Chinese."""
    make, words = CASES[name]
    case = make(tmp_path / "issuer")
    choose(page, tmp_path, case)

    for language, label in zip(LANGUAGES, ("English", "中文"), strict=True):
        page.get_by_role("button", name=label).click()
        with speaking(language):
            found = check_credential(case[0], case[1], status=case[2], on=now())
        lines = page.locator(".findings li")
        assert [one.get_attribute("data-code") for one in lines.all()] == list(found.codes)
        assert [one.locator("span").nth(1).inner_text() for one in lines.all()] == [
            one.words for one in found.findings
        ]
        assert (page.locator("#result.fails").count() == 0) is found.holds
    page.get_by_role("button", name="English").click()
    assert name.partition(",")[0] in found.codes
    assert words in page.locator("#result").inner_text()
    shoot(page, f"verify-{name.replace(', ', '-').replace(' ', '-')}")


def test_what_a_credential_says_is_shown_only_if_it_is_genuine(page: Page, tmp_path: Path) -> None:
    """A changed band is not repeated; a genuine credential is shown with all that it says."""
    choose(page, tmp_path, changed(tmp_path / "issuer"))
    assert "90-99" not in page.locator("#result").inner_text()
    choose(page, tmp_path, whole(tmp_path / "b"))
    shown = page.locator("#result").inner_text()
    for part in (
        "李伟 Li Wei",
        "C-0042",
        "ISO 24603",
        "80-89 %",
        "not a certificate of conformity",
    ):
        assert part in shown


def test_no_change_of_one_byte_gets_past_the_page(page: Page, tmp_path: Path) -> None:
    """Sampled over the file, as a reader would drop it."""
    credential, issuer, status = whole(tmp_path / "issuer")
    raw = canonical(credential)
    choose(page, tmp_path, (credential, issuer, status))
    for place in range(3, len(raw), len(raw) // 60):
        path = tmp_path / "changed.json"
        path.write_bytes(raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :])
        page.evaluate("() => document.querySelector('#result').replaceChildren()")
        page.set_input_files("#files", [path])
        page.locator("#result.fails h2").wait_for()
        assert page.locator("#result dl").count() == 0, raw[place - 20 : place + 20]


def test_a_file_that_cannot_be_read_takes_the_earlier_verdict_away(
    page: Page, tmp_path: Path
) -> None:
    """A verdict never stands beside a file that it is not about."""
    choose(page, tmp_path, whole(tmp_path / "issuer"))
    path = tmp_path / "broken.json"
    path.write_bytes(b'{"@context":')
    page.set_input_files("#files", [path])
    page.locator("#result.fails h2").wait_for()

    assert "CHANGED OR FOREIGN" in page.locator("#result").inner_text()
    assert "broken.json" in page.locator("#slots").inner_text()


def test_the_page_reads_a_certificate(page: Page, tmp_path: Path) -> None:
    """The PDF serves as well as the .json file; that paper was not compared is said."""
    credential, issuer, status = whole(tmp_path / "issuer")
    choose(page, tmp_path, (credential, issuer, status))
    path = tmp_path / "certificate.pdf"
    path.write_bytes(certificate_pdf(credential))
    page.set_input_files("#files", [path])
    page.get_by_text("The printed page was not compared").wait_for()

    assert page.locator("#result.holds").count() == 1
    path.write_bytes(certificate_pdf(credential).replace(b"80-89 %", b"90-99 %"))
    page.set_input_files("#files", [path])
    page.locator("#result.fails").wait_for()


def test_the_page_takes_what_is_dropped_on_it(page: Page, tmp_path: Path) -> None:
    """All three files at once, anywhere on the page."""
    page.get_by_role("button", name="Start again").click()
    words = [canonical(one).decode("utf-8") for one in whole(tmp_path / "issuer") if one]
    page.evaluate(
        """words => {
          const held = new DataTransfer();
          words.forEach((one, n) => held.items.add(new File([one], `${n}.json`)));
          document.body.dispatchEvent(
            new DragEvent('drop', { dataTransfer: held, bubbles: true, cancelable: true }));
        }""",
        words,
    )
    page.locator("#result.holds h2").wait_for()


def test_the_page_works_from_the_keyboard(page: Page, tmp_path: Path) -> None:
    """Tab reaches languages, files and "start again"; the verdict is announced."""
    page.reload()
    reached = []
    for _ in range(5):
        page.keyboard.press("Tab")
        reached.append(
            page.evaluate("() => document.activeElement.id || document.activeElement.lang")
        )

    assert reached[:4] == ["en", "zh-CN", "files", "again"]
    result = page.locator("#result")
    assert result.get_attribute("role") == "status"
    assert result.get_attribute("aria-live") == "polite"


@pytest.mark.parametrize("make", [whole, changed, other_key], ids=lambda make: make.__name__)
def test_a_browser_without_ed25519_finds_the_same(
    page: Page, tmp_path: Path, make: Callable[[Path], Case]
) -> None:
    """Where WebCrypto refuses the algorithm, the vendored verifier takes its place."""
    page.reload()
    page.evaluate(
        """() => {
          const refuse = () => Promise.reject(new DOMException('', 'NotSupportedError'));
          Object.defineProperty(SubtleCrypto.prototype, 'importKey', { value: refuse });
        }"""
    )
    case = make(tmp_path / "issuer")
    choose(page, tmp_path, case)
    found = check_credential(case[0], case[1], status=case[2], on=now())

    assert (page.locator("#result.holds").count() == 1) is found.holds
    if make is not other_key:
        assert "noble-ed25519" in page.locator("#result").inner_text()


@pytest.mark.parametrize("make", [whole, changed], ids=lambda make: make.__name__)
def test_axe_finds_nothing_on_the_page(
    page: Page, tmp_path: Path, make: Callable[[Path], Case]
) -> None:
    """The accessibility checker, on a verdict of either kind."""
    axe = os.environ.get("STEMCELL_KIT_AXE")
    if not axe:
        pytest.skip("STEMCELL_KIT_AXE names no axe.min.js; CI installs one from npm")
    page.reload()
    choose(page, tmp_path, make(tmp_path / "issuer"))
    # the page's own policy lets no foreign script in, as it should
    page.evaluate(Path(axe).read_text(encoding="utf-8"))
    found = page.evaluate("() => axe.run()")

    assert [one["id"] for one in found["violations"]] == []


def test_the_page_asked_nobody_and_said_nothing_wrong(page: Page) -> None:
    """Only its own file was ever opened; the console is empty."""
    opened = set(page.outside)  # type: ignore[attr-defined]

    assert all(one.startswith("file:") and one.endswith("verify.html") for one in opened)
    assert page.faults == []  # type: ignore[attr-defined]


def test_a_page_of_an_institution_knows_its_issuer(page: Page, tmp_path: Path) -> None:
    """Then the credential alone is enough; the page says whose keys it knows."""
    one = given(tmp_path / "issuer")
    (tmp_path / "verify.html").write_text(
        verify_page(one.issuer.document), encoding="utf-8", newline="\n"
    )
    path = tmp_path / "credential.json"
    path.write_bytes(canonical(one.credential))
    browser = page.context.browser
    assert browser is not None
    window = browser.new_page()
    window.goto((tmp_path / "verify.html").as_uri())
    assert "Example Cell Bank, known to this page" in window.locator("#slots").inner_text()
    window.set_input_files("#files", [path])
    window.locator("#result.holds-unchecked h2").wait_for()
    window.close()
