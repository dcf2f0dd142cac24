"""The interpreter of the engine shows what a Jupyter kernel would show."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

from stemcell_kit.grading.engine import Engine
from stemcell_kit.grading.sandbox.limits import Limits
from stemcell_kit.grading.task import LEARNER, Task, TaskStep

CELLS = [
    "1 + 1",
    "print('a')\nprint('b')",
    "import sys\nprint('e', file=sys.stderr)",
    "print('a', end='')\nprint('b', flush=True)",
    "sys.stdout.write('w')",
    "x = 3",
    "x",
    "x;",
    "None",
    "1; 2",
    "if True:\n    5",
    "'text'",
    "{'a': [1, 2]}",
    "# only a comment",
    "",
    "1 / 0",
    "print('before')\nraise ValueError('v')",
    "assert False, 'message'",
    "assert False",
    "no_such_name",
    "raise KeyError('k')",
    "class Own(Exception): pass\nraise Own('own')",
    "raise KeyboardInterrupt",
    "sys.exit(2)",
    "%matplotlib inline",
    "%config InlineBackend.figure_format = 'png'",
    "%load_ext autoreload\n%autoreload 2",
    "import matplotlib.pyplot as plt\nplt.plot([1, 2]);",
    "plt.figure()\nplt.show()",
    "fig, ax = plt.subplots()\nax.set_title('t')\nplt.close()",
    "import pandas as pd\npd.DataFrame({'a': [1.5], 'b': ['x']})",
    "pd.Series([1, 2])",
    "import numpy as np\nnp.arange(3)",
    "display('x')",
    "for i in range(3): display(i)",
    "from IPython.display import HTML, Markdown, clear_output\ndisplay(HTML('<b>x</b>'))",
    "Markdown('# q')",
    "print('gone')\nclear_output()\nprint('kept')",
    "print('a')\nclear_output(wait=True)\nprint('b')",
    "%%writefile note.txt\nhello",
    "with open('note.txt') as file: print(file.read())",
    "!echo hi",
    "lines = !echo hi\nlines",
    "%%bash\necho in bash",
    "%%html\n<b>x</b>",
    "%env KIND=1",
    "%precision 3",
    "3.14159",
    "%%capture caught\nprint('q')",
    "caught.stdout",
    "await __import__('asyncio').sleep(0)\n7",
    "In[1]",
    "_",
    "__name__",
    "class Shown:\n    def _repr_html_(self): return '<i>h</i>'\n    def __repr__(self): return 'h'\nShown()",
    "class Broken:\n    def __repr__(self): raise ValueError('r')\nBroken()",
    "from tqdm.auto import tqdm\nlist(map(str, range(2)))",
    "import logging\nlogging.warning('w')",
    "print('é 漢 \\U0001f9ec')",
    "def g():\n    yield 1\nfor v in g(): print(v)",
    "lambda: 1\n'a' * 300",
    "import warnings\nwarnings.simplefilter('ignore')\nwarnings.warn('w')",
    "len(open('note.txt').read())",
    "del x",
    "'x' in globals()",
]  # fmt: skip


@pytest.fixture(scope="module")
def both(
    engine: Engine, tmp_path_factory: pytest.TempPathFactory
) -> tuple[list[list[Any]], list[list[Any]]]:
    """The outputs of every cell, from a kernel and from the engine."""
    return _from_kernel(tmp_path_factory.mktemp("kernel")), _from_engine(engine)


def _from_kernel(folder: Path) -> list[list[Any]]:
    book = new_notebook(cells=[new_code_cell(cell) for cell in CELLS])
    client = NotebookClient(
        book,
        kernel_name="python3",
        allow_errors=True,
        resources={"metadata": {"path": str(folder)}},
        extra_arguments=["--IPKernelApp.log_level=40"],
    )
    client.execute()
    return [_all_told(cell.outputs) for cell in book.cells]


def _from_engine(engine: Engine) -> list[list[Any]]:
    steps = tuple(TaskStep(place, LEARNER, "", cell) for place, cell in enumerate(CELLS))
    result = engine.run(Task(steps))
    return [_all_told(result.verdicts[place].outputs) for place in range(len(CELLS))]


def _all_told(outputs: list[Any]) -> list[tuple[Any, ...]]:
    """A cell's outputs; a stream is one text, whose pieces depend on when a kernel flushed it."""
    told: list[tuple[Any, ...]] = []
    for output in map(_told, outputs):
        if told and output[0] == "stream" and told[-1][:2] == output[:2]:
            told[-1] = (*output[:2], told[-1][2] + output[2])
        else:
            told.append(output)
    return told


def _told(output: Any) -> tuple[Any, ...]:
    """An output without what differs from run to run: pictures, addresses, file names."""
    if output["output_type"] == "stream":
        return "stream", output["name"], output["text"]
    if output["output_type"] == "error":
        return "error", output["ename"], output["evalue"]
    words = {kind: text for kind, text in output["data"].items() if kind.startswith("text/")}
    return output["output_type"], sorted(output["data"]), words


@pytest.mark.parametrize("place", range(len(CELLS)), ids=CELLS)
def test_a_cell_shows_what_a_kernel_shows(
    place: int, both: tuple[list[list[Any]], list[list[Any]]]
) -> None:
    """Streams, results, displays, figures and errors, in their order."""
    kernel, engine = both
    assert engine[place] == kernel[place]


@pytest.mark.parametrize(
    "source",
    [
        "raise ExceptionGroup('g', [ValueError(1)])",
        "class Silent(Exception):\n    def __str__(self): raise ValueError\nraise Silent",
        "class Drawn(Exception):\n    def _render_traceback_(self): return 5\nraise Drawn",
        "import bdb\nraise bdb.BdbQuit",
        "from IPython.core.error import UsageError\nraise UsageError('u')",
        "%no_such_magic",
        "def f(:",
        "get_ipython().showtraceback = None\n1 / 0",
    ],
)
def test_every_failure_leaves_an_error(source: str, engine: Engine) -> None:
    """Also those for which IPython shows a text, or nothing; a failed test would earn points."""
    result = engine.run(Task((TaskStep(0, LEARNER, "", source),)))
    assert [o["ename"] for o in result.verdicts[0].outputs if o["output_type"] == "error"]


def test_a_display_that_is_no_text_is_left_out_and_the_session_goes_on(engine: Engine) -> None:
    """Interactive figures come as data that JSON cannot always hold."""
    shown = "display({'application/x-figure': {1, 2}, 'text/plain': 'a figure'}, raw=True)"
    numbers = "display({'application/json': {'x': float('nan')}, 'text/plain': 'n'}, raw=True)"
    steps = tuple(TaskStep(n, LEARNER, "", cell) for n, cell in enumerate([shown, numbers, "1"]))
    verdicts = engine.run(Task(steps)).verdicts
    assert [verdicts[n].outputs[0]["data"] for n in range(3)] == [
        {"text/plain": "a figure"},
        {"text/plain": "n"},
        {"text/plain": "1"},
    ]


def test_an_interrupted_cell_says_that_it_is_late(engine: Engine) -> None:
    """What it had shown before is kept."""
    steps = (TaskStep(0, LEARNER, "", "print('begun')\nwhile True: pass"),)
    limits = Limits(cell_seconds=1, submission_seconds=20)
    outputs = engine.run(Task(steps, limits=limits)).verdicts[0].outputs
    assert outputs[0]["text"] == "begun\n"
    assert outputs[-1]["ename"] == "CellTimeoutError"
