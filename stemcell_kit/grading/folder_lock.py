"""One grading run at a time in a course folder."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["locked"]

LOCK = ".stemcell-kit-grading.lock"


@contextmanager
def locked(course: Path, *, before_waiting: Callable[[], None]) -> Iterator[None]:
    """Wait until no other run grades in this course, and keep others waiting.

    The operating system lets go of the lock when the process ends, however it ends. Where there
    is no such lock (Windows), runs are not kept apart.

    Parameters
    ----------
    before_waiting
        Called if another run grades here now.
    """
    if sys.platform == "win32":
        yield
        return
    import fcntl

    try:
        descriptor = os.open(course / LOCK, os.O_RDWR | os.O_CREAT, 0o664)
    except PermissionError:  # a colleague's file; to lock it, reading is enough on a local disk
        descriptor = os.open(course / LOCK, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            before_waiting()
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
