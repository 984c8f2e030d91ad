"""The way out of this process: the settings' proxy and certificates, never the environment's."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from connectors.clock import SystemClock
from connectors.errors import Refused, Retry
from connectors.wire import egress
from connectors.wire.egress import Egress
from connectors.wire.origins import Origin
from connectors.wire.rest import Binding, Call, RestClient, Role
from connectors.wire.tls import client_context

CALL = Call("time", "GET", "/api/v3/time")
CREATE = Call("order.place", "POST", "/api/v3/order", body="symbol=X", idempotent=False)
CONNECTED = b"HTTP/1.1 200 Connection established\r\n\r\n"


@pytest.fixture(autouse=True)
def directly() -> Iterator[None]:
    yield
    egress.choose(Egress())


class Proxy:
    """Takes what comes, answers once for all, and remembers the first lines."""

    def __init__(self, answer: bytes) -> None:
        self.asked: list[str] = []
        self._answer = answer

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        self.asked.append(head.split(b"\r\n")[0].decode())
        writer.write(self._answer)
        await writer.drain()
        writer.close()


@asynccontextmanager
async def a_proxy(answer: bytes) -> AsyncIterator[tuple[Proxy, str]]:
    proxy = Proxy(answer)
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    async with server:
        yield proxy, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


@asynccontextmanager
async def a_client(origin: Origin) -> AsyncIterator[RestClient]:
    rest = RestClient("binance", {Role.PUBLIC: Binding(origin)}, SystemClock(), client_context())
    try:
        yield rest
    finally:
        await rest.close()


OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"


async def test_a_place_elsewhere_is_reached_through_the_proxy_of_the_settings() -> None:
    async with a_proxy(OK) as (proxy, address):
        egress.choose(Egress(proxy=address))
        async with a_client(Origin("http", "venue.example", 80)) as rest:
            assert (await rest.send(CALL)).status == 200
    (asked,) = proxy.asked
    assert asked.replace(":80", "") == "GET http://venue.example/api/v3/time HTTP/1.1"


async def test_tls_passes_through_it_unopened_and_a_refusal_there_sent_nothing() -> None:
    async with a_proxy(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n") as (proxy, address):
        egress.choose(Egress(proxy=address))
        async with a_client(Origin("https", "venue.example", 443)) as rest:
            with pytest.raises(Retry):
                await rest.send(CALL)
    assert proxy.asked == ["CONNECT venue.example:443 HTTP/1.1"]


@pytest.mark.parametrize("answer", [b"HTTP/1.1 407 Who are you\r\nContent-Length: 0\r\n\r\n", CONNECTED])
async def test_what_a_proxy_is_asked_for_first_is_nothing_of_an_order(answer: bytes) -> None:
    told: list[int] = []
    async with a_proxy(answer) as (proxy, address):
        egress.choose(Egress(proxy=address))
        async with a_client(Origin("https", "venue.example", 443)) as rest:
            with pytest.raises(Retry, match="nothing was sent"):  # refused there, or hung up before TLS was agreed on
                await rest.send(CREATE, lambda: told.append(1))
    assert (proxy.asked, told) == (["CONNECT venue.example:443 HTTP/1.1"], [])


async def test_what_stands_on_this_machine_is_reached_directly() -> None:
    async with a_proxy(OK) as (proxy, address), a_proxy(OK) as (venue, place):
        egress.choose(Egress(proxy=address))
        async with a_client(Origin("http", "127.0.0.1", int(place.rpartition(":")[2]))) as rest:
            assert (await rest.send(CALL)).status == 200
    assert (len(proxy.asked), len(venue.asked)) == (0, 1)


def test_streams_take_the_same_way() -> None:
    egress.choose(Egress(proxy="http://proxy.example:3128"))
    assert egress.proxy_for(Origin("wss", "stream.binance.com", 9443)) == "http://proxy.example:3128"
    assert egress.proxy_for(Origin("ws", "127.0.0.1", 9443)) is None


def test_the_environment_is_never_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://thief.example:1")
    assert egress.proxy_for(Origin("https", "api.binance.com", 443)) is None


@pytest.mark.parametrize(
    "proxy",
    ["proxy.example:3128", "socks5://proxy.example:1", "http://me:word@proxy.example:1", "http://proxy.example"],
)
def test_a_proxy_that_is_none_is_refused_without_its_password(proxy: str) -> None:
    with pytest.raises(Refused, match="setting proxy") as refused:
        egress.choose(Egress(proxy=proxy))
    assert "word@" not in refused.value.sentence
    assert egress.chosen() == Egress()


def test_a_certificate_file_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    empty = tmp_path / "ca.pem"
    for written in (None, "no certificate"):
        if written is not None:
            empty.write_text(written)
        with pytest.raises(Refused, match="setting ca_file names"):
            egress.choose(Egress(ca_file=str(empty)))


def test_the_certificates_of_the_file_are_believed_beside_the_systems(tmp_path: Path) -> None:
    system = next((path for path in (ssl.get_default_verify_paths().cafile,) if path and Path(path).exists()), None)
    if system is None:
        pytest.skip("this system keeps no file of certificates")
    begin = Path(system).read_text(errors="replace")
    one = begin[begin.index("-----BEGIN") : begin.index("-----END CERTIFICATE-----") + 25]
    own = tmp_path / "own.pem"
    own.write_text(one + "\n")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    egress.trust(context, str(own))
    assert len(context.get_ca_certs()) == 1
