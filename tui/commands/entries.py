"""Ladder keys that add risk: bare b and s at the cursor, everything dearer is a prefix and then a side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connectors.model.order import Side
from tui.commands.command import Command, Context, Group

if TYPE_CHECKING:
    from tui.desk import Desk


class Entry(Command):
    """An order key: needs the ladder, the arm switch, a live book and a settled screen."""

    group = Group.ADDS
    contexts = (Context.LADDER,)


class Buy(Entry):
    """Limit buy at the cursor."""

    id, keys, words = "order.buy", ("b",), "limit at the cursor"
    shown, told = "b  s", "limit buy / sell at cursor"

    def run(self, desk: Desk) -> None:
        """Place it."""
        desk.trader.at_cursor(Side.BUY)


class Sell(Entry):
    """Limit sell at the cursor."""

    id, keys, words = "order.sell", ("s",), "limit sell at the cursor"
    hidden = True

    def run(self, desk: Desk) -> None:
        """Place it."""
        desk.trader.at_cursor(Side.SELL)


class JoinBid(Entry):
    """Buy at the bid."""

    id, keys, words = "order.join_bid", ("t b",), "buy: join bid"
    shown, told = "tb ts", "join bid / join ask"

    def run(self, desk: Desk) -> None:
        """Place it."""
        desk.trader.join(Side.BUY)


class JoinAsk(Entry):
    """Sell at the ask."""

    id, keys, words = "order.join_ask", ("t s",), "sell: join ask"
    hidden = True

    def run(self, desk: Desk) -> None:
        """Place it."""
        desk.trader.join(Side.SELL)


class ImproveBid(Entry):
    """Buy a tick above the bid."""

    id, keys, words = "order.improve_bid", ("i b",), "buy: improve by one tick"
    shown, told = "ib is", "improve by one tick"

    def run(self, desk: Desk) -> None:
        """Place it."""
        desk.trader.improve(Side.BUY)


class ImproveAsk(Entry):
    """Sell a tick below the ask."""

    id, keys, words = "order.improve_ask", ("i s",), "sell: improve by one tick"
    hidden = True

    def run(self, desk: Desk) -> None:
        """Place it."""
        desk.trader.improve(Side.SELL)


class MarketBuy(Entry):
    """Market buy."""

    id, keys, words = "order.market_buy", ("m b",), "buy MARKET"
    shown, told = "mb ms", "MARKET buy / sell"

    def run(self, desk: Desk) -> None:
        """Place it."""
        desk.trader.market(Side.BUY)


class MarketSell(Entry):
    """Market sell."""

    id, keys, words = "order.market_sell", ("m s",), "sell MARKET"
    hidden = True

    def run(self, desk: Desk) -> None:
        """Place it."""
        desk.trader.market(Side.SELL)


ENTRIES: tuple[type[Command], ...] = (
    Buy,
    Sell,
    JoinBid,
    JoinAsk,
    ImproveBid,
    ImproveAsk,
    MarketBuy,
    MarketSell,
)
"""In the order of the help page."""
