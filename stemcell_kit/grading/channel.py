"""Messages between two processes of the engine: one JSON text each, of bounded size.

Whoever sits at the other end may be hostile: a frame that is too large, is not JSON or does
not come in time ends the conversation with an error, and nothing in it is ever evaluated.
"""

from __future__ import annotations

import json
import socket
import struct
import time
from typing import Any

from stemcell_kit.errors import KitError

__all__ = ["BadFrame", "Channel", "ChannelClosed", "ChannelTimeout"]

HEAD = struct.Struct(">I")
FRAME_BYTES = 48 * 2**20
TOTAL_BYTES = 512 * 2**20


class ChannelClosed(KitError):
    """The process at the other end is gone."""


class ChannelTimeout(KitError):
    """The other end did not answer in time."""


class BadFrame(KitError):
    """What came is no message of this engine."""


class Channel:
    """One end of a stream socket that carries JSON messages.

    Parameters
    ----------
    end
        A connected stream socket; the channel owns it.
    frame_bytes, total_bytes
        The largest message, and the most that is read in all, in bytes.
    """

    def __init__(
        self,
        end: socket.socket,
        *,
        frame_bytes: int = FRAME_BYTES,
        total_bytes: int = TOTAL_BYTES,
    ) -> None:
        self._end = end
        self._frame_bytes = frame_bytes
        self._left = total_bytes

    def send(self, message: Any, *, seconds: float | None = None) -> None:
        """Send one message; ``seconds`` is how long the other end may take to read it."""
        body = json.dumps(message, allow_nan=False, separators=(",", ":")).encode("ascii")
        if len(body) > self._frame_bytes:
            raise BadFrame(f"a message of {len(body)} bytes; at most {self._frame_bytes} may pass")
        self._end.settimeout(seconds)
        try:
            self._end.sendall(HEAD.pack(len(body)) + body)
        except TimeoutError:
            raise ChannelTimeout("the message was not read in time") from None
        except OSError as error:
            raise ChannelClosed("the other end is gone") from error

    def receive(self, *, seconds: float | None = None) -> Any:
        """Return the next message.

        Raises
        ------
        ChannelClosed, ChannelTimeout, BadFrame
            The other end is gone, silent for ``seconds``, or sends something else.
        """
        deadline = None if seconds is None else time.monotonic() + seconds
        (size,) = HEAD.unpack(self._read(HEAD.size, deadline))
        self._left -= size
        if size > self._frame_bytes or self._left < 0:
            raise BadFrame(f"a message of {size} bytes is larger than may pass")
        return _parsed(self._read(size, deadline))

    def close(self) -> None:
        """Hang up."""
        self._end.close()

    def _read(self, size: int, deadline: float | None) -> bytes:
        parts = bytearray()
        while len(parts) < size:
            if deadline is not None and (left := deadline - time.monotonic()) <= 0:
                raise ChannelTimeout("no answer in time")
            self._end.settimeout(None if deadline is None else left)
            try:
                part = self._end.recv(min(size - len(parts), 2**20))
            except TimeoutError:
                raise ChannelTimeout("no answer in time") from None
            except OSError as error:
                raise ChannelClosed("the other end is gone") from error
            if not part:
                raise ChannelClosed("the other end is gone")
            parts += part
        return bytes(parts)


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body.decode("utf-8"), parse_constant=_refuse)
    except (ValueError, RecursionError, MemoryError) as error:  # also integers without end
        raise BadFrame(f"no JSON message ({type(error).__name__})") from None


def _refuse(word: str) -> Any:
    raise ValueError(f"{word} is no JSON")
