"""How long the largest checklist takes to its first interaction, beside an empty ipywidgets page.

Both pages are opened in one JupyterLab and one browser, in turns, each time with a new kernel.
Measured is the time from opening the notebook until its first control can be used, and the part of
it that passes after the cell has been run.

python -m benchmarks.opening --repeats 7
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat
from nbformat.v4 import new_code_cell, new_notebook

from stemcell_kit.catalogue import catalogue
from tests.jupyterlab import browser_window, open_notebook, served_course

if TYPE_CHECKING:
    from playwright.sync_api import Page

KERNEL = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
READY = """async selector => {
  const cell = window.jupyterapp.shell.currentWidget.content.widgets[0];
  const begun = performance.now();
  window.jupyterapp.commands.execute('notebook:run-all-cells');
  for (;;) {
    const control = cell.node.querySelector(selector);
    if (control && !control.disabled && control.getClientRects().length) break;
    await new Promise(requestAnimationFrame);
  }
  return performance.now() - begun;
}"""


def largest() -> str:
    """The standard whose checklist asks most."""
    whole = [one for one in catalogue().standards.values() if not one.module]
    return max(
        whole, key=lambda one: sum(len(p.requirements) for p in catalogue().parts(one.id))
    ).id


def opened(page: Page, address: str, notebook: str, selector: str) -> tuple[float, float]:
    """Milliseconds from opening a page, and from running its cell, to its first control."""
    begun = time.perf_counter()
    open_notebook(page, address, f"notebooks/en/{notebook}.ipynb")
    after_running = float(page.evaluate(READY, selector))
    whole = 1000 * (time.perf_counter() - begun)
    page.evaluate("() => window.jupyterapp.serviceManager.sessions.shutdownAll()")
    return whole, after_running


def measured(repeats: int) -> dict[str, list[tuple[float, float]]]:
    """The times of both pages, in turns."""
    folder = Path(tempfile.mkdtemp())
    pages = {
        "empty": ("import ipywidgets\nipywidgets.Button(description='ok')", "button"),
        "checklist": (
            f"import stemcell_kit as sk\nsk.checklist('{largest()}')",
            "input[type=radio]",
        ),
    }
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in pages}
    with served_course(folder, 8971) as address, browser_window() as page:
        for name, (source, _) in pages.items():
            notebook = new_notebook(cells=[new_code_cell(source)])
            notebook.metadata["kernelspec"] = KERNEL
            nbformat.write(notebook, folder / "notebooks" / "en" / f"{name}.ipynb")
        for _ in range(repeats):
            for name, (_, selector) in pages.items():
                times[name].append(opened(page, address, name, selector))
    return times


def main() -> None:
    """Print the medians and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=7)
    times = measured(parser.parse_args().repeats)
    rows = sum(len(part.requirements) for part in catalogue().parts(largest()))
    print(f"largest checklist: {largest()}, {rows} rows")
    for place, what in enumerate(("opening the page", "running the cell")):
        found = {name: [pair[place] for pair in pairs] for name, pairs in times.items()}
        medians = {name: statistics.median(one) for name, one in found.items()}
        shown = ", ".join(
            f"{name} {medians[name]:.0f} ms ({min(one):.0f} to {max(one):.0f})"
            for name, one in found.items()
        )
        print(f"{what}: {shown}: {medians['checklist'] / medians['empty']:.2f} times")


if __name__ == "__main__":
    main()
