"""What is installed is what pyproject.toml asks for, whichever way it was installed."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
LOCKS = {
    "requirements.lock": None,
    "requirements-class.lock": "class",
    "requirements-certify.lock": "certify",
    "requirements-dev.lock": "dev",
}
LEARNERS = "requirements.lock"
ORACLES = tuple(f"tests/oracles/requirements-{name}.lock" for name in ("flowkit", "strprofiler"))
CONDA_NAMES = {"matplotlib": "matplotlib-base"}
PINNED = re.compile(r"^(?P<name>[a-zA-Z0-9._-]+)(\[[^\]]*\])?==(?P<version>[^ ;\\]+)")


@cache
def project() -> dict[str, Any]:
    """pyproject.toml."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def asked(*, extra: str | None = None) -> list[Requirement]:
    """What the project asks for: its core, what builds it, and one extra."""
    lines = [*project()["project"]["dependencies"], *project()["dependency-groups"]["build"]]
    if extra:
        lines += project()["project"]["optional-dependencies"][extra]
    return [Requirement(line) for line in lines]


def locked(name: str) -> dict[str, set[str]]:
    """Package -> its locked versions (one for each Python where they differ)."""
    versions: dict[str, set[str]] = {}
    for line in (ROOT / name).read_text(encoding="utf-8").splitlines():
        if pin := PINNED.match(line):
            versions.setdefault(canonicalize_name(pin["name"]), set()).add(pin["version"])
    return versions


@pytest.mark.parametrize(("lock", "extra"), LOCKS.items())
def test_a_lock_holds_all_that_the_project_asks_for(lock: str, extra: str | None) -> None:
    """Each name is in the lock, and each locked version is inside its bounds."""
    pins = locked(lock)
    outside = [
        f"{wanted}: locked {pins.get(canonicalize_name(wanted.name))}"
        for wanted in asked(extra=extra)
        if not pins.get(canonicalize_name(wanted.name))
        or not all(wanted.specifier.contains(v) for v in pins[canonicalize_name(wanted.name)])
    ]

    assert outside == []


@pytest.mark.parametrize("lock", [*LOCKS, *ORACLES])
def test_every_locked_package_carries_a_hash(lock: str) -> None:
    """One package without a hash, and pip refuses the whole lock."""
    words = (ROOT / lock).read_text(encoding="utf-8")
    entries = re.split(r"\n(?=[a-zA-Z0-9])", words)

    assert len(entries) > 20
    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []


@pytest.mark.parametrize("larger", [lock for lock in LOCKS if lock != LEARNERS])
def test_the_larger_locks_hold_the_learners_lock(larger: str) -> None:
    """What was installed for a class or for the tests serves learning too, at the same versions."""
    learner, tester = locked(LEARNERS), locked(larger)

    assert {
        name: versions for name, versions in learner.items() if tester.get(name) != versions
    } == {}


def test_conda_gets_the_same_packages_with_the_same_bounds() -> None:
    """environment.yml names the core and what builds it, as pyproject.toml does, and pip."""
    wanted = {
        canonicalize_name(CONDA_NAMES.get(asked_for.name, asked_for.name)): asked_for.specifier
        for asked_for in asked()
    }
    wanted |= {
        "python": SpecifierSet(project()["project"]["requires-python"]),
        "pip": SpecifierSet(),
    }
    lines = [line.partition(" ") for line in conda()["dependencies"]]

    assert {name: SpecifierSet(bounds) for name, _, bounds in lines} == wanted


def test_conda_takes_packages_from_conda_forge_alone() -> None:
    """The vendor's default channel has paid terms for larger institutions."""
    assert conda()["channels"] == ["conda-forge", "nodefaults"]


def conda() -> dict[str, Any]:
    """environment.yml."""
    environment: dict[str, Any] = yaml.safe_load(
        (ROOT / "environment.yml").read_text(encoding="utf-8")
    )
    return environment


def test_the_oldest_python_is_said_the_same_everywhere() -> None:
    """pyproject.toml, the launcher and both READMEs agree."""
    launcher = (ROOT / "kit.py").read_text(encoding="utf-8")

    assert project()["project"]["requires-python"] == ">=3.11"
    assert "OLDEST = (3, 11)" in launcher
    for page in ("README.md", "README.zh-CN.md"):
        assert "Python 3.11" in (ROOT / page).read_text(encoding="utf-8")


def test_the_changelog_tells_of_this_version() -> None:
    """A version is released only with its entry in the changelog."""
    words = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")

    assert f"## [{project()['project']['version']}]" in words
