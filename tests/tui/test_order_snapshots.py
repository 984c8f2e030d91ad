"""Pictures of orders, positions, balances and alerts. Look at the report before accepting a difference."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest
from textual.pilot import Pilot

from connectors.model.connection import LinkState
from connectors.model.fill import Fee, Fill, RecordedFill
from connectors.model.ids import TradeId, VenueOrderId
from connectors.model.order import Amending, Evidence, EvidenceKind, OrderOrigin, OrderStatus, OrderType, Side
from connectors.model.position import PositionChange, PositionEvent
from connectors.worker import api
from support import pane_facts
from support.desk_link import ACCOUNT, EPOCH
from support.desk_stage import Stage
from support.pane_facts import NANOS, T0
from tui.commands.line import run_line

SnapCompare = Callable[..., bool]
SIZES = {"compact": (80, 24), "normal": (120, 40), "wide": (200, 60)}


def a_fill() -> Fill:
    """Of the order that is filled in part."""
    return Fill(
        pane_facts.BTC,
        TradeId("8812050"),
        VenueOrderId("42"),
        Side.BUY,
        Decimal(61800),
        Decimal("0.006"),
        Decimal("370.8"),
        Fee("BNB", Decimal("0.0003")),
        T0 - NANOS,
        maker=True,
    )


def with_orders(stage: Stage) -> None:
    """One of each kind: unknown, part filled, changing, canceling, a stop, another tool's, and two that are over."""
    link = stage.link
    unknown = link.rest("61790.00", number=6)
    asked = Evidence(T0 - 6 * NANOS, EvidenceKind.NO_ANSWER, "no answer for 10 s")
    looked = Evidence(T0 - 5 * NANOS, EvidenceKind.NOT_FOUND, "by client id: not found, 1 of 2 independent negatives")
    orders = [
        replace(
            unknown,
            status=OrderStatus.UNKNOWN,
            next_check_ns=T0 + 8 * NANOS,
            evidence=(*unknown.evidence[:2], asked, looked),
        ),
        replace(
            link.rest("61800.00", number=3),
            status=OrderStatus.PARTIALLY_FILLED,
            filled=Decimal("0.006"),
            cost=Decimal("370.8"),
        ),
        replace(link.rest("61812.00", "SELL", "0.020", number=4), amending=Amending(T0, price=Decimal("61810.00"))),
        replace(link.rest("61795.00", number=7), canceling=True),
        pane_facts.order(
            5,
            Side.SELL,
            "0.031",
            None,
            kind=OrderType.STOP_LOSS,
            status=OrderStatus.PENDING_TRIGGER,
            trigger_price=Decimal(61500),
        ),
        replace(link.rest("61500.00", number=8), handle="e1", origin=OrderOrigin.EXT),
        replace(
            link.rest("61741.20", number=1),
            status=OrderStatus.FILLED,
            filled=Decimal("0.01"),
            cost=Decimal("617.42"),
            arrival_price=Decimal(61740),
            sent_ns=T0 - 60 * NANOS,
            acked_ns=T0 - 60 * NANOS + 6_800_000,
            fees=(Fee("USDT", Decimal("0.62")), Fee("BNB", Decimal("0.0003"))),
        ),
        replace(link.rest("61700.00", number=2), status=OrderStatus.CANCELED),
    ]
    link.orders.update({order.order_id: order for order in orders})
    link.hold()
    link.fills.insert(0, RecordedFill(ACCOUNT, EPOCH, orders[1].order_id, a_fill()))


def with_ledgers(stage: Stage) -> None:
    """What made the position, and what made the balances."""
    before = pane_facts.position("0.031", "61676.88")
    events = (
        PositionEvent(
            pane_facts.position(), PositionChange.INCREASE, Decimal("0.02"), Decimal("61741.20"), Decimal(0), T0
        ),
        PositionEvent(before, PositionChange.OPEN, Decimal("0.031"), Decimal("61676.88"), Decimal(0), T0 - 60 * NANOS),
    )
    stage.link.answers[api.GetPositionHistory] = api.PositionHistory(events)
    standings = (
        api.AssetStanding(ACCOUNT, "USDT", Decimal(20_000), Decimal(0), Decimal("-3146.81"), Decimal("23146.81"), T0),
        api.AssetStanding(ACCOUNT, "BTC", Decimal(1), Decimal(0), Decimal("0.051"), Decimal("0.949"), T0),
    )
    stage.link.answers[api.GetAssets] = api.AssetLedger(standings)


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
def test_orders_of_every_state(snap_compare: SnapCompare, stage: Stage, size: tuple[int, int]) -> None:
    """States in words, columns in line, and the evidence of the one nobody knows the state of."""
    with_orders(stage)

    async def drive(pilot: Pilot[int]) -> None:
        await stage.open(pilot)
        await stage.press(pilot, "f3", "space", "down", "up")

    assert snap_compare(stage.desk, run_before=drive, terminal_size=size)


def test_an_order_edited_in_its_row(snap_compare: SnapCompare, stage: Stage) -> None:
    """Two fields in the row, and on the message line what enter would send."""
    with_orders(stage)

    async def drive(pilot: Pilot[int]) -> None:
        await stage.open(pilot)
        await stage.press(pilot, "f3", "down", "down", "down", "e", "ctrl+u")
        stage.desk.orders.edit.write("61802")
        await stage.settle(pilot)

    assert snap_compare(stage.desk, run_before=drive, terminal_size=SIZES["compact"])


@pytest.mark.parametrize(
    ("keys", "size"), [(("right", "right"), "normal"), (("left", "left"), "compact")], ids=["done", "fills"]
)
def test_orders_that_are_over_and_fills(
    snap_compare: SnapCompare, stage: Stage, keys: tuple[str, ...], size: str
) -> None:
    """Average, slippage, latency and fees; fills with role and fee asset."""
    with_orders(stage)

    async def drive(pilot: Pilot[int]) -> None:
        await stage.open(pilot)
        await stage.press(pilot, "f3", *keys)

    assert snap_compare(stage.desk, run_before=drive, terminal_size=SIZES[size])


@pytest.mark.parametrize("some", [False, True], ids=["empty", "uncertain"])
def test_orders_of_a_connection_that_is_gone(snap_compare: SnapCompare, stage: Stage, some: bool) -> None:
    """An empty list says what fills it; orders of a venue that cannot be asked are as of when it could."""
    if some:
        with_orders(stage)

    async def drive(pilot: Pilot[int]) -> None:
        await stage.open(pilot)
        status = stage.link.status(LinkState.RECONNECTING, reason="no answer", attempt=3)
        stage.link.tell(api.ConnectionChanged(status, stage.link.connection))
        await stage.press(pilot, "f3")

    assert snap_compare(stage.desk, run_before=drive, terminal_size=SIZES["compact"])


def test_deciding_an_order_by_hand(snap_compare: SnapCompare, stage: Stage) -> None:
    """The dialog of class 3: what is decided, and the words that decide it."""
    with_orders(stage)

    async def drive(pilot: Pilot[int]) -> None:
        await stage.open(pilot)
        await stage.press(pilot, "f3")
        run_line(stage.desk, "resolve k6")
        await stage.settle(pilot)
        await stage.settle(pilot)

    assert snap_compare(stage.desk, run_before=drive, terminal_size=SIZES["compact"])


@pytest.mark.parametrize(
    ("keys", "size"), [(("f4", "enter"), "wide"), (("f5", "enter"), "compact")], ids=["history", "movements"]
)
def test_positions_with_their_history_and_balances_with_their_movements(
    snap_compare: SnapCompare, stage: Stage, keys: tuple[str, ...], size: str
) -> None:
    """What is held and what made it so."""
    with_orders(stage)
    with_ledgers(stage)

    async def drive(pilot: Pilot[int]) -> None:
        await stage.open(pilot)
        await stage.press(pilot, *keys)
        await stage.settle(pilot)

    assert snap_compare(stage.desk, run_before=drive, terminal_size=SIZES[size])


def test_alerts_over_messages(snap_compare: SnapCompare, stage: Stage) -> None:
    """What is new stands first; what the message line said stands below."""

    async def drive(pilot: Pilot[int]) -> None:
        await stage.open(pilot)
        levels = (api.AlertLevel.INFO, api.AlertLevel.DANGER, api.AlertLevel.WARN)
        for number, level in enumerate(levels):
            sentence = f"k{number} was filled after it was canceled: 0.004 BTC count."
            stage.link.tell(api.AlertRaised(api.Alert(T0 + number * NANOS, level, sentence, ACCOUNT)))
        await stage.press(pilot, "f8", "enter")

    assert snap_compare(stage.desk, run_before=drive, terminal_size=SIZES["normal"])
