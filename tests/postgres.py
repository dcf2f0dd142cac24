"""A private PostgreSQL for the tests that need a real one."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

__all__ = ["postgres"]


def _programs() -> Path | None:
    """The folder of PostgreSQL's programs, wherever a system puts them."""
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    return next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)), None)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A private PostgreSQL on the loopback address; gives the address of an empty database."""
    programs = _programs()
    if programs is None:
        reason = "PostgreSQL's initdb and pg_ctl are not installed"
        if os.environ.get("STEMCELL_KIT_REQUIRE_POSTGRES"):
            pytest.fail(reason)
        pytest.skip(reason)
    with tempfile.TemporaryDirectory(prefix="stemcell-kit-postgres-") as folder:
        place = Path(folder)
        if os.geteuid() == 0:  # it refuses to be root
            shutil.chown(place, "postgres")
        port = _free_port()
        options = f"-k {folder} -h 127.0.0.1 -p {port} -F"
        _run([programs / "initdb", "-D", place / "data", "-A", "trust", "-U", "kit", "-E", "UTF8"])
        start = ["-D", place / "data", "-o", options, "-l", place / "log", "-w"]
        _run([programs / "pg_ctl", "start", *start])
        try:
            yield f"postgresql+psycopg://kit@127.0.0.1:{port}/postgres"
        finally:
            _run([programs / "pg_ctl", "stop", "-D", place / "data", "-m", "fast", "-w"])


def _run(words: Sequence[object]) -> None:
    done = subprocess.run(
        list(map(str, words)),
        user="postgres" if os.geteuid() == 0 else None,
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
