"""An institution's profile: a sheet that can be filled, checked and compared."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from stemcell_kit.catalogue import catalogue, load_profile
from stemcell_kit.errors import BadInput, ContentError
from stemcell_kit.profiles import check_profile, diff_profiles, new_profile
from tests.test_cli import run

LIMIT = "identity-interval-weeks"


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    """An empty profile of all standards."""
    path = tmp_path / "profile.toml"
    new_profile(path, name='Bank 7 "south"')
    return path


def filled(path: Path, clause: str, weeks: int) -> Path:
    """A profile with one clause and one limit, made by editing the sheet as its head says."""
    words = path.read_text(encoding="utf-8")
    words = words.replace('"iso-24603/idn-01" = ""', f'"iso-24603/idn-01" = "{clause}"')
    lines = words.splitlines()
    place = lines.index(f'# [limits."{LIMIT}"]')
    lines[place] = lines[place].removeprefix("# ")
    lines[place + 1] = f"{lines[place + 1].removeprefix('# ').split(' = ')[0]} = {weeks}"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_the_sheet_asks_for_every_statement_and_offers_every_limit(sheet: Path) -> None:
    """It is a valid profile as it stands, and binds nothing."""
    clauses = tomllib.loads(sheet.read_text(encoding="utf-8"))["clauses"]

    assert list(clauses) == list(catalogue().requirements)
    assert set(clauses.values()) == {""}
    found = check_profile(sheet)
    assert (found["name"], found["limits"]) == ('Bank 7 "south"', [])
    assert all(row["bound"] == 0 for row in found["standards"])
    assert f'# [limits."{LIMIT}"]' in sheet.read_text(encoding="utf-8")


def test_a_filled_sheet_binds_and_overrides(sheet: Path) -> None:
    """One clause and one limit, and the limit shows its value without the profile."""
    found = check_profile(filled(sheet, "8.2", 4))

    iso = next(row for row in found["standards"] if row["id"] == "iso-24603")
    assert iso["bound"] == 1
    (limit,) = found["limits"]
    assert limit["id"] == LIMIT and limit["with"] != limit["without"]
    assert "4" in limit["with"]
    assert found["digest"] == load_profile(sheet).digest


def test_a_sheet_that_is_there_is_never_written_over(sheet: Path) -> None:
    """Somebody's work may be in it."""
    before = sheet.read_bytes()

    with pytest.raises(BadInput, match="left as it is"):
        new_profile(sheet, name="again")
    assert sheet.read_bytes() == before


def test_a_profile_that_names_what_is_not_there_is_refused_whole(sheet: Path) -> None:
    """Every wrong id in one message."""
    words = sheet.read_text(encoding="utf-8").replace("iso-24603/idn-01", "iso-24603/idn-99")
    sheet.write_text(words + "\n[limits.nothing]\nat_least = 1\n", encoding="utf-8")

    with pytest.raises(ContentError) as caught:
        check_profile(sheet)
    assert len(caught.value.problems) == 2


def test_two_profiles_are_compared_value_by_value(sheet: Path, tmp_path: Path) -> None:
    """Only what differs, with both values."""
    other = tmp_path / "other.toml"
    new_profile(other, name="Bank 8")
    filled(sheet, "8.2", 4)

    found = diff_profiles(sheet, other)
    assert [(row["id"], row["first"], row["second"]) for row in found["clauses"]] == [
        ("iso-24603/idn-01", "8.2", "")
    ]
    assert [row["id"] for row in found["limits"]] == [LIMIT]
    assert diff_profiles(sheet, sheet)["limits"] == []


def test_the_commands_speak_plainly(tmp_path: Path) -> None:
    """New, check and diff in words, and in JSON for a machine."""
    path = str(tmp_path / "p.toml")
    assert "statements to bind" in run("profile", "new", path, "--name", "Bank 7").output
    assert "No limit is overridden" in run("profile", "check", path).output
    assert "same clauses and limits" in run("profile", "diff", path, path).output
    assert json.loads(run("profile", "check", path, "--json").output)["name"] == "Bank 7"
    assert (
        "no standard 'iso'"
        in run("profile", "new", path, "--name", "B", "--standard", "iso").output
    )
