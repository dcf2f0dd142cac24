"""What one submission may use of the machine."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

__all__ = ["Limits"]

MB = 2**20


@dataclass(frozen=True)
class Limits:
    """Bounds for one submission; seconds are wall-clock time, sizes are bytes."""

    cell_seconds: float = 30
    submission_seconds: float = 300
    memory: int = 1536 * MB
    disk: int = 256 * MB
    files: int = 20_000
    processes: int = 64
    open_files: int = 256
    output: int = 1 * MB

    def as_data(self) -> dict[str, Any]:
        """Return the limits as plain data."""
        return asdict(self)
