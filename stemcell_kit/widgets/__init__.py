"""What a reader sees and touches in a notebook: checklist, prediction, quiz, start page."""

from __future__ import annotations

from stemcell_kit.widgets.checklist import checklist
from stemcell_kit.widgets.prediction import predict
from stemcell_kit.widgets.quiz import quiz
from stemcell_kit.widgets.start_page import start_page

__all__ = ["checklist", "predict", "quiz", "start_page"]
