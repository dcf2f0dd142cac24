"""Serve the course: JupyterLab on this computer, opened on the start page."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import webbrowser
from pathlib import Path

import click

from stemcell_kit import language as languages
from stemcell_kit.catalogue import catalogue
from stemcell_kit.errors import BadInput
from stemcell_kit.language import say
from stemcell_kit.model import SOURCE_LANGUAGE
from stemcell_kit.paths import content_dir, course_dir, data_dir, path_with_scripts

__all__ = ["serve_course"]

HOST = "127.0.0.1"
PORTS_TO_TRY = 50
SECONDS_TO_START = 120
INSTRUCTOR_EXTENSIONS = tuple(
    f"nbgrader.server_extensions.{name}"
    for name in ("assignment_list", "course_list", "formgrader", "validate_assignment")
)


def serve_course(*, browser: bool = True, port: int = 8888, language: str | None = None) -> None:
    """Run JupyterLab until it is stopped; print its address and, if asked, open it.

    Raises
    ------
    BadInput
        No port is free, or the server ends before it answers.
    """
    languages.use(language or languages.current())
    token = secrets.token_urlsafe(24)
    port = _free_port(port)
    address = f"http://{HOST}:{port}/lab/tree/{_start_page()}?token={token}"
    log = data_dir() / "jupyterlab.log"
    with log.open("wb") as output:
        # what Jupyter says to its developers goes to a file; this window stays readable
        server = subprocess.Popen(
            _command(port),
            cwd=course_dir(),
            env=_environment(token),
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    # whoever ends this program ends JupyterLab with it
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        _wait_until_it_answers(server, port, log)
        click.echo(say("learn.ready", address=address))
        if browser:
            webbrowser.open(address)
        server.wait()
    except KeyboardInterrupt:
        click.echo(say("learn.stopped"))
    finally:
        if server.poll() is None:
            server.terminate()
            server.wait(timeout=30)


def _start_page() -> str:
    start = catalogue().course.start
    for name in (languages.current(), SOURCE_LANGUAGE):
        if (course_dir() / "notebooks" / name / f"{start}.ipynb").is_file():
            return f"notebooks/{name}/{start}.ipynb"
    raise BadInput(f"the start page {start}.ipynb is missing from {course_dir() / 'notebooks'}")


def _command(port: int) -> list[str]:
    command = [
        *(sys.executable, "-m", "jupyterlab", "--no-browser", f"--ip={HOST}", f"--port={port}"),
        "--ServerApp.port_retries=0",
        "--Application.log_level=ERROR",
        # a learner needs no instructor's menus, and they take seconds to load
        *(f"--ServerApp.jpserver_extensions={name}=False" for name in INSTRUCTOR_EXTENSIONS),
    ]
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    return [*command, "--allow-root"] if is_root else command


def _environment(token: str) -> dict[str, str]:
    return {
        **os.environ,
        "PATH": path_with_scripts(),
        # our own defaults for the page: no news, no question about updates, no instructor's menus
        "JUPYTER_CONFIG_PATH": str(content_dir() / "jupyter"),
        "JUPYTER_TOKEN": token,
        "STEMCELL_KIT_COURSE": str(course_dir()),
        "STEMCELL_KIT_LANGUAGE": languages.current(),
    }


def _free_port(first: int) -> int:
    for port in range(first, first + PORTS_TO_TRY):
        with socket.socket() as probe:
            if probe.connect_ex((HOST, port)) != 0:
                return port
    raise BadInput(
        f"no free port from {first} to {first + PORTS_TO_TRY - 1}; name another one with --port"
    )


def _wait_until_it_answers(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    # the computer's own address must not be asked through a proxy
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise BadInput(f"JupyterLab ended at once (exit code {server.returncode}); see {log}")
        try:
            opener.open(f"http://{HOST}:{port}/api", timeout=2).close()
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
        else:
            return
    raise BadInput(f"JupyterLab did not answer within {SECONDS_TO_START} s; see {log}")
