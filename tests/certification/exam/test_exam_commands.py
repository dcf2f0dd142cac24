"""An exam from the command line, from blueprint to appeal, and a practice exam."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from stemcell_kit.certification.exam_folder import open_exam
from stemcell_kit.certification.question_pool import heading_of
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
    wrong = {**results, "pass_mark_percent": 1}
    (folder / "results.json").write_text(json.dumps(wrong), encoding="utf-8")
    assert "about pass_mark_percent" in run("log", folder, "--check", code=1).output
    (folder / "results.json").write_text(json.dumps(results), encoding="utf-8")

    lines = (folder / "log.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    (folder / "log.jsonl").write_text("".join(lines[:2] + lines[3:]), encoding="utf-8")
    assert "entry 3: removed" in run("log", folder, "--check", code=1).output


def test_the_example_prints_a_blueprint_that_makes_an_exam(files: Path) -> None:
    """Who begins with it gets an exam."""
    told = run("example", "--out", files / "mine.toml").output
    again = run("example", "--out", files / "mine.toml", code=1).output

    assert "stemcell-kit exam new" in told and "cannot be written" in again
    assert (files / "mine.toml").read_text(encoding="utf-8") == run("example").output
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
    shape = ("--blueprint", files / "small.toml")
    told = run("practice", folder, *shape, "--name", "Ada").output
    exam = open_exam(folder)
    (sitting,) = exam.sittings().values()
    hand_in(exam, sitting, {one.id: True for one in exam.form(sitting).questions[:1]})
    done = run("finish", folder).output
    assert run("finish", folder).output == done
    results = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    letter = (folder / "letters" / "P-001-1.html").read_text(encoding="utf-8")

    assert told.startswith("PRACTICE")
    assert not (folder / "secret.key").exists()
    assert (results["practice"], results["exam"]) == (True, "practice-small")
    assert "no credential can be issued" in letter and "You can appeal" not in letter
    for number, question in enumerate(exam.form(sitting).questions, start=1):
        assert f"{number}. {heading_of(question)}" in letter
    assert "P-001-1.html" in done and "It decides nothing" in done
    run("practice", folder)
    assert open_exam(folder).sittings()["P-001"].attempt == 2


def test_only_practice_is_finished_in_one_go(files: Path) -> None:
    """Whoever holds an exam collects, grades and decides, and the log tells who did it."""
    run("new", files / "small.toml", files / "exam", "--roster", files / "people.csv")

    assert "no practice exam" in run("finish", files / "exam", code=1).output


def test_a_practice_form_is_handed_in_once(files: Path) -> None:
    """What is changed afterwards is refused, and the message says how to get another form."""
    folder = files / "try"
    run("practice", folder, "--blueprint", files / "small.toml", "--name", "Ada")
    exam = open_exam(folder)
    (sitting,) = exam.sittings().values()
    run("finish", folder)
    hand_in(exam, sitting, {one.id: True for one in exam.form(sitting).questions[:1]})
    told = run("finish", folder, code=1).output

    assert "graded already" in told and "stemcell-kit exam practice" in told
