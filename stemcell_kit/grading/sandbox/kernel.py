"""The few Linux calls that Python's standard library does not have.

Numbers and flags are those of ``<sched.h>``, ``<sys/mount.h>``, ``<sys/prctl.h>`` and
``<linux/capability.h>``; the system-call number of ``mount_setattr`` is the same on every
architecture.
"""

from __future__ import annotations

import ctypes
import os
import signal
from functools import cache

__all__ = [
    "die_with_parent",
    "drop_capabilities",
    "keep_mounts_private",
    "make_everything_read_only",
    "mount_empty",
    "mount_scratch",
    "no_new_privileges",
    "own_its_proc_files",
    "set_filter",
    "unshare",
]

NEW_MOUNTS = 0x00020000
NEW_NAMES = 0x04000000
NEW_IPC = 0x08000000
NEW_USER = 0x10000000
NEW_PIDS = 0x20000000
NEW_NETWORK = 0x40000000

NO_SUID, NO_DEVICES = 2, 4
PRIVATE_RECURSIVE = 0x40000 | 0x4000

SYS_MOUNT_SETATTR = 442
AT_CURRENT, AT_RECURSIVE = -100, 0x8000
MOUNT_READ_ONLY = 1

SET_DEATH_SIGNAL, SET_DUMPABLE, SET_NO_NEW_PRIVS, SET_SECCOMP, DROP_BOUNDING = 1, 4, 38, 22, 24
FILTER_MODE = 2
CAPABILITY_VERSION_3 = 0x20080522
LAST_CAPABILITY = 63


class _MountAttributes(ctypes.Structure):
    _fields_ = (
        ("set", ctypes.c_uint64),
        ("clear", ctypes.c_uint64),
        ("propagation", ctypes.c_uint64),
        ("user_namespace", ctypes.c_uint64),
    )


class _FilterProgram(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("code", ctypes.c_char_p))


@cache
def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _checked(result: int, what: str) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


def unshare(flags: int) -> None:
    """Enter new namespaces."""
    _checked(_libc().unshare(flags), "new namespaces")


def keep_mounts_private() -> None:
    """Let no mount pass between this mount namespace and others."""
    _checked(_libc().mount(b"none", b"/", None, PRIVATE_RECURSIVE, None), "private mounts")


def make_everything_read_only() -> None:
    """Make all that is mounted now read-only in this mount namespace; Linux 5.12 or newer."""
    wanted = _MountAttributes(set=MOUNT_READ_ONLY)
    _checked(
        _libc().syscall(
            SYS_MOUNT_SETATTR,
            AT_CURRENT,
            b"/",
            AT_RECURSIVE,
            ctypes.byref(wanted),
            ctypes.sizeof(wanted),
        ),
        "read-only mounts",
    )


def mount_scratch(place: str, options: str) -> None:
    """Mount a new, empty file system in memory on *place*."""
    flags = NO_SUID | NO_DEVICES
    result = _libc().mount(b"tmpfs", place.encode(), b"tmpfs", flags, options.encode())
    _checked(result, f"scratch space on {place}")


def mount_empty(place: str) -> None:
    """Hide what is in *place* behind an empty folder that stays empty."""
    mount_scratch(place, "size=4k,nr_inodes=1,mode=555")


def die_with_parent() -> None:
    """Let the kernel end this process when the thread that forked it ends."""
    _checked(_libc().prctl(SET_DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0), "die with the parent")


def own_its_proc_files() -> None:
    """Let a process that changed its account write its own id maps under ``/proc/self``."""
    _checked(_libc().prctl(SET_DUMPABLE, 1, 0, 0, 0), "owner of /proc/self")


def no_new_privileges() -> None:
    """Forbid that any later program gains rights, for example through a set-uid file."""
    _checked(_libc().prctl(SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no new privileges")


def drop_capabilities() -> None:
    """Give up every capability, also for what is started later."""
    for capability in range(LAST_CAPABILITY + 1):
        if _libc().prctl(DROP_BOUNDING, capability, 0, 0, 0) != 0:
            break  # the kernel knows no higher one
    head = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
    nothing = (ctypes.c_uint32 * 6)()
    _checked(_libc().capset(ctypes.byref(head), ctypes.byref(nothing)), "drop capabilities")


def set_filter(code: bytes) -> None:
    """Put a compiled system-call filter (seccomp BPF, 8 bytes per instruction) in force."""
    program = _FilterProgram(len(code) // 8, code)
    result = _libc().prctl(SET_SECCOMP, FILTER_MODE, ctypes.byref(program), 0, 0)
    _checked(result, "system-call filter")
