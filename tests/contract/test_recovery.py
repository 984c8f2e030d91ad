"""What every venue must do when its peer goes away, goes quiet, or comes back (REQUIREMENTS E2, E3, E6)."""

from __future__ import annotations

import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
import uuid6

from connectors import registry
from connectors.clock import SystemClock
from connectors.errors import Retry, TradedeskError, Unavailable
from connectors.model.book import BookState
from connectors.model.connection import ConnectionStatus, LinkState
from connectors.model.ids import ClientOrderId
from connectors.model.order import OrderRequest, OrderType
from connectors.model.side import Side
from connectors.model.trade import Gap, Trade
from connectors.ports.venue import AccountEvent, AccountStreamDown, AccountStreamUp, Connector, LiveBook
from support.heard import Heard
from support.simulator import Simulator, running_simulator

pytestmark = pytest.mark.peers

BACK_WITHIN_S = 5
"""From the venue accepting connections to everything standing again."""


def connected_to(venue: Simulator, *, keyed: bool = True) -> Connector:
    return registry.create(venue.connection(keyed=keyed), venue.signer() if keyed else None, SystemClock())


def tells_state(to: Heard[BookState]) -> Callable[[LiveBook], None]:
    return lambda book: to(book.state)


async def test_a_venue_that_dies_and_returns_is_followed_again_within_seconds(short_tmp: Path) -> None:
    states: Heard[ConnectionStatus] = Heard()
    books: Heard[BookState] = Heard()
    tape: Heard[Trade | Gap] = Heard()
    with running_simulator(short_tmp, "--seed", "7") as first:
        connector = connected_to(first, keyed=False)
        connector.on_status(states)
        await connector.connect()
        instrument = (await connector.market.instrument("BTCUSDT")).id
        await connector.market.watch_book(instrument, tells_state(books))
        await connector.market.watch_trades(instrument, tape)
        await books.until(lambda state: state is BookState.LIVE)
        await tape.count(1)
        first.kill()
        await states.until(lambda status: status.state is LinkState.RECONNECTING and bool(status.reason))
        await books.until(lambda state: state is BookState.RESYNC)
        await states.until(lambda status: status.state is LinkState.DOWN)
        assert connector.status().next_try_ns is not None
        with pytest.raises((Retry, Unavailable)):
            await connector.market.ticker(instrument)
        heard = (len(states.items), len(books.items), len(tape.items))
        with running_simulator(short_tmp, "--seed", "7", port=first.port):
            begun = time.monotonic()
            await states.until(lambda status: status.state is LinkState.LIVE, after=heard[0])
            await books.until(lambda state: state is BookState.LIVE, after=heard[1])
            assert time.monotonic() - begun < BACK_WITHIN_S
            await tape.until(lambda item: isinstance(item, Trade), after=heard[2])
            gaps = [place for place, item in enumerate(tape.items) if isinstance(item, Gap)]
            assert gaps == [heard[2]]
            gap = tape.items[gaps[0]]
            assert isinstance(gap, Gap)
            assert gap.from_ns < gap.to_ns
            await connector.close()


async def test_a_frozen_venue_makes_the_book_stale_and_a_thawed_one_makes_it_live_again(short_tmp: Path) -> None:
    books: Heard[BookState] = Heard()
    with running_simulator(short_tmp, "--seed", "7") as venue:
        connector = connected_to(venue, keyed=False)
        await connector.connect()
        instrument = (await connector.market.instrument("BTCUSDT")).id
        await connector.market.watch_book(instrument, tells_state(books))
        await books.until(lambda state: state is BookState.LIVE)
        venue.freeze()
        frozen = len(books.items)
        await books.until(lambda state: state is BookState.STALE, after=frozen, seconds=8)
        venue.thaw()
        thawed = len(books.items)
        await books.until(lambda state: state is BookState.LIVE, after=thawed)
        await connector.close()


async def test_the_user_stream_is_subscribed_anew_after_a_cut(short_tmp: Path) -> None:
    events: Heard[AccountEvent] = Heard()
    with running_simulator(short_tmp, "--seed", "7") as venue:
        connector = connected_to(venue)
        await connector.connect()
        assert connector.account is not None
        await connector.account.watch_account(events)
        await events.until(lambda event: isinstance(event, AccountStreamUp))
        assert connector.status().trading
        venue.freeze()
        await events.until(lambda event: isinstance(event, AccountStreamDown))
        assert not connector.status().trading
        venue.thaw()
        cut = len(events.items)
        await events.until(lambda event: isinstance(event, AccountStreamUp), after=cut)
        await connector.close()


async def test_a_create_to_a_venue_that_is_gone_provably_never_left(short_tmp: Path) -> None:
    sent: list[int] = []
    with running_simulator(short_tmp, "--seed", "7") as venue:
        connector = connected_to(venue)
        await connector.connect()
        instrument = (await connector.market.instrument("BTCUSDT")).id
        assert connector.trading is not None
        venue.kill()
        request = OrderRequest(
            instrument, ClientOrderId(uuid6.uuid7().hex), Side.BUY, OrderType.MARKET, Decimal("0.01")
        )
        with pytest.raises(Retry):
            await connector.trading.place(request, lambda: sent.append(1))
        assert sent == []
        await connector.close()


async def test_connecting_to_nothing_fails_with_a_sentence_and_heals_by_itself(short_tmp: Path) -> None:
    states: Heard[ConnectionStatus] = Heard()
    with running_simulator(short_tmp, "--seed", "7") as venue:
        connector = connected_to(venue, keyed=False)
        port = venue.port
    connector.on_status(states)
    with pytest.raises(TradedeskError, match="cannot be reached"):
        await connector.connect()
    assert connector.status().state is LinkState.DOWN
    with running_simulator(short_tmp, "--seed", "7", port=port):
        await states.until(lambda status: status.state is LinkState.LIVE, seconds=BACK_WITHIN_S)
        await connector.connect()
        await connector.close()


async def test_a_tenth_listener_costs_the_venue_nothing(made: Callable[..., Connector]) -> None:
    from connectors.market.shared import SharedMarket

    connector = made(keyed=False)
    await connector.connect()
    shared = SharedMarket(connector.market, SystemClock())
    instrument = (await shared.instrument("BTCUSDT")).id
    listeners: list[Heard[BookState]] = [Heard() for _ in range(10)]
    first = await shared.watch_book(instrument, tells_state(listeners[0]))
    await listeners[0].until(lambda state: state is BookState.LIVE)
    used = {limit.name: limit.used for limit in connector.status().limits}
    rest = [await shared.watch_book(instrument, tells_state(to)) for to in listeners[1:]]
    for listener in listeners:
        await listener.until(lambda state: state is BookState.LIVE)
    assert {limit.name: limit.used for limit in connector.status().limits} == used
    for subscription in (first, *rest):
        await subscription.close()
    await connector.close()
