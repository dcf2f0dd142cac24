"""The house keeps its cut: imports point down, heavy libraries wait, text has an encoding."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "stemcell_kit"

LEVELS = (
    ("configuration", "errors", "model", "paths", "shown"),
    ("catalogue", "content_rows", "instruments", "language", "pages", "qc", "trace"),
    (
        "bank",
        "coverage",
        "datasets",
        "methods",
        "profiles",
        "records",
        "teaching_tables",
        "verification",
    ),
    ("assessment", "grading", "learning", "worksheets"),
    ("certification", "plots"),
    ("authoring", "widgets"),
    ("__main__", "cli", "server"),
)
LEVEL = {part: number for number, parts in enumerate(LEVELS) for part in parts}
# Rooms on one level that stand on one another; all others on a level know nothing of each other.
NEIGHBOURS = {
    ("configuration", "errors"),
    ("model", "errors"),
    ("model", "shown"),
    ("paths", "errors"),
    ("catalogue", "content_rows"),
    ("catalogue", "language"),
    ("pages", "language"),
    ("trace", "catalogue"),
    ("datasets", "bank"),
    ("verification", "methods"),
    ("grading", "learning"),
    ("assessment", "learning"),
    ("__main__", "cli"),
    ("cli", "server"),
}
# Library -> the only parts that may import it.
AT_HOME = {
    "alembic": {"records"},
    "anywidget": {"widgets"},
    "cryptography": {"assessment"},
    "fpdf": {"assessment"},
    "ipywidgets": {"widgets"},
    "matplotlib": {"grading", "plots"},
    "nbgrader": {"authoring", "certification", "grading"},
    "openbadgeslib": {"certification"},
    "pyld": {"certification"},
    "pypdf": {"assessment"},
    "rfc8785": {"certification"},
    "segno": {"certification"},
    "sqlalchemy": {"grading", "records"},
}
HEAVY = {*AT_HOME, "IPython", "jinja2", "jsonschema", "numpy", "pandas", "scipy"}
TEXT_CALLS = {"open", "read_text", "write_text"}
WRITTEN_HERE = {".cfg", ".css", ".js", ".json", ".lock", ".md", ".py", ".toml", ".yml"}
# Where addresses may stand: what a statement rests on, to be looked up, and invented ones in tests.
CITATIONS = {"stemcell_kit/content", "tests", "notebooks", "solutions", "exercises"}
ADDRESS = re.compile(r"(?:https?|ftp)://([\w-]+(?:\.[\w-]+)+)")
# This computer, names in XML that look like an address and are none, and the citation of a paper.
HARMLESS = {"127.0.0.1", "www.w3.org", "www.isac-net.org", "doi.org"}
REGISTRIES = ("pypi" + ".org", "python" + "hosted.org", "npm" + "js.org", "ana" + "conda.org")


def modules() -> list[Path]:
    """Every module of the package."""
    return sorted(PACKAGE.rglob("*.py"))


def part_of(path: Path) -> str:
    """The room of a module: ``qc`` for ``stemcell_kit/qc/cells/growth.py``."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


@cache
def imported_names(path: Path) -> frozenset[str]:
    """Full dotted name of every import of a module, those inside functions included."""
    return frozenset(_imports(path))


def _imports(path: Path) -> Iterator[str]:
    package = ("stemcell_kit", *path.relative_to(PACKAGE).parent.parts)
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            base = ".".join([*above, *([node.module] if node.module else [])])
            yield from (f"{base}.{alias.name}" for alias in node.names)


def parts_used(path: Path) -> set[str]:
    """The rooms of the package that a module imports from."""
    names = [name.split(".") for name in imported_names(path)]
    return {name[1] for name in names if name[0] == "stemcell_kit" and len(name) > 1} - {
        "__version__"
    }


def short(path: Path) -> str:
    """A path as the reader writes it."""
    return path.relative_to(ROOT).as_posix()


def test_every_part_has_its_level() -> None:
    """A new room is placed in the cut before anything stands on it."""
    found = {part_of(path) for path in modules()} - {"__init__"}

    assert found <= set(LEVEL)


@pytest.mark.parametrize("path", modules(), ids=short)
def test_imports_point_down(path: Path) -> None:
    """A module imports from lower levels, from its own room, or from a named neighbour."""
    part = part_of(path)
    if part == "__init__":
        return
    wrong = {
        used
        for used in parts_used(path) - {part}
        if LEVEL[used] >= LEVEL[part] and (part, used) not in NEIGHBOURS
    }

    assert wrong == set()


def test_neighbours_do_not_stand_on_each_other() -> None:
    """Exceptions go one way only, or a circle would hide in them."""
    assert {(b, a) for a, b in NEIGHBOURS} & NEIGHBOURS == set()


@pytest.mark.parametrize("library", sorted(AT_HOME))
def test_a_library_stays_in_its_room(library: str) -> None:
    """Whoever wants to replace a library finds all of it in one place."""
    strangers = [
        short(path)
        for path in modules()
        if part_of(path) not in AT_HOME[library]
        and any(name.split(".")[0] == library for name in imported_names(path))
    ]

    assert strangers == []


def test_importing_the_kit_loads_no_heavy_library() -> None:
    """A lesson's first line answers at once; what is heavy loads when it is used."""
    question = "import json, sys, stemcell_kit; print(json.dumps(sorted(sys.modules)))"
    answer = subprocess.run(
        [sys.executable, "-c", question], cwd=ROOT, capture_output=True, check=True
    )
    loaded = set(json.loads(answer.stdout))

    assert "stemcell_kit" in loaded
    assert loaded.isdisjoint(HEAVY)


@pytest.mark.parametrize("path", [ROOT / "kit.py", *modules()], ids=short)
def test_text_is_opened_with_an_encoding(path: Path) -> None:
    """Without one, a Chinese Windows reads our UTF-8 as GBK."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]

    assert [node.lineno for node in calls if opens_text(node) and not says_encoding(node)] == []


def opens_text(call: ast.Call) -> bool:
    """Whether a call opens a file, and not in binary mode."""
    name = getattr(call.func, "id", getattr(call.func, "attr", ""))
    words = [*call.args, *(keyword.value for keyword in call.keywords if keyword.arg == "mode")]
    modes = {word.value for word in words if isinstance(word, ast.Constant)}
    binary = any(isinstance(mode, str) and re.fullmatch(r"[rwax]b\+?", mode) for mode in modes)
    elsewhere = getattr(getattr(call.func, "value", None), "id", "") in {
        "opener",
        "os",
        "webbrowser",
    }
    return name in TEXT_CALLS and not binary and not elsewhere


def says_encoding(call: ast.Call) -> bool:
    """Whether a call names its encoding."""
    return any(keyword.arg == "encoding" for keyword in call.keywords)


@pytest.mark.parametrize(
    ("line", "caught"),
    [
        ("open(path)", True),
        ("path.read_text()", True),
        ("open(path, 'w', newline='')", True),
        ("open(path, 'rb')", False),
        ("path.open(mode='wb')", False),
        ("path.write_text(words, encoding='utf-8')", False),
        ("webbrowser.open(address)", False),
    ],
)
def test_the_encoding_check_tells_text_from_bytes(line: str, caught: bool) -> None:
    """The check itself is checked, for a check that catches nothing looks like success."""
    call = ast.parse(line, mode="eval").body
    assert isinstance(call, ast.Call)

    assert (opens_text(call) and not says_encoding(call)) is caught


def written_files() -> Iterator[Path]:
    """Every text file of the project, without what tools leave behind."""
    for path in sorted(ROOT.rglob("*")):
        parts = path.relative_to(ROOT).parts
        hidden = any(part.startswith(".") and part != ".ci" for part in parts)
        left_behind = parts[0] in {"wheels", "test-artefacts", "my-bank"} or "__pycache__" in parts
        if hidden or left_behind or not path.is_file():
            continue
        if path.suffix in {*WRITTEN_HERE, ".ipynb"} or parts[0] == ".ci":
            yield path


def test_no_file_names_a_package_registry() -> None:
    """People choose their own mirror; nothing here leads past it."""
    found = [
        f"{short(path)}: {registry}"
        for path in written_files()
        for registry in REGISTRIES
        if registry in path.read_text(encoding="utf-8")
    ]

    assert found == []


def test_only_citations_name_a_place_on_the_network() -> None:
    """Code, settings and pages about the kit point at this computer or nowhere."""
    found = [
        f"{short(path)}: {host}"
        for path in written_files()
        if not any(short(path).startswith(f"{folder}/") for folder in CITATIONS)
        for host in ADDRESS.findall(path.read_text(encoding="utf-8"))
        if host not in HARMLESS
    ]

    assert found == []


def test_every_public_name_has_one_home() -> None:
    """A name given twice would silently lead to the module that was named last."""
    tree = ast.parse((PACKAGE / "__init__.py").read_text(encoding="utf-8"))
    homes = next(
        node.value
        for node in tree.body
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "_HOMES"
    )
    names = [
        item.value
        for node in ast.walk(homes)
        if isinstance(node, ast.List)
        for item in node.elts
        if isinstance(item, ast.Constant)
    ]

    assert {name for name in names if names.count(name) > 1} == set()


def test_every_public_name_leads_somewhere() -> None:
    """A lesson that calls it finds it, and its docstring says what it does."""
    import stemcell_kit as sk

    silent = [name for name in sk.__all__ if not getattr(sk, name).__doc__]
    assert silent == []
