"""A request leaves in one piece, and the loop is an order's own until then."""

from __future__ import annotations

import asyncio
import datetime
import ipaddress
import select
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from connectors import turns
from connectors.errors import Retry, Withheld
from connectors.turns import Turns
from connectors.wire.origins import Origin
from connectors.wire.rest import Binding, Call, RestClient, Role
from connectors.wire.tls import client_context
from support.clock import LoopClock

CREATE = Call("order.place", "POST", "/api/v3/order", body="symbol=X&signature=5ec4e7", idempotent=False)
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


@dataclass
class Venue:
    """Takes down what arrives at once, and answers when it is told to."""

    port: int = 0
    connections: int = 0
    sockets: list[int] = field(default_factory=list)
    pieces: list[bytes] = field(default_factory=list)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    go: asyncio.Event = field(default_factory=asyncio.Event)
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    answering: set[asyncio.Task[None]] = field(default_factory=set)

    async def answer(self, transport: asyncio.Transport) -> None:
        await self.go.wait()
        transport.write(OK)


class Line(asyncio.Protocol):
    """One connection to it."""

    def __init__(self, venue: Venue) -> None:
        self.venue = venue

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.venue.connections += 1
        self.socket: int = transport.get_extra_info("socket").fileno()
        self.venue.sockets.append(self.socket)

    def data_received(self, data: bytes) -> None:
        self.venue.pieces.append(data)
        self.venue.arrived.set()
        task = asyncio.create_task(self.venue.answer(self.transport))
        self.venue.answering.add(task)
        task.add_done_callback(self.venue.answering.discard)

    def connection_lost(self, exc: Exception | None) -> None:
        self.venue.sockets.remove(self.socket)
        self.venue.ended.set()


@dataclass(frozen=True)
class Certified:
    """A certificate of this machine, for its server and for a client that believes it."""

    server: ssl.SSLContext
    client: ssl.SSLContext


@pytest.fixture
def certified(tmp_path: Path) -> Certified:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "venue")])
    here = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    begin = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(begin)
        .not_valid_after(begin + datetime.timedelta(days=36_500))
        .add_extension(here, critical=False)
        .sign(key, hashes.SHA256())
    )
    own, theirs = tmp_path / "key.pem", tmp_path / "certificate.pem"
    encoding, private = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    own.write_bytes(key.private_bytes(encoding, private, serialization.NoEncryption()))
    theirs.write_bytes(certificate.public_bytes(encoding))
    made = Certified(ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))
    made.server.load_cert_chain(theirs, own)
    made.client.load_verify_locations(theirs)
    return made


@asynccontextmanager
async def opened(certified: Certified | None = None) -> AsyncIterator[tuple[Venue, RestClient]]:
    venue = Venue()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Line(venue), "127.0.0.1", 0, ssl=certified.server if certified else None)
    origin = Origin("https" if certified else "http", "127.0.0.1", server.sockets[0].getsockname()[1])
    venue.port = origin.port
    tls = certified.client if certified else client_context()
    rest = RestClient("binance", {Role.PUBLIC: Binding(origin)}, LoopClock(), tls)
    async with server, asyncio.timeout(60):
        yield venue, rest
        await rest.close()
        await venue.ended.wait()


async def test_head_and_body_leave_together() -> None:
    async with opened() as (venue, rest):
        venue.go.set()
        for _ in range(3):
            assert (await rest.send(CREATE)).status == 200
    assert [piece[:4] for piece in venue.pieces] == [b"POST"] * 3
    assert all(piece.endswith(b"\r\n\r\nsymbol=X&signature=5ec4e7") for piece in venue.pieces)


async def test_not_a_byte_has_left_in_the_moment_in_which_it_may_still_be_held_back() -> None:
    async with opened() as (venue, rest):
        venue.go.set()
        await rest.send(CREATE)
        held_back = 0

        def hold_back() -> None:
            nonlocal held_back
            held_back += 1
            assert select.select(venue.sockets, [], [], 0)[0] == [], "the kernel has some of it"
            raise Withheld("It was not sent: halted.")

        for _ in range(2):  # over the connection that stands, and over one that is made for it
            with pytest.raises(Withheld):
                await rest.send(CREATE, hold_back)
        assert (await rest.send(CREATE)).status == 200
    assert (held_back, len(venue.pieces)) == (2, 2)


async def test_in_one_record_of_tls_too_over_a_connection_that_stays(certified: Certified) -> None:
    async with opened(certified) as (venue, rest):
        venue.go.set()
        for _ in range(3):
            assert (await rest.send(CREATE)).status == 200
    assert [piece[:4] for piece in venue.pieces] == [b"POST"] * 3
    assert all(piece.endswith(b"\r\n\r\nsymbol=X&signature=5ec4e7") for piece in venue.pieces)
    assert venue.connections == 1


async def test_nothing_is_sent_to_a_place_whose_certificate_nobody_vouches_for(certified: Certified) -> None:
    told: list[int] = []
    async with opened(certified) as (venue, _):
        origin = Origin("https", "127.0.0.1", venue.port)
        stranger = RestClient("binance", {Role.PUBLIC: Binding(origin)}, LoopClock(), client_context())
        with pytest.raises(Retry, match="nothing was sent"):
            await stranger.send(CREATE, lambda: told.append(1))
        await stranger.close()
        venue.ended.set()
    assert (venue.pieces, told) == ([], [])


async def test_what_waits_for_an_order_waits_until_it_has_left_and_not_for_its_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(turns, "HOLD_S", 3_600)
    seen: list[str] = []

    async def order(rest: RestClient) -> None:
        with Turns.here().order():
            await rest.send(CREATE, lambda: seen.append("leaves"))
        seen.append("answered")

    async def reader() -> None:
        await Turns.here().market()
        seen.append("market data")

    async with opened() as (venue, rest):
        sending = asyncio.create_task(order(rest))
        await asyncio.sleep(0)
        reading = asyncio.create_task(reader())
        await venue.arrived.wait()
        for _ in range(10):
            await asyncio.sleep(0)
        assert seen == ["leaves", "market data"]
        venue.go.set()
        await sending
        await reading
    assert seen == ["leaves", "market data", "answered"]
