"""Classes that are no secret of the learner: the judge has the same."""

from __future__ import annotations

import builtins
import sys
from collections.abc import Mapping
from typing import Any

__all__ = ["known_class"]

# Library -> the classes of values that cross as plain data.
KNOWN = {
    "collections": frozenset(["Counter", "OrderedDict", "defaultdict", "deque"]),
    "datetime": frozenset(["date", "datetime", "time", "timedelta", "timezone"]),
    "decimal": frozenset(["Decimal"]),
    "fractions": frozenset(["Fraction"]),
    "numpy": frozenset(
        ["bool", "bool_", "complex128", "float32", "float64", "int32", "int64", "ndarray", "str_"]
    ),
    "pandas": frozenset(["DataFrame", "Index", "Series", "Timedelta", "Timestamp"]),
}


def known_class(node: Mapping[str, Any]) -> type | None:
    """Return a builtin or a well-known library class by its name, None for any other."""
    module, name = node.get("module"), node.get("name")
    if node.get("kind") != "class" or not isinstance(module, str) or not isinstance(name, str):
        return None
    root = module.partition(".")[0]
    if root == "builtins":
        found = getattr(builtins, name, None)
    elif name in KNOWN.get(root, ()) and root in sys.modules:
        found = getattr(sys.modules[root], name, None)
    else:
        return None
    return found if isinstance(found, type) else None
