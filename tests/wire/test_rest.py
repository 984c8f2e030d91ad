"""The HTTP door: what goes out is what was encoded, and what fails is told by what may have happened."""

from __future__ import annotations

import asyncio
import gzip
import logging
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from connectors.errors import Malformed, Retry, TradedeskError, Unavailable, Unknown, Withheld
from connectors.wire.origins import Origin
from connectors.wire.pools import Form
from connectors.wire.rest import Binding, Call, RestClient, Role
from connectors.wire.tls import client_context
from support.clock import LoopClock
from support.scripted import CLOSE, HOLD, Cut, Reply, Script, answer, page, scripted_http

ASK = Call("ticker", "GET", "/api/v3/ticker", query="symbol=BTCUSDT")
CREATE = Call("order.place", "POST", "/api/v3/order", body="symbol=X&signature=5ec4e7", idempotent=False)


def client(origin: Origin) -> RestClient:
    return RestClient("binance", {Role.PUBLIC: Binding(origin)}, LoopClock(), client_context())


@asynccontextmanager
async def one(script: Script) -> AsyncIterator[RestClient]:
    async with scripted_http(script) as server:
        made = client(server.origin)
        yield made
        await made.close()


def refused_origin() -> Origin:
    """An address nobody listens at."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
    return Origin("http", "127.0.0.1", port)


async def test_the_encoded_text_reaches_the_wire_untouched() -> None:
    query = "symbol=%E5%B8%81USDT&list=%5B%22A%22%2C%22B%22%5D&tilde=~&plus=%2B&space=%20&signature=ab%2Fc%3D"
    async with scripted_http(lambda _: answer("{}")) as server:
        made = client(server.origin)
        await made.send(Call("x", "GET", "/api/v3/x", query=query))
        await made.send(Call("x", "POST", "/api/v3/x", body=query, idempotent=False))
        await made.send(Call("x", "DELETE", "/api/v3/x", query=query, idempotent=False))
        await made.close()
    assert server.lines()[0] == f"GET /api/v3/x?{query} HTTP/1.1"
    assert server.lines()[1] == "POST /api/v3/x HTTP/1.1"
    assert server.requests[1].endswith(b"\r\n\r\n" + query.encode())
    assert server.lines()[2] == f"DELETE /api/v3/x?{query} HTTP/1.1"


USUAL = "Accept: */*\r\nAccept-Encoding: gzip, deflate\r\nUser-Agent: tradedesk\r\n"


@pytest.mark.parametrize(
    ("call", "head", "body"),
    [
        (Call("x", "GET", "/y", query="a=1"), f"GET /y?a=1 HTTP/1.1\r\nHost: AT\r\n{USUAL}", ""),
        (Call("x", "DELETE", "/y"), f"DELETE /y HTTP/1.1\r\nHost: AT\r\n{USUAL}", ""),
        (Call("x", "POST", "/y"), f"POST /y HTTP/1.1\r\nHost: AT\r\nContent-Length: 0\r\n{USUAL}", ""),
        (
            Call("x", "POST", "/y", body="a=1&b=2"),
            f"POST /y HTTP/1.1\r\nHost: AT\r\n{USUAL}Content-Type: application/x-www-form-urlencoded\r\n"
            "Content-Length: 7\r\n",
            "a=1&b=2",
        ),
        (Call("x", "GET", "/y", role=Role.KEYED), f"GET /y HTTP/1.1\r\nHost: AT\r\n{USUAL}X-KEY: abc\r\n", ""),
    ],
)
async def test_a_request_is_sent_in_these_bytes_whatever_was_sent_before(call: Call, head: str, body: str) -> None:
    async with scripted_http(lambda _: answer("{}")) as server:
        bindings = {Role.PUBLIC: Binding(server.origin), Role.KEYED: Binding(server.origin, {"X-KEY": "abc"})}
        made = RestClient("binance", bindings, LoopClock(), client_context())
        await made.send(Call("x", "POST", "/z", body="another=1", role=Role.KEYED))
        await made.send(call)
        await made.close()
    where = f"127.0.0.1:{server.origin.port}"
    assert server.requests[1].decode() == f"{head.replace('AT', where)}\r\n{body}"


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        (Origin("https", "api.example.com", 443), b"api.example.com"),
        (Origin("https", "api.example.com", 9443), b"api.example.com:9443"),
        (Origin("http", "::1", 80), b"[::1]"),
        (Origin("http", "::1", 8080), b"[::1]:8080"),
    ],
)
def test_a_place_is_named_with_its_port_where_that_is_not_the_usual_one(origin: Origin, host: bytes) -> None:
    async def nobody(_event: str, _info: object) -> None:
        """Nothing is traced."""

    request = Form(origin, {}).filled("GET", "/", "", "", nobody)
    assert request.headers[0] == (b"Host", host)
    assert (request.url.host, request.url.port or request.url.origin.port) == (origin.host.encode(), origin.port)


async def test_packed_answers_are_unpacked_and_wrongly_packed_ones_are_told() -> None:
    packed = gzip.compress(b'{"a": 1}')
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nX-One: 1\r\nx-one: 2\r\nContent-Length: %d\r\n\r\n"
    replies = [head % len(packed) + packed, head % 4 + b"junk"]
    async with one(lambda _: replies.pop(0)) as made:
        got = await made.send(ASK)
        assert (got.body, got.headers["x-one"]) == (b'{"a": 1}', "1, 2")
        with pytest.raises(Malformed):
            await made.send(ASK)


@pytest.mark.parametrize("turns", range(1, 11))
async def test_a_request_under_way_while_everything_is_closed_leaves_no_connection_open(turns: int) -> None:
    async with scripted_http(lambda _: answer("{}")) as server:
        made = client(server.origin)
        asking = asyncio.create_task(made.send(ASK))
        for _ in range(turns):
            await asyncio.sleep(0)
        await made.close()
        await asyncio.wait((asking,))
        if asking.exception() is not None:
            assert isinstance(asking.exception(), Retry), "nothing had left"
        async with asyncio.timeout(60):
            while not server.connections or server.open_connections:  # noqa: ASYNC110 - what the server counts
                await asyncio.sleep(0)


async def test_a_key_travels_only_in_its_role_and_no_proxy_of_the_environment_is_used(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    async with scripted_http(lambda _: answer("{}")) as server:
        bindings = {
            Role.PUBLIC: Binding(server.origin),
            Role.KEYED: Binding(server.origin, {"X-MBX-APIKEY": "SIMkey"}),
        }
        made = RestClient("binance", bindings, LoopClock(), client_context())
        await made.send(ASK)
        await made.send(Call("x", "GET", "/x", role=Role.KEYED))
        await made.close()
    assert b"SIMkey" not in server.requests[0]
    assert b"SIMkey" in server.requests[1]


async def test_the_moment_of_sending_is_told_once_and_before_the_first_byte() -> None:
    order: list[str] = []

    def script(_request: bytes) -> bytes:
        order.append("arrived")
        return answer("{}")

    async with one(script) as made:
        await made.send(CREATE, lambda: order.append("sending"))
    assert order == ["sending", "arrived"]


@pytest.mark.parametrize("call", [ASK, CREATE])
async def test_a_refused_connection_proves_that_nothing_left(call: Call) -> None:
    told: list[int] = []
    made = client(refused_origin())
    with pytest.raises(Retry, match="nothing was sent"):
        await made.send(call, lambda: told.append(1))
    assert told == []
    await made.close()


@pytest.mark.parametrize(("call", "error"), [(ASK, Retry), (CREATE, Unknown)])
@pytest.mark.parametrize(
    "reply", [CLOSE, Cut(b"HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n{"), Cut(b"not http at all\r\n\r\n")]
)
async def test_a_connection_that_breaks_after_sending_is_unknown_for_a_create(
    call: Call, error: type[TradedeskError], reply: Reply | Cut
) -> None:
    async with one(lambda _: reply) as made:
        with pytest.raises(error):
            await made.send(call)


async def test_what_holds_a_request_back_before_its_first_byte_is_raised_and_nothing_leaves() -> None:
    async with scripted_http(lambda _: answer("{}")) as server:
        made = client(server.origin)
        await made.send(CREATE)  # over a connection that is warm, and over one that has to be made anew after it
        for _ in range(2):
            with pytest.raises(Withheld):
                await made.send(CREATE, _hold)
        assert (await made.send(CREATE)).status == 200
        await made.close()
    assert server.lines() == ["POST /api/v3/order HTTP/1.1"] * 2


def _hold() -> None:
    raise Withheld("It was not sent: halted.")


@pytest.mark.scaled(50)
@pytest.mark.parametrize(("call", "error"), [(ASK, Retry), (CREATE, Unknown)])
async def test_silence_after_sending_is_unknown_for_a_create(call: Call, error: type[TradedeskError]) -> None:
    async with one(lambda _: HOLD) as made:
        with pytest.raises(error, match="in time"):
            await made.send(call)


@pytest.mark.parametrize("status", [403, 404, 410, 451])
@pytest.mark.parametrize("call", [ASK, CREATE])
async def test_a_page_that_precedes_the_venue_says_that_nothing_happened(call: Call, status: int) -> None:
    async with one(lambda _: page(status)) as made:
        refusal = made.refusal(call, await made.send(call))
    assert isinstance(refusal, Unavailable)
    assert refusal.code == f"HTTP {status}"


@pytest.mark.parametrize(
    ("status", "call", "error"),
    [(502, ASK, Retry), (502, CREATE, Unknown), (200, ASK, Malformed), (200, CREATE, Unknown), (302, ASK, Malformed)],
)
async def test_other_pages_are_classed_by_what_may_have_happened(
    status: int, call: Call, error: type[TradedeskError]
) -> None:
    async with one(lambda _: page(status)) as made:
        assert isinstance(made.refusal(call, await made.send(call)), error)


async def test_json_is_left_to_the_venues_own_room() -> None:
    async with one(lambda _: answer('{"code":-1,"msg":"x"}', 400)) as made:
        assert made.refusal(ASK, await made.send(ASK)) is None


async def test_redirects_are_not_followed() -> None:
    async with scripted_http(lambda _: answer("{}")) as other:
        target = f"Location: http://127.0.0.1:{other.origin.port}/x"
        async with one(lambda _: answer("{}", 302, target)) as made:
            assert (await made.send(ASK)).status == 302
        assert other.requests == []


async def test_a_client_stays_at_its_one_place_after_a_failure() -> None:
    replies = [page(502), CLOSE, answer("{}")]
    async with scripted_http(lambda _: replies.pop(0)) as server:
        made = client(server.origin)
        assert isinstance(made.refusal(ASK, await made.send(ASK)), Retry)
        with pytest.raises(Retry):
            await made.send(ASK)
        assert (await made.send(ASK)).status == 200
        await made.close()
    assert len(server.requests) == 3


async def test_no_error_carries_a_signature_or_a_foreign_exception() -> None:
    made = client(refused_origin())
    with pytest.raises(Retry) as raised:
        await made.send(CREATE)
    error = raised.value
    assert (error.__cause__, error.__context__) == (None, None)
    assert "5ec4e7" not in f"{error!r}{error}{CREATE!r}"
    await made.close()


async def test_the_librarys_own_loggers_say_nothing(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with one(lambda _: answer("{}")) as made:
        await made.send(Call("x", "GET", "/x", query="signature=5ec4e7"))
    assert [record for record in caplog.records if record.name.startswith(("httpx", "httpcore"))] == []


async def test_a_connection_is_used_again() -> None:
    async with scripted_http(lambda _: answer("{}")) as server:
        made = client(server.origin)
        for _ in range(3):
            await made.send(ASK)
        await made.close()
    assert len(server.requests) == 3
    assert server.connections == 1
