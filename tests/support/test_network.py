"""No test leaves the machine."""

from __future__ import annotations

import asyncio
import socket

import pytest

from support.network import LeftTheMachine, is_loopback


@pytest.mark.parametrize("host", ["203.0.113.7", "2001:db8::7", "api.example.com"])
def test_a_connection_outside_loopback_is_refused(host: str) -> None:
    with pytest.raises(LeftTheMachine, match="stay on loopback"):
        socket.create_connection((host, 443), timeout=0.1)


async def test_a_look_up_on_the_loop_is_refused_too() -> None:
    with pytest.raises(LeftTheMachine):
        await asyncio.open_connection("api.example.com", 443)


def test_loopback_is_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port), timeout=5) as client:
            assert client.getpeername()[1] == port


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost", b"localhost", "", None])
def test_this_machine_is_loopback(host: object) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["10.0.0.1", "localhost.example.com", b"example.com", "2001:db8::7"])
def test_another_machine_is_not_loopback(host: object) -> None:
    assert not is_loopback(host)
