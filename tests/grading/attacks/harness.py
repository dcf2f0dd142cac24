"""Grades attacked courses: with stock nbgrader in a jail, and with our engine as it is used."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .attack import Attack
from .course import ASSIGNMENT, HONEST, NEIGHBOUR, Course, copied
from .seen import Aim, Seen, World

__all__ = [
    "JAIL",
    "grade",
    "grade_with_engine",
    "grade_with_stock",
    "jailed",
    "nbgrader",
    "plan",
]

STOCK_SECONDS = 60
FEEDBACK_AIMS = {Aim.SCRIPT}
CLASS_AIMS = {Aim.HARMS_OTHER, Aim.STOPS_CLASS}
MOST_MEMORY = 12 * 2**30
MOST_FILE = 2 * 2**30

ENGINE_SECONDS = 1200
ENGINE = f"""\
from pathlib import Path

from stemcell_kit.grading.course import grade_course

report = grade_course(Path.cwd(), {ASSIGNMENT!r})
report.save(Path.cwd().parent / "report.json")
report.save(Path.cwd().parent / "report.html")
"""
INSTALL = "from stemcell_kit.grading.plugin import install\n\ninstall(c)\n"

ROOT = Path(__file__).parents[3]
JAIL = (
    *("bwrap", "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc"),
    *("--size", str(2 * 2**30), "--tmpfs", "/tmp", "--tmpfs", "/var/tmp", "--tmpfs", "/run"),
    *("--unshare-user", "--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts"),
    *("--cap-drop", "ALL", "--die-with-parent", "--new-session"),
)


def nbgrader(*words: str) -> list[str]:
    """The command line of stock nbgrader for the assignment."""
    return [sys.executable, "-m", "nbgrader", words[0], ASSIGNMENT, *words[1:]]


def plan(course: Course, commands: Sequence[list[str]], *, seconds: float) -> dict[str, Any]:
    """What the driver is to do and where it is to look."""
    return {
        "commands": [{"argv": argv, "seconds": seconds} for argv in commands],
        "cwd": str(course.root),
        "env": course.environment,
        "tcp": course.ports["TCP"],
        "udp": course.ports["UDP"],
        "mark": course.mark,
        "unix": str(course.home / "teacher.sock"),
        "reply": course.values["COUNT"],
        "segment": int(course.run[:7], 16),
        "places": ["/tmp", "/var/tmp", "/dev/shm", str(course.home)],
        "log": str(course.world / "grader.log"),
        "out": str(course.world / "watch.json"),
    }


def grade(course: Course, todo: dict[str, Any], *, jail: Sequence[str] = ()) -> dict[str, Any]:
    """Carry out a plan with the driver and return what it saw."""
    path = course.world / "plan.json"
    path.write_text(json.dumps(todo), encoding="utf-8")
    driver = Path(__file__).with_name("driver.py")
    longest = sum(command["seconds"] for command in todo["commands"]) + 60
    subprocess.run([*jail, sys.executable, str(driver), str(path)], check=False, timeout=longest)
    (course.home / "teacher.sock").unlink(missing_ok=True)
    return json.loads(Path(todo["out"]).read_text(encoding="utf-8"))


def jailed(course: Course) -> list[str]:
    """The jail, in which only this course's world can be written to."""
    limits = ["prlimit", f"--as={MOST_MEMORY}", f"--fsize={MOST_FILE}", "--core=0"]
    world = str(course.world)
    # where the project itself lies below /tmp, the jail's empty /tmp would hide it
    shown = [w for p in (ROOT, sys.prefix) for w in ("--ro-bind", str(p), str(p))]
    return [*JAIL, *shown, "--bind", world, world, "--chdir", str(course.root), "--", *limits]


def grade_with_stock(course: Course, attack: Attack, scratch: Path) -> Seen:
    """Grade one attack with stock nbgrader, in a jail, on a copy of the course."""
    spoiled = copied(course, scratch / attack.name)
    attack.build(spoiled, attack.name)
    if attack.accomplice:
        attack.accomplice(spoiled, attack.students[1])
    world = World(spoiled)
    world.graded(grade(spoiled, _stock_plan(spoiled, attack), jail=jailed(spoiled)))
    return world.seen(attack.students)


def _stock_plan(course: Course, attack: Attack) -> dict[str, Any]:
    whole_class = attack.accomplice or attack.aim in CLASS_AIMS
    excluded = [NEIGHBOUR] if attack.aim in CLASS_AIMS else [NEIGHBOUR, HONEST]
    who = f"--CourseDirectory.student_id_exclude={','.join(excluded)}"
    commands = [nbgrader("autograde", who if whole_class else f"--student={attack.name}")]
    if attack.aim in FEEDBACK_AIMS:
        commands.append(nbgrader("generate_feedback", f"--student={attack.name}"))
    return plan(course, commands, seconds=STOCK_SECONDS)


def grade_with_engine(course: Course, attacks: Sequence[Attack]) -> World:
    """Grade all attacks as one class, among honest learners, with our engine as it is used."""
    for attack in attacks:
        attack.build(course, attack.name)
        if attack.accomplice:
            attack.accomplice(course, attack.students[1])
    with (course.root / "nbgrader_config.py").open("a", encoding="utf-8") as config:
        config.write(INSTALL)
    world = World(course)
    commands = [[sys.executable, "-c", ENGINE], nbgrader("generate_feedback")]
    watch = grade(course, plan(course, commands, seconds=ENGINE_SECONDS))
    if any(run["code"] != 0 for run in watch["runs"]):
        said = (course.world / "grader.log").read_text(encoding="utf-8")[-3000:]
        raise RuntimeError(f"the class was not graded to its end: {watch['runs']}\n{said}")
    world.graded(watch)
    return world
