"""An exam from the command line, from blueprint to appeal, and a practice exam."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from stemcell_kit.certification.exam_folder import open_exam
from stemcell_kit.certification.simulation import hand_in
from stemcell_kit.cli import main
from stemcell_kit.grading.sandbox.doctor import sandbox_fault
from tests.certification.exam.conftest import ROSTER, SMALL

ADA = "C-0001"


def run(*words: object, code: int = 0) -> Result:
    """Run ``stemcell-kit exam ...`` and expect an exit code."""
    result = CliRunner().invoke(main, ["exam", *map(str, words)])

    assert result.exit_code == code, result.output
    return result


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A folder with a blueprint and a roster."""
    (tmp_path / "small.toml").write_text(SMALL, encoding="utf-8")
    (tmp_path / "people.csv").write_text(ROSTER, encoding="utf-8")
    return tmp_path


@pytest.mark.skipif(bool(sandbox_fault()), reason="an exam is graded in a sandbox only")
def test_an_exam_goes_from_blueprint_to_appeal(files: Path) -> None:
    """Each command says what it did and what comes next; the log holds at the end."""
    folder = files / "exam"
    made = run("new", files / "small.toml", folder, "--roster", files / "people.csv").output
    secret = (folder / "secret.key").read_text(encoding="ascii").strip()
    assert "3 candidates" in made and secret not in made
    assert "3 forms released" in run("release", folder, "--by", "gu").output
    exam = open_exam(folder)
    sitting = exam.sittings()[ADA]
    hand_in(exam, sitting, {one.id: True for one in exam.form(sitting).questions})
    assert "taken in" in run("collect", folder, "--received", "2026-10-12T09:40+08:00").output
    assert ADA in run("grade", folder).output
    asked = exam.form(sitting).questions[0].id
    run("override", folder, ADA, asked, 0, "--reason", "to try it", "--by", "gu")
    decided = json.loads(run("decide", folder, "--json").output)
    results = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    assert [row["candidate"] for row in results["without_submission"]] == ["C-0002", "C-0003"]
    assert "bit for bit" in run("appeal", folder, "--all", "--reason", "trial").output
    assert "nothing removed" in run("log", folder, "--check", "--head", decided["head"]).output

    lines = (folder / "log.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    (folder / "log.jsonl").write_text("".join(lines[:2] + lines[3:]), encoding="utf-8")
    assert "entry 3: removed" in run("log", folder, "--check", code=1).output


def test_the_example_prints_a_blueprint_that_makes_an_exam(files: Path) -> None:
    """Who begins with it gets an exam."""
    (files / "mine.toml").write_text(run("example").output, encoding="utf-8")

    run("new", files / "mine.toml", files / "exam", "--roster", files / "people.csv")


def test_a_moment_without_a_time_zone_is_refused(files: Path) -> None:
    """Ten o'clock is late in one zone and early in another."""
    folder = files / "exam"
    run("new", files / "small.toml", folder, "--roster", files / "people.csv")

    told = run("collect", folder, "--received", "2026-10-12T09:40", code=1).output
    assert "has no time zone" in told


def test_a_practice_exam_says_so_everywhere(files: Path) -> None:
    """Notebooks, results and letter; it has no secret, and a form follows a form."""
    folder = files / "try"
    told = run("practice", files / "small.toml", folder, "--name", "Ada").output
    exam = open_exam(folder)
    (sitting,) = exam.sittings().values()
    hand_in(exam, sitting, {one.id: True for one in exam.form(sitting).questions[:1]})
    for step in ("collect", "grade", "decide"):
        run(step, folder)
    results = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    letter = (folder / "letters" / "P-001-1.html").read_text(encoding="utf-8")

    assert told.startswith("PRACTICE")
    assert not (folder / "secret.key").exists()
    assert (results["practice"], results["exam"]) == (True, "practice-small")
    assert "no credential can be issued" in letter
    run("practice", files / "small.toml", folder)
    assert open_exam(folder).sittings()["P-001"].attempt == 2
