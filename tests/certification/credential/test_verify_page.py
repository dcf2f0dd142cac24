"""A browser without a network checks credentials and says in plain words what is wrong."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from stemcell_kit.certification.credential.canonical import canonical
from stemcell_kit.certification.credential.certificate import certificate_pdf
from stemcell_kit.certification.credential.check import check_credential
from stemcell_kit.certification.credential.moments import now
from stemcell_kit.certification.credential.page import verify_page
from stemcell_kit.language import LANGUAGES, speaking
from tests.certification.credential.states import (
    STATES,
    Case,
    changed,
    given,
    other_key,
    whole,
)
from tests.jupyterlab import browser_window, shoot

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


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


@pytest.mark.parametrize("name", STATES)
def test_the_page_finds_what_the_command_finds_in_the_same_words(
    page: Page, tmp_path: Path, name: str
) -> None:
    """Each state of a credential: the same findings, in English and in Chinese."""
    make, words = STATES[name]
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
