"""What a learner writes into the answer cells, and what it must earn."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from random import Random
from string import Template

__all__ = ["Answer", "Question", "Written", "bank", "write"]

# Names that no cell of the course and no answer uses for anything else.
WORDS = (
    *("aliquot", "batch", "cohort", "dish", "drawer", "flask", "pellet", "plate"),
    *("probe", "rack", "shelf", "swab", "tally", "tube", "well"),
)


@dataclass(frozen=True)
class Answer:
    """Source of an answer cell, ``None`` for the untouched stub, with the points of the tests it fails."""

    source: str | None
    scores: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Question:
    """One answer cell of the course and all that learners write into it."""

    notebook: str
    cell: str
    tests: tuple[str, ...]
    stubbed: tuple[str, ...]
    right: tuple[str, ...]
    wrong: tuple[Answer, ...]
    endless: tuple[str, ...]
    broken: tuple[str, ...]

    def best(self) -> Answer:
        """The answer as the course has it."""
        return Answer(self.right[0])

    def styled(self, random: Random) -> Answer:
        """A full answer in any style."""
        return Answer(random.choice(self.right))

    def restyled(self, random: Random) -> Answer:
        """A full answer in another style than the course's."""
        return Answer(random.choice(self.right[1:]))

    def failing(self, random: Random) -> Answer:
        """An answer that runs and is wrong."""
        return random.choice(self.wrong)

    def mixed(self, random: Random) -> Answer:
        """Mostly a full answer, sometimes a wrong one."""
        return self.failing(random) if random.random() < 0.15 else self.styled(random)

    def erroring(self, random: Random) -> Answer:
        """A cell that ends in an error before anything is answered."""
        return Answer(random.choice(self.broken), dict.fromkeys(self.tests, 0))

    def error_at_the_end(self, random: Random) -> Answer:
        """A full answer whose cell ends in an error; it earns all points."""
        return Answer(f"{random.choice(self.right).strip()}\n\nprint(result_$number)")

    def looping(self, random: Random) -> Answer:
        """A cell, or a function, that never ends."""
        return Answer(random.choice(self.endless), dict.fromkeys(self.tests, 0))

    def untouched(self) -> Answer:
        """The stub as it was released."""
        return Answer(None, dict.fromkeys(self.stubbed, 0))


@dataclass(frozen=True)
class Written:
    """An answer cell that a person marks."""

    notebook: str
    cell: str
    answers: tuple[str, ...]


@cache
def bank() -> tuple[tuple[Question, ...], tuple[Written, ...]]:
    """Return the questions and the cells that a person marks, in the order of the course."""
    text = (Path(__file__).parent / "answers.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    broken = tuple(data["broken"].values())
    questions = tuple(_question(entry, broken) for entry in data["question"])
    written = tuple(
        Written(entry["notebook"], entry["cell"], tuple(entry["answers"]))
        for entry in data["written"]
    )
    return questions, written


def _question(entry: Mapping, broken: Sequence[str]) -> Question:
    return Question(
        notebook=entry["notebook"],
        cell=entry["cell"],
        tests=tuple(entry["tests"]),
        stubbed=tuple(entry.get("stubbed", entry["tests"])),
        right=tuple(entry["right"]),
        wrong=tuple(Answer(wrong["code"], wrong["scores"]) for wrong in entry["wrong"]),
        endless=tuple(entry.get("endless", ())),
        broken=tuple(broken),
    )


def write(template: str, code: str, random: Random) -> str:
    """Fill in a learner's own words and numbers, so that no two learners hand in the same text."""
    return Template(template.strip("\n")).substitute(
        code=code, number=random.randrange(11, 98), word=random.choice(WORDS)
    )
