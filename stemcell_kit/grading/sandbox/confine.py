"""What a forked session does before the first byte of a learner's code is read.

The zygote already sits in an outer jail without network, home folder or course. Each session
adds walls of its own, so that two submissions share warm memory pages and nothing else: new
user, process, mount, network, IPC and host-name namespaces, a private small file system, no
capability, a system-call filter, and limits.
"""

from __future__ import annotations

import os
import resource
import signal
import sys
import tempfile
import traceback
from collections.abc import Callable
from pathlib import Path

from stemcell_kit.grading.sandbox import kernel
from stemcell_kit.grading.sandbox.limits import Limits

__all__ = ["HOME", "WORK", "confined"]

ROOM = "/learner"
WORK, HOME, SCRATCH = f"{ROOM}/work", f"{ROOM}/home", f"{ROOM}/tmp"
LEARNER_UID = 1000


def confined(run: Callable[[], None], limits: Limits, filter_code: bytes | None) -> None:
    """Run *run* in a process of its own behind all walls, and wait for its end.

    A SIGTERM to this process ends the learner's process and everything it started: that
    process is the first of its own process namespace, and the kernel ends the rest with it.
    """
    uid, gid = os.getuid(), os.getgid()
    kernel.unshare(
        kernel.NEW_USER
        | kernel.NEW_PIDS
        | kernel.NEW_MOUNTS
        | kernel.NEW_NETWORK
        | kernel.NEW_IPC
        | kernel.NEW_NAMES
    )
    _map_ids(uid, gid)
    learner = os.fork()
    if learner == 0:
        status = 1
        try:
            _close_the_walls(limits, filter_code)
            run()
            status = 0
        except BaseException:  # nothing may return from here into the zygote's loop
            traceback.print_exc()
        finally:
            os._exit(status)
    _bury(learner)


def _map_ids(uid: int, gid: int) -> None:
    for name, line in (
        ("setgroups", "deny"),
        ("uid_map", f"{LEARNER_UID} {uid} 1"),
        ("gid_map", f"{LEARNER_UID} {gid} 1"),
    ):
        with open(f"/proc/self/{name}", "w", encoding="ascii") as file:
            file.write(line)


def _bury(learner: int) -> None:
    def end(*_: object) -> None:
        os.kill(learner, signal.SIGKILL)

    signal.signal(signal.SIGTERM, end)
    os.waitpid(learner, 0)


def _close_the_walls(limits: Limits, filter_code: bytes | None) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    address_space = _address_space() + limits.memory
    kernel.keep_mounts_private()
    # an empty /proc: a new one may not be mounted over bubblewrap's, and that one shows neighbours
    kernel.mount_empty("/proc")
    kernel.make_everything_read_only()
    kernel.mount_scratch(ROOM, f"size={limits.disk},nr_inodes={limits.files},mode=700")
    if not _holds_libraries("/tmp"):
        kernel.mount_scratch("/tmp", f"size={limits.disk // 4},nr_inodes=1000,mode=700")
    kernel.mount_scratch("/dev/shm", f"size={limits.disk // 4},nr_inodes=1000,mode=700")
    os.setsid()
    _set_limits(limits, address_space)
    kernel.drop_capabilities()
    kernel.no_new_privileges()
    if filter_code:
        kernel.set_filter(filter_code)
    os.umask(0o077)
    for folder in (HOME, WORK, SCRATCH):
        os.mkdir(folder)
    tempfile.tempdir = SCRATCH  # looked up before, in the warm process
    os.chdir(WORK)


def _holds_libraries(folder: str) -> bool:
    """Tell whether Python or the kit is installed below a folder, which must stay visible then."""
    places = (sys.prefix, sys.base_prefix, __file__)
    return any(Path(place).is_relative_to(folder) for place in places)


def _set_limits(limits: Limits, address_space: int) -> None:
    for what, bound in (
        (resource.RLIMIT_AS, address_space),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_CPU, int(limits.submission_seconds) + 5),
        (resource.RLIMIT_FSIZE, limits.disk),
        (resource.RLIMIT_MEMLOCK, 2**16),
        (resource.RLIMIT_MSGQUEUE, 2**16),
        (resource.RLIMIT_NOFILE, limits.open_files),
        (resource.RLIMIT_NPROC, limits.processes),
        (resource.RLIMIT_SIGPENDING, 256),
        (resource.RLIMIT_STACK, 8 * 2**20),
    ):
        resource.setrlimit(what, (bound, bound))


def _address_space() -> int:
    """Bytes of address space that the warm process brings along."""
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[0]) * resource.getpagesize()
