"""What a warm process loads before the first submission, so that no submission pays for it."""

from __future__ import annotations

import importlib
import os
from importlib.util import find_spec

from stemcell_kit.grading.shell import CellShell

__all__ = ["warm_libraries"]

LIBRARIES = (
    "numpy",
    "pandas",
    "scipy.stats",
    "scipy.optimize",
    "matplotlib.pyplot",
    "matplotlib.backends.backend_agg",
    "IPython.display",
    "unittest.mock",
    "stemcell_kit",
)
# IPython's first error, its first table and its first figure are slow; nothing of them stays.
_FIRST_TIMES = (
    "1/0",
    "import pandas as pd\ndisplay(pd.DataFrame({'a': [1.5], 'b': ['x']}))\ndel pd",
    "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.title('x')\nplt.show()\nplt.close('all')\ndel plt",
)


def warm_libraries(shell: CellShell) -> list[str]:
    """Load what submissions commonly use and return the names of what is there."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    found = [name for name in LIBRARIES if find_spec(name.partition(".")[0])]
    for name in found:
        importlib.import_module(name)
    if "stemcell_kit" in found:
        _warm_the_kit()
    for source in _FIRST_TIMES:
        shell.run(source, seconds=60)
    shell.forget()
    return found


def _warm_the_kit() -> None:
    import stemcell_kit

    stemcell_kit.case("identity", "warm")["profiles"]
