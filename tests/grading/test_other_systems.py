"""Where there is no sandbox: macOS and Windows, imitated here."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.class_maker import Course, make_class
from stemcell_kit.errors import BadInput
from stemcell_kit.grading.course import grade_course
from tests.grading.conftest import copy_of

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


@pytest.fixture
def course(course_template: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Course:
    """Two learners of the benchmark's course, on a computer without a sandbox."""
    monkeypatch.setattr("stemcell_kit.grading.plugin.sandbox_fault", lambda: "No sandbox here.")
    course = copy_of(course_template, tmp_path / "course")
    make_class(course, 2, kinds=("right",))
    return course


def test_other_peoples_work_is_refused_without_a_sandbox(
    course: Course,
) -> None:
    """The message says what is missing and how to say that one trusts the learners."""
    with pytest.raises(BadInput, match=r"No sandbox here.*--trust-learners"):
        grade_course(course.folder, course.assignment)
    assert not (course.folder / "autograded").exists()


def test_with_trust_it_is_graded_and_the_report_says_so(
    course: Course,
) -> None:
    """Trust is a decision of the operator, and whoever reads the scores learns of it."""
    report = grade_course(course.folder, course.assignment, trust_learners=True)

    assert report.sandbox == "none"
    assert [one.points for one in report.submissions.values()] == [37.0, 37.0]
