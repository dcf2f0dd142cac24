"""Predictions: the question a learner answers before running a cell, and what was answered."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from stemcell_kit.errors import BadInput
from stemcell_kit.learning.quiz_content import Option, options_of, quiz_rows
from stemcell_kit.model import Text
from stemcell_kit.records import Records, records

__all__ = ["Prediction", "chosen", "commit", "prediction", "predictions_of"]


@dataclass(frozen=True)
class Prediction:
    """A question with its options; at least one is right."""

    lesson: str
    id: str
    question: Text
    options: tuple[Option, ...]

    @property
    def full_id(self) -> str:
        """The id across lessons, e.g. ``identity/swap-or-drift``."""
        return f"{self.lesson}/{self.id}"

    @property
    def right(self) -> tuple[int, ...]:
        """The places of the right options."""
        return tuple(place for place, option in enumerate(self.options) if option.right)

    def is_right(self, place: int) -> bool:
        """Whether the option at this place is right."""
        return self.options[place].right


def prediction(full_id: str, *, content: Path | None = None) -> Prediction:
    """Return a prediction by ``lesson/prediction-id``.

    Raises
    ------
    BadInput
        The lesson has no quiz file, or no prediction of that id.
    ContentError
        The quiz file is wrong.
    """
    lesson, _, name = full_id.partition("/")
    known = {found.id: found for found in predictions_of(lesson, content=content)}
    if not known:
        raise BadInput(f"no predictions for the lesson {lesson!r}; expected 'lesson/prediction-id'")
    if name not in known:
        raise BadInput(f"{lesson} has no prediction {name!r}; it has {', '.join(known)}")
    return known[name]


def predictions_of(lesson: str, *, content: Path | None = None) -> tuple[Prediction, ...]:
    """Return the predictions of a lesson in order; none where the lesson has no quiz file."""
    return tuple(
        Prediction(lesson, row["id"], Text(row["question"]), options_of(row))
        for row in quiz_rows(lesson, "prediction", content=content)
    )


def commit(asked: Prediction, place: int, *, store: Records | None = None) -> None:
    """Remember the option that a learner commits to; the last one stands.

    Raises
    ------
    BadInput
        There is no option at that place.
    """
    if isinstance(place, bool) or place not in range(len(asked.options)):
        raise BadInput(f"{asked.full_id} has options 0 to {len(asked.options) - 1}, not {place!r}")
    (store or records()).save_prediction(asked.full_id, place)


def chosen(asked: Prediction, *, store: Records | None = None) -> int | None:
    """Return the place of the option committed to earlier, or None before any commitment."""
    place = (store or records()).predictions().get(asked.full_id)
    # an option that a newer edition of the quiz has removed counts as not answered
    return place if place in range(len(asked.options)) else None
