"""Feedback and formgrader, made by nbgrader itself from a hostile notebook, do nothing in a browser."""

from __future__ import annotations

import copy
import json
import shutil
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import nbformat
import pytest
from traitlets.config import Config

from stemcell_kit.grading.feedback import protect

from .cases import PNG
from .course import run_converter

ACTIVE = {
    *("script", "iframe", "frame", "object", "embed", "applet", "form", "input", "button", "svg"),
    *("link", "style", "meta", "base", "math", "video", "audio", "template", "details"),
}
ADDRESSES = {"href", "src", "srcdoc", "action", "formaction", "data", "poster", "background"}

MARKDOWN = r"""
<script>alert('EVIL')</script> <img src=x onerror="EVIL()"> <b onclick="EVIL()" class="score">x</b>
<style>.score {display: none} /* EVIL */</style> <iframe src="https://evil.example"></iframe>
<form action="https://evil.example"><input name="EVIL"></form> </div></div></body>

[a](javascript:EVIL()) [b](https://evil.example) <https://evil.example/auto> [c](EVIL.html)
![d](https://evil.example/pixel.png) ![e](attachment:gone.png) ![f](attachment:dot.png)
![g](//evil.example/pixel.png) ![h](../../logout.png) ![i](plot.png) ![j](data:image/svg+xml;base64,EVIL)
[k]: javascript:EVIL()
[k] $\href{javascript:EVIL()}{x}$ <svg onload="EVIL()"></svg>

# heading <img src=x onerror="EVIL()">

```mermaid
graph TD; A["<img src=x onerror='EVIL()'>"]
```

| a<script>EVIL()</script> | b |
|---|---|
| <td onclick="EVIL()"> | 5 |
"""
HTML = '<b onclick="EVIL()">x</b><script>EVIL()</script><a href="https://evil.example">y</a>'
OUTPUTS = [
    {"output_type": "display_data", "metadata": {"text/html": {"isolated": True}}, "data": {"text/html": HTML}},
    {"output_type": "display_data", "metadata": {}, "data": {"application/javascript": "EVIL()"}},
    {"output_type": "display_data", "metadata": {}, "data": {"image/svg+xml": "<svg onload='EVIL()'/>"}},
    {"output_type": "display_data", "metadata": {}, "data": {"text/markdown": MARKDOWN}},
    {"output_type": "display_data", "metadata": {}, "data": {"text/latex": r"$\href{javascript:EVIL()}{x}$"}},
    {"output_type": "display_data", "metadata": {}, "data": {"image/png": 'x" onerror="EVIL()'}},
    {
        "output_type": "display_data",
        "metadata": {},
        "data": {"application/vnd.jupyter.widget-view+json": {"model_id": "x", "y": "</script><script>EVIL()"}},
    },
    {"output_type": "stream", "name": "stdout", "text": HTML},
    {"output_type": "error", "ename": HTML, "evalue": HTML, "traceback": [HTML, "\x1b[38m"]},
]  # fmt: skip
SECRET = "assert total == 5"


class Page(HTMLParser):
    """What a browser would act on in a page, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.active: set[tuple[str, ...]] = set()
        self.text = ""
        self.pictures: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ACTIVE:
            self.active.add((tag, *(f"{name}={value}" for name, value in attrs)))
        for name, value in attrs:
            address = value or ""
            if tag == "img" and name == "src":
                self.pictures.append(address)
            elif name.startswith("on") or name in ADDRESSES:
                self.active.add((tag, name, address))

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture(scope="module")
def graded(course: Path, released: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The course with an honest and a hostile submission, graded by nbgrader."""
    own = tmp_path_factory.mktemp("graded") / "course"
    shutil.copytree(course, own)
    for learner in ("ada", "eve"):
        folder = own / "submitted" / learner / "counting"
        folder.mkdir(parents=True)
        (folder / "counting.ipynb").write_text(json.dumps(released), encoding="utf-8")
    config = Config()
    config.Autograde.autograde_preprocessors = ["nbgrader.preprocessors.SaveAutoGrades"]
    from nbgrader.converters import Autograde

    run_converter(Autograde, own, config)
    spoil(own / "autograded/eve/counting/counting.ipynb")
    return own


def spoil(path: Path) -> None:
    """Put everything hostile into a graded notebook, as if no other defence had held."""
    notebook = nbformat.read(path, as_version=4)
    answer, test, essay = notebook.cells[2:5]
    answer.outputs = [nbformat.from_dict(output) for output in OUTPUTS]
    quoted = f"---> 4 {SECRET}\nAssertionError: look again"
    test.outputs = [nbformat.v4.new_output("error", ename="E", evalue="look", traceback=[quoted])]
    essay.source = MARKDOWN
    essay.attachments = {"dot.png": {"image/png": PNG}}
    essay.metadata["nbgrader"]["comment"] = HTML
    raw = nbformat.v4.new_raw_cell(HTML, metadata={"format": "text/html"})
    plain = nbformat.v4.new_markdown_cell(
        MARKDOWN, metadata={"tags": ['"><script>EVIL()</script>']}
    )
    slow_text = nbformat.v4.new_markdown_cell("[" * 100_000)
    slow_code = nbformat.v4.new_code_cell("a." * 50_000)
    notebook.cells += [raw, plain, slow_text, slow_code]
    state = {"application/vnd.jupyter.widget-state+json": {"state": {"x": "</script><script>"}}}
    notebook.metadata["widgets"] = state
    notebook.metadata["title"] = "<script>EVIL()</script>"
    path.unlink()
    nbformat.write(notebook, path)


def feedback(graded: Path, config: Config) -> dict[str, Page]:
    """The pages that nbgrader makes for the learners."""
    from nbgrader.converters import GenerateFeedback

    config = copy.deepcopy(config)
    config.GenerateFeedback.force = True
    run_converter(GenerateFeedback, graded, config)
    return {
        learner: Page((graded / f"feedback/{learner}/counting/counting.html").read_text("utf-8"))
        for learner in ("ada", "eve")
    }


def formgrader(graded: Path, config: Config) -> dict[str, Page]:
    """The pages that a teacher opens to grade by hand."""
    from nbconvert.exporters import HTMLExporter
    from nbgrader.server_extensions.formgrader.handlers import template_path

    config = copy.deepcopy(config)
    config.HTMLExporter.template_name = "formgrade"
    config.HTMLExporter.extra_template_basedirs = [template_path]
    exporter = HTMLExporter(config=config)
    resources = {"base_url": "", "index": 0, "total": 1, "notebook_id": "counting"}
    return {
        learner: Page(
            exporter.from_filename(
                str(graded / f"autograded/{learner}/counting/counting.ipynb"),
                resources=dict(resources),
            )[0]
        )
        for learner in ("ada", "eve")
    }


@pytest.fixture(scope="module")
def protected() -> Config:
    """What an ``nbgrader_config.py`` says to be safe."""
    config = Config()
    protect(config)
    return config


both = pytest.mark.parametrize("pages", [feedback, formgrader], ids=lambda made: made.__name__)


@both
def test_a_hostile_notebook_adds_nothing_active(
    pages: Callable[[Path, Config], dict[str, Page]], graded: Path, protected: Config
) -> None:
    """Script, handler, form, style and address: the page has those of nbgrader, and no other."""
    made = pages(graded, protected)

    assert made["eve"].active == made["ada"].active
    assert made["eve"].pictures == [f"data:image/png;base64,{PNG}", "plot.png", "plot.png"]


def test_the_notebook_is_hostile_indeed(graded: Path) -> None:
    """Stock formgrader carries all of it into the teacher's browser."""
    notebook = graded / "autograded/eve/counting/counting.ipynb"
    kept = notebook.read_bytes()
    stock = nbformat.read(notebook, as_version=4)
    del stock.cells[-2:]  # these would take minutes
    for stops_nbconvert in ("attachment:", "\\u001b[38m"):
        stock = json.loads(json.dumps(stock).replace(stops_nbconvert, ""))
    notebook.write_text(json.dumps(stock), encoding="utf-8")
    try:
        made = formgrader(graded, Config())
    finally:
        notebook.write_bytes(kept)

    added = made["eve"].active - made["ada"].active
    assert {"script", "iframe", "form", "style", "svg"} <= {found[0] for found in added}
    assert {"onclick", "onload"} <= {found[1] for found in added if len(found) > 1}


def test_hidden_tests_are_not_in_the_feedback(graded: Path, protected: Config) -> None:
    """The learner sees that more was checked and what it said, not how, nor in a traceback."""
    text = feedback(graded, protected)["eve"].text

    assert "further checks ran here" in text
    assert "E: look" in text
    assert "total == 5" not in text
    assert "HIDDEN" not in text
    assert "total > 0" in text


def test_the_teacher_sees_hidden_tests(graded: Path, protected: Config) -> None:
    """Formgrader is where they are looked at."""
    assert SECRET in formgrader(graded, protected)["ada"].text


def test_honest_text_is_laid_out(graded: Path, protected: Config) -> None:
    """Cleaning is not paid for with headings, tables and formulas."""
    pages = formgrader(graded, protected)

    assert "Two counts" in pages["ada"].text
    assert "heading" in pages["eve"].text
    assert "This text is shown as it was written" in pages["eve"].text


def test_a_comment_of_the_teacher_keeps_its_link(graded: Path, protected: Config) -> None:
    """What she writes in formgrader is hers, and the learner may follow it."""
    from nbgrader.api import Gradebook

    link = "https://course.example/reread"
    with Gradebook(f"sqlite:///{graded}/gradebook.db") as gradebook:
        comment = gradebook.find_comment("why", "counting", "counting", "ada")
        comment.manual_comment = f"[Read again]({link})"
        gradebook.db.commit()
        made = feedback(graded, protected)
        comment.manual_comment = None
        gradebook.db.commit()

    assert ("a", "href", link) in made["ada"].active


def test_what_the_course_configured_stays(protected: Config) -> None:
    """A course's own filters and steps remain, after ours; protecting twice changes nothing."""
    config = Config()
    config.HTMLExporter.filters = {"shout": "course.shout"}
    config.GenerateFeedback.preprocessors = ["course.Logo"]

    protect(config)
    once = copy.deepcopy(config)
    protect(config)

    assert config == once
    assert config.HTMLExporter.filters["shout"] == "course.shout"
    assert config.GenerateFeedback.preprocessors[1:] == ["course.Logo"]
