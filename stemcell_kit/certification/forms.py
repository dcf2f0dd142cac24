"""Forms: which questions a candidate gets, drawn with the exam's secret and equally hard for all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from statistics import mean, mode

from stemcell_kit.catalogue import catalogue
from stemcell_kit.certification.blueprint import Blueprint, together
from stemcell_kit.certification.difficulty import expected_share, form_rules
from stemcell_kit.certification.question_pool import Question
from stemcell_kit.certification.seals import PRACTICE, Secret
from stemcell_kit.errors import BadInput

__all__ = ["Form", "Sitting", "Yardstick", "draw", "expected_of", "is_critical", "yardstick"]


@dataclass(frozen=True)
class Sitting:
    """One candidate's attempt at one exam; ``candidate`` is an opaque code, e.g. ``C-0042``."""

    exam: str
    candidate: str
    attempt: int = 1

    @property
    def name(self) -> str:
        """The name of its folders, e.g. ``C-0042-1``."""
        return f"{self.candidate}-{self.attempt}"

    @property
    def words(self) -> tuple[str, str, int]:
        """What the secret is applied to."""
        return self.exam, self.candidate, self.attempt


@dataclass(frozen=True)
class Form:
    """The questions of one sitting, in the order in which they are put.

    ``sections`` are the exercises that they come from; each is a notebook with a case of its own,
    whose id is in ``case_ids``. ``expected`` is the expected share of points.
    """

    id: str
    sitting: Sitting
    sections: tuple[tuple[str, tuple[Question, ...]], ...]
    case_ids: tuple[str, ...]
    expected: float

    @property
    def questions(self) -> tuple[Question, ...]:
        """All questions in order."""
        return tuple(question for _, questions in self.sections for question in questions)

    @property
    def points(self) -> float:
        """The points that the form is worth."""
        return sum(question.points for question in self.questions)


@dataclass(frozen=True)
class Yardstick:
    """What all forms of a blueprint share: expected share of points, number of critical questions."""

    expected: float
    criticals: int


def draw(blueprint: Blueprint, sitting: Sitting, secret: Secret) -> Form:
    """Draw the form of a sitting; the same secret and sitting always give the same form.

    Raises
    ------
    BadInput
        No form of this blueprint was found within its tolerance.
    """
    wanted = yardstick(blueprint)
    for chosen in _draws(blueprint, sitting, secret):
        expected = expected_of(chosen, blueprint.measured)
        criticals = sum(is_critical(blueprint, question) for question in chosen)
        if abs(expected - wanted.expected) <= blueprint.tolerance and criticals == wanted.criticals:
            return _form(chosen, sitting, secret, expected)
    raise BadInput(
        f"no form of {blueprint.id} within {blueprint.tolerance:g} of the expected share "
        f"{wanted.expected:.3f} with {wanted.criticals} critical questions was found in "
        f"{form_rules()['search']['tries']} draws. Widen difficulty.tolerance, or give the parts more "
        "topics."
    )


@cache
def yardstick(blueprint: Blueprint) -> Yardstick:
    """Return what all forms of a blueprint must share.

    It is the mean of draws made without the secret and without a tolerance, unless the blueprint
    sets its own target; the number of critical questions is the most frequent one.
    """
    trial = (Sitting(blueprint.id, f"trial-{n}") for n in range(form_rules()["search"]["trials"]))
    found = [next(_draws(blueprint, sitting, PRACTICE), ()) for sitting in trial]
    drawn = [chosen for chosen in found if chosen]
    if not drawn:
        raise BadInput(
            f"no form of {blueprint.id} can be drawn: its questions build on others that do not "
            "fit into the parts. Give the parts more topics, or name fewer critical questions."
        )
    expected = blueprint.target
    if expected is None:
        expected = mean(expected_of(chosen, blueprint.measured) for chosen in drawn)
    criticals = mode(sum(is_critical(blueprint, one) for one in chosen) for chosen in drawn)
    return Yardstick(expected, criticals)


def expected_of(questions: Iterable[Question], measured: Mapping[str, float]) -> float:
    """Return the expected share of points of some questions together."""
    asked = tuple(questions)
    earned = sum(question.points * expected_share(question, measured) for question in asked)
    return earned / sum(question.points for question in asked)


def is_critical(blueprint: Blueprint, question: Question) -> bool:
    """Tell whether a question must be right: named, or serving a duty of a named severity."""
    known = catalogue().requirements
    severities = {str(known[name].severity) for name in question.requirements if name in known}
    return question.id in blueprint.always or bool(severities & blueprint.critical_severities)


def _draws(
    blueprint: Blueprint, sitting: Sitting, secret: Secret
) -> Iterator[tuple[Question, ...]]:
    """Yield draws that meet the quotas of all parts, hard and easy ones."""
    pool, groups, parts = _frame(blueprint)
    quotas = {part.id: part.quota for part in blueprint.parts}
    for number in range(form_rules()["search"]["tries"]):
        seal = secret.seal("draw", *sitting.words, number)
        stream = Secret(bytes.fromhex(seal))
        order = [*blueprint.always, *sorted(pool, key=lambda name: stream.seal("order", name))]
        chosen: set[str] = set()
        for name in order:
            group = chosen | groups[name]
            counts = Counter(parts[one] for one in group)
            if all(counts[part] <= quota for part, quota in quotas.items()):
                chosen = group
        if len(chosen) == blueprint.questions and chosen.issuperset(blueprint.always):
            yield tuple(pool[name] for name in sorted(chosen))


@cache
def _frame(
    blueprint: Blueprint,
) -> tuple[dict[str, Question], dict[str, frozenset[str]], dict[str, str]]:
    """Return the questions that can be drawn, with whom each is drawn, and the part of each."""
    pool = blueprint.eligible()
    groups = {name: together(question) for name, question in pool.items()}
    return pool, groups, {name: blueprint.part_of(question) for name, question in pool.items()}


def _form(chosen: tuple[Question, ...], sitting: Sitting, secret: Secret, expected: float) -> Form:
    """Put the exercises in an order of the candidate's own; within one, questions keep theirs."""
    rows = sorted(chosen, key=lambda question: (question.exercise, question.number))
    sections = [(name, tuple(group)) for name, group in groupby(rows, lambda one: one.exercise)]
    sections.sort(key=lambda section: secret.seal("section", *sitting.words, section[0]))
    return Form(
        id=secret.form_id(*sitting.words),
        sitting=sitting,
        sections=tuple(sections),
        case_ids=tuple(secret.case_id(*sitting.words, name) for name, _ in sections),
        expected=expected,
    )
