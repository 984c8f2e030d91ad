"""What becomes of orders after they were accepted: triggers, trails, expiry, lists, amends, and halves of replaces."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from connectors.errors import InvalidOrder, OrderNotFound, Rejected
from connectors.model.book import BookTop
from connectors.model.change import AmendRequest, CancelOutcome, CreateOutcome, ReplaceMode, ReplaceRequest
from connectors.model.ids import ClientOrderId
from connectors.model.order import (
    OrderReport,
    OrderRequest,
    OrderStatus,
    OrderType,
    SelfTradePrevention,
    Side,
    TimeInForce,
)
from connectors.model.order_list import ListKind, ListStatus, OrderListReport
from connectors.ports.venue import AccountEvent, AccountStreamUp, Connector
from support.heard import Heard
from support.stage import Stage, fresh_id, staged

pytestmark = pytest.mark.peers

NONE_LEFT = Decimal(0)
TIMES_TOO_DEAR = 30_000
"""So many usual sizes, of about 25 USDT each, are more than an account is opened with: 100,000 USDT."""


@pytest.fixture
async def stage(made: Callable[..., Connector]) -> AsyncIterator[Stage]:
    async with staged(made()) as ready:
        yield ready


@pytest.fixture
async def events(stage: Stage) -> AsyncIterator[Heard[AccountEvent]]:
    heard: Heard[AccountEvent] = Heard()
    watching = await stage.account.watch_account(heard)
    await heard.until(lambda event: isinstance(event, AccountStreamUp))
    yield heard
    await watching.close()


async def said(events: Heard[AccountEvent], client_id: ClientOrderId, status: OrderStatus) -> OrderReport:
    """The first report of an order in a state."""
    found = await events.until(
        lambda event: isinstance(event, OrderReport) and event.client_order_id == client_id and event.status is status
    )
    assert isinstance(found, OrderReport)
    return found


async def touch(stage: Stage) -> tuple[Decimal, Decimal]:
    """Best bid and offer."""
    book = await stage.market.book(stage.instrument.id, 5)
    return Decimal(book.bids[0][0]), Decimal(book.asks[0][0])


async def stop_that_waits(stage: Stage) -> OrderReport:
    """A stop that the next purchase triggers: a sale has just left the last price at the bid, one tick below it."""
    for _ in range(20):
        await stage.trading.place(stage.order(OrderType.MARKET, Side.SELL))
        trigger = (await touch(stage))[0] + stage.instrument.filters.tick_size
        try:
            return await stage.trading.place(
                stage.order(OrderType.STOP_LOSS_LIMIT, trigger_price=trigger, price=stage.at("0.95"))
            )
        except InvalidOrder:
            continue  # somebody bought in between
    raise AssertionError("the market never stood still")


async def bid_ahead_of_all(stage: Stage, tops: Heard[BookTop]) -> OrderRequest:
    """A bid inside the spread, as soon as there is room for one."""
    tick = stage.instrument.filters.tick_size
    while True:
        top = await tops.until(
            lambda top: top.bid is not None and top.ask is not None and top.ask.price - top.bid.price >= 3 * tick,
            after=len(tops.items),
            seconds=30,
        )
        assert top.bid is not None
        request = stage.order(price=top.bid.price + tick)
        if (await stage.trading.place(request)).status is OrderStatus.OPEN:
            return request


async def meets_itself(stage: Stage) -> tuple[OrderRequest, OrderReport]:
    """A bid that a sale of the same account has met, and what became of it."""
    tops: Heard[BookTop] = Heard()
    watching = await stage.market.watch_book(stage.instrument.id, lambda book: tops(book.top()))
    for _ in range(100):
        resting = await bid_ahead_of_all(stage, tops)
        sale = stage.order(
            side=Side.SELL,
            price=resting.price,
            time_in_force=TimeInForce.IOC,
            self_trade_prevention=SelfTradePrevention.EXPIRE_MAKER,
        )
        await stage.trading.place(sale)
        found = await stage.trading.order(stage.instrument.id, client_order_id=resting.client_order_id)
        if found.status is OrderStatus.EXPIRED:
            await watching.close()
            return resting, found
    raise AssertionError("somebody else always came in between")


async def test_a_stop_waits_off_the_book_and_is_open_once_it_was_triggered(
    stage: Stage, events: Heard[AccountEvent]
) -> None:
    placed = await stop_that_waits(stage)
    assert placed.client_order_id is not None
    assert placed.status is OrderStatus.PENDING_TRIGGER
    await said(events, placed.client_order_id, OrderStatus.PENDING_TRIGGER)
    await stage.trading.place(stage.order(OrderType.MARKET))
    opened = await said(events, placed.client_order_id, OrderStatus.OPEN)
    found = await stage.trading.order(stage.instrument.id, venue_order_id=placed.venue_order_id)
    for report in (opened, found):
        assert (report.status, report.type, report.trigger_price) == (
            OrderStatus.OPEN,
            OrderType.STOP_LOSS_LIMIT,
            placed.trigger_price,
        )
    assert (await stage.ends(placed)).status is OrderStatus.CANCELED


async def test_a_trailing_order_says_how_far_it_follows_and_since_when(
    stage: Stage, events: Heard[AccountEvent]
) -> None:
    at_once = stage.order(OrderType.TRAILING, trailing_delta=700)
    armed = stage.order(OrderType.TRAILING, Side.SELL, trigger_price=stage.at("0.9"), trailing_delta=700)
    for request, follows in ((at_once, True), (armed, False)):
        placed = await stage.trading.place(request)
        told = await said(events, request.client_order_id, OrderStatus.PENDING_TRIGGER)
        found = await stage.trading.order(stage.instrument.id, venue_order_id=placed.venue_order_id)
        for report in (told, found):
            assert (report.type, report.trailing_delta) == (OrderType.TRAILING, 700)
            assert (report.trailing_since_ns is not None) is follows
        await stage.ends(placed)


@pytest.mark.parametrize(
    ("force", "word"),
    [(TimeInForce.IOC, "UNFILLED_IOC_QUANTITY_EXPIRED"), (TimeInForce.FOK, "UNFILLED_FOK_ORDER_EXPIRED")],
)
async def test_what_does_not_fill_at_once_expires_with_the_venues_reason(
    stage: Stage, events: Heard[AccountEvent], force: TimeInForce, word: str
) -> None:
    request = stage.order(time_in_force=force)
    placed = await stage.trading.place(request)
    told = await said(events, request.client_order_id, OrderStatus.EXPIRED)
    found = await stage.trading.order(stage.instrument.id, client_order_id=request.client_order_id)
    for report in (placed, told, found):
        assert (report.status, report.filled, report.reason) == (OrderStatus.EXPIRED, NONE_LEFT, word)


async def test_an_order_that_would_meet_its_own_side_expires_in_match_and_says_what_was_prevented(
    stage: Stage, events: Heard[AccountEvent]
) -> None:
    resting, found = await meets_itself(stage)
    gone = await said(events, resting.client_order_id, OrderStatus.EXPIRED)
    for report in (gone, found):
        assert (report.reason, report.status) == ("EXPIRED_IN_MATCH", OrderStatus.EXPIRED)
        assert report.filled + report.prevented == resting.quantity


async def test_when_one_order_of_an_oco_is_cancelled_the_other_goes_and_the_list_is_done(
    stage: Stage, events: Heard[AccountEvent]
) -> None:
    request = stage.list_of(ListKind.OCO)
    target, stop = request.take_profit, request.stop_loss
    assert target is not None
    assert stop is not None
    await stage.trading.place_list(request)
    await said(events, target.client_order_id, OrderStatus.OPEN)
    await said(events, stop.client_order_id, OrderStatus.PENDING_TRIGGER)
    gone = await stage.trading.cancel(stage.instrument.id, client_order_id=target.client_order_id)
    assert (gone.client_order_id, gone.status) == (target.client_order_id, OrderStatus.CANCELED)
    for each in (target, stop):
        report = await said(events, each.client_order_id, OrderStatus.CANCELED)
        assert report.venue_list_id == gone.venue_list_id
    done = await events.until(lambda event: isinstance(event, OrderListReport) and event.status is ListStatus.DONE)
    assert isinstance(done, OrderListReport)
    assert (done.client_list_id, done.kind) == (request.client_list_id, ListKind.OCO)


async def test_when_the_entry_is_filled_its_exits_come_to_life_and_not_before(
    stage: Stage, events: Heard[AccountEvent]
) -> None:
    resting = stage.list_of(ListKind.OTOCO)
    assert resting.entry is not None
    request = replace(resting, entry=replace(resting.entry, price=stage.at("1.02")))
    target, stop = request.take_profit, request.stop_loss
    assert target is not None
    assert stop is not None
    placed = await stage.trading.place_list(request)
    assert placed.kind is ListKind.OTOCO
    await said(events, resting.entry.client_order_id, OrderStatus.FILLED)
    opened = await said(events, target.client_order_id, OrderStatus.OPEN)
    found = await stage.trading.order(stage.instrument.id, client_order_id=stop.client_order_id)
    assert (opened.price, found.status) == (target.price, OrderStatus.PENDING_TRIGGER)
    mine = [event for event in events.items if isinstance(event, OrderReport) and event.client_order_id]
    order_of = [event.client_order_id for event in mine if event.status in {OrderStatus.FILLED, OrderStatus.OPEN}]
    assert order_of.index(resting.entry.client_order_id) < order_of.index(target.client_order_id)
    await stage.trading.cancel_list(stage.instrument.id, client_list_id=request.client_list_id)
    await said(events, stop.client_order_id, OrderStatus.CANCELED)


async def test_an_amend_is_told_with_the_new_id_and_the_old_one(stage: Stage, events: Heard[AccountEvent]) -> None:
    placed = await stage.trading.place(stage.order())
    new, half = fresh_id(), stage.whole(stage.size / 2)
    request = AmendRequest(
        stage.instrument.id, venue_order_id=placed.venue_order_id, new_client_order_id=new, quantity=half
    )
    amended = await stage.trading.amend(request)
    told = await events.until(lambda event: isinstance(event, OrderReport) and event.client_order_id == new)
    assert isinstance(told, OrderReport)
    for report in (amended, told):
        assert (report.replaced_client_order_id, report.venue_order_id, report.quantity, report.status) == (
            placed.client_order_id,
            placed.venue_order_id,
            half,
            OrderStatus.OPEN,
        )
    with pytest.raises(Rejected):
        await stage.trading.amend(AmendRequest(stage.instrument.id, new, quantity=half))
    with pytest.raises(InvalidOrder):
        await stage.trading.amend(AmendRequest(stage.instrument.id, new, quantity=stage.size))
    cancelled = await stage.ends(placed)
    assert cancelled.client_order_id == new
    with pytest.raises(Rejected):
        await stage.trading.amend(AmendRequest(stage.instrument.id, new, quantity=stage.whole(stage.size / 4)))


@pytest.mark.parametrize(
    ("mode", "create"),
    [(ReplaceMode.STOP_ON_FAILURE, CreateOutcome.NOT_ATTEMPTED), (ReplaceMode.ALLOW_FAILURE, CreateOutcome.ACCEPTED)],
)
async def test_when_there_is_nothing_to_cancel_the_mode_decides_whether_the_new_order_comes(
    stage: Stage, mode: ReplaceMode, create: CreateOutcome
) -> None:
    new = stage.order()
    report = await stage.trading.replace(ReplaceRequest(new, client_order_id=fresh_id(), mode=mode))
    assert (report.cancel, report.cancel_code, report.create) == (CancelOutcome.FAILED, "-2011", create)
    if create is CreateOutcome.ACCEPTED:
        found = await stage.trading.order(stage.instrument.id, client_order_id=new.client_order_id)
        assert found.status is OrderStatus.OPEN
    else:
        with pytest.raises(OrderNotFound):
            await stage.trading.order(stage.instrument.id, client_order_id=new.client_order_id)


@pytest.mark.parametrize("mode", list(ReplaceMode))
async def test_when_the_new_order_is_refused_the_old_one_is_gone_all_the_same(stage: Stage, mode: ReplaceMode) -> None:
    old = await stage.trading.place(stage.order())
    too_dear = stage.order(quantity=stage.whole(stage.size * TIMES_TOO_DEAR))
    report = await stage.trading.replace(ReplaceRequest(too_dear, venue_order_id=old.venue_order_id, mode=mode))
    assert (report.cancel, report.create, report.create_code) == (CancelOutcome.DONE, CreateOutcome.REFUSED, "-2010")
    assert "balance" in report.create_reason
    found = await stage.trading.order(stage.instrument.id, venue_order_id=old.venue_order_id)
    assert found.status is OrderStatus.CANCELED


async def test_a_replace_that_breaks_a_filter_leaves_the_old_order_alone(stage: Stage) -> None:
    old = await stage.trading.place(stage.order())
    dust = stage.order(quantity=stage.instrument.filters.step_size)
    with pytest.raises(InvalidOrder):
        await stage.trading.replace(ReplaceRequest(dust, venue_order_id=old.venue_order_id))
    with pytest.raises(InvalidOrder):
        await stage.trading.test(dust)
    found = await stage.trading.order(stage.instrument.id, venue_order_id=old.venue_order_id)
    assert found.status is OrderStatus.OPEN
