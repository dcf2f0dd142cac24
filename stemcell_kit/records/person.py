"""Who sits at this machine."""

from __future__ import annotations

import getpass
import os

__all__ = ["person"]


def person() -> str:
    """Return who sits at this machine: the hub's user name, else the login name."""
    return os.environ.get("JUPYTERHUB_USER") or getpass.getuser()
