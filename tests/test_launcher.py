"""The launcher takes a bare machine to the course, and says what to do where it cannot."""

from __future__ import annotations

import ast
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[1]
LEARN, TEST = "requirements.lock", "requirements-dev.lock"


@pytest.fixture
def kit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The launcher, living in an empty folder whose name has a space and Chinese letters."""
    folder = tmp_path / "my kit 课程"
    folder.mkdir()
    for name in ("kit.py", "pyproject.toml", LEARN, TEST):
        shutil.copy(ROOT / name, folder)
    spec = importlib.util.spec_from_file_location("kit", folder / "kit.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "installed", [], raising=False)
    monkeypatch.setattr(module, "install", lambda arguments: module.installed.append(arguments))
    return module


def pretend_venv(kit: ModuleType) -> Path:
    """Put a .venv with an empty file for its Python beside the launcher; return that file."""
    program = Path(kit.venv_python())
    program.parent.mkdir(parents=True)
    program.touch()
    return program


@pytest.fixture
def fresh(kit: ModuleType, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Whether .venv was made anew: one entry for each time."""
    made: list[str] = []

    def make_venv() -> None:
        made.append("made")
        shutil.rmtree(kit.venv(), ignore_errors=True)
        pretend_venv(kit)

    monkeypatch.setattr(kit, "make_venv", make_venv)
    return made


def test_python_3_6_can_read_the_launcher() -> None:
    """An old Python reads the file far enough to say that it is too old."""
    words = (ROOT / "kit.py").read_text(encoding="utf-8")

    ast.parse(words, feature_version=(3, 6))
    assert words.isascii()


def test_the_launcher_needs_the_standard_library_only() -> None:
    """Nothing has to be installed before the installer."""
    tree = ast.parse((ROOT / "kit.py").read_text(encoding="utf-8"))
    imported = {
        alias.name for n in ast.walk(tree) if isinstance(n, ast.Import) for alias in n.names
    }
    imported |= {str(n.module) for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}

    assert imported <= sys.stdlib_module_names


@pytest.mark.parametrize("arguments", [[], ["--help"], ["-h"]])
def test_help_names_both_commands(
    kit: ModuleType, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    """Whoever asks, or types nothing, sees the two commands."""
    assert kit.main(arguments) == 0
    shown = capsys.readouterr().out

    assert "kit.py learn" in shown and "kit.py test" in shown


def test_an_unknown_command_is_answered_with_the_known_ones(
    kit: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    """A misspelt command installs nothing and says which ones there are."""
    assert kit.main(["laern"]) == 2
    assert "'learn' and 'test'" in capsys.readouterr().out
    assert kit.installed == []


def test_an_old_python_alone_says_which_one_to_install(
    kit: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Python 3.8 and no other: one sentence, no traceback."""
    monkeypatch.setattr(kit.sys, "version_info", (3, 8, 10))
    monkeypatch.setattr(kit.shutil, "which", lambda name: None)

    assert kit.main(["learn"]) == 1
    assert "This is Python 3.8" in (shown := capsys.readouterr().out)
    assert "needs Python 3.11 or newer" in shown


def test_an_old_python_hands_over_to_a_newer_one(
    kit: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Python 3.8 with a newer Python on the PATH: the newer one takes over with the same words."""
    called: list[list[str]] = []
    monkeypatch.setattr(kit.sys, "version_info", (3, 8, 10))
    monkeypatch.setattr(kit.shutil, "which", lambda name: f"/bin/{name}")
    monkeypatch.setattr(kit, "ask", lambda command: "/new/python" if "3.12" in command[0] else "")
    monkeypatch.setattr(kit, "call", lambda command: called.append(command) or 0)

    assert kit.main(["learn", "--port", "8890"]) == 0
    assert called == [["/new/python", os.path.join(kit.ROOT, "kit.py"), "learn", "--port", "8890"]]


def test_the_first_start_installs_the_lock_with_hashes_then_the_kit(
    kit: ModuleType, fresh: list[str]
) -> None:
    """Packages come from the lock and are checked; the kit itself needs no network."""
    kit.make_ready(LEARN)
    packages, itself = kit.installed

    assert packages == ["--require-hashes", "-r", os.path.join(kit.ROOT, LEARN)]
    assert itself == ["--no-index", "--no-deps", "--no-build-isolation", "-e", kit.ROOT]
    assert fresh == ["made"]


def test_the_environment_finds_the_folder_whatever_its_name(
    kit: ModuleType, fresh: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full path with Chinese letters stops Python under a Chinese locale; the way there is ASCII."""
    pointer = Path(kit.venv("lib", "python3.11", "site-packages", "stemcell_kit.pth"))

    def install(arguments: list[str]) -> None:
        pointer.parent.mkdir(parents=True, exist_ok=True)
        pointer.write_text(kit.ROOT, encoding="utf-8")

    monkeypatch.setattr(kit, "install", install)
    kit.make_ready(LEARN)
    words = pointer.read_text(encoding="ascii").strip()

    assert (pointer.parent / words).resolve() == Path(kit.ROOT).resolve()


def test_the_second_start_installs_nothing(kit: ModuleType, fresh: list[str]) -> None:
    """The stamp is believed: no installer runs, so no network is asked."""
    kit.make_ready(LEARN)
    kit.installed.clear()
    kit.make_ready(LEARN)

    assert kit.installed == [] and fresh == ["made"]


def test_the_packages_for_the_tests_serve_learning_but_not_the_other_way(
    kit: ModuleType, fresh: list[str]
) -> None:
    """The tests' lock holds everything the learner's lock holds, and more."""
    kit.make_ready(LEARN)
    kit.installed.clear()
    kit.make_ready(TEST)
    assert kit.installed[0][-1].endswith(TEST)

    kit.installed.clear()
    kit.make_ready(LEARN)
    assert kit.installed == [] and fresh == ["made"]


def test_a_changed_lock_is_installed_into_the_same_environment(
    kit: ModuleType, fresh: list[str]
) -> None:
    """After an update of the course, the packages follow; nothing is thrown away."""
    kit.make_ready(LEARN)
    kit.installed.clear()
    with open(Path(kit.ROOT) / LEARN, "a", encoding="utf-8") as lock:
        lock.write("# changed\n")
    kit.make_ready(LEARN)

    assert len(kit.installed) == 2 and fresh == ["made"]


def test_line_ends_of_windows_do_not_count_as_a_change(kit: ModuleType) -> None:
    """The same lock checked out with CRLF is the same lock."""
    lock = Path(kit.ROOT) / LEARN
    before = kit.digest(LEARN)
    lock.write_bytes(lock.read_bytes().replace(b"\n", b"\r\n"))

    assert kit.digest(LEARN) == before


def test_an_interrupted_install_is_repaired_by_the_next_start(
    kit: ModuleType, fresh: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half a package looks whole to the installer, so the next start begins with an empty .venv."""

    def cut_off(arguments: list[str]) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(kit, "install", cut_off)
        assert kit.main(["learn"]) == 130
    kit.make_ready(LEARN)

    assert fresh == ["made", "made"]
    assert kit.read_stamp() == kit.stamp_lines(LEARN)


def test_a_moved_folder_gets_a_new_environment(
    kit: ModuleType, fresh: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """An environment holds the path it was made in, so a moved one is made again."""
    kit.make_ready(LEARN)
    moved = tmp_path / "elsewhere"
    shutil.move(kit.ROOT, moved)
    monkeypatch.setattr(kit, "ROOT", str(moved))
    kit.make_ready(LEARN)

    assert fresh == ["made", "made"]


def test_a_folder_of_wheels_replaces_the_network(kit: ModuleType, fresh: list[str]) -> None:
    """With wheels/ beside the launcher the installer looks nowhere else."""
    (Path(kit.ROOT) / "wheels").mkdir()
    kit.make_ready(LEARN)

    assert kit.installed[0][-3:] == ["--no-index", "--find-links", os.path.join(kit.ROOT, "wheels")]


def test_a_python_without_ensurepip_uses_the_pip_outside(
    kit: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Debian without python3-venv: the system's pip installs into .venv."""
    monkeypatch.setattr(kit, "quietly", lambda command: "--python" in command)

    assert kit.installer()[:4] == [kit.this_python(), "-m", "pip", "--python"]


def test_a_python_without_any_pip_uses_uv(kit: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """No pip inside, none outside, but uv is there."""
    monkeypatch.setattr(kit, "quietly", lambda command: False)
    monkeypatch.setattr(kit.shutil, "which", lambda name: "/bin/uv" if name == "uv" else None)

    assert kit.installer() == ["/bin/uv", "pip", "install", "--python", kit.venv_python()]


def test_a_python_without_any_installer_says_what_to_install(
    kit: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing to install with: the reader learns the one command for the system."""
    monkeypatch.setattr(kit, "quietly", lambda command: False)
    monkeypatch.setattr(kit.shutil, "which", lambda name: None)

    assert kit.main(["learn"]) == 1
    assert "sudo apt install python3-venv" in capsys.readouterr().out


def test_a_failed_install_shows_its_last_words_and_what_helps(
    kit: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    """The end of the log, then mirror, offline folder, and start again; all of it ASCII."""
    log = Path(kit.ROOT) / "install.log"
    log.write_bytes("无法连接\nERROR: no route to host".encode("gbk"))
    kit.tell(kit.install_failed(str(log)))
    shown = capsys.readouterr().out

    assert shown.isascii()
    assert "no route to host" in shown and "mirror" in shown


def test_settings_of_the_machine_cannot_mix_in_other_packages(
    kit: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A PYTHONPATH or pip target set for other work does not reach the course."""
    monkeypatch.setenv("PYTHONPATH", "/other/packages")
    monkeypatch.setenv("PIP_TARGET", "/other/target")
    environment = kit.environment()

    assert environment["PYTHONPATH"] == kit.ROOT
    assert "PIP_TARGET" not in environment


@pytest.mark.locale
@pytest.mark.skipif(os.name == "nt", reason="needs a symbolic link")
@pytest.mark.parametrize("locale", ["C", "C.UTF-8", "zh_CN.GBK"])
def test_a_later_start_hands_over_in_any_locale(kit: ModuleType, locale: str) -> None:
    """From a folder with Chinese letters, the course gets its words and its own package first."""
    program = pretend_venv(kit)
    program.unlink()
    program.symlink_to(sys.executable)
    kit.write_stamp(kit.stamp_lines(LEARN))
    package = Path(kit.ROOT) / "stemcell_kit"
    package.mkdir()
    words = "import os, sys; print(ascii([sys.argv[1:], os.getcwd() == sys.path[0]]))"
    (package / "__main__.py").write_text(words, encoding="utf-8")
    answer = subprocess.run(
        [sys.executable, "kit.py", "learn", "--no-browser", "--port", "8890"],
        cwd=kit.ROOT,
        env={**os.environ, "LC_ALL": locale, "PYTHONUTF8": "0"},
        capture_output=True,
        check=True,
    )

    assert answer.stdout.decode("ascii").strip() == (
        "[['learn', '--no-browser', '--port', '8890'], True]"
    )
