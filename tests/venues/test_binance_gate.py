"""The gate against a scripted venue: what is sent how often, and what becomes of each answer."""

from __future__ import annotations

import random
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal

import pytest

from connectors.errors import ClockSkew, Malformed, Refused, Retry, Throttled, TradedeskError, Unknown
from connectors.model.ids import ClientOrderId
from connectors.model.order import OrderRequest, OrderStatus, OrderType, TimeInForce
from connectors.model.side import Side
from connectors.venues.binance import endpoints
from connectors.venues.binance.constants import DEFAULT_LIMITS
from connectors.venues.binance.gate import Gate
from connectors.venues.binance.symbols import instrument_id
from connectors.venues.binance.trading import BinanceTrading
from connectors.wire.limiter import Limiter
from connectors.wire.rest import Binding, RestClient, Role
from connectors.wire.signers import HmacSigner
from connectors.wire.skew import Skew
from connectors.wire.tls import client_context
from support.clock import LoopClock
from support.scripted import CLOSE, HOLD, Cut, Reply, Script, Scripted, answer, page, scripted_http

BTC = instrument_id("BTCUSDT")
ORDER = OrderRequest(
    BTC,
    ClientOrderId("0192f0c1a2b37c4d8e5f60718293a4b5"),
    Side.BUY,
    OrderType.LIMIT,
    Decimal("0.010"),
    price=Decimal("61000.50"),
    time_in_force=TimeInForce.GTC,
)
ACK = answer(
    '{"symbol":"BTCUSDT","orderId":7,"clientOrderId":"0192f0c1a2b37c4d8e5f60718293a4b5","transactTime":1795000000000,'
    '"price":"61000.50","origQty":"0.010","executedQty":"0","cummulativeQuoteQty":"0","status":"NEW","timeInForce":"GTC",'
    '"type":"LIMIT","side":"BUY","workingTime":1795000000000,"fills":[]}'
)


class Desk:
    """A gate to a scripted venue, and what hangs on it."""

    def __init__(self, server: Scripted) -> None:
        self.server = server
        self.clock = LoopClock()
        self.skew = Skew()
        self.limiter = Limiter("binance", self.clock, lambda: self.skew.venue_ns(self.clock.time_ns()))
        self.limiter.configure(DEFAULT_LIMITS)
        self.rest = RestClient(
            "binance",
            {Role.PUBLIC: Binding(server.origin), Role.KEYED: Binding(server.origin, {"X-MBX-APIKEY": "SIMkey"})},
            self.clock,
            client_context(),
        )
        signer = HmacSigner("SIMkey", b"secret")
        self.gate = Gate(self.rest, signer, self.clock, random.Random(3), self.limiter, self.skew)
        self.stale: list[int] = []
        self.trading = BinanceTrading(self.gate, lambda: self.stale.append(1))
        self.sent: list[int] = []

    async def place(self) -> OrderStatus:
        return (await self.trading.place(ORDER, lambda: self.sent.append(1))).status

    @property
    def creates(self) -> int:
        return sum(line.startswith("POST /api/v3/order ") for line in self.server.lines())


@asynccontextmanager
async def desk(script: Script) -> AsyncIterator[Desk]:
    async with scripted_http(script) as server:
        made = Desk(server)
        yield made
        await made.limiter.close()
        await made.rest.close()


def refusal(status: int, code: int, text: str, *headers: str) -> bytes:
    return answer(f'{{"code":{code},"msg":"{text}"}}', status, *headers)


async def test_a_create_is_one_signed_form_with_a_short_window() -> None:
    async with desk(lambda _: ACK) as made:
        assert await made.place() is OrderStatus.OPEN
    head, body = made.server.requests[0].decode().split("\r\n\r\n")
    assert head.startswith("POST /api/v3/order HTTP/1.1")
    assert "X-MBX-APIKEY: SIMkey" in head
    found = re.fullmatch(
        r"symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.010&price=61000.50"
        r"&newClientOrderId=0192f0c1a2b37c4d8e5f60718293a4b5&newOrderRespType=FULL&recvWindow=2500&timestamp=(\d{13})"
        r"&signature=([0-9a-f]{64})",
        body,
    )
    assert found
    assert HmacSigner("", b"secret").sign(body.partition("&signature=")[0].encode()) == found.group(2)
    assert made.sent == [1]


@pytest.mark.scaled(50)
@pytest.mark.parametrize(
    "reply",
    [
        CLOSE,
        HOLD,
        page(502),
        page(200),
        Cut(b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{"),
        answer("{}"),
        answer('{"symbol":"BTCUSDT","orderId":"seven"}'),
        answer("", 504),
        refusal(400, -1006, "An unexpected response was received."),
        refusal(408, -1007, "Timeout waiting for response."),
        refusal(500, -1000, "Unknown."),
    ],
)
async def test_a_create_without_a_clear_answer_is_unknown_and_was_sent_once(reply: Reply | Cut) -> None:
    async with desk(lambda _: reply) as made:
        with pytest.raises(Unknown):
            await made.place()
        assert (made.creates, made.sent) == (1, [1])


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (refusal(400, -2010, "Account has insufficient balance for requested action."), TradedeskError),
        (refusal(429, -1003, "Too much request weight used.", "Retry-After: 7"), Throttled),
        (refusal(503, -1008, "Overloaded."), TradedeskError),
        (page(403), TradedeskError),
    ],
)
async def test_a_clear_refusal_is_told_and_never_sent_again(reply: bytes, error: type[TradedeskError]) -> None:
    async with desk(lambda _: reply) as made:
        with pytest.raises(error) as told:
            await made.place()
        assert not isinstance(told.value, Unknown)
        assert made.creates == 1


async def test_a_clock_error_compares_the_clocks_and_sends_once_more() -> None:
    hour_ms = 3_600_000

    def script(request: bytes) -> bytes:
        now_ms = clock.time_ns() // 1_000_000 + hour_ms
        if b"/api/v3/time" in request:
            return answer(f'{{"serverTime":{now_ms}}}')
        stamp = int(re.search(rb"timestamp=(\d+)", request).group(1))  # type: ignore[union-attr]
        return ACK if abs(now_ms - stamp) < 1_000 else refusal(400, -1021, "Timestamp is outside of the recvWindow.")

    async with desk(script) as made:
        clock = made.clock
        assert await made.place() is OrderStatus.OPEN
        assert made.creates == 2
        assert made.sent == [1, 1]


async def test_a_clock_error_that_stays_is_told_after_one_more_try() -> None:
    def script(request: bytes) -> bytes:
        if b"/api/v3/time" in request:
            return answer('{"serverTime":1795000000000}')
        return refusal(400, -1021, "Timestamp is outside of the recvWindow.")

    async with desk(script) as made:
        with pytest.raises(ClockSkew):
            await made.place()
        assert made.creates == 2


@pytest.mark.scaled(50)
async def test_a_read_is_tried_again_and_each_time_signed_anew() -> None:
    replies = iter([CLOSE, page(502), answer("[]")])
    async with desk(lambda _: next(replies)) as made:
        assert await made.trading.open_orders(BTC) == []
        stamps = [re.search(rb"timestamp=(\d+)", request) for request in made.server.requests]
    assert len({stamp.group(1) for stamp in stamps if stamp}) == 3


@pytest.mark.scaled(50)
async def test_a_read_gives_up_after_four_tries() -> None:
    async with desk(lambda _: page(502)) as made:
        with pytest.raises(Retry):
            await made.trading.open_orders(BTC)
        assert len(made.server.requests) == 4


async def test_a_cancel_is_never_repeated() -> None:
    async with desk(lambda _: CLOSE) as made:
        with pytest.raises(Unknown):
            await made.trading.cancel(BTC, client_order_id=ORDER.client_order_id)
        assert len(made.server.requests) == 1


async def test_quiet_that_was_asked_for_holds_back_what_follows() -> None:
    async with desk(lambda _: refusal(418, -1003, "banned", "Retry-After: 120")) as made:
        with pytest.raises(Throttled) as told:
            await made.place()
        assert (told.value.retry_after_s, told.value.banned) == (120, True)
        with pytest.raises(Throttled, match="nothing was sent"):
            await made.place()
        assert made.creates == 1


async def test_headers_correct_the_limits() -> None:
    headers = ("X-MBX-USED-WEIGHT-1M: 4321", "X-MBX-ORDER-COUNT-10S: 9", "X-MBX-ORDER-COUNT-1D: 77", "X-MBX-UUID: q")
    async with desk(lambda _: answer("[]", 200, *headers)) as made:
        await made.trading.open_orders(BTC)
        uses = {use.name: use.used for use in made.limiter.uses()}
    assert (uses["REQUEST_WEIGHT 1M"], uses["ORDERS 10S"], uses["ORDERS 1D"]) == (4321, 9, 77)


async def test_an_answer_of_another_shape_is_malformed_and_names_the_field() -> None:
    async with desk(lambda _: answer('[{"symbol":7}]')) as made:
        with pytest.raises(Malformed) as told:
            await made.trading.open_orders(BTC)
    assert "symbol" in told.value.text


async def test_a_filter_refusal_makes_the_instruments_old() -> None:
    async with desk(lambda _: refusal(400, -1013, "Filter failure: PRICE_FILTER")) as made:
        with pytest.raises(TradedeskError):
            await made.place()
        assert made.stale == [1]


async def test_words_added_later_do_not_break_an_order() -> None:
    body = (
        '[{"symbol":"BTCUSDT","orderId":1,"clientOrderId":"a","status":"FROZEN","type":"ICE","side":"HOLD",'
        '"timeInForce":"GTX","executedQty":"0","cummulativeQuoteQty":"-1","expiryReason":"MOON"}]'
    )
    async with desk(lambda _: answer(body)) as made:
        (report,) = await made.trading.open_orders(BTC)
    assert (report.status, report.type, report.side) == (OrderStatus.UNKNOWN, OrderType.UNKNOWN, None)
    assert (report.time_in_force, report.cost, report.reason) == (TimeInForce.UNKNOWN, None, "MOON")


async def test_without_a_key_nothing_signed_can_be_asked() -> None:
    async with scripted_http(lambda _: answer("{}")) as server:
        clock = LoopClock()
        rest = RestClient("binance", {Role.PUBLIC: Binding(server.origin)}, clock, client_context())
        gate = Gate(rest, None, clock, random.Random(3), Limiter("binance", clock, clock.time_ns), Skew())
        with pytest.raises(Refused, match="no key"):
            await gate.ask(endpoints.ACCOUNT)
        await rest.close()
    assert server.requests == []
