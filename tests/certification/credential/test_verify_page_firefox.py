"""The page that checks credentials finds the same in Firefox; run by hand: STEMCELL_KIT_FIREFOX=1."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from stemcell_kit.certification.credential.canonical import canonical
from stemcell_kit.certification.credential.check import check_credential
from stemcell_kit.certification.credential.moments import now
from stemcell_kit.certification.credential.page import verify_page
from tests.certification.credential.states import STATES
from tests.firefox import FIREFOX, Firefox, firefox_window
from tests.jupyterlab import SHOTS

pytestmark = pytest.mark.skipif(
    not (os.environ.get("STEMCELL_KIT_FIREFOX") and FIREFOX),
    reason="run by hand where Firefox is installed: STEMCELL_KIT_FIREFOX=1",
)

# Gives the codes of the findings, once the page has decided.
FOUND = """new Promise(done => {
  const look = () => document.querySelector('#result h2')
    ? done([...document.querySelectorAll('.findings li')]
        .map(one => one.dataset.code + '|' + one.querySelectorAll('span')[1].innerText).join('\\n'))
    : setTimeout(look, 20);
  look();
})"""


@pytest.fixture(scope="module")
def window(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firefox]:
    """The page, opened from a file as a reader does."""
    folder = tmp_path_factory.mktemp("firefox")
    path = folder / "verify.html"
    path.write_text(verify_page(), encoding="utf-8", newline="\n")
    (folder / "profile").mkdir()
    with firefox_window(folder / "profile") as firefox:
        firefox.goto(path.as_uri())
        yield firefox


@pytest.mark.parametrize("name", STATES)
def test_firefox_finds_what_the_command_finds(window: Firefox, tmp_path: Path, name: str) -> None:
    """Each state of a credential: the same findings in the same words."""
    make, words = STATES[name]
    case = make(tmp_path / "issuer")
    files = []
    for kind, document in zip(("credential", "issuer", "status"), case, strict=True):
        if document is not None:
            files.append(tmp_path / f"{kind}.json")
            files[-1].write_bytes(canonical(document))
    window.value(
        "[...document.querySelectorAll('button')].find(b => /Start again/.test(b.innerText)).click()"
    )
    window.choose("#files", files)
    found = check_credential(case[0], case[1], status=case[2], on=now())

    assert window.value(FOUND).splitlines() == [f"{one.code}|{one.words}" for one in found.findings]
    assert words in window.value("document.querySelector('#result').innerText")
    window.shoot(SHOTS / f"firefox-{name.replace(', ', '-').replace(' ', '-')}.png")
