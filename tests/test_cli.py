"""The command line: every command helps a newcomer, and speaks JSON to a machine."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from stemcell_kit.catalogue import catalogue
from stemcell_kit.cli import main
from stemcell_kit.records import records

COMMANDS = (
    "learn",
    "standards",
    "trace",
    "qc",
    "bank",
    "check",
    "credential",
    "dashboard",
    "declare",
    "exam",
    "progress",
    "release",
    "grade",
    "profile",
    "records",
    "report",
)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str) -> None:
    """``--help`` answers in sentences and names the options."""
    result = run(command, "--help")

    assert result.exit_code == 0
    assert "Usage:" in result.output
    assert command in run("--help").output


@pytest.mark.locale
def test_the_standard_is_listed_with_all_its_statements_and_sources() -> None:
    """120 statements, each with a basis and a source that is known."""
    result = run("standards", "--json")
    standards = {row["id"]: row for row in json.loads(result.output)["standards"]}

    iso = standards["iso-24603"]
    assert iso["requirement_count"] == len(iso["requirements"]) == 120
    for row in iso["requirements"]:
        assert row["basis"]
        assert all(basis["source"] and basis["title"] for basis in row["basis"])


def test_one_standard_reads_as_a_checklist() -> None:
    """The text form names each statement once."""
    result = run("standards", "iso-24603")

    assert result.output.count("iso-24603/idn-04") == 1


def test_a_misspelt_standard_is_answered_with_the_nearest_name() -> None:
    """One calm line and exit code 1, no traceback."""
    result = run("standards", "iso-24630")

    assert result.exit_code == 1
    assert "did you mean iso-24603?" in result.output
    assert "Traceback" not in result.output


def test_the_trace_keeps_its_promise() -> None:
    """``--check`` is what a contributor runs before a commit."""
    result = run("trace", "--check", "--json")

    assert result.exit_code == 0
    data = json.loads(result.output)
    assert [one["standard"] for one in data["standards"]] == list(catalogue().standards)
    assert all(one["critical"] == one["critical_with_both"] for one in data["standards"])
    assert data["problems"] == []
    shown = run("trace").output
    assert "critical, both" in shown and "Without a question:" in shown


@pytest.mark.locale
def test_the_same_seed_writes_the_same_bytes(tmp_path: Path) -> None:
    """Two folders, one seed: identical files, and no truth among them."""
    for name in ("a", "b"):
        assert run("bank", "--seed", "7", "--out", str(tmp_path / name)).exit_code == 0
    first, second = (
        {path.relative_to(tmp_path / name): path.read_bytes() for path in files(tmp_path / name)}
        for name in ("a", "b")
    )

    assert first == second
    assert not any("truth" in path.name for path in first)


def test_the_truth_is_written_only_on_request(tmp_path: Path) -> None:
    """``--reveal`` adds truth.json with the fault that was planted."""
    result = run("bank", "--out", str(tmp_path), "--fault", "swap@SKTi001-A-M1", "--reveal")

    assert result.exit_code == 0
    assert "swap" in (tmp_path / "truth.json").read_text(encoding="utf-8")


def test_an_unknown_fault_is_answered_with_those_there_are(tmp_path: Path) -> None:
    """The message lists names to choose from and nothing is written."""
    result = run("bank", "--out", str(tmp_path / "x"), "--fault", "swop")

    assert result.exit_code == 1
    assert "swap" in result.output
    assert not (tmp_path / "x").exists()


def test_a_bank_without_a_folder_asks_for_one() -> None:
    """The usage error says what to add."""
    result = run("bank")

    assert result.exit_code == 2
    assert "--out my-bank" in result.output


@pytest.mark.locale
def test_grading_an_exercise_that_was_not_begun_is_instant_and_polite(own_records: Path) -> None:
    """The name of the exercise is enough; the answer is JSON for a machine."""
    result = run("grade", "identity", "--json")

    assert result.exit_code == 0
    data = json.loads(result.output)
    assert data["untouched"] is True
    assert data["points"] == 0
    assert data["out_of"] > 0


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_records_move_from_one_place_to_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Export, then import elsewhere: the counts are the same, and a second import is refused."""
    from stemcell_kit.records import Records

    here, there = (f"sqlite:///{(tmp_path / name).as_posix()}" for name in ("a.db", "b.db"))
    Records(here).save_answer("default", "iso-24603/idn-01", score=2)
    monkeypatch.setenv("STEMCELL_KIT_DATABASE", here)
    written = run("records", "export", str(tmp_path / "all.json"), "--json")
    monkeypatch.setenv("STEMCELL_KIT_DATABASE", there)
    read = run("records", "import", str(tmp_path / "all.json"), "--json")

    assert json.loads(written.output) == json.loads(read.output)
    assert json.loads(read.output)["answers"] == 1
    again = run("records", "import", str(tmp_path / "all.json"))
    assert again.exit_code == 1 and "already hold" in again.output


def test_a_report_is_written_and_compared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Figures on screen, a file in each form, a comparison with a day and with another site."""
    from stemcell_kit.records import Records

    url = f"sqlite:///{(tmp_path / 'r.db').as_posix()}"
    monkeypatch.setenv("STEMCELL_KIT_DATABASE", url)
    Records(url).save_answer("default", "iso-24603/idn-01", score=2)
    Records(url).save_answer("north", "iso-24603/idn-01", score=1)

    assert "coverage 1 of 120" in run("report", "iso-24603").output
    for name in ("r.html", "r.xlsx", "r.json"):
        written = run(
            "report", "iso-24603", str(tmp_path / name), "--since", "2020-01-01", "--json"
        )
        assert json.loads(written.output)["figures"]["answered"] == 1
    data = json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))
    assert [one["movement"] for one in data["comparison"]["moved"]] == ["new"]
    both = run("report", "iso-24603", "--assessment", "default", "--assessment", "north")
    assert both.output.count("coverage 1 of 120") == 2
    assert "iso-24603/idn-02" in both.output.split("Open in every one of them:")[1]
    two = ("--assessment", "default", "--assessment", "north")
    for name in ("s.html", "s.xlsx", "s.json"):
        written = run("report", "iso-24603", str(tmp_path / name), *two)
        assert "2 assessments side by side" in written.output
    assert "north" in (tmp_path / "s.html").read_text(encoding="utf-8")
    assert "leave out --since" in (
        run("report", "iso-24603", str(tmp_path / "s.html"), *two, "--since", "2020-01-01").output
    )
    refused = run("report", "iso-24603", str(tmp_path / "a.html"), "--since", "March")
    assert refused.exit_code == 1 and "year-month-day" in refused.output


def test_a_class_sees_how_far_everybody_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One of the questions of a lesson and its exercise; nobody yet is said in words."""
    monkeypatch.setenv("STEMCELL_KIT_DATABASE", f"sqlite:///{(tmp_path / 'r.db').as_posix()}")
    assert "Nobody has answered" in run("progress").output
    records().save_prediction("identity/x-only", 2, who="L-07")
    records().save_grade("identity", learner="L-07", points=24, max_points=30, questions={})

    assert re.search(r"L-07\n +identity +\d+ % +1 / \d+ +24 / 30", run("progress").output)
    (one,) = json.loads(run("progress", "--json").output)["people"]
    assert one["lessons"][0]["answered"] == 1


def test_a_declaration_is_made_signed_and_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the command line alone; a change is found out with exit code 1."""
    monkeypatch.setenv("STEMCELL_KIT_DATABASE", f"sqlite:///{(tmp_path / 'r.db').as_posix()}")
    key, page, words = (str(tmp_path / name) for name in ("k.pem", "d.html", "w.toml"))
    Path(words).write_text('c01 = "I keep to the law."\n', encoding="utf-8")
    who = [f"--{name}={name}" for name in ("name", "role", "organisation", "scope")]

    assert "c17  not yet supported" in run("declare").output
    public = json.loads(run("declare", "--new-key", key, "--json").output)["public_key"]
    made = run("declare", "--out", page, *who, "--confirm", words, "--key", key, "--json")
    (noted,) = records().declarations()
    assert (noted.declarant, noted.file, noted.signed_by) == ("name", page, public)
    assert len(json.loads(made.output)["unconfirmed"]) == 16
    assert run("declare", "--verify", page, "--by", public).exit_code == 0
    Path(page).write_text(
        Path(page).read_text(encoding="utf-8").replace("to the law", "to my law"),
        encoding="utf-8",
        newline="\n",
    )
    changed = run("declare", "--verify", page)
    assert changed.exit_code == 1 and "CHANGED" in changed.output
    assert "needs role" in run("declare", "--out", page, *who[:1], *who[2:]).output
    Path(words).write_text("c01 = 3\n", encoding="utf-8")
    assert "each must be text" in run("declare", "--out", page, *who, "--confirm", words).output
