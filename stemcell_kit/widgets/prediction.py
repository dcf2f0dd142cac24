"""A question to commit to before the cell is run."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from stemcell_kit.errors import KitError
from stemcell_kit.language import say, text
from stemcell_kit.learning.predictions import Prediction, chosen, commit, prediction
from stemcell_kit.widgets.page_parts import page_script

__all__ = ["PredictionWidget", "predict"]

_LABELS = ("label", "commit", "again", "choose", "no-kernel", "yours", "right-one")


def predict(full_id: str) -> PredictionWidget:
    """Ask the learner for a prediction, e.g. ``predict("identity/swap-or-drift")``."""
    return PredictionWidget(prediction(full_id))


class PredictionWidget(anywidget.AnyWidget):
    """One prediction in the notebook; which option is right leaves Python only after it."""

    _esm = page_script("prediction", "nodes", "courier")
    _css = Path(__file__).parent / "question.css"

    words = traitlets.Dict().tag(sync=True)
    question = traitlets.Unicode().tag(sync=True)
    options: traitlets.List[Any] = traitlets.List().tag(sync=True)
    verdict = traitlets.Dict().tag(sync=True)

    def __init__(self, asked: Prediction) -> None:
        self.asked = asked
        before = chosen(asked)
        super().__init__(
            words={key: say(f"prediction.{key}") for key in _LABELS},
            question=text(asked.question),
            options=[text(option.text) for option in asked.options],
            verdict={} if before is None else _verdict(asked, before),
        )
        self.on_msg(lambda _widget, message, _buffers: self.receive(message))

    def __repr__(self) -> str:
        return f"{say('prediction.label')}: {self.question}"

    def receive(self, message: Mapping[str, Any]) -> None:
        """Remember the option that the page commits to and show what comes of it."""
        try:
            commit(self.asked, message["choice"])
        except KitError as refusal:
            self.send({"ok": False, "message": str(refusal)})
            return
        self.verdict = _verdict(self.asked, message["choice"])
        self.send({"ok": True})


def _verdict(asked: Prediction, place: int) -> dict[str, Any]:
    right = asked.is_right(place)
    best = place if right else asked.right[0]
    return {
        "choice": place,
        "right": right,
        "headline": say("prediction.right" if right else "prediction.wrong"),
        "feedback": text(asked.options[place].feedback),
        "best": best,
        "explanation": "" if right else text(asked.options[best].feedback),
    }
