"""A declaration says what stands behind each commitment, and a changed one is found out."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from stemcell_kit.assessment import Checklist
from stemcell_kit.assessment.declaration import Declarant, Support, commitment_states, declare
from stemcell_kit.assessment.declaration.check import check_declaration
from stemcell_kit.assessment.declaration.commitments import Why
from stemcell_kit.assessment.declaration.document import digest_of
from stemcell_kit.assessment.declaration.page import declaration_html
from stemcell_kit.assessment.declaration.pdf import declaration_pdf
from stemcell_kit.assessment.declaration.pdf_font import font_for
from stemcell_kit.assessment.declaration.signature import (
    fingerprint,
    new_key,
    public_key,
    sign,
    signature_holds,
)
from stemcell_kit.assessment.evidence import attach_link
from stemcell_kit.catalogue import catalogue
from stemcell_kit.errors import BadInput
from stemcell_kit.language import LANGUAGES, speaking
from stemcell_kit.paths import content_dir
from stemcell_kit.records import Records

ON = date(2026, 3, 31)
WHO = Declarant("OP-03", "QA lead", "Bank 7", "banking")
COMMITMENT = "c03"  # one statement supports it


@pytest.fixture
def laboratory(store: Records) -> Checklist:
    """The kit's own checklist with no answer yet."""
    return Checklist("iso-24603", store=store)


@pytest.fixture
def only(laboratory: Checklist) -> str:
    """The one statement that supports the commitment of these tests."""
    (found,) = [
        item.requirement.full_id
        for item in laboratory.items
        if COMMITMENT in item.requirement.commitments
    ]
    return found


def support(checklist: Checklist) -> Support:
    """The state of the commitment of these tests."""
    states = {state.commitment.id: state for state in commitment_states([checklist])}
    return states[COMMITMENT].support


def document(checklist: Checklist, said: Mapping[str, str] | None = None) -> dict[str, Any]:
    """A declaration of these tests."""
    return declare([checklist], WHO, said or {}, on=ON)


def confirmed() -> dict[str, str]:
    """Every commitment confirmed in words."""
    return {name: f"I keep {name}." for name in catalogue().commitments}


def test_a_statement_supports_only_when_recorded_and_backed(
    laboratory: Checklist, only: str
) -> None:
    """Unanswered, not recorded, without evidence: each is said; evidence in words or attached."""

    def why() -> Why:
        states = {one.commitment.id: one for one in commitment_states([laboratory])}
        return states[COMMITMENT].open[0].why

    assert why() is Why.UNANSWERED and support(laboratory) is Support.NOT_YET
    laboratory.answer(only, score=1, evidence="SOP-12")
    assert why() is Why.NOT_RECORDED
    laboratory.answer(only, score=2, evidence="")
    assert why() is Why.NO_EVIDENCE
    attach_link(laboratory, only, "SOP-12")
    assert support(laboratory) is Support.SUPPORTED


def test_what_does_not_apply_neither_supports_nor_lacks(laboratory: Checklist, only: str) -> None:
    """Nothing is left that could support the commitment, and the document says that."""
    laboratory.answer(only, score="n/a", reason="no clinical use")

    assert support(laboratory) is Support.NO_STATEMENT


def test_some_of_several_statements_support_partly(laboratory: Checklist) -> None:
    """c05 rests on many statements; one of them is not enough."""
    name = next(
        item.requirement.full_id
        for item in laboratory.items
        if "c05" in item.requirement.commitments
    )
    laboratory.answer(name, score=3, evidence="file 7")

    states = {state.commitment.id: state.support for state in commitment_states([laboratory])}
    assert states["c05"] is Support.PARTLY


def test_every_commitment_is_named_once_and_core_ones_decide_good_faith(
    laboratory: Checklist,
) -> None:
    """With nothing answered it is a draft and not in good faith; no core one may be unsupported."""
    made = document(laboratory, confirmed())

    assert [one["id"] for one in made["commitments"]] == [f"c{n:02d}" for n in range(1, 18)]
    assert made["complete"] and not made["good_faith"]
    assert not document(laboratory)["complete"]
    for item in laboratory.items:
        laboratory.answer(item.requirement.full_id, score=2, evidence="on file")
    assert document(laboratory)["good_faith"]


def test_a_person_says_who_they_are_and_to_what(laboratory: Checklist) -> None:
    """Nothing empty, no commitment that does not exist, at least one checklist."""
    with pytest.raises(BadInput, match="role, scope"):
        Declarant("OP-03", " ", "Bank 7", "")
    with pytest.raises(BadInput, match="c99"):
        document(laboratory, {"c99": "yes"})
    with pytest.raises(BadInput, match="at least one checklist"):
        declare([], WHO, {}, on=ON)


def test_the_digest_covers_the_answers_and_not_the_language(
    laboratory: Checklist, only: str
) -> None:
    """Another answer is another declaration; the same in Chinese is the same."""
    first = document(laboratory)
    with speaking("zh-CN"):
        assert document(laboratory) == first
    laboratory.answer(only, note="changed")

    assert document(laboratory)["sha256"] != first["sha256"]
    assert digest_of(first) == first["sha256"]


def test_no_sentence_says_that_a_laboratory_conforms() -> None:
    """The words of the document, in both languages, say what it is not."""
    for language, words in (
        ("en", "does not state that a laboratory conforms"),
        ("zh-CN", "也不声明"),
    ):
        path = content_dir() / "messages" / f"{language}.toml"
        messages = tomllib.loads(path.read_text(encoding="utf-8"))["declaration"]
        assert words in messages["meaning"]


# --- page, PDF, signature, check -------------------------------------------------------------


NASTY = "<script>alert(1)</script> \x00 \u202e 细胞 🧫 =cmd()"


@pytest.fixture
def key(tmp_path: Path) -> Path:
    """A person's private key."""
    path = tmp_path / "key.pem"
    new_key(path)
    return path


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("form", ["html", "pdf", "json"])
def test_a_signed_declaration_is_found_whole(
    laboratory: Checklist, key: Path, tmp_path: Path, form: str, language: str
) -> None:
    """Written in one language, checked in the other; with the declarant's key at hand."""
    signed = sign(document(laboratory, {"c01": NASTY}), key)
    with speaking(language):
        made = {
            "html": lambda: declaration_html(signed).encode("utf-8"),
            "pdf": lambda: declaration_pdf(signed),
            "json": lambda: json.dumps(signed).encode("ascii"),
        }[form]()
    path = tmp_path / f"d.{form}"
    path.write_bytes(made)

    found = check_declaration(path, key=public_key(key))
    assert found.is_whole, found.findings
    assert found.document == signed
    assert form != "html" or b"<script" not in made


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="poppler's pdftotext is not installed")
def test_the_pdf_has_its_font_inside_and_its_text_can_be_taken_out(laboratory: Checklist) -> None:
    """In Chinese: title and statement are text, not pictures; fonts are embedded."""
    with speaking("zh-CN"):
        made = declaration_pdf(document(laboratory, {"c01": "我遵守法律。"}))

    text = subprocess.run(["pdftotext", "-", "-"], input=made, capture_output=True, check=True)
    words = text.stdout.decode("utf-8")
    assert "干细胞行业从业者自律宣言" in words and "我遵守法律。" in words
    pdf = PdfReader(io.BytesIO(made))
    fonts = [font for page in pdf.pages for font in page["/Resources"]["/Font"].values()]
    descriptors = [
        font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"] for font in fonts
    ]
    assert descriptors
    assert all({"/FontFile2", "/FontFile3"} & descriptor.keys() for descriptor in descriptors)


def test_a_missing_character_is_named_instead_of_left_out() -> None:
    """A box on paper would hide what somebody confirmed."""
    path, _ = font_for("中国细胞生物学学会 ≥ 95 %")
    assert path.name == "NotoSansCJKsc-GB2312.otf"
    with pytest.raises(BadInput, match=r"No font on this computer has the characters \U00013000"):
        font_for("a\U00013000")


CHANGES = {
    "the visible name": (lambda page: page.replace(">OP-03<", ">OP-07<"), "CHANGED: the text"),
    "a confirmation": (lambda page: page.replace("I keep c01.", "I keep c01!"), "CHANGED"),
    "only the data": (
        lambda page: page.replace("&#34;good_faith&#34;: false", "&#34;good_faith&#34;: true"),
        "CHANGED: the digest",
    ),
}


@pytest.mark.parametrize(("change", "reason"), CHANGES.values(), ids=CHANGES)
def test_a_changed_page_is_found_out(
    laboratory: Checklist, key: Path, tmp_path: Path, change: Any, reason: str
) -> None:
    """In the text that people read, in the data, or in both."""
    page = declaration_html(sign(document(laboratory, confirmed()), key))
    assert change(page) != page
    path = tmp_path / "d.html"
    path.write_text(change(page), encoding="utf-8", newline="\n")

    found = check_declaration(path)
    assert not found.is_whole
    assert reason in found.findings[0]


def test_a_new_digest_does_not_mend_a_signature(
    laboratory: Checklist, key: Path, tmp_path: Path
) -> None:
    """Whoever changes the data can make a digest, but not the signature."""
    signed = sign(document(laboratory), key)
    forged = {**signed, "good_faith": True}
    forged["sha256"] = digest_of(forged)
    path = tmp_path / "d.html"
    path.write_text(declaration_html(forged), encoding="utf-8", newline="\n")

    found = check_declaration(path)
    assert not found.is_whole
    assert "FORGED OR CHANGED" in found.findings[-1]


def test_another_key_is_told_apart(laboratory: Checklist, key: Path, tmp_path: Path) -> None:
    """A stranger's signature fits, but it is not the declarant's."""
    other = tmp_path / "other.pem"
    theirs = new_key(other, passphrase="correct horse")
    path = tmp_path / "d.json"
    signed = sign(document(laboratory), other, passphrase="correct horse")
    path.write_text(json.dumps(signed), encoding="utf-8")

    assert check_declaration(path, key=theirs).is_whole
    found = check_declaration(path, key=public_key(key))
    assert not found.is_whole and "OTHER KEY" in found.findings[-1]
    assert len(fingerprint(theirs).split()) == 8


def test_an_unsigned_declaration_says_so(laboratory: Checklist, tmp_path: Path) -> None:
    """It is whole, but when a key is expected it is not accepted."""
    path = tmp_path / "d.json"
    path.write_text(json.dumps(document(laboratory)), encoding="utf-8")

    assert check_declaration(path).is_whole
    assert not check_declaration(path, key="AAAA").is_whole
    page = tmp_path / "d.html"
    page.write_text(declaration_html(document(laboratory)), encoding="utf-8")
    assert check_declaration(page).is_whole
    assert "not signed" in page.read_text(encoding="utf-8")


def test_keys_are_guarded(tmp_path: Path, key: Path) -> None:
    """Readable by the owner alone, never written over, of no use without the passphrase."""
    assert key.stat().st_mode & 0o077 == 0
    with pytest.raises(BadInput, match="there already"):
        new_key(key)
    locked = tmp_path / "locked.pem"
    new_key(locked, passphrase="secret")
    for wrong in ("", "other"):
        with pytest.raises(BadInput, match="no Ed25519 private key that this passphrase opens"):
            public_key(locked, passphrase=wrong)
    (tmp_path / "no.pem").write_text("nothing", encoding="utf-8")
    with pytest.raises(BadInput, match="no Ed25519 private key"):
        public_key(tmp_path / "no.pem")


def test_a_learners_install_is_told_what_signing_needs(
    laboratory: Checklist, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/home/lab 7/.venv/bin/python")
    monkeypatch.setitem(sys.modules, "fpdf", None)
    monkeypatch.setitem(sys.modules, "cryptography.hazmat.primitives", None)
    command = '"/home/lab 7/.venv/bin/python" -m pip install'
    with pytest.raises(BadInput, match=command):
        declaration_pdf(document(laboratory))
    with pytest.raises(BadInput, match=command):
        new_key(tmp_path / "new.key")


@pytest.mark.parametrize(
    "signature",
    [{}, {"public_key": "AAAA", "value": "AAAA"}, {"public_key": "é", "value": 3}, "no dict"],
    ids=str,
)
def test_a_broken_signature_does_not_hold(laboratory: Checklist, signature: Any) -> None:
    """It is a signature that does not fit, never a crash."""
    assert not signature_holds({**document(laboratory), "signature": signature})


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "other-kind|choose the"),
        (b"<html></html>", "its data was not found"),
        (b'{"format": "x"}', "choose the"),
        (b"%PDF-1.3 nothing", "its data was not found"),
        (b'{"format": "stemcell-kit-declaration"}', "its data was not found"),
    ],
)
def test_a_foreign_file_is_refused(tmp_path: Path, content: bytes, reason: str) -> None:
    """The message says what was not found."""
    path = tmp_path / "d"
    path.write_bytes(content)

    with pytest.raises(BadInput, match=reason):
        check_declaration(path)
