"""What this computer allows: tried, not guessed."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from stemcell_kit.language import say

__all__ = ["Check", "examine", "sandbox_fault"]

TRIAL_S = 60


@dataclass(frozen=True)
class Check:
    """One thing that the sandbox needs, whether it is there, and what to do if not."""

    name: str
    passed: bool
    found: str
    needed: bool = True


@cache
def sandbox_fault() -> str | None:
    """Return why there is no sandbox here and what to do, or None where there is one."""
    faults = [check.found for check in examine() if check.needed and not check.passed]
    return faults[0] if faults else None


def examine() -> tuple[Check, ...]:
    """Try each layer of the sandbox, in the order in which they are built."""
    if sys.platform != "linux":
        return (Check("system", False, say("doctor.no-linux", found=sys.platform)),)
    system = Check("system", True, sys.platform)
    bwrap = shutil.which("bwrap")
    program = Check("bubblewrap", bool(bwrap), bwrap or say("doctor.no-bwrap"))
    if not program.passed:
        return system, program
    jail = _trial("jail", "import stemcell_kit")
    walls = _trial("walls", _WALLS)
    return system, program, jail, walls, _filter()


# The whole way of a session: the jail, the namespaces, the limits, and a look around.
_WALLS = """
import os, socket
from stemcell_kit.grading.sandbox.confine import confined
from stemcell_kit.grading.sandbox.jail import drop_root
from stemcell_kit.grading.sandbox.limits import Limits
ours, theirs = os.pipe()
def look():
    os.write(theirs, b"1" if os.getpid() == 1 and not os.listdir("/proc") else b"0")
drop_root()
confined(look, Limits(), None)
os.close(theirs)
raise SystemExit(os.read(ours, 1) != b"1")
"""


def _trial(name: str, code: str) -> Check:
    from stemcell_kit.grading.sandbox.jail import jail_command

    package = Path(__file__).parents[2]
    command = jail_command(["-c", code], package=package)
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=TRIAL_S,
            cwd="/",
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return Check(name, False, say("doctor.refused", layer=name, detail=str(error)))
    if done.returncode == 0:
        return Check(name, True, say("doctor.works"))
    last = done.stderr.strip().splitlines()[-1:] or ["?"]
    return Check(name, False, say("doctor.refused", layer=name, detail=last[0][-300:]))


def _filter() -> Check:
    from stemcell_kit.grading.sandbox.filter import compiled_filter

    code = compiled_filter()
    found = say("doctor.works") if code else say("doctor.no-filter")
    return Check("system-call filter", code is not None, found, needed=False)
