"""Outside LIVE nothing signed, key-bearing or ordered is built for a foreign origin (REQUIREMENTS A5, P4).

A listener stands at every other place; it must hear not one byte that carries the key or a signature.
"""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus
from uuid import UUID

import httpx
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from websockets.asyncio.server import ServerConnection, serve
from websockets.http11 import Request, Response

from connectors.errors import Refused, TradedeskError
from connectors.model.connection import Connection, Hosts
from connectors.model.ids import AccountId, Mode
from connectors.venues.binance.constants import DEFAULT_LIMITS, KNOWN_HOSTS
from connectors.venues.binance.endpoints import ENDPOINTS, Endpoint
from connectors.venues.binance.gate import Gate
from connectors.venues.binance.places import bind
from connectors.venues.binance.user import UserStream
from connectors.wire.dialogue import SocketHealth
from connectors.wire.hosts import HostClient
from connectors.wire.limiter import Limiter, Priority
from connectors.wire.origins import Origin, guard, parse
from connectors.wire.rest import Binding, Call, RestClient, Role
from connectors.wire.signers import HmacSigner
from connectors.wire.skew import Skew
from connectors.wire.tls import client_context
from support.clock import LoopClock
from support.heard import Heard
from support.scripted import answer, scripted_http

KEY = "SIMkeyCANARY"
SIGNER = HmacSigner(KEY, b"secret")
HTTP, SOCKET = ("https", "http"), ("wss", "ws")

FOREIGN = [
    *KNOWN_HOSTS,
    "evil.example",
    "api.binance.com.evil.example",
    "testnet.binance.vision.evil.example",
    "10.0.0.1",
    "169.254.169.254",
    "0.0.0.0",  # noqa: S104  # nothing is bound to it
    "[::]",
    "[2001:db8::1]",
    "[::ffff:10.0.0.1]",
    "127.0.0.1.evil.example",
    "localhost.evil.example",
    "localhost.",
    "127.1",
    "2130706433",
    "0x7f000001",
    "xn--bnance-4ya.com",
    "bınance.com",  # noqa: RUF001  # a look-alike is the point
    "ⓐpi.binance.com",
    "api。binance。com",
]
MODES = st.sampled_from(list(Mode))
PORTS = st.sampled_from(["", ":443", ":9443", ":8080", ":0", ":65536"])
USERS = st.sampled_from(["", "", "", "", "", "user@", "testnet.binance.vision@", ":pw@", "127.0.0.1:80@", "a:b@c@"])
TAILS = st.sampled_from(
    ["", "", "", "", "", "/", "/api/v3", "/@127.0.0.1", "?x=1", "#127.0.0.1", "\\@127.0.0.1", "//evil.example"]
)
SCHEMES = st.sampled_from(["https", "https", "wss", "wss", "http", "ws", "ftp", "HTTPS", "file", ""])
PLACES = st.sampled_from(["rest", "stream", "ws_api", "more_streams", "more_ws_apis", "second rest"])
OWN = {
    Mode.LIVE: Hosts(("https://api.binance.com",), "wss://stream.binance.com", "wss://ws-api.binance.com"),
    Mode.TESTNET: Hosts(("https://testnet.binance.vision",), "wss://stream.testnet.binance.vision", ""),
    Mode.DEMO: Hosts(("https://demo-api.binance.com",), "wss://demo-stream.binance.com", ""),
    Mode.PAPER: Hosts((), "", ""),
    Mode.SIM: Hosts(("http://127.0.0.1:9",), "ws://127.0.0.1:9", "ws://127.0.0.1:9"),
}


def with_host(mode: Mode, place: str, address: str) -> Hosts:
    """The mode's own hosts with one of them replaced."""
    own = OWN[mode]
    rest, stream, ws_api = own.rest, own.stream or "wss://data-stream.binance.vision", own.ws_api
    return {
        "rest": Hosts((address,), stream, ws_api),
        "second rest": Hosts((*rest, address), stream, ws_api),
        "stream": Hosts(rest, address, ws_api),
        "ws_api": Hosts(rest, stream, address),
        "more_streams": Hosts(rest, stream, ws_api, more_streams=(address,)),
        "more_ws_apis": Hosts(rest, stream, ws_api or "wss://ws-api.testnet.binance.vision", more_ws_apis=(address,)),
    }[place]


def serves(origin: Origin, mode: Mode) -> bool:
    """Whether a key of this mode may go there: said once more here, in other words than the code's."""
    if origin.host in KNOWN_HOSTS:
        return KNOWN_HOSTS[origin.host] is mode
    here = origin.host in {"localhost", "::1"} or (origin.host.startswith("127.") and origin.host.count(".") == 3)
    return mode not in {Mode.LIVE, Mode.PAPER} if here else mode is Mode.LIVE


@settings(max_examples=300)
@given(mode=MODES, place=PLACES, scheme=SCHEMES, user=USERS, host=st.sampled_from(FOREIGN), port=PORTS, tail=TAILS)
@example(Mode.TESTNET, "ws_api", "wss", ":pw@", "ws-api.testnet.binance.vision", "", "")
@example(Mode.SIM, "second rest", "https", "", "api.binance.com", "", "")
@example(Mode.DEMO, "more_streams", "wss", "", "evil.example", "", "")
@example(Mode.DEMO, "more_ws_apis", "wss", "", "ws-api.binance.com", ":9443", "/ws-api/v3")
def test_a_keyed_connection_is_bound_to_hosts_of_its_mode_or_not_at_all(
    mode: Mode, place: str, scheme: str, user: str, host: str, port: str, tail: str
) -> None:
    hosts = with_host(mode, place, f"{scheme}://{user}{host}{port}{tail}")
    connection = Connection(AccountId(UUID(int=1)), "binance", "b", mode, hosts=hosts, keyed=True)
    try:
        bound = bind(connection, keyed=True)
    except Refused as refused:
        assert "pw@" not in str(refused)
        return
    assert not user
    for origin in (*bound.rest, *bound.streams, *bound.ws_apis):
        assert serves(origin, mode), (mode, origin)
        assert not origin.plain or origin.loopback
        assert origin.host.isascii()
        assert not set(origin.host) & set("@/\\%?#")
    assert all(origin.path == "" for origin in bound.rest)


@settings(max_examples=300)
@given(text=st.text(max_size=40) | st.from_regex(r"(https|http|wss)://[^\s]{0,30}", fullmatch=True), mode=MODES)
def test_any_text_is_a_safe_origin_or_refused(text: str, mode: Mode) -> None:
    try:
        origin = parse(text, HTTP)
        guard(origin, mode, KNOWN_HOSTS, keyed=True, label="x")
    except Refused:
        return
    assert serves(origin, mode)
    assert parse(str(origin), HTTP) == origin


@pytest.mark.parametrize("host", ["ⓐpi.binance.com", "api。binance。com", "API.BINANCE.COM"])
def test_a_live_host_in_other_letters_is_that_live_host(host: str) -> None:
    assert parse(f"https://{host}", HTTP).host == "api.binance.com"
    connection = Connection(AccountId(UUID(int=1)), "binance", "b", Mode.TESTNET, hosts=Hosts((f"https://{host}",)))
    with pytest.raises(Refused, match="counts as live"):
        bind(connection, keyed=True)


def test_a_password_in_an_address_is_never_repeated() -> None:
    with pytest.raises(Refused) as refused:
        parse("https://me:hunter2@testnet.binance.vision", HTTP)
    assert "hunter2" not in str(refused.value)


# --- what leaves


@asynccontextmanager
async def gate_to(origin: Origin) -> AsyncIterator[tuple[Gate, RestClient]]:
    clock = LoopClock()
    bindings = {Role.PUBLIC: Binding(origin), Role.KEYED: Binding(origin, {"X-MBX-APIKEY": KEY})}
    rest = RestClient("binance", bindings, clock, client_context())
    limiter = Limiter("binance", clock, clock.time_ns)
    limiter.configure(DEFAULT_LIMITS)
    hosts = HostClient([origin], lambda _: rest, clock)
    yield Gate(hosts, SIGNER, clock, random.Random(1), limiter, Skew()), rest
    await limiter.close()
    await rest.close()


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_no_call_follows_a_redirect_to_another_place(status: int) -> None:
    async with scripted_http(lambda _: answer("{}")) as elsewhere:
        location = f"Location: {elsewhere.origin}/api/v3/order"
        async with scripted_http(lambda _: answer("{}", status, location)) as bound, gate_to(bound.origin) as (gate, _):
            for endpoint in ENDPOINTS:
                with pytest.raises(TradedeskError):
                    await gate.ask(endpoint, {"symbol": "BTCUSDT"}, priority=Priority.CANCEL)
            assert len(bound.requests) == len(ENDPOINTS)
        assert elsewhere.requests == []
        assert elsewhere.connections == 0


@pytest.mark.parametrize(
    "path",
    [
        "http://{other}/api",
        "//{other}/api",
        "@{other}/api",
        "/@{other}/",
        "\\\\{other}\\",
        ":80@{other}/",
        "/..//{other}/",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE", "PUT"])
async def test_a_path_that_names_another_place_still_goes_to_the_bound_one_or_nowhere(path: str, method: str) -> None:
    async with scripted_http(lambda _: answer("{}")) as elsewhere, scripted_http(lambda _: answer("{}")) as bound:
        other = f"127.0.0.1:{elsewhere.origin.port}"
        async with gate_to(bound.origin) as (_, rest):
            call = Call("x", method, path.format(other=other), query="signature=aa", role=Role.KEYED)
            refused = False
            try:
                await rest.send(call)
            except (TradedeskError, ValueError, httpx.InvalidURL):
                refused = True
            assert refused is (bound.requests == [])
        assert elsewhere.requests == []
        assert elsewhere.connections == 0


@pytest.mark.parametrize(
    "path", ["https://evil.example/api/v3/order", "//evil.example", "@evil.example/api/v3", "order"]
)
def test_the_table_of_calls_takes_paths_and_no_addresses(path: str) -> None:
    with pytest.raises(ValueError, match="path"):
        Endpoint("x", "GET", path, 1)


async def test_a_socket_that_is_redirected_says_nothing_to_the_other_place() -> None:
    reached: Heard[str] = Heard()

    async def hear(connection: ServerConnection) -> None:
        reached(str(await connection.recv()))

    async with serve(hear, "127.0.0.1", 0) as elsewhere:
        port = next(iter(elsewhere.sockets)).getsockname()[1]

        def redirect(connection: ServerConnection, _request: Request) -> Response:
            response = connection.respond(HTTPStatus.TEMPORARY_REDIRECT, "")
            response.headers["Location"] = f"ws://127.0.0.1:{port}/ws-api/v3"
            return response

        async with serve(hear, "127.0.0.1", 0, process_request=redirect) as bound:
            origin = Origin("ws", "127.0.0.1", next(iter(bound.sockets)).getsockname()[1], "/ws-api/v3")
            clock = LoopClock()
            health: Heard[SocketHealth] = Heard()
            user = UserStream(
                origin,
                SIGNER,
                clock,
                random.Random(2),
                tls=client_context(),
                limiter=Limiter("binance", clock, clock.time_ns),
                venue_ns=clock.time_ns,
                compare_clocks=lambda: None,
                on_health=health,
            )
            user.start()
            told = await health.until(lambda state: not state.up and state.reason != "")
            assert "does not accept" in told.reason
            await user.close()
    assert reached.items == []


async def test_a_key_goes_to_the_places_it_was_saved_for_port_by_port() -> None:
    async with scripted_http(lambda _: answer("{}")) as other, scripted_http(lambda _: answer("{}", 502)) as bound:
        async with gate_to(bound.origin) as (gate, rest):
            with pytest.raises(TradedeskError):
                await gate.ask(ENDPOINTS[-1], attempts=1)
            await rest.send(Call("x", "GET", "/unsigned"))
        *signed, unsigned = bound.requests
        assert all(KEY.encode() in request for request in signed)
        assert b"/unsigned" in unsigned
        assert KEY.encode() not in unsigned
        assert other.connections == 0
