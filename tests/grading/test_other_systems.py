"""Where there is no sandbox: macOS and Windows, imitated here."""

from __future__ import annotations

import subprocess
import sys

AS_WINDOWS = """
import signal, socket, sys
for name in ("fcntl", "resource", "pwd", "grp"):
    sys.modules[name] = None
for name in ("SIGKILL", "SIGALRM", "SIGCHLD", "setitimer", "ITIMER_REAL"):
    delattr(signal, name)
for name in ("SOCK_SEQPACKET", "AF_UNIX", "recv_fds", "send_fds"):
    if hasattr(socket, name):
        delattr(socket, name)
"""


def run(code: str) -> str:
    """What Python prints for this code after it has lost what only Linux has."""
    done = subprocess.run(
        [sys.executable, "-c", AS_WINDOWS + code], capture_output=True, encoding="utf-8"
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_grading_ones_own_work_needs_nothing_of_linux() -> None:
    """The learner's part of the grader loads without a single module that only Linux has."""
    assert run("import stemcell_kit.grading.grade, stemcell_kit.cli; print('loaded')") == "loaded\n"


def test_without_linux_there_is_no_sandbox_and_the_reason_is_said() -> None:
    """Other people's work is refused there unless somebody says that she trusts them."""
    said = run(
        "sys.platform = 'win32'\n"
        "from stemcell_kit.grading.sandbox.doctor import sandbox_fault; print(sandbox_fault())"
    )

    assert "win32" in said
