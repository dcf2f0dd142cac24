"""What a learner's session can see, do and use up: nothing but its own small place."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import stemcell_kit
from stemcell_kit.grading.engine import Engine
from stemcell_kit.grading.sandbox.doctor import examine, sandbox_fault
from stemcell_kit.grading.sandbox.jail import jail_command
from stemcell_kit.grading.sandbox.limits import Limits
from stemcell_kit.grading.task import LEARNER, Result, Task, TaskStep

ROOT = Path(__file__).parents[2]
QUICK = Limits(cell_seconds=20, submission_seconds=60)


def run(engine: Engine, *cells: str, limits: Limits = QUICK) -> Result:
    """Run some cells of a learner in a session of their own."""
    steps = tuple(TaskStep(place, LEARNER, "", cell) for place, cell in enumerate(cells))
    return engine.run(Task(steps, limits=limits))


def said(engine: Engine, code: str, limits: Limits = QUICK) -> str:
    """What a cell printed, or the kind of error that it stopped with."""
    result = run(engine, code, limits=limits)
    outputs = result.verdicts[0].outputs
    errors = [output["ename"] for output in outputs if output["output_type"] == "error"]
    return errors[0] if errors else "".join(o.get("text", "") for o in outputs).strip()


# --- what it sees ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        str(ROOT / "solutions"),
        str(ROOT / "tests"),
        str(ROOT / "pyproject.toml"),
        str(Path.home() / ".bashrc"),
        "/etc/passwd",
        "/etc/hostname",
        "/root/.ssh",
        "/var/log",
        "/run",
        "/sys/kernel",
        "/proc/1",
        "/proc/self",
        "/proc/cpuinfo",
        "/dev/sda",
        "/dev/kmsg",
    ],
)
def test_a_session_does_not_see(path: str, engine: Engine) -> None:
    """Of the computer it sees the system's programs, Python and the kit's code."""
    assert said(engine, f"import os; print(os.path.exists({path!r}))") == "False"


def test_a_session_has_an_environment_of_its_own(engine: Engine) -> None:
    """No variable of the grading process is in it, whatever it holds."""
    os.environ["A_SECRET_OF_THE_GRADER"] = "here"
    try:
        names = said(engine, "import os; print(*sorted(os.environ))").split()
        with Engine() as fresh:
            assert "A_SECRET_OF_THE_GRADER" not in said(fresh, "import os; print(*os.environ)")
    finally:
        del os.environ["A_SECRET_OF_THE_GRADER"]
    assert "HOME" in names
    assert [name for name in names if "KEY" in name or "TOKEN" in name or "SECRET" in name] == []


def test_a_session_has_no_descriptor_but_its_line_to_the_judge(engine: Engine) -> None:
    """Standard streams that lead nowhere, and one socket."""
    code = """
import os, stat
for number in range(256):
    try:
        mode = os.fstat(number).st_mode
    except OSError:
        continue
    print(number, "socket" if stat.S_ISSOCK(mode) else "other")
"""
    found = [line.split() for line in said(engine, code).splitlines()]
    assert [kind for number, kind in found if int(number) > 2] == ["socket"]
    assert [kind for number, kind in found if int(number) <= 2] == ["other"] * 3


def test_two_sessions_do_not_see_each_other(engine: Engine) -> None:
    """Neither files nor processes nor shared memory of a neighbour."""
    busy = (
        "import os, time\nopen('/learner/tmp/left.txt', 'w').write('x')\nopen('/dev/shm/left', 'w').close()"
        "\ntime.sleep(3)\nprint('done')"
    )
    look = (
        "import os, time\ntime.sleep(1)\n"
        "print(os.listdir('/learner/work'), os.listdir('/dev/shm'), os.path.exists('/learner/tmp/left.txt'))\n"
        "try:\n    os.kill(2, 0)\nexcept ProcessLookupError:\n    print('alone')"
    )
    with ThreadPoolExecutor(2) as threads:
        first, second = threads.submit(said, engine, busy), threads.submit(said, engine, look)
        assert second.result() == "[] [] False\nalone"
        assert first.result() == "done"


# --- what it may do -------------------------------------------------------------------------------

CALL = "import ctypes\nlibc = ctypes.CDLL(None, use_errno=True)\n"
FORBIDDEN = {
    "connect": "import socket\nsocket.create_connection(('127.0.0.1', 22))",
    "listen": "import socket\nsocket.socket()",
    "a local socket": "import socket\nsocket.socket(socket.AF_UNIX)",
    "write to the system": "open('/usr/lib/x', 'w')",
    "write to the kit": "import stemcell_kit\nopen(stemcell_kit.__file__, 'a')",
    "write to a library": "import numpy\nopen(numpy.__file__, 'a')",
    "become root": "import os\nos.setuid(0)",
    "change the root": "import os\nos.chroot('/tmp')",
    "make a device": "import os, stat\nos.mknod('/learner/work/d', stat.S_IFBLK | 0o600, os.makedev(8, 0))",
    "raise its limits": (
        "import resource\nresource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY,) * 2)"
    ),
    "raise its priority": "import os\nos.nice(-5)",
    "mount": CALL + "assert libc.mount(b'none', b'/tmp', b'tmpfs', 0, None) == 0",
    "unmount": CALL + "assert libc.umount2(b'/proc', 2) == 0",
    "enter new namespaces": CALL + "assert libc.unshare(0x10000000) == 0",
    "trace": CALL + "assert libc.ptrace(16, 1, 0, 0) == 0",
    "keep memory outside": "import os\nos.memfd_create('x')",
    "set the clock": "import time\ntime.clock_settime(time.CLOCK_REALTIME, 0)",
    "name the host": "import socket\nsocket.sethostname('x')",
}


@pytest.mark.parametrize("deed", FORBIDDEN, ids=str)
def test_a_session_may_not(deed: str, engine: Engine) -> None:
    """Every attempt is an error in the learner's own cell, and nothing else."""
    kinds = {"PermissionError", "OSError", "AssertionError", "ValueError", "FileNotFoundError"}
    assert said(engine, FORBIDDEN[deed]) in kinds


@pytest.mark.parametrize(
    ("deed", "code", "expected"),
    [
        ("write and read files", "open('a.txt', 'w').write('hi'); print(open('a.txt').read())", "hi"),
        ("start programs", "import subprocess\nprint(subprocess.check_output(['echo', 'hi'], text=True))", "hi"),
        ("use threads", "import threading\nt = threading.Thread(target=print, args=['hi'])\nt.start(); t.join()", "hi"),
        ("use processes", "import os\npid = os.fork()\nif pid == 0: os._exit(7)\nprint(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))", "7"),
        ("await", "import asyncio\nasync def f(): return 'hi'\nprint(await f())", "hi"),
        ("use a pool", "from multiprocessing import Pool\nwith Pool(2) as p: print(p.map(abs, [-1, 2]))", "[1, 2]"),
        ("use temporary files", "import tempfile\nwith tempfile.TemporaryFile() as f: print(f.write(b'hi'))", "2"),
        ("import course files", "open('helper.py', 'w').write('x = 5')\nimport helper; print(helper.x)", "5"),
        ("draw random numbers", "import secrets; print(len(secrets.token_hex(4)))", "8"),
        ("ask the time", "import time; print(time.time() > 1e9)", "True"),
    ],
)  # fmt: skip
def test_an_honest_session_can(deed: str, code: str, expected: str, engine: Engine) -> None:
    """What notebooks do works behind the walls."""
    assert said(engine, code) == expected


# --- what it may use up ---------------------------------------------------------------------------


def test_memory_of_one_process_is_bounded(engine: Engine) -> None:
    """It is a MemoryError in the cell; the session goes on."""
    result = run(engine, "x = bytearray(8 * 2**30)", "print('on')")
    assert result.ended is None
    assert result.verdicts[0].outputs[-1]["ename"] == "MemoryError"
    assert result.verdicts[1].outputs[-1]["text"] == "on\n"


@pytest.mark.usefixtures("engine")
def test_memory_of_all_processes_together_is_bounded() -> None:
    """What no process's own limit sees ends the session, with that reason; what came before stays."""
    greedy = """
import os, time
for _ in range(8):
    if os.fork() == 0:
        kept = bytearray(b"x") * (60 * 2**20)
        time.sleep(30)
        os._exit(0)
time.sleep(30)
"""
    limits = Limits(cell_seconds=20, submission_seconds=60, memory=256 * 2**20)
    with Engine(limits) as engine:
        result = run(engine, "print('before')", greedy, "print('after')", limits=limits)
    assert result.ended == "memory"
    assert result.verdicts[0].outputs[-1]["text"] == "before\n"
    assert result.verdicts[2].outputs[-1]["ename"] == "NotRun"
    assert result.seconds < 15


def test_disk_space_is_bounded(engine: Engine) -> None:
    """Writing stops at the limit, wherever it is tried."""
    code = """
def fill(path):
    written = 0
    try:
        for number in range(20):
            with open(f"{path}/{number}", "wb") as file:
                file.write(bytes(32 * 2**20))
            written += 32
    except OSError:
        return written
    return "no end"
print(fill("/learner/work"), fill("/dev/shm"))
"""
    in_tmp, in_shm = map(int, said(engine, code).split())
    assert in_tmp <= QUICK.disk / 2**20
    assert in_shm <= QUICK.disk / 2**20 / 4


def test_the_number_of_files_is_bounded(engine: Engine) -> None:
    """Many empty files are as bounded as a large one."""
    code = """
made = 0
try:
    for made in range(50_000):
        open(f"f{made}", "w").close()
except OSError:
    print(made)
"""
    assert int(said(engine, code)) <= QUICK.files


def test_the_number_of_processes_is_bounded(engine: Engine) -> None:
    """A fork bomb stops at the limit and ends with its session."""
    code = """
import os, time
made = 0
try:
    while made < 1000:
        if os.fork() == 0:
            time.sleep(60)
            os._exit(0)
        made += 1
except BlockingIOError:
    print(made)
"""
    assert 10 < int(said(engine, code)) <= QUICK.processes


def test_a_session_at_its_process_limit_does_not_starve_another(engine: Engine) -> None:
    """Each session has a count of its own."""
    bomb = (
        "import os, time\ntry:\n    while True:\n        if os.fork() == 0:\n"
        "            time.sleep(60)\n            os._exit(0)\nexcept OSError:\n    pass\ntime.sleep(3)"
    )
    honest = (
        "import time, subprocess\ntime.sleep(1)\nprint(subprocess.check_output(['echo', 'hi']))"
    )
    with ThreadPoolExecutor(2) as threads:
        first, second = threads.submit(run, engine, bomb), threads.submit(said, engine, honest)
        assert second.result() == r"b'hi\n'"
        first.result()


def test_the_number_of_open_files_is_bounded(engine: Engine) -> None:
    """It is an OSError in the cell."""
    assert said(engine, "kept = [open('/dev/null') for _ in range(2000)]") == "OSError"


def test_output_is_bounded(engine: Engine) -> None:
    """A cell that prints without end shows its beginning."""
    result = run(engine, "for _ in range(30): print('x' * 10**6)", "print('on')")
    assert sum(len(output["text"]) for output in result.verdicts[0].outputs) <= QUICK.output
    assert result.verdicts[1].outputs[-1]["text"] == "on\n"


def test_the_time_of_a_submission_is_bounded(engine: Engine) -> None:
    """Many slow cells end at the limit of the whole; the first ones count."""
    limits = Limits(cell_seconds=5, submission_seconds=3)
    result = run(engine, *["import time; time.sleep(1); print('slept')"] * 8, limits=limits)
    assert result.ended == "time"
    assert result.verdicts[0].outputs[-1]["text"] == "slept\n"
    assert len(result.verdicts) < 5
    assert result.seconds < 6


def test_processes_that_were_left_behind_end_with_the_session(engine: Engine) -> None:
    """Also those in a session and process group of their own that ignore signals."""
    name = f"left{os.getpid() % 10**6}"
    code = f"""
import ctypes, os, signal, time
for number in range(1, 32):
    if number not in (9, 17, 19):
        signal.signal(number, signal.SIG_IGN)
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        ctypes.CDLL(None).prctl(15, b"{name}", 0, 0, 0)
        time.sleep(600)
    os._exit(0)
time.sleep(0.5)
print("left")
"""
    assert said(engine, code) == "left"
    for _ in range(50):
        if not _named(name):
            return
        time.sleep(0.1)
    raise AssertionError("a process outlived its session")


def _named(name: str) -> list[str]:
    found = []
    for path in Path("/proc").glob("[0-9]*/comm"):
        try:
            if path.read_text(encoding="utf-8").strip() == name:
                found.append(str(path))
        except OSError:  # ended while we looked
            continue
    return found


@pytest.mark.parametrize(
    "end", ["os._exit(0)", "os.kill(os.getpid(), 9)", "os.abort()", "os.kill(-1, 9); os._exit(1)"]
)
def test_a_session_that_ends_itself_harms_no_other(end: str, engine: Engine) -> None:
    """The next submission is run as if nothing had been."""
    run(engine, f"import os; {end}")
    assert said(engine, "print('next')") == "next"


# --- the doctor -----------------------------------------------------------------------------------


@pytest.mark.usefixtures("engine")
def test_the_doctor_tries_every_layer() -> None:
    """Where the engine runs, each layer that it needs is found to work."""
    checks = {check.name: check for check in examine()}
    assert list(checks) == ["system", "bubblewrap", "jail", "walls", "system-call filter"]
    assert all(check.passed for check in checks.values() if check.needed)
    assert sandbox_fault() is None


def test_the_doctor_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without bubblewrap the message names it, and nothing further is tried."""
    monkeypatch.setattr("shutil.which", lambda name: None)
    *_, last = examine()
    assert not last.passed
    assert "bubblewrap" in last.found


def test_a_kit_that_lies_below_tmp_stays_visible(tmp_path: Path) -> None:
    """A clone under /tmp works: the session's own scratch space does not hide the libraries."""
    package = tmp_path / "clone" / "stemcell_kit"
    shutil.copytree(Path(stemcell_kit.__file__).parent, package)
    done = subprocess.run(
        jail_command(["-c", LOOKS_FOR_THE_KIT], package=package),
        capture_output=True,
        encoding="utf-8",
        cwd="/",
    )

    assert done.returncode == 0, done.stderr


LOOKS_FOR_THE_KIT = """
import os
from stemcell_kit.grading.sandbox.confine import confined
from stemcell_kit.grading.sandbox.jail import drop_root
from stemcell_kit.grading.sandbox.limits import Limits
ours, theirs = os.pipe()
def look():
    import stemcell_kit.worksheets
    os.write(theirs, stemcell_kit.worksheets.__file__.encode())
drop_root()
confined(look, Limits(), None)
os.close(theirs)
raise SystemExit(not os.read(ours, 999).startswith(b"/tmp/"))
"""
