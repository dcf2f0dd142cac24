"""One file carries everything to another place, and no foreign or damaged file gets in."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from stemcell_kit.errors import BadInput
from stemcell_kit.records import Records, export_records, import_records
from tests.records.conftest import KINDS

NASTY = "=cmd()\x00<script>\u202e🧫\ue000"


def filled(url: str) -> Records:
    """Records with something of every kind in them."""
    records = Records(url)
    records.save_answer("default", "std/idn-01", by=NASTY, score=2, note=NASTY)
    records.save_answer("default", "std/idn-01", by="OP-07", score=3)
    records.save_answer("spring", "std/idn-02", by="OP-03", not_applicable=True, reason="mouse")
    records.save_prediction("identity/swap", 1, who="L-01")
    records.save_quiz_answer("identity/steps", [2, 0, 1], share=1 / 3, who="L-01")
    records.save_grade("identity", learner="L-01", points=1, max_points=2, questions={"a": NASTY})
    records.save_setting("laboratory", NASTY, who="OP-03")
    records.save_evidence("default", "std/idn-01", kind="link", reference=NASTY)
    records.save_declaration(
        declarant=NASTY, file=NASTY, document_sha256="0" * 64, standards=["std"], complete=True,
        good_faith=False, signed_by="",
    )  # fmt: skip
    records.save_report(
        assessment="default", standard="std", file=NASTY, sha256="0" * 64, profile="",
        profile_digest="", figures={"percent": 1},
    )  # fmt: skip
    return records


@pytest.fixture
def file(new_url: Callable[[str], str], tmp_path: Path) -> Path:
    """An export of SQLite records."""
    path = tmp_path / "records.json"
    export_records(filled(new_url("sqlite")), path)
    return path


@pytest.mark.parametrize("target", KINDS)
@pytest.mark.parametrize("source", KINDS)
def test_an_import_is_identical_to_what_was_exported(
    new_url: Callable[[str], str], tmp_path: Path, source: str, target: str
) -> None:
    """From either database into either, and exported again it is the same file but for its date."""
    first, second = tmp_path / "first.json", tmp_path / "second.json"
    counted = export_records(filled(new_url(source)), first)
    there = Records(new_url(target))

    assert import_records(there, first) == counted
    assert counted == {
        "answer_changes": 3, "answers": 2, "declarations": 1, "evidence": 1, "grades": 1,
        "predictions": 1, "quiz_answers": 1, "reports": 1, "settings": 1,
    }  # fmt: skip
    export_records(there, second)
    one, two = (json.loads(path.read_text(encoding="utf-8")) for path in (first, second))
    assert one.pop("exported_at") and two.pop("exported_at")
    assert one == two


@pytest.mark.parametrize("target", KINDS)
def test_writing_goes_on_after_an_import(
    new_url: Callable[[str], str], file: Path, target: str
) -> None:
    """New rows get numbers that the import has not used."""
    records = Records(new_url(target))
    import_records(records, file)

    records.save_answer("default", "std/idn-01", by="OP-03", score=1)
    assert [change.version for change in records.history("default")] == [1, 2, 3]


def damaged(file: Path, how: Callable[[dict[str, Any]], None]) -> Path:
    """The export with something changed in it."""
    archive = json.loads(file.read_text(encoding="utf-8"))
    how(archive)
    file.write_text(json.dumps(archive), encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("how", "reason"),
    [
        (lambda a: a["tables"]["answers"][0].update(score=1), "checksum does not fit"),
        (lambda a: a["tables"].pop("grades"), "checksum does not fit"),
        (lambda a: a.update(format="something"), "no export of the kit's records"),
        (lambda a: a.update(form="0099"), "form 0099, this kit reads form"),
        (lambda a: a.pop("sha256"), "checksum does not fit"),
    ],
    ids=["a changed score", "a lost table", "a foreign file", "a newer form", "no checksum"],
)
def test_a_damaged_or_foreign_file_changes_nothing(
    new_url: Callable[[str], str], file: Path, how: Callable[[dict[str, Any]], None], reason: str
) -> None:
    """It is refused with its reason."""
    records = Records(new_url("sqlite"))

    with pytest.raises(BadInput, match=reason):
        import_records(records, damaged(file, how))
    assert records.answers("default") == {}


@pytest.mark.parametrize("cut", [0, 1, 100, -1, -40])
def test_a_file_that_breaks_off_is_refused(
    new_url: Callable[[str], str], file: Path, cut: int
) -> None:
    """Half a file is no file."""
    file.write_bytes(file.read_bytes()[:cut])

    with pytest.raises(BadInput, match="no whole JSON file"):
        import_records(Records(new_url("sqlite")), file)


def test_rows_of_another_shape_are_refused(new_url: Callable[[str], str], file: Path) -> None:
    """A checksum can be made by anyone; a row must still have our columns."""
    from stemcell_kit.records.archive import _checksum

    def reshaped(archive: dict[str, Any]) -> None:
        archive["tables"]["answers"][0].pop("score")
        archive["sha256"] = _checksum(archive["tables"])

    with pytest.raises(BadInput, match="a row of answers has not the columns"):
        import_records(Records(new_url("sqlite")), damaged(file, reshaped))


def test_full_records_are_not_mixed_with_an_import(
    new_url: Callable[[str], str], file: Path
) -> None:
    """The message says what is there and where to go instead."""
    records = Records(new_url("sqlite"))
    records.save_answer("default", "std/idn-09", score=1)

    with pytest.raises(BadInput, match="already hold 1 answer_changes, 1 answers"):
        import_records(records, file)
    assert list(records.answers("default")) == ["std/idn-09"]
    assert records.answers("spring") == {}
