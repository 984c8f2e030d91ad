"""What is mine on the chart: working orders, entry, fills; and the claims they make on the price axis."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from connectors.model.fill import Fill
from connectors.model.order import Order
from connectors.model.side import Side
from tui.format.orders import protective, side_letter
from tui.styles.palette import Ink
from tui.widgets.chart.axes import Claim
from tui.widgets.chart.scale import ticks
from tui.widgets.chart.series import Bar
from tui.widgets.ladder.marks import order_price
from tui.widgets.line import PLAIN, Token

LAST_RANK, STOP_RANK, ENTRY_RANK, ORDER_RANK, ALERT_RANK = range(5)
"""Who wins a row of the axis: the last price, then stops, entry, orders, alerts."""
_OWN = Ink(Token.OWN)


@dataclass(frozen=True, slots=True)
class ChartMarks:
    """Facts of mine to draw; prices in quote currency."""

    orders: tuple[Order, ...] = ()
    fills: tuple[Fill, ...] = ()
    entry: Decimal | None = None
    liquidation: Decimal | None = None
    alerts: tuple[Decimal, ...] = ()

    def claims(self, tick: Decimal) -> list[Claim]:
        """Labels on the axis, each with a line through the plot."""
        claims = [
            Claim(ticks(price, tick), side_letter(order), STOP_RANK if protective(order) else ORDER_RANK, _OWN)
            for order in self.orders
            if order.working and (price := order_price(order)) is not None
        ]
        if self.entry is not None:
            claims.append(Claim(ticks(self.entry, tick), "E", ENTRY_RANK, _OWN))
        if self.liquidation is not None:
            claims.append(Claim(ticks(self.liquidation, tick), "L", STOP_RANK, Ink(Token.DANGER, bold=True)))
        claims += [Claim(ticks(price, tick), "!", ALERT_RANK, Ink(Token.WARN)) for price in self.alerts]
        return claims

    def fills_by_bar(self, bars: Sequence[Bar]) -> list[tuple[int, Side, int]]:
        """(index of the bar, side, how many) for the visible bars."""
        counts: Counter[tuple[int, Side]] = Counter()
        for fill in self.fills:
            for index, bar in enumerate(bars):
                if bar.open_ns <= fill.time_ns <= bar.close_ns:
                    counts[index, fill.side] += 1
                    break
        return [(index, side, count) for (index, side), count in sorted(counts.items())]


def last_claim(last: int) -> Claim:
    """The last price, reversed on the axis."""
    return Claim(last, "◀", LAST_RANK, PLAIN._replace(reverse=True))
