"""The worker over real sockets: panes, watches, queries and orders on the simulated exchange."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path

import pytest

from chaos.peers import BTC, Desk, Peers, peers_at
from connectors.errors import ArchiveFailed
from connectors.model.book import BookState, BookTop, BookView
from connectors.model.candle import Interval
from connectors.model.order import OrderStatus
from connectors.model.ticker import Ticker
from connectors.ports.archive import Batch
from connectors.worker import api
from worker.house import WorkerHouse, a_worker

pytestmark = pytest.mark.peers


@pytest.fixture
async def peers(home: Path) -> AsyncIterator[Peers]:
    async with peers_at(home) as made:
        yield made


@pytest.fixture
async def house(peers: Peers, home: Path) -> AsyncIterator[WorkerHouse]:
    async with a_worker(home) as made:
        yield made


@pytest.fixture
async def desk(peers: Peers, house: WorkerHouse) -> Desk:
    return await peers.attach(await house.join("memory"))


async def test_every_kind_of_pane_is_fed_history_first_and_no_faster_than_twenty_a_second(desk: Desk) -> None:
    for number, kind in enumerate(api.PaneKind, 1):
        pane = api.OpenPane(number, desk.account, "btcusdt", kind, interval=Interval.M1, history=50)
        assert await desk.link.request(pane) == api.Done()
    first: dict[int, object] = {}
    books: list[int] = []
    trades: list[str] = []
    wanted = {1: api.BookPushed, 2: api.TickerPushed, 3: api.TradesPushed, 4: api.CandlesPushed}
    async with asyncio.timeout(20):
        async for push in desk.link.events():
            if isinstance(push, api.Numbered | api.Picture | api.WatchPushed):
                continue
            if isinstance(push, api.BookPushed) and push.view.state is BookState.LIVE:
                books.append(push.view.received_ns)
            if isinstance(push, api.TradesPushed):
                trades.extend(trade.trade_id for trade in push.trades)
            first.setdefault(push.pane, push)
            if len(books) >= 20 and len(first) == 4:
                break
    assert {pane: type(push) for pane, push in first.items()} == wanted
    assert isinstance(history := first[3], api.TradesPushed)
    assert history.replace
    assert len(history.trades) == 50
    assert len(trades) == len(set(trades)), "a trade was shown twice"
    assert isinstance(candles := first[4], api.CandlesPushed)
    assert len(candles.candles) == 50
    assert books[-1] - books[0] >= 19 * 40_000_000
    for number in range(1, 5):
        await desk.link.request(api.PacePane(number, 2))
        await desk.link.request(api.ClosePane(number))


async def test_a_watch_delivers_every_update_in_order(desk: Desk) -> None:
    assert await desk.link.request(api.Watch(9, desk.account, "BTCUSDT", api.PaneKind.BOOK)) == api.Done()
    ids = []
    async with asyncio.timeout(20):
        async for push in desk.link.events():
            if (
                isinstance(push, api.WatchPushed)
                and isinstance(push.item, BookTop)
                and push.item.state is BookState.LIVE
            ):
                assert push.dropped == 0
                ids.append(push.item.update_id)
            if len(ids) == 20:
                break
    assert ids == sorted(ids)
    assert await desk.link.request(api.Unwatch(9)) == api.Done()


async def test_queries_answer_and_an_unknown_symbol_is_told_with_its_kind(desk: Desk) -> None:
    account, ask = desk.account, desk.link.request
    view = await ask(api.GetBook(account, "BTCUSDT", 5))
    assert isinstance(view, BookView)
    assert len(view.bids) == len(view.asks) == 5
    assert isinstance(await ask(api.GetTicker(account, "BTCUSDT")), Ticker)
    trades = await ask(api.GetTrades(account, "BTCUSDT", 7))
    assert isinstance(trades, api.Trades)
    assert len(trades.trades) == 7
    candles = await ask(api.GetCandles(account, "BTCUSDT", Interval.H1, limit=10))
    assert isinstance(candles, api.Candles)
    assert len(candles.candles) == 10
    instruments = await ask(api.GetInstruments(account))
    assert isinstance(instruments, api.Instruments)
    assert BTC in {instrument.id for instrument in instruments.instruments}
    for command in (api.GetTicker(account, "NOPE"), api.GetBook(account, "NOPE"), api.GetInstruments(account, "NOPE")):
        failure = await ask(command)
        assert isinstance(failure, api.Failure)
        assert failure.kind is api.FailureKind.UNKNOWN_INSTRUMENT


async def test_a_pane_of_an_unknown_symbol_says_so_and_does_not_try_again(desk: Desk) -> None:
    await desk.link.request(api.OpenPane(1, desk.account, "NOPE", api.PaneKind.BOOK))
    async with asyncio.timeout(10):
        async for push in desk.link.events():
            if isinstance(push, api.PaneFailed):
                assert not push.retrying
                assert "NOPE" in push.sentence
                break


async def test_an_order_rests_is_canceled_and_a_market_order_fills_with_position_and_balance(desk: Desk) -> None:
    resting = desk.resting(await desk.low_price())
    placed = await desk.link.request(resting)
    assert isinstance(placed, api.OrderAccepted)
    assert placed.order.handle == "k1"
    await desk.order_when(resting.order_id, lambda order: order.status is OrderStatus.OPEN)
    assert await desk.link.request(api.CancelOrders(account=desk.account)) == api.Canceling(1)
    canceled = await desk.order_when(resting.order_id, lambda order: order.status is OrderStatus.CANCELED)
    assert canceled.sent_ns is not None
    assert canceled.acked_ns is not None
    market = desk.market()
    await desk.link.request(market)
    filled = await desk.order_when(
        market.order_id, lambda order: order.status is OrderStatus.FILLED and bool(order.fees)
    )
    positions = await desk.link.request(api.GetPositions())
    assert isinstance(positions, api.Positions)
    (position,) = positions.positions
    assert position.quantity == filled.filled - filled.fees[0].amount
    assert position.cost == filled.cost
    balances = await desk.link.request(api.GetBalances(desk.account))
    assert isinstance(balances, api.Balances)
    assert {balance.asset for balance in balances.balances} >= {"BTC", "USDT"}
    by_handle = await desk.link.request(api.GetOrders(handle="k2"))
    assert isinstance(by_handle, api.Orders)
    (found,) = by_handle.orders
    # Its answer may still come after its last event, and is written on the record too.
    assert (found.order_id, found.status, found.filled) == (filled.order_id, filled.status, filled.filled)


async def test_a_broken_archive_refuses_new_orders_and_still_cancels(
    desk: Desk, house: WorkerHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    resting = desk.resting(await desk.low_price())
    await desk.link.request(resting)
    await desk.order_when(resting.order_id, lambda order: order.status is OrderStatus.OPEN)
    journal = await house.worker.keeper.ask(lambda archive: archive.journal)
    append = journal.append

    def full(batch: Batch) -> int:
        raise ArchiveFailed("The disk is full.")

    monkeypatch.setattr(journal, "append", full)
    refused = await desk.link.request(desk.resting(resting.price or Decimal(1)))
    assert isinstance(refused, api.Failure)
    assert refused.kind is api.FailureKind.ARCHIVE_FAILED
    assert await desk.link.request(api.CancelOrder(resting.order_id)) == api.Done()
    await desk.order_when(resting.order_id, lambda order: order.status is OrderStatus.CANCELED)
    assert house.worker.keeper.waiting
    monkeypatch.setattr(journal, "append", append)
    await desk.link.request(desk.resting(resting.price or Decimal(1)))
    await house.worker.keeper.flush()
    archived = await house.worker.keeper.ask(lambda archive: archive.journal.order(resting.order_id))
    assert archived is not None
    assert archived.status is OrderStatus.CANCELED


async def test_a_connection_is_tested_step_by_step(desk: Desk) -> None:
    tested = await desk.link.request(api.TestConnection(desk.account))
    assert isinstance(tested, api.ConnectionTested)
    assert [(name, passed) for name, passed, _sentence in tested.steps] == [
        ("connect", True),
        ("clock", True),
        ("instruments", True),
        ("account", True),
        ("rights", True),
    ]


async def test_an_exchange_is_not_replaced_while_it_answers(peers: Peers, house: WorkerHouse, desk: Desk) -> None:
    await desk.low_price()
    said = peers.announced
    answer = await desk.link.attach_embedded(peers.connection(), said["api_key"], said["api_secret"])
    assert isinstance(answer, api.Failure)
    assert "attached already" in answer.sentence


async def test_when_a_dead_exchange_is_replaced_its_panes_move_over_and_its_account_stays(
    peers: Peers, house: WorkerHouse, desk: Desk
) -> None:
    await desk.link.request(api.OpenPane(1, desk.account, "BTCUSDT", api.PaneKind.BOOK))
    await desk.low_price()
    await peers.stop_exchange()
    await peers.start_exchange()
    again = await peers.attach(desk.link)
    assert again.account == desk.account
    before = house.worker.clock.time_ns()
    async with asyncio.timeout(20):
        async for push in desk.link.events():
            if (
                isinstance(push, api.BookPushed)
                and push.view.state is BookState.LIVE
                and push.view.received_ns > before
            ):
                break


async def test_one_slow_pane_does_not_hold_up_another_clients_order(
    house: WorkerHouse, peers: Peers, desk: Desk
) -> None:
    other = await house.join("socket")
    latest: dict[int, int] = defaultdict(int)

    def count(push: object) -> None:
        if isinstance(push, api.BookPushed):
            latest[push.pane] += 1

    other.on_event = count
    await other.request(api.OpenPane(1, desk.account, "BTCUSDT", api.PaneKind.BOOK, rate_hz=1))
    resting = desk.resting(await desk.low_price())
    assert isinstance(await asyncio.wait_for(desk.link.request(resting), 60), api.OrderAccepted)
    assert latest[1] <= 3
