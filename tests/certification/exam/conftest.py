"""A small exam that all tests of this folder share."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from stemcell_kit.certification.blueprint import Blueprint, read_blueprint
from stemcell_kit.certification.exam_folder import Exam, new_exam
from stemcell_kit.certification.releasing import release
from stemcell_kit.certification.seals import Secret
from stemcell_kit.paths import content_dir

EXAMPLE = content_dir() / "certification" / "example_blueprint.toml"


@pytest.fixture
def blueprint_file(tmp_path: Path) -> Path:
    """A copy of the example that a test can change."""
    return Path(shutil.copy(EXAMPLE, tmp_path / "blueprint.toml"))


@pytest.fixture(scope="session")
def blueprint() -> Blueprint:
    """The blueprint that ships as an example."""
    return read_blueprint(EXAMPLE)


@pytest.fixture(scope="session")
def secret() -> Secret:
    """A secret that is the same in every run, which a real one never is."""
    return Secret(bytes(32))


ROSTER = """candidate,name,extra_minutes,language
C-0001,Ada Zhou,0,en
C-0002,Bo Lin,30,zh-CN
,Chen Yu,0,en
"""

# One exercise and four questions: small enough that a real engine marks it in a test.
SMALL = """id = "small"
title.en = "A small exam"
title.zh-CN = "小考试"
questions = 4
minutes = 60
attempts = 2
pass_mark_percent = 60
exercises = ["sterility-sampling", "ethics-review"]

[[part]]
id = "sampling"
title.en = "Sampling"
title.zh-CN = "取样"
topics = ["gbt-40365/smp"]
weight = 1

[[part]]
id = "ethics"
title.en = "Ethics"
title.zh-CN = "伦理"
topics = ["tcscb-ethics/ecp", "tcscb-ethics/ehe", "tcscb-ethics/efo"]
weight = 1

[critical]
questions = ["sterility-sampling/takes-what-the-rule-takes"]
share_percent = 50

[difficulty]
tolerance = 0.05

[window]
opens = "2026-10-12T09:00"
closes = "2026-10-12T17:00"
time_zone = "Asia/Shanghai"

[late]
rule = "deduct"
grace_minutes = 5
deduct_percent = 10

[integrity]
changed_cells = "refuse"

[[band]]
id = "pass"
title.en = "Passed"
title.zh-CN = "通过"
from_percent = 60

[[band]]
id = "distinction"
title.en = "Passed with distinction"
title.zh-CN = "优秀通过"
from_percent = 90
"""


def make_exam(folder: Path, *changes: tuple[str, str]) -> Exam:
    """Make the small exam, with changes of its blueprint, and release all forms."""
    folder.mkdir(parents=True, exist_ok=True)
    words = SMALL
    for old, new in changes:
        assert old in words
        words = words.replace(old, new)
    (folder / "small.toml").write_text(words, encoding="utf-8")
    (folder / "people.csv").write_text(ROSTER, encoding="utf-8")
    exam = new_exam(folder / "small.toml", folder / "exam", folder / "people.csv")
    for code in exam.roster:
        release(exam, code, by="tests")
    return exam


@pytest.fixture
def exam(tmp_path: Path) -> Exam:
    """A small exam whose forms are out."""
    return make_exam(tmp_path)
