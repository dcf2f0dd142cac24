"""One file sets what an institution wants; the environment comes before it."""

from __future__ import annotations

from pathlib import Path

import pytest

from stemcell_kit.configuration import configuration_file, configured
from stemcell_kit.errors import BadInput
from stemcell_kit.records import records


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The configuration file of this test, not written yet."""
    path = tmp_path / "config.toml"
    monkeypatch.setenv("STEMCELL_KIT_CONFIG", str(path))
    return path


def test_without_a_file_nothing_is_set(file: Path) -> None:
    """A learner's computer has none."""
    assert configuration_file() == file
    assert configured("database") == ""


def test_the_records_are_where_the_file_says(file: Path, tmp_path: Path) -> None:
    """Everybody who uses the file writes into one database."""
    place = tmp_path / "shared.sqlite"
    file.write_text(f'database = "sqlite:///{place.as_posix()}"\n', encoding="utf-8-sig")
    records().save_setting("laboratory", "Bank 7", who="OP-03")

    assert place.is_file()


def test_the_environment_comes_first(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """For one session on one computer."""
    file.write_text('language = "zh-CN"\n', encoding="utf-8")
    assert configured("language") == "zh-CN"

    monkeypatch.setenv("STEMCELL_KIT_LANGUAGE", "en")
    assert configured("language") == "en"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("databse = 'x'", "sets 'databse'; it may set database, font, language, profile"),
        ("profile = 3", "sets profile to 3; expected text in quotes"),
        ("database =", "no TOML"),
    ],
)
def test_a_file_that_is_wrong_says_what_is_wrong(file: Path, text: str, reason: str) -> None:
    """A misspelt name would silently send the records elsewhere."""
    file.write_text(text, encoding="utf-8")

    with pytest.raises(BadInput, match=reason):
        configured("database")
