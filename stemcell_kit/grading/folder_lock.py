"""One grading run at a time in a course folder."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["locked"]

LOCK = ".stemcell-kit-grading.lock"


@contextmanager
def locked(course: Path) -> Iterator[None]:
    """Wait until no other run grades in this course, and keep others waiting.

    The operating system lets go of the lock when the process ends, however it ends. Where there
    is no such lock (Windows), runs are not kept apart.
    """
    if sys.platform == "win32":
        yield
        return
    import fcntl

    descriptor = os.open(course / LOCK, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
