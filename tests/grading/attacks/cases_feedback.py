"""Things that would run, load or cover something when the feedback is opened."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .attack import Attack, Kind, by_notebook, in_cells
from .course import Course
from .seen import Aim

__all__ = ["ATTACKS"]

SCRIPT = "<script>alert('@MARK@')</script>"
HTML_OUTPUTS = {
    "script": SCRIPT,
    "handler": "<img src=x onerror=\"alert('@MARK@')\">",
    "svg": "<svg onload=\"alert('@MARK@')\"><rect/></svg>",
    "frame": "<iframe srcdoc=\"<script>alert('@MARK@')</script>\"></iframe>",
    "link": "<a href=\"javascript:alert('@MARK@')\">your score</a>",
    "form": '<form action="http://127.0.0.1/@MARK@"><input name=password></form>',
    "refresh": '<meta http-equiv="refresh" content="0; url=http://127.0.0.1/@MARK@">',
    "base": '<base href="http://127.0.0.1/@MARK@/">',
    "style": '<style>h4::after { content: "Score: 42 / 42 @MARK@" }</style>',
    "overlay": "<div style='position:fixed;top:0;--a:@MARK@'>Score: 42 / 42</div>",
    "image": '<img src="http://127.0.0.1:@TCP@/@MARK@.png">',
    "object": '<object data="data:text/html,<script>@MARK@</script>"></object>',
    "broken-tag": "<img src=x onerror='alert(\"@MARK@\")' <p>",
}


def _output(name: str, bundle: str) -> Attack:
    source = f"from IPython.display import display\n\ndisplay({bundle}, raw=True)"
    return in_cells(f"page-{name}", Kind.FEEDBACK, Aim.SCRIPT, {"count": source})


def _notebook(name: str, change: Any) -> Attack:
    return by_notebook(f"page-{name}", Kind.FEEDBACK, Aim.SCRIPT, change)


def _shown(name: str, source: str, question: str = "count") -> Attack:
    return in_cells(f"page-{name}", Kind.FEEDBACK, Aim.SCRIPT, {question: source})


def _beside(name: str, files: Mapping[str, str]) -> Attack:
    return in_cells(f"page-{name}", Kind.FEEDBACK, Aim.SCRIPT, {}, files=files)


def _markdown(source: str, **more: Any) -> Any:
    def change(book: Any, course: Course) -> None:
        text = course.fill(source)
        cell = {"cell_type": "markdown", "id": "mine", "metadata": {}, "source": text, **more}
        book["cells"].insert(0, cell)

    return change


def _raw(book: Any, course: Course) -> None:
    text = course.fill(SCRIPT)
    metadata = {"format": "text/html", "raw_mimetype": "text/html"}
    cell = {"cell_type": "raw", "id": "mine", "metadata": metadata, "source": text}
    book["cells"].insert(0, cell)


def _attachment(book: Any, course: Course) -> None:
    kind = course.fill("image/png\" onerror=\"alert('@MARK@')")
    _markdown("![picture](attachment:a.png)", attachments={"a.png": {kind: "AAAA"}})(book, course)


def _svg_attachment(book: Any, course: Course) -> None:
    _markdown('<img src="attachment:a.svg" onerror="alert(\'@MARK@\')">')(book, course)


def _widget_state(book: Any, course: Course) -> None:
    state = {"a": {"model_name": course.fill(f"</script>{SCRIPT}"), "state": {}}}
    kind = "application/vnd.jupyter.widget-state+json"
    book["metadata"]["widgets"] = {kind: {"state": state, "version_major": 2, "version_minor": 0}}


def _tags(book: Any, course: Course) -> None:
    for cell in book["cells"]:
        cell["metadata"]["tags"] = [course.fill("\"><script>alert('@MARK@')</script>")]


def _lexer(book: Any, course: Course) -> None:
    text = course.fill(f'"></div>{SCRIPT}')
    book["metadata"]["language_info"] = {"name": "python", "pygments_lexer": text, "mimetype": text}
    book["metadata"]["title"] = text


ATTACKS = (
    *(
        _output(name, "{'text/html': " + repr(source) + ", 'text/plain': 'x'}")
        for name, source in HTML_OUTPUTS.items()
    ),
    _output("javascript", "{'application/javascript': \"alert('@MARK@')\"}"),
    _output("markdown-output", "{'text/markdown': " + repr(SCRIPT) + "}"),
    _output("latex", "{'text/latex': r\"$\\href{javascript:alert('@MARK@')}{x}$\"}"),
    _output(
        "svg-image",
        "{'image/svg+xml': \"<svg xmlns='http://www.w3.org/2000/svg'><script>alert('@MARK@')</script></svg>\"}",
    ),
    _output(
        "image-data",
        "{'image/png': \"AAAA' onerror='alert(1) @MARK@\" + '\" onerror=\"alert(1)//@MARK@'}",
    ),
    _output(
        "image-metadata",
        "{'image/png': 'AAAA'}, metadata={'image/png': {'width': '1\" onerror=\"alert(1)//@MARK@', 'alt': '\"><script>@MARK@</script>'}}",
    ),
    _output("plain-text", "{'text/plain': " + repr(SCRIPT) + "}"),
    _output(
        "widget-view",
        "{'application/vnd.jupyter.widget-view+json': {'model_id': '</script>' + "
        + repr(SCRIPT)
        + "}}",
    ),
    _shown("stream", f'print("{SCRIPT}")'),
    _shown("error", f'raise type("{SCRIPT}", (Exception,), {{}})("{SCRIPT}")'),
    _shown("ansi", f'print("\\x1b[31m{SCRIPT}\\x1b]8;;javascript:alert(1)\\x07")'),
    _shown(
        "in-call",
        "def dilution(stock, final):\n"
        "    from IPython.display import HTML, display\n\n"
        f'    display(HTML("{SCRIPT}"))\n    return 0.0',
        "dilution",
    ),
    _shown("source", f'count = "</pre>{SCRIPT}"'),
    _notebook("markdown-script", _markdown(SCRIPT)),
    _notebook("markdown-handler", _markdown("text <b onmouseover=\"alert('@MARK@')\">over</b>")),
    _notebook("markdown-link", _markdown("[score](javascript:alert('@MARK@'))")),
    _notebook("markdown-style", _markdown("<style>h4 { display: none } /* @MARK@ */</style>")),
    _notebook("markdown-formula", _markdown("$\\href{javascript:alert('@MARK@')}{x}$")),
    _notebook("raw-cell", _raw),
    _notebook("attachment", _attachment),
    _notebook("attachment-handler", _svg_attachment),
    _notebook("widget-state", _widget_state),
    _notebook("cell-tags", _tags),
    _notebook("title-and-lexer", _lexer),
    _beside("beside", {"result.html": SCRIPT}),
    _beside(
        "picture-beside", {"figure.svg": f"<svg xmlns='http://www.w3.org/2000/svg'>{SCRIPT}</svg>"}
    ),
    _beside("in-its-place", {"exam.html": SCRIPT}),
)
