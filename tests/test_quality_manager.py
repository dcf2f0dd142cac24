"""A quality manager answers every statement of all nine standards in a real browser.

The work is spread over three kernel restarts. Then the records are exported, read into an empty
database, and everything is identical.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from stemcell_kit.catalogue import catalogue
from stemcell_kit.records import Records, export_records, import_records
from tests.jupyterlab import SECOND, browser_window, open_notebook, run_all, served_course, shoot

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        not os.environ.get("STEMCELL_KIT_FULL_JOURNEY"),
        reason="takes two minutes; STEMCELL_KIT_FULL_JOURNEY=1 runs it",
    ),
]

# Each sitting ends with a restart of the kernel; the last one only looks.
SITTINGS = (
    ("iso-24603", "tcscb-ethics"),
    ("gbt-40365", "tcscb-nk", "tcscb-mda"),
    ("tcscb-nsc", "tcscb-crc-organoid", "tcscb-intestinal-organoid", "tcscb-ev"),
)
# without it JupyterLab asks which kernel to start
KERNEL = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
# Goes through the topics of one checklist and answers what is open, as a person would click it.
# The state of statement n is n modulo 5: not done to trended, and not applicable with a reason.
ANSWER_ALL = """async (place) => {
  const pause = () => new Promise(done => setTimeout(done, 5));
  const until = async (holds) => {
    for (let n = 0; n < 4000; n += 1) { if (holds()) return; await pause(); }
    throw new Error('no answer from Python');
  };
  const cell = window.jupyterapp.shell.currentWidget.content.widgets[place + 1];
  const root = cell.node.querySelector('.stemcell-checklist');
  const type = (input, words) => {
    input.value = words;
    input.dispatchEvent(new Event('change', { bubbles: true }));
  };
  const saved = (card) => /\\d\\d:\\d\\d/.test(card.querySelector('.below .status').textContent);
  let answered = 0;
  const topics = root.querySelectorAll('nav button').length || 1;
  for (let topic = 0; topic < topics; topic += 1) {
    root.querySelectorAll('nav button')[topic]?.click();
    for (const card of root.querySelectorAll('li.card')) {
      if (card.querySelector('input[type=radio]:checked')) continue;
      const number = answered % 5;
      const status = card.querySelector('.below .status');
      if (number === 4) {
        card.querySelectorAll('input[type=radio]')[4].click();
        await until(() => status.classList.contains('refused'));
        type(card.querySelector('.reason textarea'), `Not done here, reason ${answered}.`);
        await until(() => !status.classList.contains('refused') && saved(card));
      } else {
        card.querySelectorAll('input[type=radio]')[number].click();
        await until(() => saved(card));
      }
      if (answered % 7 === 0) {
        status.textContent = '';
        type(card.querySelector('.evidence input'), `SOP-${answered} 记录 🧫`);
        await until(() => saved(card));
      }
      answered += 1;
    }
  }
  return answered;
}"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the course and the records of this quality manager lie."""
    return tmp_path_factory.mktemp("quality")


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    """The course with a notebook of the quality manager's own for each sitting."""
    with served_course(folder, 8970) as printed:
        for number, standards in enumerate(SITTINGS):
            cells = [new_code_cell("import stemcell_kit as sk")]
            cells += [new_code_cell(f'sk.checklist("{name}")') for name in standards]
            notebook = new_notebook(cells=cells, metadata={"kernelspec": KERNEL})
            nbformat.write(notebook, folder / "notebooks" / f"sitting_{number}.ipynb")
        yield printed


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    """A browser window that cannot reach the internet."""
    with browser_window() as window:
        yield window


def draw(page: Page, place: int) -> None:
    """Bring one checklist onto the page; JupyterLab takes away what is far from the window."""
    page.evaluate(
        """async place => {
          const book = window.jupyterapp.shell.currentWidget.content;
          book.activeCellIndex = place + 1;
          await book.scrollToItem(place + 1, 'start');
        }""",
        place,
    )
    page.wait_for_function(
        """place => window.jupyterapp.shell.currentWidget.content.widgets[place + 1].node
          .querySelector('.stemcell-checklist nav .count')""",
        arg=place,
        timeout=60 * SECOND,
    )


def test_every_statement_is_answered_over_three_restarts(
    page: Page, address: str, folder: Path
) -> None:
    """455 statements, each once, though six products share a module and some share a duty."""
    answered = 0
    for number, standards in enumerate(SITTINGS):
        open_notebook(page, address, f"notebooks/sitting_{number}.ipynb")
        run_all(page)
        for place in range(len(standards)):
            draw(page, place)
            page.wait_for_timeout(SECOND)  # the page asks Python for what others answered
            answered += page.evaluate(ANSWER_ALL, place)
        shoot(page, f"quality-manager-{number}")
        run_all(page, restart=True)

    keys = {one.answered_as for one in catalogue().requirements.values()}
    answers = Records(_url(folder)).answers("default")
    assert len(catalogue().requirements) == 455
    assert answers.keys() == keys
    # two checklists that are open side by side may ask for a shared duty twice; history has both
    assert answered >= len(keys)
    assert all(one.score is not None or one.not_applicable for one in answers.values())
    assert all(one.reason for one in answers.values() if one.not_applicable)


def test_after_the_last_restart_the_page_shows_what_was_answered(page: Page) -> None:
    """Nothing is open in any checklist of the last sitting."""
    for place in range(len(SITTINGS[-1])):
        draw(page, place)
        counts = page.evaluate(
            """place => [...window.jupyterapp.shell.currentWidget.content.widgets[place + 1].node
              .querySelectorAll('.stemcell-checklist nav .count')].map(node => node.textContent)""",
            place,
        )
        assert counts
        assert all(words.split(" of ")[0] == words.split(" of ")[1] for words in counts)


def test_exported_and_imported_records_are_identical(folder: Path, tmp_path: Path) -> None:
    """Answers, history and settings, row by row, in an empty database."""
    first, second = tmp_path / "first.json", tmp_path / "second.json"
    there = Records(f"sqlite:///{(tmp_path / 'there.sqlite').as_posix()}")
    export_records(Records(_url(folder)), first)
    import_records(there, first)
    export_records(there, second)

    assert _without_date(first) == _without_date(second)
    history = there.history("default")
    assert len(history) >= len(there.answers("default"))


def _url(folder: Path) -> str:
    return f"sqlite:///{(folder / 'records' / 'records.sqlite').as_posix()}"


def _without_date(path: Path) -> dict[str, Any]:
    archive: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    archive.pop("exported_at")
    return archive
