"""One duty of several standards is answered once, and a common module belongs to all who include it."""

from __future__ import annotations

from pathlib import Path

import pytest

from stemcell_kit.assessment import Checklist
from stemcell_kit.assessment.declaration import commitment_states
from stemcell_kit.assessment.evidence import attach_link
from stemcell_kit.catalogue import load_catalogue
from stemcell_kit.errors import BadInput, ContentError
from stemcell_kit.records import Records
from tests.assessment.conftest import REQUIREMENT

STANDARD = (
    'id = "{id}"\ntitle.en = "Standard {id}"\nedition = "1"\nstatus.en = "Not read."\n'
    'scope.en = "Tests."\ntopics = ["{topic}"]\nnot_established = [ {{ en = "All." }} ]\n'
)
LINK = '[[requirement]]\nsame_as = "std/idn-01"\ncommitments = ["c01"]'


@pytest.fixture
def shared(content: Path) -> Path:
    """Two products that include one module; one of them repeats a duty of the first standard."""
    for name, topic, more in (
        ("nk", "pur", 'includes = ["com"]\n'),
        ("ev", "siz", 'includes = ["com"]\n'),
        ("com", "cet", "module = true\n"),
    ):
        folder = content / "standards" / name
        folder.mkdir()
        words = STANDARD.format(id=name, topic=topic) + more
        (folder / "standard.toml").write_text(words, encoding="utf-8")
        statements = REQUIREMENT.format(id=f"{topic}-01", severity="critical")
        statements += REQUIREMENT.format(id=f"{topic}-02", severity="minor")
        if name == "nk":
            statements = statements.replace("[[requirement]]", LINK, 1)
        head = f'topic = "{topic}"\ntitle.en = "Topic {topic}"\n'
        (folder / f"{topic}.toml").write_text(head + statements, encoding="utf-8")
    first = content / "standards" / "std" / "idn.toml"
    words = first.read_text(encoding="utf-8")
    marked = words.replace("[[requirement]]", '[[requirement]]\ncommitments = ["c01"]', 1)
    first.write_text(marked, encoding="utf-8")
    return content


@pytest.fixture
def checklists(shared: Path, store: Records) -> dict[str, Checklist]:
    """The checklist of every standard, on one set of records."""
    catalogue = load_catalogue(shared)
    return {name: Checklist(name, catalogue=catalogue, store=store) for name in ("std", "nk", "ev")}


def test_a_checklist_asks_for_its_module_too(checklists: dict[str, Checklist]) -> None:
    """Own statements first, then those that the products have in common."""
    ids = [item.requirement.full_id for item in checklists["nk"].items]

    assert ids == ["nk/pur-01", "nk/pur-02", "com/cet-01", "com/cet-02"]
    assert [topic.id for topic in checklists["nk"].topics] == ["pur", "cet"]


def test_a_module_is_answered_once_for_all_products(checklists: dict[str, Checklist]) -> None:
    """What one product's checklist says, the other's shows."""
    checklists["nk"].answer("com/cet-01", score=2, evidence="approval 7")

    assert checklists["ev"].item("com/cet-01").choice == 2
    assert checklists["ev"].score().answered == 1


def test_one_duty_of_two_standards_is_answered_once(checklists: dict[str, Checklist]) -> None:
    """Answer, history and evidence are kept under the name of the first standard."""
    checklists["nk"].answer("nk/pur-01", score=3)
    attach_link(checklists["nk"], "nk/pur-01", "SOP-12")

    first = checklists["std"]
    assert first.item("std/idn-01").choice == 3
    assert [one.reference for one in first.evidence("std/idn-01")] == ["SOP-12"]
    assert list(checklists["nk"].attached) == ["nk/pur-01"]
    first.clear("std/idn-01")
    assert checklists["nk"].item("nk/pur-01").choice is None
    assert len(checklists["nk"].history("nk/pur-01")) == 2


def test_a_shared_duty_counts_once_for_a_commitment(checklists: dict[str, Checklist]) -> None:
    """Two checklists that ask the same are no double evidence."""
    both = [checklists["std"], checklists["nk"]]
    checklists["std"].answer("std/idn-01", score=2, evidence="file 3")

    (state,) = commitment_states(both)
    assert [item.requirement.full_id for item in state.supporting] == ["std/idn-01"]


def test_a_topic_of_the_module_can_be_shown_alone(shared: Path, store: Records) -> None:
    """A lesson shows its part; an unknown topic is refused with those that there are."""
    catalogue = load_catalogue(shared)
    part = Checklist("nk", topics=["cet"], catalogue=catalogue, store=store)

    assert len(part.items) == 2
    with pytest.raises(BadInput, match="choose from pur, cet"):
        Checklist("nk", topics=["siz"], catalogue=catalogue, store=store)


@pytest.mark.parametrize(
    ("file", "old", "new", "reason"),
    [
        ("standards/nk/standard.toml", '["com"]', '["cmo"]', "known standard"),
        ("standards/nk/pur.toml", "std/idn-01", "std/idn-99", "an answer of its own"),
        ("standards/nk/pur.toml", "std/idn-01", "nk/pur-01", "an answer of its own"),
    ],
    ids=["an unknown module", "an unknown duty", "a link to a link"],
)
def test_a_link_into_nothing_is_named(
    shared: Path, file: str, old: str, new: str, reason: str
) -> None:
    """With file and place, as every fault of the content."""
    path = shared / file
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")

    with pytest.raises(ContentError, match=reason):
        load_catalogue(shared)
