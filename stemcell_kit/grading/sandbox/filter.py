"""Which system calls a learner's process may not make.

A list of refusals, not of permissions: Python and its libraries use most calls, and what the
namespaces do not cover is the attack surface of the kernel itself.
"""

from __future__ import annotations

import errno
import os
import tempfile

__all__ = ["compiled_filter"]

_GIVES_RIGHTS_BACK = """
    unshare setns mount umount2 pivot_root chroot move_mount fsopen fsconfig fsmount fspick
    open_tree mount_setattr
"""
_REACHES_OTHERS = """
    ptrace process_vm_readv process_vm_writev process_madvise kcmp pidfd_getfd kexec_load
    kexec_file_load init_module finit_module delete_module reboot bpf perf_event_open userfaultfd
    name_to_handle_at open_by_handle_at fanotify_init lookup_dcookie
"""
# Memory that no limit counts, keys that outlive the process, queues around the filter.
_ESCAPES_THE_COUNT = """
    memfd_create memfd_secret add_key request_key keyctl io_uring_setup io_uring_enter
    io_uring_register mbind migrate_pages move_pages
"""
_CHANGES_THE_MACHINE = """
    settimeofday clock_settime clock_adjtime adjtimex acct swapon swapoff quotactl syslog
    sethostname setdomainname iopl ioperm modify_ldt vhangup nfsservctl
"""
_REFUSED = _GIVES_RIGHTS_BACK + _REACHES_OTHERS + _ESCAPES_THE_COUNT + _CHANGES_THE_MACHINE
# CLONE_NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET, NEWNS
_NEW_NAMESPACE = (0x02000000, 0x04000000, 0x08000000, 0x10000000, 0x20000000, 0x40000000, 0x20000)
STEAL_INPUT = 0x5412  # TIOCSTI


def compiled_filter() -> bytes | None:
    """Return the filter as kernel code, or None where libseccomp is not installed."""
    try:
        import pyseccomp as seccomp
    except (ImportError, RuntimeError):  # RuntimeError: the C library is missing
        return None
    rules = seccomp.SyscallFilter(defaction=seccomp.ALLOW)
    refuse = seccomp.ERRNO(errno.EPERM)
    for name in _REFUSED.split():
        if _exists(seccomp, name):
            rules.add_rule(refuse, name)
    for flag in _NEW_NAMESPACE:
        rules.add_rule(refuse, "clone", seccomp.Arg(0, seccomp.MASKED_EQ, flag, flag))
    # clone3 hides its flags from a filter; callers fall back to clone
    rules.add_rule(seccomp.ERRNO(errno.ENOSYS), "clone3")
    rules.add_rule(refuse, "ioctl", seccomp.Arg(1, seccomp.EQ, STEAL_INPUT))
    # no address family at all: socketpair, which asyncio needs, is another call
    rules.add_rule(seccomp.ERRNO(errno.EACCES), "socket")
    with tempfile.TemporaryFile() as file:
        rules.export_bpf(file)
        file.flush()
        os.lseek(file.fileno(), 0, os.SEEK_SET)
        return file.read()


def _exists(seccomp: object, name: str) -> bool:
    try:
        return bool(seccomp.resolve_syscall(seccomp.Arch.NATIVE, name) >= 0)  # type: ignore[attr-defined]
    except (ValueError, OSError):
        return False
