"""The course is served on this computer and ends cleanly."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from stemcell_kit.errors import BadInput
from stemcell_kit.server import HOST, _free_port


def test_a_port_in_use_is_passed_over() -> None:
    """The next free port is taken; somebody else's server is left alone."""
    with socket.socket() as taken:
        taken.bind((HOST, 0))
        taken.listen()
        port = taken.getsockname()[1]

        assert _free_port(port) > port


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGTERM to send")
def test_whoever_ends_the_course_ends_jupyterlab_with_it(tmp_path: Path) -> None:
    """After SIGTERM nothing answers at the address any more."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = probe.getsockname()[1]
    course = subprocess.Popen(
        [sys.executable, "-m", "stemcell_kit", "learn", "--no-browser", "--port", str(port)],
        env={**os.environ, "STEMCELL_KIT_DATA": str(tmp_path), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    assert course.stdout is not None
    address = next(line for line in course.stdout if "http://" in line)
    course.send_signal(signal.SIGTERM)
    course.wait(timeout=60)
    course.stdout.close()

    assert f"{HOST}:{port}/lab/tree/notebooks/en/00_start_here.ipynb?token=" in address
    with socket.socket() as probe:
        assert probe.connect_ex((HOST, port)) != 0


def test_a_missing_start_page_is_explained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A course folder without its first page names the page and the folder."""
    from stemcell_kit.server import serve_course

    for name in ("notebooks", "solutions"):
        (tmp_path / name).mkdir()
    monkeypatch.setenv("STEMCELL_KIT_COURSE", str(tmp_path))

    with pytest.raises(BadInput, match=r"00_start_here\.ipynb"):
        serve_course(browser=False)
