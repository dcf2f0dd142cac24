"""A folder of somebody else, read without following a link and without waiting for anybody.

On Linux and macOS every name is opened relative to the open folder it lies in, so that a name
that is exchanged for a link between two looks leads nowhere. Where the system cannot do that
(Windows), the kind of each name is looked at before and after it is opened.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

__all__ = ["SafeFolder", "Unfit"]

BY_DESCRIPTOR = os.open in os.supports_dir_fd and os.scandir in os.supports_fd
# a pipe is opened without waiting for its other end, a terminal without becoming ours
_CAREFULLY = (
    os.O_RDONLY
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)
_REPARSE_POINT = 0x400  # a junction of Windows, which leads elsewhere like a link


class Unfit(Exception):
    """A name cannot be taken in; ``why`` is one word for the reason.

    ``absent``, ``link``, ``hard_link``, ``folder``, ``not_folder``, ``special`` (a pipe, socket or
    device), ``big`` or ``unreadable``.
    """

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class SafeFolder:
    """An open folder; ``names``, ``folder`` and ``read`` are all that can be done with it."""

    def __init__(self, place: int | Path) -> None:
        self._place = place

    def names(self, most: int) -> list[str]:
        """Return the names in the folder in order, at most *most* of them."""
        with _as_unfit(), os.scandir(self._place) as entries:
            return sorted(entry.name for entry in islice(entries, most))

    def is_folder(self, name: str) -> bool:
        """Tell whether *name* is a folder itself, not a link to one.

        Raises
        ------
        Unfit
            There is nothing of that name, or a link.
        """
        return stat.S_ISDIR(_checked(self._look(name)).st_mode)

    @contextmanager
    def folder(self, name: str) -> Iterator[SafeFolder]:
        """Open the folder *name* in this one.

        Raises
        ------
        Unfit
            It is no folder, or cannot be opened.
        """
        if not self.is_folder(name):
            raise Unfit("not_folder")
        if isinstance(self._place, Path):
            yield SafeFolder(self._place / name)
        else:
            with _opened_folder(name, self._place) as opened:
                yield opened

    def read(self, name: str, most: int) -> bytes:
        """Return the bytes of the regular file *name*.

        Raises
        ------
        Unfit
            It is no regular file of its own, has more than *most* bytes, or cannot be read.
        """
        before = _own_file(self._look(name), most)
        with _as_unfit():
            place = self._place
            if isinstance(place, Path):
                number = os.open(place / name, _CAREFULLY)
            else:
                number = os.open(name, _CAREFULLY, dir_fd=place)
            with os.fdopen(number, "rb") as file:
                now = _own_file(os.fstat(number), most)
                if (now.st_dev, now.st_ino) != (before.st_dev, before.st_ino):
                    raise Unfit("link")
                content = file.read(most + 1)
        if len(content) > most:
            raise Unfit("big")
        return content

    def _look(self, name: str) -> os.stat_result:
        with _as_unfit():
            if isinstance(self._place, Path):
                return os.lstat(self._place / name)
            return os.stat(name, dir_fd=self._place, follow_symlinks=False)

    @staticmethod
    @contextmanager
    def at(path: Path) -> Iterator[SafeFolder]:
        """Open the folder at *path*, unless it is a link.

        Raises
        ------
        Unfit
            There is no folder, or it cannot be opened.
        """
        with _as_unfit():
            info = _checked(os.lstat(path))
        if not stat.S_ISDIR(info.st_mode):
            raise Unfit("not_folder")
        if BY_DESCRIPTOR:
            with _opened_folder(os.fspath(path), None) as opened:
                yield opened
        else:
            yield SafeFolder(path)


@contextmanager
def _opened_folder(name: str, inside: int | None) -> Iterator[SafeFolder]:
    with _as_unfit():
        number = os.open(name, _CAREFULLY | getattr(os, "O_DIRECTORY", 0), dir_fd=inside)
    try:
        yield SafeFolder(number)
    finally:
        os.close(number)


def _checked(info: os.stat_result) -> os.stat_result:
    if stat.S_ISLNK(info.st_mode) or getattr(info, "st_file_attributes", 0) & _REPARSE_POINT:
        raise Unfit("link")
    return info


def _own_file(info: os.stat_result, most: int) -> os.stat_result:
    """Let a regular file pass that has one name: a second name may lie in a place not hers."""
    if stat.S_ISDIR(_checked(info).st_mode):
        raise Unfit("folder")
    if not stat.S_ISREG(info.st_mode):
        raise Unfit("special")
    if info.st_nlink > 1:
        raise Unfit("hard_link")
    if info.st_size > most:
        raise Unfit("big")
    return info


@contextmanager
def _as_unfit() -> Iterator[None]:
    """Say in one word why the system refuses."""
    import errno

    words = {
        errno.ENOENT: "absent",
        errno.ELOOP: "link",
        errno.ENXIO: "special",
        errno.ENOTDIR: "not_folder",
    }
    try:
        yield
    except OSError as error:
        raise Unfit(words.get(error.errno or 0, "unreadable")) from error
    except ValueError as error:  # a NUL in a name
        raise Unfit("absent") from error
