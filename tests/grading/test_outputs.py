"""What a learner's cells showed is made safe before anybody looks at it."""

from __future__ import annotations

import base64
import json
import struct
import zlib
from typing import Any

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbconvert.filters import ansi2html
from nbgrader.utils import determine_grade

from stemcell_kit.grading.outputs import (
    Room,
    clean_attachments,
    clean_outputs,
    clean_picture,
    plain_text,
)


def png(width: int = 1, height: int = 1) -> str:
    """A PNG picture that claims a size."""
    head = struct.pack(">II5B", width, height, 8, 0, 0, 0, 0)
    parts = [(b"IHDR", head), (b"IDAT", zlib.compress(b"\0\0")), (b"IEND", b"")]
    body = b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in parts
    )
    return base64.b64encode(b"\x89PNG\r\n\x1a\n" + body).decode()


JPEG = base64.b64encode(
    b"\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0\xff\xc0\0\x0b\x08\0\x10\0\x10\1\1\x11\0"
).decode()
GIF = base64.b64encode(b"GIF89a\1\0\1\0\0\0\0;").decode()


def stream(text: Any, name: Any = "stdout") -> dict[str, Any]:
    return {"output_type": "stream", "name": name, "text": text}


def shows(**data: Any) -> dict[str, Any]:
    kinds = {name.replace("__", "/"): value for name, value in data.items()}
    return {"output_type": "display_data", "data": kinds, "metadata": {"isolated": True}}


def one(output: Any) -> Any:
    """The only output that comes of one."""
    cleaned = clean_outputs([output])
    assert len(cleaned) == 1
    return cleaned[0]


def test_honest_outputs_stay_as_they_are() -> None:
    """Printed text, a result, a figure and an error reach the reader unchanged."""
    given_outputs = [
        stream("two\nlines\n"),
        {
            "output_type": "execute_result",
            "data": {"text/plain": "5"},
            "metadata": {},
            "execution_count": 3,
        },
        {"output_type": "display_data", "data": {"image/png": png(), "text/plain": "<Figure>"}},
        {"output_type": "error", "ename": "E", "evalue": "v", "traceback": ["\x1b[0;31mE\x1b[0m"]},
        stream("careful\n", "stderr"),
    ]
    cleaned = clean_outputs(given_outputs)

    nbformat.validate(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(outputs=cleaned)]))
    given_outputs[2]["metadata"] = {}
    assert cleaned == given_outputs


@pytest.mark.parametrize(
    "formula", [r"$\href{javascript:alert(1)}{x}$", r"\(\style{color:red}{x}\)"]
)
def test_formulas_make_no_links(formula: str) -> None:
    """MathJax reads the page after us and turns some commands into links and styles."""
    for data in (shows(text__latex=formula), shows(text__html=f"<p>{formula}</p>")):
        kinds = one(data)["data"]
        assert not any(r"\href" in text or r"\style" in text for text in kinds.values())


def test_a_formula_is_kept() -> None:
    """What computes or shows a formula keeps it."""
    formula = r"$\frac{\left(a+b\right)}{2}$"

    assert one(shows(text__latex=formula, text__plain="x"))["data"]["text/latex"] == formula


@pytest.mark.parametrize(
    "kind",
    [
        "application/javascript",
        "application/json",
        "application/pdf",
        "application/vnd.jupyter.widget-view+json",
        "image/svg+xml",
        "text/vnd.mermaid",
        "<script>",
    ],
)
def test_other_kinds_are_left_out_and_named(kind: str) -> None:
    """What the reader does not see, she is told of; the text beside it stays."""
    data = one({"output_type": "display_data", "data": {kind: "alert(1)", "text/plain": "five"}})

    assert data["data"] == {"text/plain": f"five\n[not shown: {kind}]"}


def test_markdown_is_shown_as_it_was_written() -> None:
    """A text from a cell is not laid out, for it is no course text."""
    assert one(shows(text__markdown="**5** <b>", text__plain="<Markdown>"))["data"] == {
        "text/plain": "**5** <b>"
    }


@pytest.mark.parametrize(
    ("picture", "kind", "kept"),
    [
        (png(), "image/png", True),
        (png(7000, 7000), "image/png", True),
        (png(50_000, 50_000), "image/png", False),
        (png(0, 5), "image/png", False),
        (JPEG, "image/jpeg", True),
        (JPEG, "image/png", False),
        (GIF, "image/gif", True),
        (base64.b64encode(b"<svg onload=alert(1)>").decode(), "image/png", False),
        (base64.b64encode(b"\x89PNG\r\n\x1a\n<script>").decode(), "image/png", False),
        (base64.b64encode(b"\xff\xd8\xff\xe0").decode(), "image/jpeg", False),
        (png() + '" onerror="alert(1)', "image/png", False),
        ("é", "image/png", False),
        ("A" * 5_000_000, "image/png", False),
        (5, "image/png", False),
        (png(), "image/svg+xml", False),
    ],
)
def test_a_picture_is_what_its_name_says(picture: Any, kind: str, kept: bool) -> None:
    """Only raster pictures of a size that a browser can show are shown."""
    assert (clean_picture(picture, kind) is not None) is kept


def test_attachments_are_pictures() -> None:
    """Whatever else hangs on a text cell stays behind."""
    attachments = {"a.png": {"image/png": png(), "text/html": "<script>"}, "b": {"x": "y"}, "c": 5}

    assert clean_attachments(attachments) == {"a.png": {"image/png": png()}}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred\x1b[0m", "\x1b[31mred\x1b[0m"),
        ("\x1b[38;5;9;1mred", "\x1b[38;5;9;1mred"),
        ("\x1b[38mstops nbconvert", "stops nbconvert"),
        ("\x1b[1;48m", ""),
        ("\x1b]8;;http://evil.example\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x1b]0;title\x07rest", "rest"),
        ("\x1b[2J\x1b[Hcleared", "cleared"),
        ("bell\x07 back\x08 nul\0 half\ud800", "bell back nul half\N{REPLACEMENT CHARACTER}"),
        ("tab\tline\r\n", "tab\tline\r\n"),
        ("\x1b", ""),
    ],
)
def test_terminal_text_keeps_its_colours_only(text: str, shown: str) -> None:
    """Colours are shown; commands to a terminal are not, nor what stops nbconvert."""
    assert plain_text(text, most=1000) == shown
    ansi2html(shown)


@given(st.text(alphabet=[*"\x1b[]m;0134856 a\n"], max_size=80))
def test_nbconvert_can_show_any_cleaned_text(text: str) -> None:
    """Its own colouring raises on some sequences, which would cost a learner her feedback."""
    ansi2html(plain_text(text, most=1000))


def test_a_flood_of_text_is_cut_and_said_once() -> None:
    """A million characters are enough for a notebook; the rest is one remark."""
    room = Room()
    cells = [clean_outputs([stream("x" * 300_000)], room=room) for _ in range(20)]
    length = sum(len(output["text"]) for outputs in cells for output in outputs)

    assert length < 1_001_000
    assert sum("too much" in str(outputs) for outputs in cells) == 1


def test_a_stream_in_pieces_is_one_output() -> None:
    """Twenty thousand printed lines are one stream, as in JupyterLab."""
    cleaned = clean_outputs([stream("x\n") for _ in range(20_000)])

    assert [output["text"] for output in cleaned] == ["x\n" * 20_000]


def test_a_flood_of_outputs_ends() -> None:
    """Two hundred outputs of a cell are shown, and the next one says so."""
    cleaned = clean_outputs([shows(text__plain="x")] * 20_000)

    assert len(cleaned) == 201
    assert "at most 200" in cleaned[-1]["text"]


def test_pictures_fill_their_room() -> None:
    """Many large pictures do not make a page that no browser opens."""
    big = base64.b64encode(base64.b64decode(png()) + bytes(1_900_000)).decode()
    cleaned = clean_outputs([shows(image__png=big)] * 50)

    assert sum("image/png" in output["data"] for output in cleaned) == 4


NONSENSE: list[Any] = [
    None,
    5,
    "text",
    [],
    {},
    {"output_type": 5},
    {"output_type": ["stream"]},
    {"output_type": "update_display_data", "data": {"text/plain": "x"}},
    {"output_type": "stream"},
    {"output_type": "stream", "name": {"a": 1}, "text": {"b": 2}},
    {"output_type": "stream", "name": "stdin", "text": ["a", 5, None]},
    {"output_type": "error"},
    {"output_type": "error", "ename": 5, "evalue": [], "traceback": "text"},
    {"output_type": "error", "ename": "E", "evalue": "v", "traceback": [5, None, ["a"]]},
    {"output_type": "execute_result"},
    {"output_type": "execute_result", "data": "text", "execution_count": "3"},
    {"output_type": "execute_result", "data": {"text/plain": 5}, "execution_count": True},
    {"output_type": "display_data", "data": {"text/html": {"a": 1}, "image/png": [1]}},
    {"output_type": "display_data", "data": {5: 6}, "metadata": 5},
]


@pytest.mark.parametrize("output", NONSENSE, ids=str)
def test_nonsense_becomes_a_valid_output(output: Any) -> None:
    """A worker that lies in any shape gives outputs that a notebook may hold."""
    cell = nbformat.v4.new_code_cell(outputs=clean_outputs([output, output]))

    nbformat.validate(nbformat.v4.new_notebook(cells=[cell]))
    json.dumps(cell)


def test_a_result_always_has_text() -> None:
    """nbgrader reads the points of a test cell from the text of its result."""
    for data in ({}, {"image/png": "x"}, {"text/html": "<b>5</b>"}):
        output = one({"output_type": "execute_result", "data": data, "execution_count": 1})
        assert isinstance(output["data"]["text/plain"], str)


SCORES = st.sampled_from(
    ["0.5", "0", "2", "nan", "-1", "five", "<b>", " 1 ", "1e0", "0.5" + " " * 90]
)
PIECES = st.one_of(
    st.builds(stream, st.text(max_size=3), st.sampled_from(["stdout", "stderr"])),
    st.builds(lambda text: {"output_type": "execute_result", "data": {"text/plain": text}}, SCORES),
    st.builds(
        lambda text: {
            "output_type": "execute_result",
            "data": {"text/plain": text, "text/markdown": "0.1", "image/svg+xml": "<svg>"},
        },
        SCORES,
    ),
    st.just({"output_type": "error", "ename": "E", "evalue": "", "traceback": []}),
    st.just(shows(text__plain="0.5")),
)


@given(st.lists(PIECES, max_size=6), st.sampled_from([0, 3, 200, 300]), st.booleans())
def test_cleaning_changes_no_score(pieces: list[Any], flood: int, full: bool) -> None:
    """nbgrader reads the points of a test cell from its outputs; no flood of them earns a point."""
    outputs = [*([shows(text__plain="x")] * flood), *pieces]
    marks = {"grade": True, "solution": False, "points": 2, "grade_id": "q", "locked": True}

    def grade(of: list[Any]) -> Any:
        cell = {"cell_type": "code", "outputs": of, "metadata": {"nbgrader": marks}}
        return determine_grade(nbformat.from_dict(cell))

    room = Room(text=0, pictures=0) if full else Room()
    assert grade(clean_outputs(outputs, room=room)) == grade(outputs)
