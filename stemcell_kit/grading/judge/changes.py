"""Changing a test's own list, dict, set, array, table, figure or generator in place."""

from __future__ import annotations

from typing import Any

from stemcell_kit.grading.live import is_live, take_state

__all__ = ["change"]


def change(old: Any, new: Any) -> None:
    """Make *old* hold what *new* holds, where both are of the same kind."""
    if type(old) is not type(new):
        return
    if is_live(old):
        take_state(old, new)
    elif isinstance(old, list):
        old[:] = new
    elif isinstance(old, (dict, set)):
        old.clear()
        old.update(new)
    elif type(old).__module__.startswith("numpy") and old.shape == new.shape:
        old[...] = new
    elif type(old).__module__.startswith("pandas") and hasattr(old, "_update_inplace"):
        old._update_inplace(new)
    elif type(old).__module__.startswith("matplotlib"):
        # what was drawn stands in a new figure; the test's own name shows it from here on
        vars(old).update(vars(new))
