"""Every kind of key and a symbol whose name is not ASCII, through the whole connector (REQUIREMENTS B2, A4)."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import uuid6
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from connectors import registry
from connectors.clock import SystemClock
from connectors.errors import Unauthorised
from connectors.model.book import BookState, BookTop
from connectors.model.connection import KeyKind
from connectors.model.ids import ClientOrderId, Mode
from connectors.model.order import OrderReport, OrderRequest, OrderStatus, OrderType, TimeInForce
from connectors.model.side import Side
from connectors.model.trade import Gap, Trade
from connectors.ports.credentials import Signer
from connectors.ports.venue import AccountEvent, AccountStreamUp, Connector, LiveBook
from support.heard import Heard
from support.simulator import Simulator, running_simulator

pytestmark = pytest.mark.peers

KEYS: dict[KeyKind, Any] = {
    KeyKind.RSA: generate_private_key(65537, 2048),
    KeyKind.ED25519: Ed25519PrivateKey.generate(),
}


@dataclass(frozen=True)
class Venue:
    """A simulator, and its API key for each kind."""

    running: Simulator
    api_keys: dict[KeyKind, str]

    def signer(self, kind: KeyKind) -> Signer:
        secret = self.running.api_secret.encode()
        if kind is not KeyKind.HMAC:
            secret = KEYS[kind].private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        return registry.signer("binance", Mode.SIM, kind, self.api_keys[kind], secret)


@pytest.fixture(scope="module")
def venue() -> Iterator[Venue]:
    with tempfile.TemporaryDirectory(prefix="td") as folder:
        home, arguments = Path(folder), ["--seed", "7", "--symbols", "20"]
        for kind, key in KEYS.items():
            file = home / f"{kind}.pem"
            file.write_bytes(key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
            arguments += ["--public-key", str(file)]
        with running_simulator(home, *arguments) as running:
            minted = {KeyKind(Path(key["file"]).stem): key["api_key"] for key in running.keys}
            yield Venue(running, {KeyKind.HMAC: running.api_key, **minted})


@asynccontextmanager
async def connected(venue: Venue, signer: Signer) -> AsyncIterator[tuple[Connector, Heard[AccountEvent]]]:
    heard: Heard[AccountEvent] = Heard()
    made = registry.create(venue.running.connection(), signer, SystemClock())
    try:
        await made.connect()
        assert made.account is not None
        await made.account.watch_account(heard)
        await heard.until(lambda event: isinstance(event, AccountStreamUp))
        yield made, heard
    finally:
        await made.close()


async def far_bid(connector: Connector, symbol: str) -> OrderRequest:
    instrument = await connector.market.instrument(symbol)
    tick, step = instrument.filters.tick_size, instrument.filters.step_size
    price = (await connector.market.ticker(instrument.id)).last * Decimal("0.8") // tick * tick
    size = (instrument.filters.min_notional * 2 / price // step + 1) * step
    return OrderRequest(
        instrument.id,
        ClientOrderId(uuid6.uuid7().hex),
        Side.BUY,
        OrderType.LIMIT,
        size,
        price=price,
        time_in_force=TimeInForce.GTC,
    )


async def rests_and_goes(connector: Connector, heard: Heard[AccountEvent], symbol: str) -> None:
    """Place an order far off, see it on the user stream, cancel it, see that too."""
    assert connector.trading is not None
    request = await far_bid(connector, symbol)
    placed = await connector.trading.place(request)
    assert (placed.status, placed.instrument.symbol) == (OrderStatus.OPEN, symbol)
    for status in (OrderStatus.OPEN, OrderStatus.CANCELED):
        if status is OrderStatus.CANCELED:
            await connector.trading.cancel(request.instrument, client_order_id=request.client_order_id)

        def is_told(event: AccountEvent, wanted: OrderStatus = status) -> bool:
            mine = isinstance(event, OrderReport) and event.client_order_id == request.client_order_id
            return mine and isinstance(event, OrderReport) and event.status is wanted

        told = await heard.until(is_told)
        assert isinstance(told, OrderReport)
        assert told.instrument == request.instrument


@pytest.mark.parametrize("kind", list(KeyKind))
async def test_a_key_of_any_kind_connects_follows_its_account_and_trades(venue: Venue, kind: KeyKind) -> None:
    async with connected(venue, venue.signer(kind)) as (connector, heard):
        await rests_and_goes(connector, heard, "BTCUSDT")
        assert connector.account is not None
        rights = await connector.account.key_rights()
        assert rights.known
        assert rights.source == "/sapi/v1/account/apiRestrictions"


@pytest.mark.parametrize("kind", [KeyKind.RSA, KeyKind.ED25519])
async def test_a_private_key_that_does_not_belong_to_its_api_key_is_refused(venue: Venue, kind: KeyKind) -> None:
    other = Ed25519PrivateKey.generate() if kind is KeyKind.ED25519 else generate_private_key(65537, 2048)
    secret = other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    signer = registry.signer("binance", Mode.SIM, kind, venue.api_keys[kind], secret)
    with pytest.raises(Unauthorised):
        async with connected(venue, signer):
            pass


async def test_a_symbol_whose_name_is_not_ascii_is_shown_followed_and_traded(venue: Venue) -> None:
    async with connected(venue, venue.running.signer()) as (connector, heard):
        market = connector.market
        wide = next(one for one in await market.instruments() if not one.symbol.isascii())
        books, trades, touches = Heard[BookState](), Heard[Trade | Gap](), Heard[BookTop]()

        def listen(book: LiveBook) -> None:
            books(book.state)

        subscriptions = [
            await market.watch_book(wide.id, listen),
            await market.watch_trades(wide.id, trades),
            await market.watch_touch(wide.id, touches),
        ]
        await books.until(lambda state: state is BookState.LIVE)
        (touch,) = await touches.count(1)
        assert touch.instrument == wide.id
        assert touch.bid is not None
        assert touch.ask is not None
        assert touch.bid.price < touch.ask.price
        (trade,) = await trades.count(1)
        assert trade.instrument == wide.id
        assert len(await market.trades(wide.id, 5)) == 5
        await rests_and_goes(connector, heard, wide.symbol)
        assert connector.status().malformed == 0
        for subscription in subscriptions:
            await subscription.close()
