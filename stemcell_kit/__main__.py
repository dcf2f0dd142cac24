"""``python -m stemcell_kit``: the same as the command ``stemcell-kit``."""

from stemcell_kit.cli import main

main()
