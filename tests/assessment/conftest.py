"""What these tests share: a catalogue of four requirements, small enough to score by hand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from stemcell_kit.assessment import Checklist
from stemcell_kit.catalogue import Catalogue, load_catalogue
from stemcell_kit.model import Profile
from stemcell_kit.records import Records

REQUIREMENT = """
[[requirement]]
id = "{id}"
severity = "{severity}"
statement.en = "Statement of {id}."
evidence.en = "Evidence of {id}."
method = "documented"
criterion.en = "Criterion of {id}."
failure.en = "Failure of {id}."
basis = [ {{ kind = "literature", source = "a-paper", supports = "criterion" }} ]
"""

_FILES = {
    "sources/std.toml": '[[source]]\nkey = "a-paper"\ntitle = "A paper <of> 2020"\nwhere = "https://x.org"',
    "limits/std.toml": (
        '[[limit]]\nid = "viability"\nquantity = "viability"\nunit = "%"\nat_least = 90\n'
        'label.en = "Viability"\n'
        'basis = [ { kind = "literature", source = "a-paper", supports = "criterion" } ]'
    ),
    "commitments.toml": (
        '[[commitment]]\nid = "c01"\nstatement.en = "Be honest."\nstatus = "seen"\n'
        'basis = [ { kind = "literature", source = "a-paper", supports = "duty" } ]'
    ),
    "course.toml": (
        'title.en = "Course"\nstart = "00_start_here"\n'
        '[[lesson]]\nid = "identity"\nnotebook = "01_identity"\nstandard = "std"\nminutes = 30\n'
        'title.en = "Identity"\nsummary.en = "Find a swap."\nexercise = "identity"\n'
        '[[lesson]]\nid = "growth"\nnotebook = "02_growth"\nstandard = "std"\nminutes = 20\n'
        'title.en = "Growth"\nsummary.en = "Count doublings."\n'
    ),
    "standards/std/standard.toml": (
        'id = "std"\ntitle.en = "A small standard"\nedition = "1"\nstatus.en = "Not read."\n'
        'scope.en = "Tests."\ntopics = ["idn", "via"]\nnot_established = [ { en = "All of it." } ]'
    ),
    "standards/std/idn.toml": 'topic = "idn"\ntitle.en = "Cell identity"\n'
    + REQUIREMENT.format(id="idn-01", severity="critical")
    + REQUIREMENT.format(id="idn-02", severity="minor"),
    "standards/std/via.toml": 'topic = "via"\ntitle.en = "Viability"\n'
    + REQUIREMENT.format(id="via-01", severity="major")
    + REQUIREMENT.format(id="via-02", severity="critical"),
    "quizzes/identity.toml": """
lesson = "identity"
[[prediction]]
id = "swap"
question.en = "Is it a swap?"
option = [
  { text.en = "Yes", feedback.en = "Look again." },
  { text.en = "No", feedback.en = "One allele was lost.", right = true },
]
[[prediction]]
id = "mixture"
question.en = "Is it a mixture?"
option = [
  { text.en = "Yes", feedback.en = "Three alleles at four loci.", right = true },
  { text.en = "No", feedback.en = "Count the alleles." },
]
""",
}


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """A content folder with one small standard, two lessons and one quiz."""
    folder = tmp_path / "content"
    for name, words in _FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(words, encoding="utf-8", newline="\n")
    return folder


@pytest.fixture
def small(content: Path) -> Catalogue:
    """The small catalogue without a profile."""
    return load_catalogue(content)


@pytest.fixture
def store(tmp_path: Path) -> Records:
    """An empty records database."""
    return Records(f"sqlite:///{(tmp_path / 'records.sqlite').as_posix()}")


@pytest.fixture
def checklist(small: Catalogue, store: Records) -> Checklist:
    """The checklist of the small standard with no answer yet."""
    return Checklist("std", catalogue=small, store=store)


@pytest.fixture
def checklist_under(content: Path, store: Records) -> Callable[[Profile], Checklist]:
    """Make the checklist of the small standard under an institution's profile."""
    return lambda profile: Checklist(
        "std", catalogue=load_catalogue(content, profile=profile), store=store
    )
