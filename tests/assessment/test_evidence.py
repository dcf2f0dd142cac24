"""What an answer rests on can be looked up and, where it was computed, computed again."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

import stemcell_kit as sk
from stemcell_kit.assessment import Checklist, assess
from stemcell_kit.assessment.evidence import (
    attach_file,
    attach_finding,
    attach_link,
    changed_files,
)
from stemcell_kit.catalogue import catalogue
from stemcell_kit.errors import BadInput
from stemcell_kit.model import Interval, Measurement
from stemcell_kit.records import Records


@pytest.fixture
def real(store: Records) -> Checklist:
    """The kit's own checklist, whose statements have limits."""
    return Checklist("iso-24603", store=store)


@pytest.fixture
def bound(real: Checklist) -> tuple[str, str]:
    """A statement with a limit, and that limit."""
    item = next(item for item in real.items if item.requirement.limits)
    return item.requirement.full_id, item.requirement.limits[0]


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """A file that an instrument wrote."""
    path = tmp_path / "export.csv"
    path.write_bytes(b"Sample,Value\nSKTi001-A-M1,96\n")
    return path


def measured(limit: str) -> Measurement:
    """A measurement in the unit of a limit."""
    interval = Interval(90.0, 98.0, 0.95, "Wilson")
    return Measurement("something", 96.0, catalogue().limit(limit).unit, n=40, interval=interval)


def test_a_finding_is_attached_with_all_it_takes_to_repeat_it(
    real: Checklist, bound: tuple[str, str], export: Path
) -> None:
    """Value, limit, outcome, digest of the file, method, kit and profile."""
    full_id, limit = bound
    finding = assess(catalogue().limit(limit), measured(limit))
    one = attach_finding(real, full_id, finding, file=export, method="str_match")

    assert one.kind == "qc"
    assert one.sha256 == hashlib.sha256(export.read_bytes()).hexdigest()
    assert one.result["value"] == 96.0 and one.result["interval"] == [90.0, 98.0]
    assert one.result["limit"] == limit and one.result["outcome"] == finding.outcome.value
    assert real.evidence(full_id) == (one,)


def test_a_finding_of_another_statement_is_refused(
    real: Checklist, bound: tuple[str, str], export: Path
) -> None:
    """So is a method that the kit does not have, and a finding of nothing."""
    full_id, limit = bound
    finding = assess(catalogue().limit(limit), measured(limit))
    foreign = replace(finding, limit=replace(finding.limit, id="another"))
    for wrong, method, reason in (
        (foreign, "str_match", "does not belong to"),
        (finding, "str_macth", "no QC method"),
        (assess(finding.limit, None), "str_match", "Nothing was measured"),
    ):
        with pytest.raises(BadInput, match=reason):
            attach_finding(real, full_id, wrong, file=export, method=method)
    assert real.evidence(full_id) == ()


def test_a_link_and_a_file_are_attached(checklist: Checklist, export: Path) -> None:
    """In the order in which they came, with the file's digest."""
    attach_link(checklist, "std/idn-01", " SOP-12 ")
    attach_file(checklist, "std/idn-01", export)

    link, file = checklist.evidence("std/idn-01")
    assert (link.kind, link.reference, link.sha256) == ("link", "SOP-12", "")
    assert (file.kind, len(file.sha256)) == ("file", 64)


def test_a_notebook_attaches_in_one_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, export: Path, bound: tuple[str, str]
) -> None:
    """A link, a file or a finding, to the checklist of the statement's own standard."""
    monkeypatch.setenv("STEMCELL_KIT_DATABASE", f"sqlite:///{(tmp_path / 'own.db').as_posix()}")
    full_id, limit = bound
    finding = sk.assess(catalogue().limit(limit), measured(limit))

    sk.attach(full_id, link="SOP-12")
    sk.attach(full_id, file=export)
    sk.attach(full_id, finding=finding, file=export, method="str_match")
    assert [one.kind for one in Checklist("iso-24603").evidence(full_id)] == ["link", "file", "qc"]
    with pytest.raises(BadInput, match="where the document lies"):
        sk.attach(full_id)


def test_nothing_is_attached_from_nowhere(checklist: Checklist, tmp_path: Path) -> None:
    """A blank link, a missing file, an unknown statement."""
    with pytest.raises(BadInput, match="where the document lies"):
        attach_link(checklist, "std/idn-01", "  ")
    with pytest.raises(BadInput, match="cannot be read"):
        attach_file(checklist, "std/idn-01", tmp_path / "missing.csv")
    with pytest.raises(BadInput, match="idn-99"):
        attach_link(checklist, "std/idn-99", "SOP-12")
    assert checklist.store.evidence("default") == ()


def test_a_file_that_changed_or_went_is_named(checklist: Checklist, export: Path) -> None:
    """Before an audit one wants to know."""
    attach_file(checklist, "std/idn-01", export)
    assert changed_files(checklist) == {}

    export.write_bytes(b"other")
    assert "digest differs" in changed_files(checklist)[str(export)]
    export.unlink()
    assert "cannot be read" in changed_files(checklist)[str(export)]
