"""The warm judge, started by the engine: forks one trial per submission.

Argument: the file descriptor of the control line. Each fork gets two descriptors: the line to
the worker's session and the line to the engine, from which it reads the task and the folder.
"""

from __future__ import annotations

import gc
import os
import resource
import socket
import sys
import warnings
from dataclasses import asdict
from pathlib import Path

from stemcell_kit.grading.channel import Channel
from stemcell_kit.grading.judge.trial import Trial
from stemcell_kit.grading.sandbox.kernel import die_with_parent
from stemcell_kit.grading.shell import CellShell
from stemcell_kit.grading.task import Task
from stemcell_kit.grading.warm import warm_libraries
from stemcell_kit.grading.zygote import ForkServer

MEMORY = 6 * 2**30  # beyond the warm process; a test that multiplies an answer stops there


def main() -> None:
    """Warm up and fork trials."""
    control = socket.socket(fileno=int(sys.argv[1]))
    shell = CellShell()
    libraries = warm_libraries(shell)
    warnings.simplefilter("ignore")  # a warning on standard error would cost the learner points
    gc.freeze()
    ForkServer(control, lambda descriptors: _judge(descriptors, shell)).serve(
        {"libraries": libraries}
    )


def _judge(descriptors: list[int], shell: CellShell) -> None:
    die_with_parent()
    worker, engine = (socket.socket(fileno=descriptor) for descriptor in descriptors)
    resource.setrlimit(resource.RLIMIT_AS, (_address_space() + MEMORY,) * 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    line = Channel(engine)
    order = line.receive(seconds=60)
    os.chdir(order["folder"])
    trial = Trial(Task.from_data(order["task"]), Channel(worker), shell, Path(order["folder"]))
    for verdict in trial.verdicts():
        line.send(asdict(verdict))
    line.send({"done": True, "gone": trial.link.gone, "permits": trial.permits.as_data()})


def _address_space() -> int:
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[0]) * resource.getpagesize()


main()
