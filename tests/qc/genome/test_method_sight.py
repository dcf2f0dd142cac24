"""Which method sees which change: size, share of cells, balance and place."""

from __future__ import annotations

import pytest

from stemcell_kit.errors import BadInput
from stemcell_kit.qc.genome.method_sight import MethodSight, methods_that_see

TABLE = [
    {"method": "banding", "smallest_mb": 5, "lowest_share": 0.14, "balanced": True,
     "targeted": False},
    {"method": "array", "smallest_mb": 0.1, "lowest_share": 0.2, "balanced": False,
     "targeted": False},
    {"method": "probe", "smallest_mb": 0.001, "lowest_share": 0.1, "balanced": False,
     "targeted": True},
]  # fmt: skip


def sight(**change: object) -> MethodSight:
    """What sees a gain of 10 Mb in all cells, unless changed."""
    given: dict[str, object] = {"kind": "gain", "size_mb": 10.0, "share": 1.0, "table": TABLE}
    return methods_that_see(**(given | change))  # type: ignore[arg-type]


@pytest.mark.parametrize(("size", "seen"), [(4.99, False), (5.0, True), (5.01, True)])
def test_a_change_of_the_smallest_size_is_seen(size: float, seen: bool) -> None:
    """The resolution is included."""
    assert ("banding" in sight(size_mb=size).sees) is seen


@pytest.mark.parametrize(("share", "seen"), [(0.19, False), (0.2, True), (0.21, True)])
def test_a_change_in_the_lowest_share_is_seen(share: float, seen: bool) -> None:
    """The share is included."""
    assert ("array" in sight(share=share).sees) is seen


def test_a_balanced_change_is_seen_by_banding_alone() -> None:
    """An array measures amounts."""
    found = sight(kind="balanced", targets=["probe"])

    assert found.sees == ("banding",)
    assert [reason.split(": ")[1] for reason in found.blind] == ["sees gains and losses only"] * 2


def test_a_probe_sees_only_where_it_lies() -> None:
    """Elsewhere it is blind however large the change."""
    assert "probe: looks elsewhere" in sight().blind
    assert sight(targets=["probe"]).value == 3


def test_a_small_gain_in_few_cells_is_seen_by_none() -> None:
    """Every method has its reason."""
    found = sight(size_mb=0.05, share=0.05, targets=["probe"])

    assert found.value == 0
    assert len(found.blind) == 3


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"kind": "trisomy"}, "gain, loss, balanced"),
        ({"table": []}, "one row per method"),
        ({"share": 40.0}, "expected a share"),
        ({"size_mb": 0.0}, "more than 0"),
    ],
)
def test_what_cannot_be_is_refused(change: dict[str, object], reason: str) -> None:
    """The message says what was expected."""
    with pytest.raises(BadInput, match=reason):
        sight(**change)
