"""How much one learner can hand in.

An exercise with its data is far below each of these; they keep one folder from taking the
time, the memory or the disk of all the others.
"""

from __future__ import annotations

__all__ = [
    "MEGABYTE",
    "MOST_ARCHIVE_BYTES",
    "MOST_BYTES_IN_ALL",
    "MOST_CANDIDATES",
    "MOST_CELLS",
    "MOST_DEPTH",
    "MOST_ENTRIES",
    "MOST_FILES",
    "MOST_FILE_BYTES",
    "MOST_NAME_BYTES",
    "MOST_NOTEBOOK_BYTES",
    "MOST_PIECES",
    "MOST_SOURCE",
]

MEGABYTE = 1_000_000
MOST_NOTEBOOK_BYTES = 50 * MEGABYTE
MOST_FILE_BYTES = 50 * MEGABYTE
MOST_ARCHIVE_BYTES = 10 * MEGABYTE
MOST_BYTES_IN_ALL = 200 * MEGABYTE
MOST_FILES = 2_000
# entries looked at, those that are left out included
MOST_ENTRIES = 20_000
MOST_DEPTH = 12
MOST_NAME_BYTES = 200
MOST_CELLS = 2_000
MOST_SOURCE = 20 * MEGABYTE
# a value in JSON takes three bytes, and a hundred and more once it is read
MOST_PIECES = 3_000_000
# notebooks under other names that are read in search of a missing one
MOST_CANDIDATES = 5
