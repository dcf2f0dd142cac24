"""What a learner's function says while a test runs: what it prints, and its warnings."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Mapping
from typing import Any

from stemcell_kit.grading.judge.exceptions import library_class, standard_warning
from stemcell_kit.grading.shell import CellStream

__all__ = ["say_again"]


def say_again(reply: Mapping[str, Any], *, hides_printing: bool) -> None:
    """Print and warn in the test as the learner's function did.

    A hidden test would show its arguments so; and standard error counts only where a test looks.
    """
    if not hides_printing or not isinstance(sys.stdout, CellStream):
        sys.stdout.write(str(reply.get("printed", "")))
    if not isinstance(sys.stderr, CellStream):
        sys.stderr.write(str(reply.get("complained", "")))
    warned = reply.get("warned")
    for told in warned if isinstance(warned, list) else ():
        module, name, text = told
        kind = library_class(module, name, Warning) or standard_warning(name)
        warnings.warn(str(text), kind, stacklevel=4)
