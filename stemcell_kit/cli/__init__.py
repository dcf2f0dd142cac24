"""The command line: ``stemcell-kit`` with one command for each thing that people do with the kit.

Each command reads its options, calls one room of the house and prints what comes back.
"""

from __future__ import annotations

from stemcell_kit.cli import contributing, course, exam, grade, laboratory
from stemcell_kit.cli.main import main

__all__ = ["contributing", "course", "exam", "grade", "laboratory", "main"]
