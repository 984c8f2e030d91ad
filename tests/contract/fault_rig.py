"""A simulated venue whose faults can be armed, and a client's calls and streams put into the words of the cells."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import httpx
import uuid6
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from connectors import registry
from connectors.clock import SystemClock
from connectors.errors import TradedeskError
from connectors.model.ids import ClientOrderId
from connectors.model.instrument import Instrument
from connectors.model.order import OrderReport, OrderRequest, OrderType, TimeInForce
from connectors.model.side import Side
from connectors.model.trade import Gap, Trade
from connectors.ports.venue import AccountEvent, AccountStreamDown, AccountStreamUp, Connector, LiveBook
from support.heard import Heard
from support.simulator import Simulator

SYMBOL = "BTCUSDT"
_BACK_MS = 90_000
"""More than a test takes, and than its clock is wrong."""
_NO_ANSWER_S = 1.2
"""By the wall: more than any late answer of the matrix takes."""
Entry = dict[str, Any]


class FastClock(SystemClock):
    """The system's clock, whose spans follow the running loop: on a faster one, silence and bans are over sooner."""

    def monotonic_ns(self) -> int:
        """The running loop's time."""
        return round(asyncio.get_running_loop().time() * 1_000_000_000)


class Rig:
    """The venue's control path, its raw REST interface, and connectors to it."""

    def __init__(self, venue: Simulator, http: httpx.AsyncClient) -> None:
        self.venue = venue
        self._http = http

    async def reset(self) -> None:
        """No fault is armed, the log is empty and no order is open."""
        await self.disarm()
        await self.signed("DELETE", "openOrders", symbol=SYMBOL)
        await self.forget()

    async def forget(self) -> None:
        """Begin the log anew."""
        (await self._http.delete("/control/log")).raise_for_status()

    async def arm(self, fault: dict[str, Any], *on: str) -> str:
        """Arm a fault; returns its name in the log."""
        answer = await self._http.post("/control/faults", json={**fault, "on": list(on)} if on else fault)
        assert answer.status_code == 200, answer.text
        name: str = answer.json()["armed"][0]["id"]
        return name

    async def disarm(self) -> None:
        """Take all faults away."""
        (await self._http.delete("/control/faults")).raise_for_status()

    async def saw(self, endpoint: str, detail: str, client_id: str = "") -> None:
        """Write what the client saw into the venue's log, beside what the venue did."""
        seen = {"endpoint": endpoint, "detail": detail, "client_id": client_id}
        (await self._http.post("/control/log", json=seen)).raise_for_status()

    async def log(self) -> list[Entry]:
        """The log so far."""
        return [json.loads(line) for line in (await self._http.get("/control/log")).text.splitlines()]

    async def entry(self, wanted: Callable[[Entry], bool]) -> Entry:
        """An entry of the log, as soon as it is there."""
        end = time.monotonic() + 10
        while True:
            log = await self.log()
            found = next((entry for entry in log if wanted(entry)), None)
            if found is not None:
                return found
            assert time.monotonic() < end, f"not in the log: {log[-5:]}"

    async def signed(self, method: str, path: str, **params: object) -> httpx.Response:
        """A request signed by hand (§2.1), for the truth about orders."""
        query = urlencode({**params, "timestamp": time.time_ns() // 1_000_000})
        address = f"/api/v3/{path}?{query}&signature={self.sign(query)}"
        return await self._http.request(method, address, headers={"X-MBX-APIKEY": self.venue.api_key})

    async def far_below(self) -> str:
        """A price at which an order rests."""
        rows = (await self._http.get("/api/v3/ticker/price", params={"symbol": SYMBOL})).json()
        return f"{Decimal(rows['price']) * Decimal('0.8') // 1}.03"

    def sign(self, text: str) -> str:
        """HMAC of a text (§2.1)."""
        return hmac.new(self.venue.api_secret.encode(), text.encode(), hashlib.sha256).hexdigest()

    async def orders(self, client_id: str) -> int:
        """How many orders the venue has had under a client id, in the last while."""
        since = time.time_ns() // 1_000_000 - _BACK_MS
        rows = (await self.signed("GET", "allOrders", symbol=SYMBOL, startTime=since, limit=1000)).json()
        return sum(row["clientOrderId"] == client_id for row in rows)

    @asynccontextmanager
    async def client(self) -> AsyncIterator[Client]:
        """A connector, connected, with the instrument it is to trade."""
        connector = registry.create(self.venue.connection(), self.venue.signer(), FastClock())
        try:
            await connector.connect()
            instrument = await connector.market.instrument(SYMBOL)
            last = (await connector.market.ticker(instrument.id)).last
            yield Client(connector, instrument, last)
        finally:
            await connector.close()


REQUESTS = {
    "public": "GET /api/v3/ticker/24hr",
    "query": "GET /api/v3/order",
    "create": "POST /api/v3/order",
    "cancel": "DELETE /api/v3/order",
    "cancel_all": "DELETE /api/v3/openOrders",
    "ws_order": "order.place",
}
"""What each call of `Client.call` asks of the venue (§4); faults are narrowed to it, for a connector asks other things
of its own accord."""


@dataclass
class Client:
    """A connected connector, and what it hears.

    Attributes:
        heard: Book states when they change, GAP, DOWN, UP, REPORT, in order.
        updates: Every update of the book.
    """

    connector: Connector
    instrument: Instrument
    last: Decimal
    heard: Heard[str] = field(default_factory=Heard)
    updates: Heard[int] = field(default_factory=Heard)

    def request(self) -> OrderRequest:
        """An order that rests far below the market, on an odd tick."""
        tick = self.instrument.filters.tick_size
        price = self.last * Decimal("0.8") // 1 + tick * 3
        return OrderRequest(
            self.instrument.id,
            ClientOrderId(uuid6.uuid7().hex),
            Side.BUY,
            OrderType.LIMIT,
            Decimal("0.01"),
            price=price,
            time_in_force=TimeInForce.GTC,
        )

    async def place(self, request: OrderRequest) -> OrderReport:
        """Create an order."""
        assert self.connector.trading is not None
        return await self.connector.trading.place(request)

    async def position(self, word: str, *, after: int) -> int:
        """Where a word was heard, as soon as it is."""
        await self.heard.until(lambda heard: heard == word, after=after, seconds=100)
        return self.heard.items.index(word, after)

    def call(self, endpoint: str, request: OrderRequest) -> Callable[[], Awaitable[object]]:
        """The call of an endpoint class, about an order."""
        trading, instrument = self.connector.trading, self.instrument.id
        assert trading is not None
        calls: dict[str, Callable[[], Awaitable[object]]] = {
            "public": lambda: self.connector.market.ticker(instrument),
            "query": lambda: trading.order(instrument, client_order_id=request.client_order_id),
            "create": lambda: trading.place(request),
            "cancel": lambda: trading.cancel(instrument, client_order_id=request.client_order_id),
            "cancel_all": lambda: trading.cancel_all(instrument),
        }
        return calls[endpoint]

    async def watch_market(self) -> None:
        """Follow book and trades; returns once both have been heard."""
        states: list[str] = []

        def book(live: LiveBook) -> None:
            if not states or states[-1] != live.state.value:
                states.append(live.state.value)
                self.heard(live.state.value)
            self.updates(live.update_id)

        trades: Heard[Trade | Gap] = Heard()

        def tape(item: Trade | Gap) -> None:
            trades(item)
            if isinstance(item, Gap):
                self.heard("GAP")

        await self.connector.market.watch_book(self.instrument.id, book)
        await self.connector.market.watch_trades(self.instrument.id, tape)
        await self.heard.until(lambda word: word == "LIVE", seconds=100)
        await trades.count(1, seconds=100)

    async def watch_account(self, request: OrderRequest) -> None:
        """Follow the account; returns once it is up. REPORT is told of one order only."""
        assert self.connector.account is not None

        def told(event: AccountEvent) -> None:
            if isinstance(event, AccountStreamUp):
                self.heard("UP")
            elif isinstance(event, AccountStreamDown):
                self.heard("DOWN")
            elif isinstance(event, OrderReport) and event.client_order_id == request.client_order_id:
                self.heard("REPORT")

        await self.connector.account.watch_account(told)
        await self.heard.until(lambda word: word == "UP", seconds=100)


async def outcome(call: Callable[[], Awaitable[object]]) -> tuple[str, ...]:
    """What a call comes to: ``ok``, or its error's class and those above it."""
    try:
        await call()
    except TradedeskError as error:
        return tuple(one.__name__ for one in type(error).__mro__ if issubclass(one, TradedeskError))
    return ("ok",)


class RawSocket:
    """A WebSocket API client written from the sheet (§1.5), which knows nothing of retries."""

    def __init__(self, rig: Rig) -> None:
        self._rig = rig

    async def __aenter__(self) -> RawSocket:
        """Connect, and say something so that the connection is one that orders."""
        self._price = await self._rig.far_below()
        self._socket = await connect(self._rig.venue.ws_api, proxy=None)
        return self

    async def __aexit__(self, *_: object) -> None:
        """Hang up; whether the other side hears it does not matter."""
        self._socket.transport.abort()

    async def order(self) -> tuple[str, tuple[str, ...]]:
        """Place an order; returns its client id and what came back, in the words of the cells."""
        client_id = uuid6.uuid7().hex
        params: dict[str, object] = {
            "apiKey": self._rig.venue.api_key,
            "symbol": SYMBOL,
            "side": "BUY",
            "type": "LIMIT",
            "timeInForce": "GTC",
            "quantity": "0.01",
            "price": self._price,
            "newClientOrderId": client_id,
            "timestamp": time.time_ns() // 1_000_000,
        }
        params["signature"] = self._rig.sign("&".join(f"{name}={params[name]}" for name in sorted(params)))
        try:
            await self._socket.send(json.dumps({"id": "1", "method": "order.place", "params": params}))
            async with asyncio.timeout(_NO_ANSWER_S):
                text = await self._socket.recv()
        except TimeoutError:
            return client_id, ("no answer",)
        except ConnectionClosed:
            return client_id, ("no answer", await self._comes_in())
        try:
            found = json.loads(text)
        except ValueError:
            return client_id, ("page",)
        return client_id, (f"status {found['status']}", f"code {found.get('error', {}).get('code', 0)}")

    async def _comes_in(self) -> str:
        try:
            async with connect(self._rig.venue.ws_api, proxy=None):
                return "a new connection"
        except InvalidStatus:
            return "no connection"
