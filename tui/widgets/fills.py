"""The list of fills: newest first, each with its fee, its role and what it was worse by than the mid at arrival."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from connectors.model.fill import RecordedFill
from connectors.model.ids import AccountId, InstrumentId, OrderId
from connectors.model.instrument import Instrument
from connectors.model.order import Order
from connectors.model.side import Side
from tui.format.clean import clean
from tui.format.numbers import NONE, exact, fixed, money, price
from tui.format.orders import slippage_bp
from tui.format.times import clock_ms
from tui.format.words import NO_FILLS
from tui.styles.palette import Ink
from tui.widgets.line import DIM, PLAIN, Run, Token
from tui.widgets.table import Column, TableList, TableRow


class FillsTable(TableList):
    """Fills of every account."""

    EMPTY = NO_FILLS
    COLUMNS = (
        Column("time", 12, left=True),
        Column("venue", 6, left=True, rank=5),
        Column("instrument", 10, left=True),
        Column("side", 4, left=True),
        Column("qty", 11),
        Column("price", 12),
        Column("value", 12, rank=3),
        Column("role", 5, left=True, rank=2),
        Column("slip bp", 7, rank=4),
        Column("fee", 14, rank=1),
        Column("order", 5, left=True),
        Column("trade", 12, left=True, rank=6),
    )

    def put_fills(
        self,
        fills: Sequence[RecordedFill],
        orders: Mapping[OrderId, Order],
        labels: Mapping[AccountId, str],
        instruments: Mapping[InstrumentId, Instrument],
    ) -> None:
        """Take fills, newest first, with what names them."""
        self.put_rows(
            [
                _row(
                    each, orders.get(each.order_id), labels.get(each.account, ""), instruments.get(each.fill.instrument)
                )
                for each in fills
            ]
        )


def _row(recorded: RecordedFill, order: Order | None, label: str, instrument: Instrument | None) -> TableRow:
    fill = recorded.fill
    slip = None if order is None else slippage_bp(order, fill.price)
    role = NONE if fill.maker is None else "maker" if fill.maker else "taker"
    cells: tuple[Run, ...] = (
        (clock_ms(fill.time_ns), DIM),
        (clean(label or fill.instrument.venue), PLAIN),
        (clean(fill.instrument.symbol), PLAIN),
        (fill.side.value, Ink(Token.BID if fill.side is Side.BUY else Token.ASK)),
        (exact(fill.quantity, 3), PLAIN),
        (price(fill.price, 2 if instrument is None else instrument.price_decimals), PLAIN),
        (money(fill.quote_quantity), PLAIN),
        (role, PLAIN),
        (NONE if slip is None else fixed(slip, 1), PLAIN),
        (NONE if fill.fee is None else f"{exact(fill.fee.amount)} {clean(fill.fee.asset)}", PLAIN),
        (NONE if order is None else order.handle, Ink(Token.OWN)),
        (("~" if fill.provisional else "") + clean(fill.trade_id), DIM),
    )
    return TableRow((recorded.account, recorded.epoch, fill.instrument, fill.trade_id), cells)
