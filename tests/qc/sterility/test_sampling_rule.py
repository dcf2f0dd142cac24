"""Containers and quantities by a rule table."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest

from stemcell_kit.errors import BadInput
from stemcell_kit.methods import method
from stemcell_kit.paths import content_dir
from stemcell_kit.qc.sterility.sampling_rule import (
    TooFewContainers,
    containers_to_test,
    quantity_per_medium,
)

TABLES: dict[str, Any] = tomllib.loads(
    (content_dir() / "reference" / "sterility_sampling.toml").read_text(encoding="utf-8")
)
PARENTERALS = TABLES["parenterals"]["rule"]
LIQUIDS = TABLES["liquid-quantity"]["rule"]


def test_the_tables_of_the_kit_are_those_that_are_verified() -> None:
    """The reference values were computed with the tables that users get."""
    given = [value.given["rule"] for value in method("sampling_rule").values]

    assert all(rule in (PARENTERALS, LIQUIDS) for rule in given)


@pytest.mark.parametrize(
    ("batch", "containers"),
    [(4, 4), (40, 4), (41, 5), (50, 5), (100, 10), (101, 10), (500, 10), (501, 11), (1001, 20)],
)
def test_containers_by_batch_size(batch: int, containers: int) -> None:
    """Each bound of the table, below, at and above; a part of a container counts as one."""
    assert containers_to_test(batch, PARENTERALS) == containers


@pytest.mark.parametrize(("batch", "containers"), [(300, 10), (501, 10), (5000, 10)])
def test_large_volumes_take_at_most_ten(batch: int, containers: int) -> None:
    """Two per cent or ten, whichever is less, above 500."""
    assert containers_to_test(batch, TABLES["large-volume-parenterals"]["rule"]) == containers


@pytest.mark.parametrize("batch", [0, 1, 3])
def test_a_batch_smaller_than_the_sample_takes_another_way(batch: int) -> None:
    """An autologous batch of one bag cannot give four containers."""
    with pytest.raises(TooFewContainers, match=rf"holds {batch} .* Define what is tested instead"):
        containers_to_test(batch, PARENTERALS)


@pytest.mark.parametrize(
    ("volume", "quantity"),
    [(0.99, 0.99), (1, 1), (2, 1), (2.1, 1.05), (40, 20), (40.1, 20), (100, 20), (200.5, 20.05)],
)
def test_quantity_by_volume(volume: float, quantity: float) -> None:
    """Each bound of the table."""
    assert quantity_per_medium(volume, LIQUIDS).value == pytest.approx(quantity, rel=1e-12)


@pytest.mark.parametrize(("volume", "containers"), [(0.5, 2), (1.5, 2), (1.99, 2), (2, 1), (50, 1)])
def test_a_small_container_is_combined_with_others(volume: float, containers: int) -> None:
    """Two media of 1 mL need 2 mL: a vial of 1.5 mL cannot give both."""
    found = quantity_per_medium(volume, LIQUIDS)

    assert found.containers == containers
    assert bool(found.notes) is (containers > 1)


@pytest.mark.parametrize(
    ("rule", "reason"),
    [
        ([{"up_to": 10, "containers": 2}], "no row of the rule is for 20 containers"),
        ([{"up_to": 50}], "gives neither containers nor percent"),
    ],
)
def test_a_rule_with_a_hole_is_refused(rule: list[dict[str, float]], reason: str) -> None:
    """A table must say something for every batch."""
    with pytest.raises(BadInput, match=reason):
        containers_to_test(20, rule)
