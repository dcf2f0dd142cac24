"""One learner's way through the course, in a real browser on the real server."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from stemcell_kit.paths import course_dir

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = pytest.mark.browser

SHOTS = Path(__file__).parents[1] / "test-artefacts"
CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), ""
)
SECOND = 1000
# the page may ask this computer and nobody else
OFFLINE = "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"
KERNEL_IS_READY = """() => {
  const session = window.jupyterapp?.shell.currentWidget?.sessionContext;
  const kernel = session?.session?.kernel;
  return session?.isReady && kernel?.connectionStatus === 'connected' && kernel.status === 'idle';
}"""


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The course served by its own command from a copy; gives the address that it prints."""
    folder = tmp_path_factory.mktemp("course")
    for name in ("notebooks", "solutions", "exercises"):
        shutil.copytree(course_dir() / name, folder / name)
    # lets the test ask JupyterLab itself whether a kernel is ready
    settings = folder / "CONFIG" / "jupyter_lab_config.json"
    settings.parent.mkdir()
    settings.write_text('{"LabApp": {"expose_app_in_browser": true}}', encoding="utf-8")
    own = {
        "STEMCELL_KIT_COURSE": str(folder),
        **{f"JUPYTER_{name}_DIR": str(folder / name) for name in ("CONFIG", "DATA", "RUNTIME")},
        **{"STEMCELL_KIT_DATA": str(folder / "records"), "PYTHONUNBUFFERED": "1"},
    }
    server = subprocess.Popen(
        [sys.executable, "-m", "stemcell_kit", "learn", "--no-browser", "--port", "8950"],
        env={**os.environ, **own},
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    assert server.stdout is not None
    try:
        lines = iter(server.stdout.readline, "")
        yield next(line.strip() for line in lines if line.strip().startswith("http://127.0.0.1"))
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(timeout=60)
        server.stdout.close()


@pytest.fixture(scope="module")
def page(course: str) -> Iterator[Page]:
    """A browser window of a laptop's size that cannot reach the internet."""
    if not CHROMIUM:
        reason = "no Chromium or Chrome is installed; the browser journey needs one"
        if os.environ.get("STEMCELL_KIT_REQUIRE_BROWSER"):
            pytest.fail(reason)
        pytest.skip(reason)
    from playwright.sync_api import sync_playwright

    SHOTS.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", OFFLINE],
        )
        window = browser.new_page(viewport={"width": 1280, "height": 900})
        window.set_default_timeout(60 * SECOND)
        window.outside = []  # type: ignore[attr-defined]
        window.on("request", lambda request: _note_outside(window, request.url))
        yield window
        browser.close()


def _note_outside(window: Any, url: str) -> None:
    if not re.match(r"(https?|wss?)://127\.0\.0\.1:\d+/|data:|blob:", url):
        window.outside.append(url)


def shoot(page: Page, name: str) -> None:
    page.screenshot(path=str(SHOTS / f"{name}.png"))


def run_all(page: Page, *, restart: bool = False) -> None:
    """Run every cell, as the menu does, and wait until the kernel is idle again."""
    page.wait_for_function(KERNEL_IS_READY, timeout=120 * SECOND)
    page.evaluate(
        "name => { window.jupyterapp.commands.execute(name); }",
        "notebook:restart-run-all" if restart else "notebook:run-all-cells",
    )
    if restart:
        page.get_by_role("button", name="Confirm Kernel Restart").click()
    page.wait_for_function(
        """() => {
          const cells = window.jupyterapp.shell.currentWidget.content.widgets;
          const code = cells.filter(cell => cell.model.type === 'code' && cell.model.sharedModel.source);
          return code.every(cell => cell.model.executionCount && cell.model.executionState !== 'running');
        }""",
        timeout=120 * SECOND,
    )


def run_cell(page: Page, words: str) -> None:
    """Run the first cell whose source holds *words*, as Ctrl+Enter does."""
    scroll_to_cell(page, words)
    page.evaluate("() => { window.jupyterapp.commands.execute('notebook:run-cell'); }")


def open_notebook(page: Page, address: str, path: str) -> None:
    page.goto(re.sub(r"/lab/tree/[^?]*", f"/lab/tree/{path}", address) + "&reset")
    page.wait_for_function(KERNEL_IS_READY, timeout=120 * SECOND)


def panel(page: Page) -> Locator:
    """The notebook in front; the others lie hidden behind it."""
    return page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")


def show(locator: Locator) -> Locator:
    """Scroll to a widget; JupyterLab draws what is far away only when it comes near."""
    locator.scroll_into_view_if_needed()
    return locator


def scroll_to_cell(page: Page, words: str) -> None:
    """Bring the first cell whose source holds *words* to the top of the window."""
    page.evaluate(
        """async words => {
          const book = window.jupyterapp.shell.currentWidget.content;
          const index = book.widgets.findIndex(cell => cell.model.sharedModel.source.includes(words));
          book.activeCellIndex = index;
          await book.scrollToItem(index, 'start');
        }""",
        words,
    )


def test_the_start_page_opens_with_the_map_of_the_course(page: Page, course: str) -> None:
    """The printed address shows the start page; running it draws the map of six lessons."""
    page.goto(course)
    page.wait_for_function(KERNEL_IS_READY, timeout=120 * SECOND)
    shoot(page, "1-start-page-as-opened")
    run_all(page)

    lessons = page.locator(".stemcell-start .lesson")
    lessons.first.wait_for()
    assert lessons.count() == 6
    assert page.get_by_text("Would you like to get notified").count() == 0
    shoot(page, "2-start-page")


def test_a_link_of_the_map_opens_its_lesson(page: Page) -> None:
    """The lesson opens in a tab of its own inside JupyterLab."""
    page.locator(".stemcell-start .lesson a", has_text="Cell identity").first.click()
    page.wait_for_function(
        "() => window.jupyterapp.shell.currentWidget?.context?.path?.endsWith('02_identity.ipynb')"
    )
    page.wait_for_function(KERNEL_IS_READY, timeout=120 * SECOND)


def test_a_lesson_shows_figures_and_takes_a_prediction(page: Page) -> None:
    """All cells run, a prediction is committed with the keyboard, and feedback appears."""
    run_all(page)
    scroll_to_cell(page, "sk.predict(")
    question = panel(page).locator(".stemcell-prediction").first
    show(question)
    shoot(page, "3-prediction-asked")
    question.locator("input[type=radio]").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    question.locator("button", has_text="Think again").wait_for()
    shoot(page, "4-prediction-answered")
    scroll_to_cell(page, "sk.plot_")
    panel(page).locator(".jp-RenderedImage img").first.wait_for()
    page.wait_for_timeout(1 * SECOND)
    shoot(page, "5-figure")

    assert panel(page).locator("[data-mime-type*=stderr]").count() == 0
    assert panel(page).locator("[data-mime-type*=error]").count() == 0


def test_the_checklist_is_ticked_with_the_keyboard(page: Page) -> None:
    """Space and arrow keys answer a statement; the answer is saved at once."""
    scroll_to_cell(page, "sk.checklist(")
    statement = panel(page).locator(".stemcell-checklist fieldset").first
    show(statement)
    statement.locator("input[type=radio]").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    panel(page).get_by_text(re.compile(r"Saved \d\d:\d\d")).first.wait_for()

    assert statement.locator("input[type=radio]").nth(2).is_checked()
    panel(page).get_by_text("66 %").wait_for()
    shoot(page, "6-checklist")


def test_statements_are_found_and_marked_together(page: Page) -> None:
    """Words and filters find statements in all topics; open ones are marked with one reason."""
    checklist = panel(page).locator(".stemcell-checklist").first
    everything = checklist.locator("li.card").count()
    checklist.get_by_label("Search").fill("amelogenin")
    checklist.get_by_text(re.compile(r"^\d+ found$")).wait_for()
    found = checklist.locator("li.card").count()
    assert 0 < found < everything
    checklist.get_by_text("Mark those without an answer as not applicable").click()
    checklist.get_by_label("Why it does not apply").first.fill("Human lines only.")
    shoot(page, "6b-checklist-found")
    checklist.get_by_role("button", name=re.compile(r"Mark \d+ as not applicable")).click()
    checklist.locator("li.card input[type=radio]").nth(4).wait_for()
    page.wait_for_function(
        "() => document.querySelectorAll('.stemcell-checklist li.card input:checked').length > 0"
    )
    chosen = checklist.locator("li.card input[type=radio]:checked")
    assert {chosen.nth(n).get_attribute("value") for n in range(chosen.count())} == {"n/a"}
    checklist.get_by_label("Search").fill("")
    checklist.get_by_label("Show").select_option("overdue")
    checklist.get_by_text("0 found").wait_for()
    checklist.get_by_label("Show").select_option("all")
    assert checklist.locator("li.card").count() == everything


def test_a_file_is_attached_to_an_answer(page: Page, tmp_path: Path) -> None:
    """Its name and digest appear; a path that leads nowhere is refused in words."""
    export = tmp_path / "str.csv"
    export.write_text("Sample,D5S818\n", encoding="utf-8")
    card = panel(page).locator(".stemcell-checklist li.card").first
    plan = card.locator("details.plan")
    if plan.get_attribute("open") is None:
        plan.locator("summary").click()
    path = card.get_by_label("Attach a file")
    path.fill(str(tmp_path / "missing.csv"))
    card.get_by_role("button", name="Attach", exact=True).click()
    card.get_by_text("cannot be read").wait_for()
    path.fill(str(export))
    card.get_by_role("button", name="Attach", exact=True).click()
    card.get_by_text(re.compile(r"str\.csv \(SHA-256 [0-9a-f]{12}…\)")).wait_for()
    show(card)
    shoot(page, "6c-file-attached")


def test_our_parts_of_the_page_are_accessible(page: Page) -> None:
    """axe-core finds nothing serious in the widgets."""
    axe = os.environ.get("STEMCELL_KIT_AXE")
    if not axe:
        pytest.skip("STEMCELL_KIT_AXE names no axe.min.js; CI installs one from npm")
    page.add_script_tag(path=axe)
    found = page.evaluate(
        "() => axe.run({include: [['.stemcell-checklist'], ['.stemcell-prediction']]})"
    )

    serious = [v["id"] for v in found["violations"] if v["impact"] in ("serious", "critical")]
    assert serious == []


def test_the_gap_report_is_exported_beside_the_lesson(page: Page, course: str) -> None:
    """The button writes an HTML file and says where."""
    panel(page).locator(".stemcell-checklist").first.get_by_role("button", name="Export").click()
    panel(page).get_by_text(re.compile(r"gap-report-.*\.html")).first.wait_for()
    shoot(page, "7-gap-report-exported")


def test_the_answers_are_still_there_after_a_kernel_restart(page: Page) -> None:
    """Prediction and checklist come back from the records, not from the page."""
    page.evaluate(
        "() => document.querySelectorAll('.jp-OutputArea').forEach(e => e.dataset.before = '1')"
    )
    run_all(page, restart=True)
    panel(page).locator(".jp-OutputArea[data-before] .stemcell-checklist").wait_for(
        state="detached"
    )
    scroll_to_cell(page, "sk.predict(")
    question = panel(page).locator(".stemcell-prediction").first
    show(question)
    question.locator("button", has_text="Think again").wait_for()
    assert question.locator("input[type=radio]").first.is_checked()

    scroll_to_cell(page, "sk.checklist(")
    statement = panel(page).locator(".stemcell-checklist fieldset").first
    show(statement)
    statement.locator("input[type=radio]").nth(2).wait_for()
    assert statement.locator("input[type=radio]").nth(2).is_checked()
    shoot(page, "8-after-restart")


def test_an_exercise_gives_its_score_in_the_notebook(page: Page, course: str) -> None:
    """An answered question is graded by the last cell, with what to read again."""
    open_notebook(page, course, "exercises/en/identity/identity.ipynb")
    page.evaluate(
        """async () => {
          const panel = window.jupyterapp.shell.currentWidget;
          const cells = panel.content.widgets;
          const answer = cells.find(cell => cell.model.getMetadata('nbgrader')?.solution);
          answer.model.sharedModel.setSource(answer.model.sharedModel.source + '\\n# my note');
          await panel.context.save();
        }"""
    )
    run_cell(page, "import stemcell_kit")
    run_cell(page, "sk.grade_exercise(")
    panel(page).get_by_text("Worth reading again").wait_for(timeout=120 * SECOND)
    shoot(page, "9-exercise-graded")


def test_nothing_was_asked_of_the_internet(page: Page) -> None:
    """From first page to last, every request went to this computer."""
    assert page.outside == []  # type: ignore[attr-defined]
