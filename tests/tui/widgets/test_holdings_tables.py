"""Positions, balances and their histories as lines."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from uuid import UUID

from connectors.model.balance import Balance
from connectors.model.fill import Fill
from connectors.model.ids import AccountId, Mode, Product, TradeId, VenueOrderId
from connectors.model.position import PositionChange, PositionEvent
from connectors.model.side import Side
from support.pane_facts import ACCOUNT, BTC, T0, instrument, order, position, texts
from tui.format import words
from tui.widgets.holdings import BalanceFacts, BalanceList, HistoryPane, PositionFacts, PositionsTable
from tui.widgets.line import text_of
from tui.widgets.orders_pane import OrdersPane


def test_positions_show_what_protects_them() -> None:
    pane = PositionsTable()
    pane.put_positions(
        [
            PositionFacts(position(), "demo", Decimal("61804.01"), protected="61 % stop"),
            PositionFacts(replace(position("-2", "100"), instrument=instrument("ETHUSDT").id), "demo", Decimal(110)),
        ]
    )
    first, second = texts(pane.body_lines(140, 5))
    assert first.split() == [
        "▶",
        "demo",
        "BTCUSDT",
        "LONG",
        "0.05100",
        "61,702.10",
        "61,804.01",
        "3,152.00",
        "+5.20",
        "+12.40",
        "–",
        "61",
        "%",
        "stop",
    ]
    assert "SHORT" in second
    assert "-20.00" in second
    assert second.endswith("none")


def test_leverage_and_liquidation_have_columns_only_where_a_product_has_them() -> None:
    pane = PositionsTable()
    pane.put_positions([PositionFacts(position(), "demo")])
    assert " lev" not in text_of(pane.heading(160))
    perpetual = replace(position("-2", "100"), instrument=replace(BTC, product=Product.LINEAR))
    pane.put_positions([PositionFacts(position(), "demo"), PositionFacts(perpetual, "perp", leverage="5x")])
    assert "liq  lev protected" in text_of(pane.heading(160))
    spot, leveraged = texts(pane.body_lines(160, 5))
    assert "5x" in leveraged
    assert spot.split()[-3:] == ["–", "–", "none"], "spot has neither, whatever stands beside it"


def test_a_position_without_a_price_is_not_worth_nothing() -> None:
    pane = PositionsTable()
    pane.put_positions([PositionFacts(position(), "demo")])
    (row,) = texts(pane.body_lines(130, 5))
    assert row.split()[6:9] == ["–", "–", "–"]


def test_a_history_tells_what_moved_the_position() -> None:
    pane = HistoryPane()
    opened = PositionEvent(
        position("0.031", "61676.88"), PositionChange.OPEN, Decimal("0.031"), Decimal("61676.88"), Decimal(0), T0
    )
    closed = PositionEvent(
        position("0", "0"), PositionChange.CLOSE, Decimal("-0.04"), Decimal(61990), Decimal("12.40"), T0
    )
    pane.put_history("BTCUSDT on demo", [opened, closed])
    first, second = texts(pane.body_lines(120, 5))
    assert first == " 14:03:27.000  open      +0.03100 @ 61,676.88      → +0.03100   avg 61,676.88"
    assert second.endswith("→ 0          realised +12.40")


def test_balances_have_shares_of_what_is_known() -> None:
    pane = BalanceList()
    rows = [
        BalanceFacts(Balance(ACCOUNT, "USDT", Decimal("8213.4"), Decimal(618), T0), "demo", 2, Decimal("8831.4")),
        BalanceFacts(Balance(ACCOUNT, "BTC", Decimal("0.051"), Decimal(0), T0), "demo", 8, Decimal("3152")),
        BalanceFacts(Balance(ACCOUNT, "XYZ\x1b[m", Decimal(1), Decimal(0), T0), "demo"),
    ]
    pane.put_balances(rows)
    lines = texts(pane.body_lines(120, 5))
    assert lines[0].endswith("74%")
    assert lines[1].endswith("26%")
    assert lines[2].endswith("–")
    assert all(line.isprintable() for line in lines)
    assert pane.selected == (ACCOUNT, "USDT")


def test_a_share_is_of_the_same_mode_and_each_row_says_its_mode() -> None:
    pane, other = BalanceList(), AccountId(UUID(int=99))
    pane.put_balances(
        [
            BalanceFacts(Balance(ACCOUNT, "USDT", Decimal(75), Decimal(0), T0), "demo", 2, Decimal(75)),
            BalanceFacts(Balance(ACCOUNT, "BTC", Decimal(1), Decimal(0), T0), "demo", 8, Decimal(25)),
            BalanceFacts(
                Balance(other, "USDT", Decimal(9), Decimal(0), T0),
                "main",
                2,
                Decimal(9),
                mode=Mode.LIVE,
            ),
        ]
    )
    for width in (120, 78):
        lines = texts(pane.body_lines(width, 5))
        words_told = [word for line in lines[:3] for word in line.split() if word in Mode.__members__]
        assert words_told == ["SIM", "SIM", "LIVE"]
    shares = [line.split()[-1] for line in texts(pane.body_lines(120, 5))[:3]]
    assert shares == ["75%", "25%", "100%"]


def test_the_short_lists_count_what_they_leave_out() -> None:
    pane = OrdersPane()
    pane.set_instrument(instrument())
    pane.put_orders([order(number) for number in range(3, 20)])
    pane.put_positions([(position(), Decimal("61804.01"))])
    fill = Fill(
        BTC, TradeId("1"), VenueOrderId("1"), Side.BUY, Decimal("61741.2"), Decimal("0.02"), Decimal(1), None, T0
    )
    pane.put_fills([fill] * 9, "5.62 USDT")
    lines = texts(pane.body_lines(44, 20))
    assert len(lines) == 20
    assert lines[0] == " k3 BUY  0.010 @ 61,800.00"
    assert any(line.endswith("more") for line in lines)
    assert any(line.startswith("POSITIONS") for line in lines)
    assert ["BTCUSDT", "+0.051", "@", "61,702.10", "uPnL", "+5.20"] in [line.split() for line in lines]
    assert any("FILLS today  9   fees 5.62 USDT" in line for line in lines)
    assert sum("@ 61,741.20" in line for line in lines) + int(lines[-1].split()[1]) == 9


def test_short_lists_of_nothing_say_so() -> None:
    lines = texts(OrdersPane().body_lines(60, 12))
    assert lines[0].strip() == words.NO_ORDERS_NARROW
    assert "POSITIONS  Flat." in lines
    assert lines[-1].strip() == "No fills today."
