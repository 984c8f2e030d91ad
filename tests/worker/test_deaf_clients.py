"""A client that reads nothing more: a stopped desk, say. It holds up no worker that is asked to end."""

from __future__ import annotations

import asyncio
import socket

import pytest

from connectors.worker.wires import WRITE_BUFFER_BYTES, SocketWire


def read_all(end: socket.socket) -> int:
    """Bytes read until the other end is closed."""
    end.settimeout(10)
    got = 0
    while read := end.recv(65_536):
        got += len(read)
    return got


@pytest.mark.scaled(20)
async def test_a_link_closes_though_the_other_end_reads_nothing() -> None:
    ours, theirs = socket.socketpair()
    wire = SocketWire(*await asyncio.open_unix_connection(sock=ours))
    wire.post(bytes(8 * WRITE_BUFFER_BYTES))
    async with asyncio.timeout(30):
        await wire.close()
    with theirs:
        got = await asyncio.to_thread(read_all, theirs)
    assert got < 8 * WRITE_BUFFER_BYTES, "it was read after all: nothing was proved"


async def test_whoever_closes_a_link_and_is_ended_leaves_no_open_socket_behind() -> None:
    ours, theirs = socket.socketpair()
    wire = SocketWire(*await asyncio.open_unix_connection(sock=ours))
    wire.post(bytes(8 * WRITE_BUFFER_BYTES))
    closing = asyncio.create_task(wire.close())
    await asyncio.sleep(0)
    closing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await closing
    with theirs:
        assert await asyncio.to_thread(read_all, theirs) < 8 * WRITE_BUFFER_BYTES


@pytest.mark.scaled(20)
async def test_a_link_that_closes_still_hands_over_what_the_other_end_reads() -> None:
    ours, theirs = socket.socketpair()
    wire = SocketWire(*await asyncio.open_unix_connection(sock=ours))
    wire.post(bytes(2 * WRITE_BUFFER_BYTES))
    with theirs:
        reading = asyncio.create_task(asyncio.to_thread(read_all, theirs))
        await wire.close()
        assert await reading == 2 * WRITE_BUFFER_BYTES
