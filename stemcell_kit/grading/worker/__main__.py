"""The warm worker, started by the engine inside the jail.

Arguments: the file descriptor of the control line and, as JSON, the limits of a session.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import socket
import sys

from stemcell_kit.grading.channel import Channel
from stemcell_kit.grading.sandbox.confine import confined
from stemcell_kit.grading.sandbox.filter import compiled_filter
from stemcell_kit.grading.sandbox.jail import drop_root
from stemcell_kit.grading.sandbox.limits import Limits
from stemcell_kit.grading.sandbox.watch import held_by, look_after
from stemcell_kit.grading.shell import CellShell
from stemcell_kit.grading.warm import warm_libraries
from stemcell_kit.grading.worker.session import Session
from stemcell_kit.grading.zygote import ForkServer, close_all_but, silence_standard_streams


def main() -> None:
    """Warm up, give up every right, and fork sessions."""
    control = socket.socket(fileno=int(sys.argv[1]))
    limits = Limits(**json.loads(sys.argv[2]))
    shell = CellShell(output_bytes=limits.output)
    libraries = warm_libraries(shell)
    filter_code = compiled_filter()
    drop_root()
    gc.freeze()
    warm = held_by(os.getpid())

    def session(descriptors: list[int]) -> None:
        confined(lambda: _serve(descriptors, shell), limits, filter_code)

    def watch(pid: int, age_s: float) -> str | None:
        return look_after(pid, age_s, warm=warm, memory=limits.memory)

    server = ForkServer(control, session, watch=watch, end_signal=signal.SIGTERM)
    server.serve({"libraries": libraries, "filter": filter_code is not None})


def _serve(descriptors: list[int], shell: CellShell) -> None:
    (judge,) = descriptors
    silence_standard_streams()
    close_all_but(judge)
    Session(Channel(socket.socket(fileno=judge), total_bytes=2**40), shell).serve()


main()
