"""Order lists of another client of the account: their legs are orders like any other, placed elsewhere."""

from __future__ import annotations

from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path

import pytest
import structlog.testing

from connectors.model.order import Order, OrderOrigin, OrderStatus, OrderType
from support.simulator import running_simulator
from worker.house import a_worker, until
from worker.peer_exchange import Ears, PeerExchange

pytestmark = pytest.mark.peers


@pytest.fixture
async def exchange(home: Path) -> AsyncIterator[PeerExchange]:
    with running_simulator(home, "--seed", "7", "--symbols", "1", "--control") as venue:
        yield PeerExchange(venue)


async def test_the_legs_of_an_oco_placed_elsewhere_appear_and_end_with_their_list(
    exchange: PeerExchange, home: Path
) -> None:
    async with a_worker(home) as house:
        desk = await exchange.attach(await house.join("memory"))
        low = await desk.low_price()
        live = house.worker.roster.get(desk.account)
        await until(lambda: live.follower is not None and live.follower.ready)
        ears = Ears(desk.link)

        def legs() -> list[Order]:
            return list(house.worker.executor.state.orders.values())

        with structlog.testing.capture_logs() as said:
            made = await exchange.signed(
                "POST",
                "orderList/oco",
                symbol="BTCUSDT",
                side="BUY",
                quantity="0.001",
                belowType="LIMIT_MAKER",
                belowPrice=f"{low}",
                aboveType="STOP_LOSS_LIMIT",
                aboveStopPrice=f"{(low * Decimal('1.1')).quantize(Decimal('0.01'))}",
                abovePrice=f"{(low * Decimal('1.12')).quantize(Decimal('0.01'))}",
                aboveTimeInForce="GTC",
            )
            await until(lambda: len(legs()) == 2)
            await until(lambda: all(leg.working for leg in legs()))
            assert {leg.origin for leg in legs()} == {OrderOrigin.EXT}
            assert {leg.type for leg in legs()} == {OrderType.LIMIT_MAKER, OrderType.STOP_LOSS_LIMIT}
            await exchange.signed("DELETE", "orderList", symbol="BTCUSDT", orderListId=made["orderListId"])
            await until(lambda: all(leg.status is OrderStatus.CANCELED for leg in legs()))
            await until(lambda: len(lists(said)) == 2)

        await desk.reconcile()
        assert len(legs()) == 2
        assert ears.alerts() == []
        number = str(made["orderListId"])
        assert lists(said) == [(number, "EXECUTING", "debug"), (number, "DONE", "debug")]


def lists(said: list[structlog.typing.EventDict]) -> list[tuple[str, str, str]]:
    """What the log said of order lists, oldest first."""
    return [(line["list"], line["status"], line["log_level"]) for line in said if line["event"] == "order_list"]
