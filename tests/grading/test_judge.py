"""The judge: tests run on values, functions and objects that live in another process."""

from __future__ import annotations

import pytest

from stemcell_kit.grading.engine import Engine
from stemcell_kit.grading.sandbox.limits import Limits
from tests.grading.judge_cases import HONEST, LIES, OTHER_STYLES, UNSUPPORTED
from tests.grading.trials import Court, locked, solution, test_cell


@pytest.mark.parametrize("subject", HONEST, ids=str)
def test_a_right_answer_passes_whatever_it_is_made_of(subject: str, engine: Engine) -> None:
    """Functions, classes, iterators and tables behave in a test as they do in a notebook."""
    answer, tests = HONEST[subject]
    cells = [test_cell(source, f"test-{number}") for number, source in enumerate(tests)]
    court = Court(engine, solution(answer), *cells)
    trial = court.trial()

    assert court.model_fails == ()
    assert {t.source: trial.error(t.grade_id) for t in cells if trial.error(t.grade_id)} == {}
    assert trial.result.ended is None


@pytest.mark.parametrize("style", OTHER_STYLES, ids=str)
def test_a_right_answer_in_another_style_than_the_model_solution_passes(
    style: str, engine: Engine
) -> None:
    """An object counts as the plain data, the function or the iterator that it is."""
    model, answer, test = OTHER_STYLES[style]
    trial = Court(engine, solution(model), test_cell(test)).trial(answer)

    assert trial.model_fails == ()
    assert trial.error() is None


@pytest.mark.parametrize("lie", LIES, ids=str)
def test_an_object_that_lies_earns_nothing(lie: str, engine: Engine) -> None:
    """Where the model solution has plain data, an object of the learner's own is not asked."""
    model, answer, test = LIES[lie]
    trial = Court(engine, solution(model), test_cell(test)).trial(answer)

    assert trial.model_fails == ()
    assert trial.error() not in (None, "not run")


@pytest.mark.parametrize("what", UNSUPPORTED, ids=str)
def test_what_cannot_be_judged_shows_with_the_model_solution(what: str, engine: Engine) -> None:
    """The course's author hears of it before a learner does; marked in-kernel it works."""
    answer, test = UNSUPPORTED[what]
    assert Court(engine, solution(answer), test_cell(test)).model_fails == ("test",)
    in_kernel = Court(engine, solution(answer), test_cell(test, in_kernel=True))
    assert in_kernel.model_fails == ()
    assert in_kernel.trial().error() is None


def test_the_message_for_an_object_of_the_tests_own_says_what_to_do(engine: Engine) -> None:
    """A test that gives its own object to a function cannot be judged, and says why."""
    model, test = UNSUPPORTED["an object of the test as argument"]
    error = Court(engine, solution(model), test_cell(test)).trial().error()
    assert error is not None
    assert "of its own" in error
    assert "in-kernel" in error


# --- permits --------------------------------------------------------------------------------------

POINT = """
class Point:
    def __init__(self, x): self.x = x
    def __eq__(self, other): return {equal}
p = Point(1)
answer = {answer}
"""


def test_what_one_test_allows_another_does_not(engine: Engine) -> None:
    """Objects may compare where the model solution compared objects, and nowhere else."""
    court = Court(
        engine,
        solution(POINT.format(equal="self.x == other.x", answer="42")),
        test_cell("assert p == Point(1)", "objects"),
        test_cell("assert answer == 42", "data"),
    )
    trial = court.trial(POINT.format(equal="True", answer="p"))

    assert court.model_fails == ()
    assert trial.error("objects") is None
    assert trial.error("data") not in (None, "not run")


def test_no_test_takes_a_refused_operator_for_an_expected_exception(engine: Engine) -> None:
    """An answer that may not be asked ends the test, whatever exception it waits for."""
    test = "try:\n    answer + 'text'\nexcept TypeError:\n    pass\nelse:\n    assert False"
    lie = "class Lie:\n    def __add__(self, other): raise TypeError\nanswer = Lie()"
    assert Court(engine, solution("answer = 1"), test_cell(test)).trial(lie).error() is not None


def test_a_learners_context_hides_no_failed_check(engine: Engine) -> None:
    """``__exit__`` may swallow what the model solution's swallowed, and never an assertion."""
    manager = "class C:\n    def __enter__(s): return {value}\n    def __exit__(s, *a): return True"
    court = Court(
        engine,
        solution(manager.format(value="5")),
        test_cell("with C() as x:\n    assert x == 5", "check"),
        test_cell("with C() as x:\n    assert x + 1 == 6", "sum"),
        test_cell("with C():\n    raise ValueError", "hides"),
    )
    trial = court.trial(manager.format(value="'a'"))

    assert court.model_fails == ()
    assert trial.error("check") == "AssertionError: "
    assert str(trial.error("sum")).startswith("TypeError")
    assert trial.error("hides") is None


# --- changed arguments ----------------------------------------------------------------------------

SORTED = "data = [3, 1, 2]\nassert ordered(data) == [1, 2, 3]"


def test_a_function_that_changes_what_it_should_not_fails_where_the_test_looks(
    engine: Engine,
) -> None:
    """As in a notebook: sorting the caller's list costs the point only if a test asks about it."""
    court = Court(
        engine,
        solution("def ordered(xs): return sorted(xs)"),
        test_cell(SORTED, "result"),
        test_cell(f"{SORTED}\nassert data == [3, 1, 2]", "unchanged"),
    )
    trial = court.trial("def ordered(xs):\n    xs.sort()\n    return xs")

    assert trial.error("result") is None
    assert trial.error("unchanged") == "AssertionError: "


def test_a_function_cannot_change_what_it_is_compared_with(engine: Engine) -> None:
    """The test also has to pass with its data as they were."""
    court = Court(
        engine,
        solution("def total(xs): return sum(xs)"),
        test_cell("data = [1, 2]\nassert total(data) == sum(data)"),
    )
    assert court.trial("def total(xs):\n    xs.clear()\n    return 0").error() == "AssertionError: "


def test_a_function_that_should_change_its_argument_does(engine: Engine) -> None:
    """Lists, dicts, sets, arrays, tables and figures of the test change in place."""
    court = Court(
        engine,
        solution("def add(xs): xs.append(1)"),
        test_cell("xs = []\nassert add(xs) is None\nassert xs == [1]"),
    )
    assert court.trial().error() is None
    assert court.trial("def add(xs): xs + [1]").error() == "AssertionError: "


def test_partial_credit_is_the_smaller_of_both_runs(engine: Engine) -> None:
    """A test with points in its last line counts them with the change and without it."""
    test = "data = [2, 1]\n(ordered(data) == [1, 2]) + (data == [2, 1])"
    court = Court(engine, solution("def ordered(xs): return sorted(xs)"), test_cell(test))
    credit = [
        court.trial(answer).outputs["test"][-1]["data"]["text/plain"]
        for answer in (
            "def ordered(xs): return sorted(xs)",
            "def ordered(xs):\n    xs.sort(); return xs",
        )
    ]
    assert credit == ["2", "1"]


# --- whose names ----------------------------------------------------------------------------------


def test_the_learner_cannot_move_the_goal(engine: Engine) -> None:
    """Data and helpers of locked cells and of tests are the course's, whatever she binds."""
    court = Court(
        engine,
        locked("readings = [1, 2, 3]\ndef near(a, b): return abs(a - b) < 0.1"),
        solution("mean = 2"),
        test_cell("assert near(mean, sum(readings) / 3)"),
    )
    cheat = "mean = 0\nreadings = [0, 0, 0]\nnear = lambda a, b: True\nsum = lambda x: 0"
    assert court.trial(cheat).error() == "AssertionError: "
    assert court.trial("mean = 2\nsum = 5\nlen = None\nlist = []").error() is None


def test_a_library_function_that_the_model_imports_is_not_given_to_everybody(
    engine: Engine,
) -> None:
    """A wrong function of the learner's own is judged as it is."""
    court = Court(
        engine,
        solution("from statistics import mean as average"),
        test_cell("assert average([1, 3]) == 2"),
    )
    assert court.trial("def average(xs): return 0").error() == "AssertionError: "
    assert court.trial("def average(xs): return sum(xs) / len(xs)").error() is None
    assert court.trial("import numpy as np\naverage = np.mean").error() is None


def test_a_later_cell_builds_on_what_a_test_has_bound(engine: Engine) -> None:
    """The visible part of a test also runs for the learner, where her cells need it."""
    court = Court(
        engine,
        solution("def grow(x): return 2 * x", "grow"),
        test_cell("twice = grow(2)\nassert twice == 4", "first"),
        solution("answer = twice + 1"),
        test_cell("assert answer == 5", "second"),
    )
    trial = court.trial()
    assert trial.error("first") is None
    assert trial.error("second") is None


def test_a_test_that_cannot_be_judged_still_defines_its_helpers(engine: Engine) -> None:
    """The next question does not pay for the answer to this one."""
    court = Court(
        engine,
        solution("a = 1", "one"),
        test_cell("def near(x, y): return abs(x - y) < 1\nassert near(a, 1)", "first"),
        solution("b = 2"),
        test_cell("assert near(b, 2)", "second"),
    )
    trial = court.trial(one="class Own: pass\na = Own()")
    assert str(trial.error("first")).startswith("NotPlain: a is an object of a class of your own")
    assert trial.error("second") is None


def test_a_name_that_only_the_test_binds_is_not_asked_for(engine: Engine) -> None:
    """Whatever the learner keeps under that name does not matter."""
    court = Court(
        engine,
        solution("def f(x): return x"),
        test_cell("for x in [1, 2]:\n    assert f(x) == x"),
    )
    assert court.trial("class Own: pass\nx = Own()\ndef f(x): return x").error() is None


def test_magics_work_in_every_kind_of_cell(engine: Engine) -> None:
    """``%matplotlib inline`` is the first line of many a notebook."""
    court = Court(
        engine,
        locked("%matplotlib inline\nimport matplotlib.pyplot as plt"),
        solution("%config InlineBackend.figure_format = 'retina'\nlines = !echo hi\na = 1"),
        test_cell("%matplotlib inline\nassert a == 1", "inline"),
        test_cell("%%time\nassert a == 1", "timed"),
    )
    trial = court.trial()
    assert court.model_fails == ()
    assert trial.error("given") is None
    assert trial.error("answer") is None


# --- random numbers, files, time ------------------------------------------------------------------


def test_a_locked_cell_draws_the_same_numbers_for_judge_and_learner(engine: Engine) -> None:
    """Data without a seed of their own are equal on both sides."""
    court = Court(
        engine,
        locked(
            "import random\nimport numpy as np\nreadings = np.random.rand(5)\nn = random.random()"
        ),
        solution("answer = readings.sum() + n"),
        test_cell("assert abs(answer - readings.sum() - n) < 1e-12"),
    )
    assert court.trial().error() is None
    assert court.trial("import random\nrandom.random()\nanswer = 0").error() == "AssertionError: "


def test_the_same_submission_twice_gives_the_same_verdicts(engine: Engine) -> None:
    """Numbers without a seed, sets and hashes included."""
    court = Court(
        engine,
        solution(
            "import numpy as np\nx = np.random.rand(3)\nwords = {'a', 'b', 'c'}\nprint(words)"
        ),
        test_cell("print(x, list(words), hash('a'))\nx.sum()"),
    )
    assert court.trial().outputs == court.trial().outputs


def test_a_file_that_the_learner_wrote_can_be_read_by_a_test(engine: Engine) -> None:
    """It crosses as data; where the course has a file of that name, the course's is read."""
    read = "import pandas as pd\nassert pd.read_csv('{name}').a[0] == 1"
    court = Court(
        engine,
        solution("open('own.csv', 'w').write('a\\n1\\n')"),
        test_cell(read.format(name="own.csv"), "own"),
        test_cell(read.format(name="given.csv"), "given"),
        test_cell(read.format(name="./given.csv"), "dotted"),
        course_files={"given.csv": b"a\n1\n"},
    )
    assert court.model_fails == ()
    trial = court.trial("for name in ('own.csv', 'given.csv'): open(name, 'w').write('a\\n2\\n')")
    assert trial.error("own") == "AssertionError: "
    assert trial.error("given") is None
    assert trial.error("dotted") is None


LIMITS = Limits(cell_seconds=1, submission_seconds=40)
ENDLESS = {
    "a plain loop": "while True: pass",
    "a sleep": "import time; time.sleep(100)",
    "a long computation in C": "b = 7 ** (10 ** 8)",
    "one that catches the interrupt": (
        "while True:\n    try:\n        while True: sum([1])\n    except BaseException: pass"
    ),
    "one that blocks the alarm": (
        "import signal\nsignal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM])\n"
        "while True: sum([1])"
    ),
}


@pytest.mark.parametrize("way", ENDLESS, ids=str)
def test_a_cell_without_end_costs_its_limit_and_nothing_earned_before(
    way: str, engine: Engine
) -> None:
    """The worker interrupts it; where it resists, the session ends and says so."""
    court = Court(
        engine,
        solution("a = 1", "first"),
        test_cell("assert a == 1", "before"),
        solution("b = 1"),
        test_cell("assert b == 1", "after"),
    )
    trial = court.trial(ENDLESS[way], limits=LIMITS)
    assert trial.error("before") is None
    assert trial.error("after") not in (None, "not run")
    assert trial.result.seconds < 8


def test_a_test_without_end_costs_the_question_alone(engine: Engine) -> None:
    """A loop of the test that an answer keeps going is stopped in the judge."""
    court = Court(
        engine,
        solution("n = 3\nb = 1"),
        test_cell("k = 0\nwhile k != n: k += 1", "loop"),
        test_cell("assert b == 1", "after"),
    )
    trial = court.trial("n = -1\nb = 1", limits=LIMITS)
    assert str(trial.error("loop")).startswith("CellTimeoutError")
    assert trial.error("after") is None


def test_a_function_without_end_costs_the_question_alone(engine: Engine) -> None:
    """A test that catches everything does not take the interrupt for the exception it expects."""
    test = "try:\n    f()\nexcept Exception:\n    pass"
    court = Court(
        engine,
        solution("def f(): raise ValueError\nb = 1"),
        test_cell(test, "loop"),
        test_cell("assert b == 1", "after"),
    )
    trial = court.trial("def f():\n    while True: pass\nb = 1", limits=LIMITS)
    assert str(trial.error("loop")).startswith("CellTimeoutError")
    assert trial.error("after") is None


def test_an_answer_that_fills_the_judges_memory_costs_the_question_alone(engine: Engine) -> None:
    """The judge has limits as well."""
    court = Court(
        engine,
        solution("n = 3\nb = 1"),
        test_cell("assert len([0] * n) == 3", "large"),
        test_cell("assert b == 1", "after"),
    )
    trial = court.trial("n = 10 ** 12\nb = 1")
    assert str(trial.error("large")).startswith("MemoryError")
    assert trial.error("after") is None


def test_a_stand_in_of_a_process_that_is_gone_earns_nothing(engine: Engine) -> None:
    """A test that expects some exception does not take the end of the process for it."""
    test = "try:\n    f()\nexcept Exception:\n    pass"
    court = Court(
        engine,
        solution("def f(): raise ValueError", "first"),
        test_cell(test, "before"),
        solution("b = 1"),
        test_cell(test, "after"),
    )
    for answer in ("import os; os._exit(0)", "import os, signal; os.kill(os.getpid(), 9)"):
        trial = court.trial(answer)
        assert trial.error("before") is None
        if trial.result.ended:
            assert trial.result.ended == "gone"
            assert str(trial.error("after")).startswith("WorkerGone")
    dies = court.trial(first="def f():\n    import os\n    os._exit(0)")
    assert str(dies.error("before")).startswith("WorkerGone")
