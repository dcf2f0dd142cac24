"""Which names a test needs, and whose they are, read from the course's own notebook."""

from __future__ import annotations

import pytest

from stemcell_kit.grading.names import cell_names, needs_of_tests

READS = [
    ("for x in xs: assert f(x)", "f xs"),
    ("if (n := g()): print(n)\nn", "g print"),
    ("with opened as file: file", "opened"),
    ("import numpy as np\nnp.pi", ""),
    ("import os.path\nos", ""),
    ("from math import pi as p\np", ""),
    ("try:\n    1 / q\nexcept E as e:\n    e", "E q"),
    ("try:\n    r = f(1)\nexcept E:\n    r = None\nassert r", "E f"),
    ("try:\n    r = f(1)\nexcept E:\n    raise\nassert r", "E f"),
    ("try:\n    r = f(1)\nexcept E:\n    print(1)\nassert r", "E f print r"),
    (
        "match v:\n    case [a, *b]: a, b\n    case {'k': c, **d}: c, d\n    case P(x=z) as w: z, w",
        "P v",
    ),
    ("[y for y in ys if y in zs]", "ys zs"),
    ("[x for x in x]", "x"),
    ("{k: v for k, v in d.items()}", "d"),
    ("[[c for c in row] for row in rows]", "rows"),
    ("sum(a * k for a in items)", "items k sum"),
    ("def f():\n    global g\n    g = 1\n    return h\nf()", "h"),
    ("def f(a, b=d, *c, e=k, **m):\n    def g(z): return z + a + q\n    return g", "d k q"),
    ("def f(a: A) -> B: return a", "A B"),
    ("class A(B, metaclass=M):\n    x = 1\n    y = x\n    def m(self): return data", "B M data"),
    ("class A:\n    data = 1\n    def m(self): return data", "data"),
    ("def f():\n    data = 1\ndef g(): return data", "data"),
    ("def outer():\n    def inner():\n        v = 1\n    return v", "v"),
    ("a, *b = c\na, b", "c"),
    ("del z", "z"),
    ("n += 1", "n"),
    ("@deco\ndef f(): pass", "deco"),
    ("x: int\nx", "int x"),
    ("y: T = 1\ny", "T"),
    ("f'{a!r:>{w}}'", "a w"),
    ("lambda x, y=q: x + y + z", "q z"),
    ("lambda x=x: x", "x"),
    ("[a := 1 for i in r if (b := i)]\na, b", "r"),
    ("def f():\n    import numpy as np\n    return np", ""),
    ("for i in range(3):\n    t = i\nt", "range"),
    ("if a:\n    p = 1\nelse:\n    p = 2\np", "a"),
    ("if a:\n    p = 1\np", "a p"),
    ("if a:\n    p = 1\nelse:\n    raise E\np", "E a"),
    ("def h(): return k()\ndef k(): return 1\nh()", ""),
    ("x = x", "x"),
    ("await f(1)", "f"),
    ("async def f():\n    async with a as b: return b", "a"),
    ("%matplotlib inline\nanswer", "answer"),
    ("%%time\nassert answer", "answer"),
    ("%time y = z", "z"),
    ("x = !ls\nx", ""),
    ("display(answer); get_ipython(); _", "answer"),
    ("from math import *\nsqrt(answer)", "answer"),
    ("this is no Python", ""),
]


@pytest.mark.parametrize(("source", "expected"), READS, ids=[source for source, _ in READS])
def test_a_cell_reads_what_it_does_not_bind_before(source: str, expected: str) -> None:
    """Names are found in the order in which the cell runs, each in its scope."""
    assert sorted(cell_names(source).reads) == expected.split()


BINDS = [
    ("a, (b, *c) = 1", "a b c"),
    ("for i, j in x: pass", "i j"),
    ("with f() as (g, h): pass", "g h"),
    ("import a.b, c as d", "a d"),
    ("class A:\n    x = 1", "A"),
    ("def f():\n    y = 1\n    import z", "f"),
    ("def f():\n    global g\n    g = 1", "f g"),
    ("[k := i for i in x]", "k"),
    ("def f(): return [k := i for i in x]", "f"),
    ("match v:\n    case {'a': b, **c}: pass\n    case [d, *e] | (d, e): pass", "b c d e"),
    ("x[0] = 1; y.z = 2", ""),
    ("x: int", ""),
]


@pytest.mark.parametrize(("source", "expected"), BINDS, ids=[source for source, _ in BINDS])
def test_a_cell_binds_its_own_names_and_not_those_of_its_functions(
    source: str, expected: str
) -> None:
    """What is local to a function, a class or a comprehension stays there."""
    assert sorted(cell_names(source).binds) == expected.split()


CHANGES = [
    ("df['x'] = 1", "df"),
    ("df.loc[0, 'x'] = 1", "df"),
    ("del d['k']", "d"),
    ("o.name = 1", "o"),
    ("o.items[0].append(1)", "o"),
    ("readings.append(1)", "readings"),
    ("df.drop('a', axis=1, inplace=True)", "df"),
    ("df.drop('a', axis=1)", ""),
    ("df.drop('a', axis=1, inplace=False)", ""),
    ("clean = df.dropna()", ""),
    ("df.set_index('a')", ""),
    ("random.shuffle(deck)", "deck"),
    ("for row in rows: row['x'] = 1", "row rows"),
    ("for row in rows.values(): row['x'] = 1", "row rows"),
    ("other = readings\nother.sort()", "other readings"),
    ("part = df[df.a > 1]\npart['b'] = 1", "part"),
    ("ax.plot([1, 2])", "ax"),
    ("ax.set_title('t')", "ax"),
    ("df.plot(ax=ax)", "ax"),
    ("def f(d): d['x'] = 1", ""),
    ("def f():\n    readings.append(1)", "readings"),
]


@pytest.mark.parametrize(("source", "expected"), CHANGES, ids=[source for source, _ in CHANGES])
def test_a_cell_changes_what_it_alters_in_place(source: str, expected: str) -> None:
    """A new table that is made from an old one changes nothing."""
    assert sorted(cell_names(source).changes) == expected.split()


def test_imports_are_told_as_statements() -> None:
    """The judge imports for itself what the course imports, under the same name."""
    assert dict(
        cell_names("import numpy as np\nimport os.path\nfrom a.b import c as d").imports
    ) == {
        "np": "import numpy as np",
        "os": "import os.path",
        "d": "from a.b import c as d",
    }
    assert cell_names("from math import *").imports["sqrt"] == "from math import sqrt as sqrt"
    assert dict(cell_names("def f():\n    import numpy as np").imports) == {}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("pd.read_csv('out.csv')", ("out.csv",)),
        ("open('a/b.txt'), open('a/b.txt')", ("a/b.txt",)),
        ("open('../up.txt'), open('/etc/x.txt'), open('.hidden.txt'), open('c:x.txt')", ()),
        ("open('module.py'), open('data.pkl')", ()),
        ("import pickle\npickle.load(open('x.dat', 'rb'))", ()),
        ("np.load('x.npy', allow_pickle=True)", ()),
        ("exec(open('solution.txt').read())", ()),
    ],
)
def test_only_data_files_that_a_test_merely_reads_cross(
    source: str, expected: tuple[str, ...]
) -> None:
    """Nothing that Python would run or unpickle, and nothing outside the working folder."""
    assert cell_names(source).files == expected


def needs(*cells: tuple[str, str, str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What the last cell asks the learner for, and which course cells it needs."""
    found = needs_of_tests(cells)[cells[-1][0]]
    return tuple(sorted(found.asks)), found.course_cells


def test_data_of_a_locked_cell_is_the_courses() -> None:
    """The learner may bind the name anew in her notebook; the test does not ask her for it."""
    assert needs(
        ("given", "course", "readings = [1, 2]"),
        ("s", "learner", "mean = sum(readings) / 2"),
        ("t", "test", "assert mean == sum(readings) / 2"),
    ) == (("mean",), ("given",))


@pytest.mark.parametrize(
    "change", ["df['y'] = 1", "df.sort_values('x', inplace=True)", "df = df.copy()", "df += 1"]
)
def test_course_data_that_the_solution_changes_is_the_learners(change: str) -> None:
    """A question may be to change it, so her table is looked at and not the course's."""
    cells = [("given", "course", "df = 1"), ("s", "learner", change), ("t", "test", "df")]
    assert needs(*cells) == (("df",), ())


def test_course_data_given_to_a_function_that_changes_it_is_the_learners() -> None:
    """A solution function that changes its argument changes what it is called with."""
    assert needs(
        ("given", "course", "table = {}; limit = 3"),
        ("s1", "learner", "def fill(n, cells): cells['a'] = n"),
        ("s2", "learner", "fill(limit, table)"),
        ("t", "test", "assert table['a'] == limit"),
    ) == (("table",), ("given",))


def test_a_helper_of_an_earlier_test_is_the_courses() -> None:
    """The judge has run that test and knows the helper; what the helper reads is asked for."""
    assert needs(
        ("s", "learner", "limit = 1\nanswer = 2"),
        ("t1", "test", "def near(a): return abs(a - limit) < 1"),
        ("t", "test", "assert near(answer)"),
    ) == (("answer", "limit"), ())


def test_locked_cells_come_in_the_order_of_the_notebook() -> None:
    """A cell that builds on another one runs after it."""
    assert needs(
        ("a", "course", "one = 1"),
        ("b", "course", "two = one + 1"),
        ("c", "course", "unrelated = 1"),
        ("t", "test", "assert two == 2"),
    ) == ((), ("a", "b"))


def test_a_builtin_is_asked_for_only_where_the_solution_defines_it() -> None:
    """A learner who calls a variable ``sum`` does not break tests; one who must write it is asked."""
    assert needs(("s", "learner", "a = [1]"), ("t", "test", "assert sum(a) == 1")) == (("a",), ())
    assert needs(("s", "learner", "def round(x): return x"), ("t", "test", "round(1)")) == (
        ("round",),
        (),
    )


def test_the_last_to_bind_a_name_owns_it() -> None:
    """A locked cell after the solution takes the name back."""
    cells = [
        ("a", "course", "x = 1"),
        ("s", "learner", "x = 2"),
        ("b", "course", "x = 3"),
        ("t", "test", "assert x == 3"),
    ]
    assert needs(*cells) == ((), ("b",))
    assert needs(*cells[:2], cells[3]) == (("x",), ())
