"""What a learner reads about a failed test: the course's words, and nothing that is hidden."""

from __future__ import annotations

from typing import Any

import pytest

from stemcell_kit.grading.engine import Engine
from stemcell_kit.language import say
from tests.grading.trials import Court, solution, test_cell

HIDDEN = "### BEGIN HIDDEN TESTS\n{test}\n### END HIDDEN TESTS"
CANARY = "kanarienvogel"


def outputs_of(engine: Engine, answer: str, test: str) -> list[dict[str, Any]]:
    """What a test shows of a wrong answer."""
    court = Court(engine, solution("answer = 1\ndef f(x): return x"), test_cell(test))
    return court.trial(answer).outputs["test"]


def words_of(engine: Engine, answer: str, test: str) -> str:
    """The text of the error that a test shows of a wrong answer."""
    error = outputs_of(engine, answer, test)[-1]
    assert error["output_type"] == "error"
    assert error["traceback"] == [f"{error['ename']}: {error['evalue']}"]
    return str(error["evalue"])


def test_a_visible_assertion_is_shown_with_its_message(engine: Engine) -> None:
    """The learner can read the test anyway."""
    words = words_of(engine, "answer = 2", "assert answer == 1, f'found {answer}'")
    assert words == "found 2"


def test_a_hidden_assertion_shows_its_message_if_the_course_wrote_it_in_full(
    engine: Engine,
) -> None:
    """A fixed text is meant for the learner; one with values in it may hold the answer."""
    fixed = HIDDEN.format(test="assert answer == 1, 'Count the wells again.'")
    filled = HIDDEN.format(test=f"wanted = '{CANARY}'\nassert answer == 1, f'not {{wanted}}'")
    assert words_of(engine, "answer = 2", fixed) == "Count the wells again."
    assert words_of(engine, "answer = 2", filled) == say("grade.hidden-check")


def test_a_hidden_expectation_shows_what_the_course_says(engine: Engine) -> None:
    """``sk.expect`` speaks to the learner, hidden or not."""
    test = HIDDEN.format(test="import stemcell_kit as sk\nsk.expect(answer == 1, 'Look again.')")
    assert words_of(engine, "answer = 2", test) == "Look again."


@pytest.mark.parametrize(
    "answer",
    [
        "def f(x): raise ValueError(x)",
        "def f(x): raise AssertionError(x)",
        "def f(x):\n    assert False, x",
        "from stemcell_kit.learning.expect import NotYet\ndef f(x): raise NotYet(x)",
        "class NotYet(Exception): pass\ndef f(x): raise NotYet(x)",
        "def f(x): print(x)",
        "import sys\ndef f(x): print(x, file=sys.stderr)",
        "import warnings\ndef f(x): warnings.warn(x)",
        "def f(x): display(x)",
        "def f(x): return [x, x]",
        "def f(x): raise ExceptionGroup(x, [ValueError(x)])",
        "def f(x): raise SystemExit(x)",
        "def f(x): return {}[x]",
        "class f:\n    def __init__(self, x): self.x = x\n    def __repr__(self): return self.x",
        "class E(Exception):\n    def _render_traceback_(self): return [str(self)]\n"
        "def f(x): raise E(x)",
    ],
)
@pytest.mark.parametrize(
    "test",
    [
        f"assert f('{CANARY}') == '{CANARY}'",
        f"got = f('{CANARY}')\nif got != '{CANARY}':\n    raise ValueError(f'{{got}} {CANARY}')",
        f"def check(v):\n    assert f(v) == v, v\ncheck('{CANARY}')",
    ],
    ids=["assert", "raise", "helper"],
)
def test_no_argument_of_a_hidden_check_is_shown(answer: str, test: str, engine: Engine) -> None:
    """Not by the test's error, and not by what the learner's function says in it."""
    outputs = outputs_of(engine, answer, "assert callable(f)\n" + HIDDEN.format(test=test))
    assert outputs[-1]["output_type"] == "error"
    assert CANARY not in str(outputs)


def test_a_visible_call_into_a_hidden_helper_shows_nothing_of_it(engine: Engine) -> None:
    """It is enough that the error arose in a hidden part."""
    helper = HIDDEN.format(test=f"def check(v):\n    assert v == 1, f'{{v}} is no {CANARY}'")
    assert words_of(engine, "answer = 2", f"{helper}\ncheck(answer)") == say("grade.hidden-check")


def test_a_visible_error_after_a_hidden_part_is_shown(engine: Engine) -> None:
    """Lines are counted in the test as it is, with its hidden parts."""
    test = HIDDEN.format(test="assert True") + "\nassert answer == 1, f'found {answer}'"
    assert words_of(engine, "answer = 2", test) == "found 2"


def test_what_a_function_prints_is_shown_in_a_test_without_hidden_parts(engine: Engine) -> None:
    """There it helps to find the mistake."""
    outputs = outputs_of(engine, "def f(x): print('x is', x)", "assert f(1) == 1")
    assert outputs[0]["text"] == "x is 1\n"


def test_a_library_in_which_a_test_stops_shows_no_line_of_it(engine: Engine) -> None:
    """The traceback is one line: kind and words."""
    test = "import numpy as np\nnp.testing.assert_allclose(answer, 1)"
    error = outputs_of(engine, "answer = 2", test)[-1]
    assert len(error["traceback"]) == 1
    assert "Mismatched elements" in error["evalue"]
