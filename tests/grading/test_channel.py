"""Messages between processes: whatever the other end sends, it is a message or an error."""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stemcell_kit.grading.channel import BadFrame, Channel, ChannelClosed, ChannelTimeout

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, Channel]]:
    """A raw socket and a channel at its other end that takes messages of up to 1000 bytes."""
    raw, end = socket.socketpair()
    channel = Channel(end, frame_bytes=1000, total_bytes=5000)
    with raw:
        yield raw, channel
    channel.close()


def framed(body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + body


@settings(max_examples=50, deadline=None)
@given(JSON)
def test_a_message_arrives_as_it_was_sent(message: Any) -> None:
    """Any JSON value goes through, lone surrogates and all."""
    one, two = socket.socketpair()
    sender, receiver = Channel(one), Channel(two)
    sender.send(message, seconds=5)
    assert receiver.receive(seconds=5) == message
    sender.close()
    receiver.close()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"NaN",
        b'{"a": Infinity}',
        b"[" * 990,
        b"1" * 990 + b"x",
        b"{}{}",
        b'"\xed\xa0\x80"',
    ],
)
def test_what_is_no_json_is_a_bad_frame(body: bytes, ends: tuple[socket.socket, Channel]) -> None:
    """Cut, nested without end, not UTF-8, or with numbers that JSON does not have."""
    raw, channel = ends
    raw.sendall(framed(body))
    with pytest.raises(BadFrame):
        channel.receive(seconds=5)


def test_an_integer_without_end_is_a_bad_frame() -> None:
    """Python's own limit for long integers does not become a crash."""
    raw, end = socket.socketpair()
    channel = Channel(end)
    threading.Thread(target=raw.sendall, args=(framed(b"9" * 100_000),)).start()
    with pytest.raises(BadFrame):
        channel.receive(seconds=5)
    raw.close()
    channel.close()


def test_a_message_larger_than_allowed_is_not_read(ends: tuple[socket.socket, Channel]) -> None:
    """The size is looked at before a byte of the message is."""
    raw, channel = ends
    raw.sendall(struct.pack(">I", 2**32 - 1))
    with pytest.raises(BadFrame, match="larger than may pass"):
        channel.receive(seconds=5)


def test_all_messages_together_are_bounded(ends: tuple[socket.socket, Channel]) -> None:
    """Many small messages are as bounded as one large one."""
    raw, channel = ends
    body = b'"' + b"a" * 998 + b'"'
    for _ in range(5):
        raw.sendall(framed(body))
        channel.receive(seconds=5)
    raw.sendall(framed(body))
    with pytest.raises(BadFrame):
        channel.receive(seconds=5)


def test_a_silent_end_is_a_timeout(ends: tuple[socket.socket, Channel]) -> None:
    """Silence ends after the time that was given, also in the middle of a message."""
    raw, channel = ends
    raw.sendall(framed(b'"abc"')[:6])
    begun = time.monotonic()
    with pytest.raises(ChannelTimeout):
        channel.receive(seconds=0.2)
    assert time.monotonic() - begun < 2


def test_a_trickle_of_bytes_does_not_stretch_the_time(
    ends: tuple[socket.socket, Channel],
) -> None:
    """The time counts for the whole message, not from byte to byte."""
    raw, channel = ends
    stop = threading.Event()

    def trickle() -> None:
        raw.sendall(struct.pack(">I", 900))
        while not stop.wait(0.05):
            raw.sendall(b" ")

    sender = threading.Thread(target=trickle)
    sender.start()
    begun = time.monotonic()
    with pytest.raises(ChannelTimeout):
        channel.receive(seconds=0.3)
    assert time.monotonic() - begun < 2
    stop.set()
    sender.join()


def test_an_end_that_hung_up_is_closed(ends: tuple[socket.socket, Channel]) -> None:
    """A process that is gone is told apart from one that is silent."""
    raw, channel = ends
    raw.sendall(framed(b'"abc"')[:6])
    raw.close()
    with pytest.raises(ChannelClosed):
        channel.receive(seconds=5)


def test_an_end_that_does_not_read_is_a_timeout() -> None:
    """Sending to a process that reads nothing ends as well."""
    one, two = socket.socketpair()
    channel = Channel(one)
    with pytest.raises(ChannelTimeout):
        channel.send("a" * 2**24, seconds=0.2)
    two.close()
    channel.close()


def test_a_message_of_ours_that_is_too_large_is_refused_before_it_goes(
    ends: tuple[socket.socket, Channel],
) -> None:
    """The limit holds in both directions."""
    _, channel = ends
    with pytest.raises(BadFrame, match="at most 1000"):
        channel.send("a" * 1000)
