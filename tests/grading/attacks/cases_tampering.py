"""Writing where only the teacher may write."""

from __future__ import annotations

from .attack import Attack, Kind, in_cells
from .seen import Aim

__all__ = ["ATTACKS"]


def _harms(name: str, source: str) -> Attack:
    return in_cells(name, Kind.TAMPERING, Aim.HARMS_OTHER, {"count": source})


OWN_ROWS = """\
    update grade set {change} where notebook_id in (
        select submitted_notebook.id from submitted_notebook
        join submitted_assignment on submitted_notebook.assignment_id = submitted_assignment.id
        where submitted_assignment.student_id = '{student}'
    )"""

SQL = '''\
import sqlite3

gradebook = sqlite3.connect("@COURSE@/gradebook.db", timeout=3)
gradebook.execute("""
{statement}
""")
gradebook.commit()'''

OWN_SCORE = SQL.format(statement=OWN_ROWS.format(change="manual_score = 2", student="@STUDENT@"))
OWN_EXTRA = SQL.format(statement=OWN_ROWS.format(change="extra_credit = 40", student="@STUDENT@"))
THEIR_SCORE = SQL.format(statement=OWN_ROWS.format(change="manual_score = 0", student="neighbour"))
MAXIMA = SQL.format(statement="    update grade_cells set max_score = 100")
TESTS = SQL.format(statement="    delete from grade_cells")

DELAYED = f"""\
import subprocess
import sys

work = '''
import time

time.sleep(2)
{THEIR_SCORE}
'''
subprocess.Popen([sys.executable, "-c", work], start_new_session=True)"""

LOCKED = """\
import subprocess
import sys
import time

work = '''
import sqlite3
import time

gradebook = sqlite3.connect("@COURSE@/gradebook.db", timeout=3)
gradebook.execute("begin exclusive")
time.sleep(50)  # @MARK@
'''
subprocess.Popen([sys.executable, "-c", work], start_new_session=True)
time.sleep(2)"""

GRADEBOOK_GONE = 'import os\n\nos.remove("@COURSE@/gradebook.db")'
GRADEBOOK_RUBBISH = """\
with open("@COURSE@/gradebook.db", "r+b") as gradebook:
    gradebook.write(b"rubbish" * 3000)"""

SOURCE = """\
with open("@COURSE@/source/exam/exam.ipynb", "a", encoding="utf-8") as source:
    source.write(" ")"""

RELEASE = """\
import os

os.remove("@COURSE@/release/exam/exam.ipynb")"""

CONFIG = """\
with open("@COURSE@/nbgrader_config.py", "a", encoding="utf-8") as config:
    config.write("c.Execute.timeout = 9999\\n")"""

NEXT_LEARNER = """\
import json

path = "@COURSE@/submitted/zz-honest/exam/exam.ipynb"
book = json.loads(open(path, encoding="utf-8").read())
for cell in book["cells"]:
    cell["source"] = ""
open(path, "w", encoding="utf-8").write(json.dumps(book))"""

NEIGHBOUR_GONE = """\
import shutil

shutil.rmtree("@COURSE@/submitted/neighbour")
shutil.rmtree("@COURSE@/autograded/neighbour")"""

RELATIVE = """\
import pathlib

above = pathlib.Path.cwd().resolve().parents
for folder in above:
    for path in folder.glob("source/*/*.ipynb"):
        path.write_text("{}", encoding="utf-8")"""

RIGHTS = """\
import os

os.chmod("@COURSE@/source/exam/exam.ipynb", 0)
os.chmod("@COURSE@/nbgrader_config.py", 0o777)"""

THROUGH_LINK = """\
import os

for name in ("exam.ipynb", os.path.join(os.getcwd(), "exam.ipynb")):
    if os.path.lexists(name):
        os.remove(name)
    os.symlink("@COURSE@/source/exam/exam.ipynb", name)"""

RIGHTS_THROUGH_LINK = """\
import os

os.symlink("@HOME@/notes.txt", "notes.txt")
os.symlink("@COURSE@/submitted/zz-honest/exam/exam.ipynb", "other.txt")"""

KEYS = """\
with open("@HOME@/.ssh/authorized_keys", "a", encoding="utf-8") as keys:
    keys.write("one more\\n")"""

NOTES = """\
with open("@HOME@/notes.txt", "w", encoding="utf-8") as notes:
    notes.write("all passed")"""

ATTACKS = (
    in_cells("own-score", Kind.TAMPERING, Aim.GAINS_POINTS, {"count": OWN_SCORE}),
    in_cells("own-extra-credit", Kind.TAMPERING, Aim.GAINS_POINTS, {"count": OWN_EXTRA}),
    in_cells("gradebook-locked", Kind.TAMPERING, Aim.STOPS_CLASS, {"count": LOCKED}),
    in_cells("gradebook-removed", Kind.TAMPERING, Aim.STOPS_CLASS, {"count": GRADEBOOK_GONE}),
    in_cells("gradebook-rubbish", Kind.TAMPERING, Aim.STOPS_CLASS, {"count": GRADEBOOK_RUBBISH}),
    _harms("score-of-the-neighbour", THEIR_SCORE),
    _harms("score-changed-later", DELAYED),
    _harms("maxima-changed", MAXIMA),
    _harms("tests-forgotten", TESTS),
    _harms("source-changed", SOURCE),
    _harms("release-removed", RELEASE),
    _harms("settings-changed", CONFIG),
    _harms("next-learner-emptied", NEXT_LEARNER),
    _harms("neighbour-removed", NEIGHBOUR_GONE),
    _harms("source-by-relative-path", RELATIVE),
    _harms("rights-changed", RIGHTS),
    _harms("written-through-link", THROUGH_LINK),
    _harms("rights-through-link", RIGHTS_THROUGH_LINK),
    _harms("key-added", KEYS),
    _harms("notes-overwritten", NOTES),
)
