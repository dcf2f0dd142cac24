"""One line in a course's configuration, and nbgrader's own commands and pages use the engine."""

from __future__ import annotations

import html
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
import pytest

from benchmarks.class_maker import Course, Learner
from benchmarks.grading import surprises
from benchmarks.stock import grade_stock, scores
from stemcell_kit.errors import BadInput
from stemcell_kit.grading.course import grade_course
from stemcell_kit.paths import path_with_scripts
from tests.grading.conftest import ClassOf
from tests.jupyterlab import SECOND, SHOTS, browser_window

if TYPE_CHECKING:
    from playwright.sync_api import Page

INSTALL = "\nfrom stemcell_kit.grading.plugin import install\n\ninstall(c)\n"
SECRET = "the-word-that-only-the-grader-knows"
SPY = """import os
from pathlib import Path
print(os.environ)
print(*In, sep="\\n")
for name in ("gradebook.db", "source/ps1/qc_counts.ipynb", "nbgrader_config.py"):
    print(name, (Path("COURSE") / name).exists())
from IPython.display import HTML, Javascript, display
display(HTML("<script>window.hacked = 1</script><img src=x onerror='window.hacked = 1'>"))
display(Javascript("window.hacked = 1"))"""
MARKDOWN = "A note<script>window.hacked = 1</script> <img src=x onerror='window.hacked = 1'>"
TOKEN = "test-token"


@pytest.fixture(scope="module")
def ungraded(class_of: ClassOf) -> tuple[Course, tuple[Learner, ...]]:
    """A course with the engine installed, an honest learner, and one who spies and hides script."""
    course, learners = class_of("right", "wrong", config=INSTALL)
    path = course.folder / "submitted" / learners[1].code / "ps1" / "qc_counts.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    shared: dict[str, Any] = {"metadata": {}}
    code = {"cell_type": "code", "execution_count": None, "outputs": [], "id": "spy"}
    notebook["cells"] += [
        {**shared, "cell_type": "markdown", "id": "note", "source": MARKDOWN},
        {**shared, **code, "source": SPY.replace("COURSE", str(course.folder))},
    ]
    path.write_text(json.dumps(notebook), encoding="utf-8")
    return course, learners


@pytest.fixture(scope="module")
def graded(ungraded: tuple[Course, tuple[Learner, ...]]) -> tuple[Course, tuple[Learner, ...]]:
    """The course after ``nbgrader autograde`` by someone whose environment holds a secret."""
    course, learners = ungraded
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("GRADER_TOKEN", SECRET)
        run = grade_stock(course.folder, course.assignment)
    assert run.status == 0, run.log
    return course, learners


def hidden_lines(course: Course) -> set[str]:
    """The lines of the hidden tests that stand nowhere in the release."""
    source, release = (
        "\n".join(
            "".join(cell["source"])
            for path in sorted((course.folder / place / "ps1").glob("*.ipynb"))
            for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]
        )
        for place in ("source", "release")
    )
    hidden = re.findall(r"### BEGIN HIDDEN TESTS\n(.*?)### END HIDDEN TESTS", source, re.DOTALL)
    lines = {line.strip() for part in hidden for line in part.splitlines()}
    return {line for line in lines if line.startswith("assert") and line not in release}


def printed(course: Course, learner: Learner) -> str:
    """All that the cells of a graded notebook put out."""
    path = course.folder / "autograded" / learner.code / "ps1" / "qc_counts.ipynb"
    notebook = nbformat.read(path, as_version=4)
    return json.dumps([cell.get("outputs", []) for cell in notebook.cells], ensure_ascii=False)


def test_nbgrader_autograde_gives_the_scores_of_the_class(
    graded: tuple[Course, tuple[Learner, ...]],
) -> None:
    """The usual command fills the usual gradebook."""
    course, learners = graded

    assert list(surprises(learners, course.gradebook, "ours")) == []


def test_a_notebook_that_spies_under_nbgrader_autograde_finds_nothing(
    graded: tuple[Course, tuple[Learner, ...]],
) -> None:
    """It ran, and saw no secret, no hidden test and no file of the course."""
    course, learners = graded
    found = printed(course, learners[1])

    assert "environ" in found
    assert SECRET not in found
    for name in ("gradebook.db", "source/ps1/qc_counts.ipynb", "nbgrader_config.py"):
        assert f"{name} False" in found
    assert hidden_lines(course)
    assert [line for line in hidden_lines(course) if line in found] == []


def test_the_feedback_shows_no_hidden_test_and_runs_no_script(
    graded: tuple[Course, tuple[Learner, ...]],
) -> None:
    """``nbgrader generate_feedback`` makes pages that can be handed out."""
    course, learners = graded
    subprocess.run(
        [sys.executable, "-m", "nbgrader", "generate_feedback", "ps1"],
        cwd=course.folder,
        env={**os.environ, "PATH": path_with_scripts()},
        check=True,
        capture_output=True,
    )
    for learner in learners:
        page = course.folder / "feedback" / learner.code / "ps1" / "qc_counts.html"
        source = page.read_text(encoding="utf-8")
        text = html.unescape(re.sub(r"<[^>]*>", "", source))

        assert "viability" in text
        assert "HIDDEN TESTS" not in text
        assert [line for line in hidden_lines(course) if line in text] == []
        assert "hacked = 1</script>" not in source
        assert not re.search(r"<[^>]*onerror", source)


def test_a_refused_submission_is_an_error_of_the_command(class_of: ClassOf) -> None:
    """Whoever presses the button sees that this one was not graded; the others are."""
    course, (broken, right) = class_of("right", "right", config=INSTALL)
    for path in (course.folder / "submitted" / broken.code / "ps1").glob("*.ipynb"):
        path.write_text("{", encoding="utf-8")
    run = grade_stock(course.folder, course.assignment)

    assert run.status != 0
    assert f"{broken.code}: qc_counts.ipynb breaks off" in run.log.partition("not graded:")[2]
    assert {student for student, *_ in scores(course.gradebook)} == {right.code}


def test_named_learners_are_graded_in_one_run(class_of: ClassOf) -> None:
    """Only they are; a name without a submission stops the run before anything is graded."""
    course, learners = class_of("right", "partly", "wrong")
    names = [learner.code for learner in learners]
    with pytest.raises(BadInput, match=r"no submission of 'ps1' .* for 'nobody'"):
        grade_course(course.folder, "ps1", students=[names[0], "nobody"])
    assert scores(course.gradebook) == {}
    report = grade_course(course.folder, "ps1", students=names[1:])

    assert set(report.submissions) == {student for student, *_ in scores(course.gradebook)}
    assert set(report.submissions) == set(names[1:])


# --- formgrader, in a browser -------------------------------------------------------------------


@pytest.fixture(scope="module")
def formgrader(
    class_of: ClassOf, ungraded: tuple[Course, tuple[Learner, ...]]
) -> Iterator[tuple[str, Course, Learner]]:
    """Formgrader served on a course that nobody has graded; gives its address."""
    course, learners = _again(class_of, ungraded)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    own = {
        f"JUPYTER_{name}_DIR": str(course.folder.parent / name)
        for name in ("CONFIG", "DATA", "RUNTIME")
    }
    with (course.folder.parent / "server.log").open("wb") as log:
        server = subprocess.Popen(
            [
                *(sys.executable, "-m", "jupyter_server", "--no-browser", "--allow-root"),
                *("--ip=127.0.0.1", f"--port={port}", "--ServerApp.port_retries=0"),
                f"--IdentityProvider.token={TOKEN}",
                f"--ServerApp.root_dir={course.folder}",
                "--ServerApp.jpserver_extensions={'nbgrader.server_extensions.formgrader': True}",
            ],
            cwd=course.folder,
            env={**os.environ, **own, "PATH": path_with_scripts()},
            stdout=log,
            stderr=log,
        )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_until_it_answers(address)
        yield address, course, learners[1]
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=60)


def _again(
    class_of: ClassOf, ungraded: tuple[Course, tuple[Learner, ...]]
) -> tuple[Course, tuple[Learner, ...]]:
    """The same class once more, before grading."""
    course, learners = class_of("right", "wrong", config=INSTALL)
    for learner in learners:
        name = Path("submitted") / learner.code / "ps1" / "qc_counts.ipynb"
        (course.folder / name).write_bytes((ungraded[0].folder / name).read_bytes())
    return course, learners


def _wait_until_it_answers(address: str) -> None:
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(f"{address}/api?token={TOKEN}", timeout=5).close()
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
    raise TimeoutError("the notebook server does not answer")


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    """A browser window that cannot reach the internet."""
    with browser_window({"Authorization": f"token {TOKEN}"}) as window:
        yield window


@pytest.mark.browser
def test_a_press_on_autograde_in_formgrader_shows_the_score(
    page: Page, formgrader: tuple[str, Course, Learner]
) -> None:
    """The teacher's button uses the engine, and the score appears in its row."""
    address, course, learner = formgrader
    page.goto(f"{address}/formgrader/manage_submissions/ps1")
    row = page.locator("tr", has_text=learner.code)
    row.locator(".autograde a").click()
    page.get_by_text("Successfully autograded").wait_for(timeout=90 * SECOND)
    page.wait_for_timeout(1 * SECOND)
    page.screenshot(path=str(SHOTS / "10-formgrader-autograded.png"))
    shown = row.locator(".score").inner_text()
    earned = sum(s.auto_score or 0 for s in scores(course.gradebook).values())

    assert earned > 0
    assert float(shown.split("/")[0]) == pytest.approx(earned, abs=0.01)
    assert SECRET not in printed(course, learner)
    assert "gradebook.db False" in printed(course, learner)


@pytest.mark.browser
def test_a_graded_notebook_in_formgrader_runs_no_script(
    page: Page, formgrader: tuple[str, Course, Learner]
) -> None:
    """What the learner hid in a text cell and in outputs is shown as nothing or as text."""
    from nbgrader.api import Gradebook

    address, course, learner = formgrader
    with Gradebook(f"sqlite:///{course.gradebook}") as gradebook:
        submission = gradebook.find_submission_notebook("qc_counts", "ps1", learner.code).id
    page.goto(f"{address}/formgrader/submissions/{submission}/")
    page.get_by_text("A note").first.wait_for()
    page.get_by_text("A note").first.scroll_into_view_if_needed()
    page.wait_for_timeout(1 * SECOND)
    page.screenshot(path=str(SHOTS / "11-formgrader-notebook.png"))

    assert page.evaluate("() => window.hacked ?? null") is None
    assert page.locator(".score").count() > 0
