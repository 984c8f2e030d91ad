"""A client that reads nothing more: a stopped desk, say. It holds up no worker that is asked to end."""

from __future__ import annotations

import asyncio
import socket

import pytest

from connectors.worker.wires import WRITE_BUFFER_BYTES, SocketWire


@pytest.mark.scaled(20)
async def test_a_link_closes_though_the_other_end_reads_nothing() -> None:
    ours, theirs = socket.socketpair()
    wire = SocketWire(*await asyncio.open_unix_connection(sock=ours))
    wire.post(bytes(8 * WRITE_BUFFER_BYTES))
    async with asyncio.timeout(30):
        await wire.close()
    theirs.settimeout(10)
    with theirs:
        got = 0
        while read := await asyncio.to_thread(theirs.recv, 65_536):
            got += len(read)
    assert got < 8 * WRITE_BUFFER_BYTES, "it was read after all: nothing was proved"


@pytest.mark.scaled(20)
async def test_a_link_that_closes_still_hands_over_what_the_other_end_reads() -> None:
    ours, theirs = socket.socketpair()
    wire = SocketWire(*await asyncio.open_unix_connection(sock=ours))
    wire.post(bytes(2 * WRITE_BUFFER_BYTES))
    theirs.settimeout(10)

    def read_all() -> int:
        got = 0
        while read := theirs.recv(65_536):
            got += len(read)
        return got

    with theirs:
        reading = asyncio.create_task(asyncio.to_thread(read_all))
        await wire.close()
        assert await reading == 2 * WRITE_BUFFER_BYTES
