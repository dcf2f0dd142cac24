"""What these tests share: an issuer, the results of an exam, and credentials in every state."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from stemcell_kit.certification.credential.issuer import Issuer, new_issuer
from stemcell_kit.certification.credential.issuing import issue
from stemcell_kit.certification.credential.results import Results, Subject

ON = datetime(2026, 4, 1, 9, 0, tzinfo=UTC)
ANSWERS = "cd" * 32
BLUEPRINT = "3fab1c9e" * 8


def exam(*decisions: Mapping[str, Any], practice: bool = False) -> dict[str, Any]:
    """The results of an exam, as the exam writes them."""
    return {
        "format": "stemcell-kit-exam-results",
        "version": 1,
        "exam": "spring-2026",
        "practice": practice,
        "blueprint": {
            "id": "psc-basic",
            "title": {"en": "Quality control of stem cells", "zh-CN": "干细胞质量控制"},
            "sha256": BLUEPRINT,
        },
        "standards": [
            {
                "id": "iso-24603",
                "title": {"en": "ISO 24603", "zh-CN": "ISO 24603（中文）"},
                "edition": "2022",
            },
            {"id": "gbt-40365", "title": {"en": "GB/T 40365"}, "edition": "2021"},
        ],
        "pass_mark_percent": 70,
        "candidates": list(decisions or [decision()]),
    }


def decision(candidate: str = "C-0042", **changed: Any) -> dict[str, Any]:
    """The decision on one candidate."""
    return {
        "candidate": candidate,
        "form": "f-1",
        "attempt": 1,
        "points": 41.0,
        "out_of": 50.0,
        "percent": 82.0,
        "passed": True,
        "band": "80-89 %",
        "decided_at": "2026-04-01T16:30:00+08:00",
        "topics": {},
        "questions": [],
        "answers_sha256": ANSWERS,
        **changed,
    }


ROSTER = {"C-0042": Subject("C-0042", "李伟 Li Wei", "li@cellbank.example")}


@dataclass(frozen=True)
class Handed:
    """What a reader is handed: a credential, its issuer's document and the status list."""

    issuer: Issuer
    credential: dict[str, Any]

    @property
    def status(self) -> dict[str, Any]:
        """The issuer's list of revoked credentials as it is now."""
        listed: dict[str, Any] = json.loads(self.issuer.status_file.read_text(encoding="utf-8"))
        return listed


def handed(issuer: Issuer, *, on: datetime = ON, **changed: Any) -> Handed:
    """Issue one credential."""
    results = Results(exam(decision(**changed)))
    (made,) = issue(results, issuer, ROSTER, on=on)
    assert made.credential is not None
    return Handed(issuer, dict(made.credential))


@pytest.fixture
def issuer(tmp_path: Path) -> Issuer:
    """An issuer with one key."""
    return new_issuer(
        tmp_path / "issuer", did="did:web:cellbank.example", name="Example Cell Bank", on=ON
    )


@pytest.fixture
def given(issuer: Issuer) -> Handed:
    """A credential that holds."""
    return handed(issuer)


@pytest.fixture(scope="module")
def lasting(tmp_path_factory: pytest.TempPathFactory) -> Handed:
    """A credential that holds, for tests that only read it."""
    folder = tmp_path_factory.mktemp("lasting") / "issuer"
    made = new_issuer(folder, did="did:web:cellbank.example", name="Example Cell Bank", on=ON)
    return handed(made)
