"""The methods give the published values, and each says where it comes from."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import stemcell_kit.qc
from stemcell_kit.errors import BadInput
from stemcell_kit.methods import Method, ReferenceValue, method, methods
from stemcell_kit.verification import recompute

HEAVY = ("numpy", "pandas", "scipy", "matplotlib")
VALUES = [(one, value) for one in methods().values() for value in one.values]
# Modules that serve the methods of their family and are none themselves.
PARTS = {
    "dilution_samples",
    "response_levels",
    "binary_regression",
    "gate_shapes",
    "curve_support",
    "logistic",
    "reporting",
    "response_area",
    "wells",
    "iscn_array",
    "iscn_terms",
    "str_profile",
    "karyotype",
    "cq_wells",
    "nat_wells",
    "score_table",
}


@pytest.mark.parametrize(("one", "value"), VALUES, ids=[value.id for _, value in VALUES])
def test_a_method_gives_the_published_value(one: Method, value: ReferenceValue) -> None:
    """Within what the source's rounding supports, or as the file says and why."""
    assert [found for found in recompute(one, value) if not found.as_stated] == []


@pytest.mark.parametrize("one", methods().values(), ids=methods())
def test_a_method_is_there_and_offers_something(one: Method) -> None:
    """Its module can be loaded and says what is public."""
    assert one.load().__all__


def test_every_module_is_a_method_or_part_of_one() -> None:
    """No calculation hides from the list."""
    home = Path(stemcell_kit.qc.__file__).parent
    modules = {p.stem for p in home.glob("*/*.py") if p.stem != "__init__"}

    assert modules == {*methods(), *PARTS}


def test_a_wrong_value_is_found() -> None:
    """The comparison itself is checked: a number that is off by more than its tolerance fails."""
    one = method("growth")
    right = ReferenceValue(
        "doublings",
        "population_doublings",
        {"seeded": 1e5, "harvested": 8e5},
        {"value": 3.0},
        "computed",
        "pencil and paper",
    )

    assert [found.as_stated for found in recompute(one, right)] == [True]
    for wrong in (3.01, "3", True):
        off = replace(right, expected={"value": wrong})
        assert [found.as_stated for found in recompute(one, off)] == [False]
    assert recompute(one, replace(right, expected={"value": 3.01}, within=0.01))[0].as_stated


def test_a_value_that_differs_must_keep_differing() -> None:
    """Where a source is wrong, both numbers are held: ours as stated, and not the source's."""
    one = method("growth")
    given = {"seeded": 1e5, "harvested": 8e5}
    value = ReferenceValue("d", "population_doublings", given, {"value": 4.0}, "published", "s")

    assert recompute(one, replace(value, found={"value": 3.0}))[0].as_stated
    assert not recompute(one, replace(value, found={"value": 3.5}))[0].as_stated
    gone = replace(value, expected={"value": 3.001}, within=0.01)
    assert not recompute(one, replace(gone, found={"value": 3.0}))[0].as_stated


def test_an_unknown_method_is_refused() -> None:
    """The message names those that exist."""
    with pytest.raises(BadInput, match=r"no QC method 'karma'; choose one of .*growth"):
        method("karma")


def test_the_registry_loads_no_heavy_library() -> None:
    """A catalogue that names methods must not wait for them."""
    code = (
        "import sys, stemcell_kit.methods as m; m.methods();"
        f"print([x for x in {HEAVY!r} if x in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
