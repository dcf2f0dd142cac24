"""The attacks are real: they succeed against stock nbgrader."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest

from .attack import Attack, Kind
from .catalogue import ATTACKS
from .course import HONEST, Course, copied
from .harness import grade, jailed, nbgrader, plan
from .page import active_parts
from .sample import ALL
from .seen import FULL_MARKS, World
from .stock import recorded, succeeds

# One of each way to succeed, and two that stock nbgrader refuses.
SAMPLE = {
    "checksum-forged",
    "data-links-to-key",
    "equals-all",
    "more-points",
    "own-score",
    "page-script",
    "parent-killed",
    "skip-tag",
}
TRIED = [attack for attack in ATTACKS if os.environ.get(ALL) or attack.name in SAMPLE]


def test_every_attack_has_a_name_of_its_own() -> None:
    """The name is the student, so two attacks of one name would hand in one submission."""
    assert [name for name, times in Counter(a.name for a in ATTACKS).items() if times > 1] == []


def test_every_attack_was_tried_on_stock_nbgrader() -> None:
    """The committed results cover the suite, no more and no less."""
    assert recorded().keys() == {attack.name for attack in ATTACKS}


def test_more_than_sixty_attacks_are_real() -> None:
    """An attack that stock nbgrader refuses is kept, but does not count."""
    assert sum(recorded().values()) >= 75


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_of_attack_is_real(kind: Kind) -> None:
    """No kind rests on attacks that never worked."""
    results = recorded()

    assert any(results[attack.name] for attack in ATTACKS if attack.kind is kind)


@pytest.mark.stock
@pytest.mark.usefixtures("jail")
@pytest.mark.parametrize("attack", TRIED, ids=lambda attack: attack.name)
def test_stock_nbgrader_gives_the_recorded_result(
    attack: Attack, attacked_course: Course, scratch: Path
) -> None:
    """What is recorded can be repeated."""
    assert succeeds(attacked_course, attack, scratch) is recorded()[attack.name]


@pytest.mark.stock
@pytest.mark.usefixtures("jail")
def test_an_honest_submission_shows_none_of_the_signs(
    attacked_course: Course, scratch: Path
) -> None:
    """The proofs do not fire by themselves: right answers earn full marks and nothing else."""
    course = copied(attacked_course, scratch / "world")
    world = World(course)
    commands = [
        nbgrader(word, f"--student={HONEST}") for word in ("autograde", "generate_feedback")
    ]
    world.graded(grade(course, plan(course, commands, seconds=90), jail=jailed(course)))
    seen = world.seen((HONEST,))

    assert sum(seen.scores[HONEST].values()) == FULL_MARKS
    assert (seen.changed, seen.heard, seen.left) == ((), (), ())
    assert [active_parts(page, course.mark) for page in seen.pages.values()] == [[]]


@pytest.mark.parametrize(
    ("page", "active"),
    [
        ("<p>left-1 <b onclick='x'>not ours</b></p>", False),
        ("<pre>&lt;script&gt;left-1&lt;/script&gt;</pre>", False),
        ("<img alt='left-1' src='data:image/png;base64,AAAA'>", False),
        ("<a href='#left-1'>left-1</a>", False),
        ('<script type="application/json">"left-1"</script>', False),
        ("<pre>$\\href{javascript:left-1}{x}$</pre>", False),
        ("<meta charset='utf-8'><p>left-1</p>", False),
        ("<script>left-1</script>", True),
        ("<img src=x onerror='left-1'>", True),
        ("<a href=' JavaScript:left-1'>x</a>", True),
        ("<p style='position:fixed;--a:left-1'>x</p>", True),
        ("<style>h4 { content: 'left-1' }</style>", True),
        ("<svg><rect onload='left-1'/></svg>", True),
        ("<p>$\\href{javascript:left-1}{x}$</p>", True),
        ('<script type="application/json">"</script><script>left-1</script>', True),
    ],
)
def test_active_parts_are_told_from_text(page: str, active: bool) -> None:
    """A check of pages that finds nothing looks like success, so it is checked itself."""
    assert bool(active_parts(page, "left-1")) is active
