"""A real JupyterLab and a real browser for the tests that need them."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from stemcell_kit.paths import course_dir

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

__all__ = [
    "CHROMIUM",
    "KERNEL_IS_READY",
    "OFFLINE",
    "SECOND",
    "SHOTS",
    "browser_window",
    "open_notebook",
    "panel",
    "run_all",
    "run_cell",
    "scroll_to_cell",
    "served_course",
    "shoot",
    "show",
]

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


@contextmanager
def served_course(folder: Path, port: int) -> Iterator[str]:
    """Serve a copy of the course by its own command; gives the address that it prints."""
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
        [sys.executable, "-m", "stemcell_kit", "learn", "--no-browser", "--port", str(port)],
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


@contextmanager
def browser_window(headers: dict[str, str] | None = None) -> Iterator[Page]:
    """Open a browser window of a laptop's size that cannot reach the internet.

    *headers* go with every request.
    """
    if not CHROMIUM:
        reason = "no Chromium or Chrome is installed; the browser tests need one"
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
        # a context of its own, in which a test may open further pages
        window = browser.new_context(
            viewport={"width": 1280, "height": 900}, extra_http_headers=headers
        ).new_page()
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
