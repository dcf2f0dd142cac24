"""The outer jail: bubblewrap shows the zygote the system and the libraries, and nothing else."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path

from stemcell_kit.grading.sandbox.kernel import own_its_proc_files

__all__ = ["drop_root", "jail_command"]

SANDBOX_UID = 1_999_999_937  # an account that no system gives to a person or a service
_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")
# What programs look up to find libraries, fonts and the time zone; nothing that names people.
_SETTINGS = (
    "/etc/alternatives",
    "/etc/fonts",
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/etc/timezone",
)
_ENVIRONMENT = {
    "HOME": "/learner/home",
    "IPYTHONDIR": "/learner/home/.ipython",
    "LANG": "C.UTF-8",
    "LC_ALL": "C.UTF-8",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "MPLCONFIGDIR": "/learner/home/.matplotlib",
    "NBGRADER_EXECUTION": "autograde",
    "NUMEXPR_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "PATH": "/usr/bin:/bin",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONHASHSEED": "0",
    "PYTHONNOUSERSITE": "1",
    "PYTHONSAFEPATH": "1",
    "TMPDIR": "/learner/tmp",
    "STEMCELL_KIT_DATA": "/learner/home/stemcell-kit",
}


def jail_command(python_arguments: Iterable[str], *, package: Path) -> list[str]:
    """Return the command that runs this Python in the jail.

    Parameters
    ----------
    python_arguments
        What follows the interpreter's name.
    package
        The folder of the installed kit; it is all that a learner's process sees of the course.
    """
    bwrap = shutil.which("bwrap") or "bwrap"
    shown = [arg for path in _SYSTEM for arg in _shown(Path(path))]
    libraries = {Path(sys.prefix), Path(sys.base_prefix), package}
    # parents before what lies in them, or a parent would hide its child
    for path in (*map(Path, _SETTINGS), *sorted(libraries)):
        if path.exists():
            shown += [*_open_parents(path), "--ro-bind", str(path), str(path)]
    settings = {**_ENVIRONMENT, "PYTHONPATH": str(package.parent)}
    environment = [part for item in settings.items() for part in ("--setenv", *item)]
    # a grader who is root needs these two to stop being root inside; nobody else gets them
    caps = ["--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"] if os.geteuid() == 0 else []
    return [
        bwrap,
        # first of its process namespace: when it ends, however it ends, all sessions end with it
        "--as-pid-1",
        *("--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts"),
        *("--unshare-cgroup-try", "--new-session", "--clearenv", *caps),
        *("--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"),
        *("--perms", "0755", "--dir", "/learner"),
        *shown,
        *environment,
        *("--chdir", "/", "--", sys.executable, *python_arguments),
    ]


def _shown(path: Path) -> list[str]:
    if path.is_symlink():
        return ["--symlink", os.readlink(path), str(path)]
    return ["--ro-bind", str(path), str(path)] if path.is_dir() else []


def _open_parents(path: Path) -> list[str]:
    """Parents that anyone may pass; those that bubblewrap makes itself are for their owner only."""
    parents = [str(parent) for parent in reversed(path.parents) if parent != Path("/")]
    return [part for parent in parents for part in ("--perms", "0755", "--dir", parent)]


def drop_root() -> None:
    """Stop being root for good, where the grader is; the sessions inherit the empty account."""
    if os.geteuid() == 0:
        os.setgroups([])
        os.setresgid(SANDBOX_UID, SANDBOX_UID, SANDBOX_UID)
        os.setresuid(SANDBOX_UID, SANDBOX_UID, SANDBOX_UID)
        own_its_proc_files()
