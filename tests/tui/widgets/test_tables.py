from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from connectors.model.balance import Balance
from connectors.model.fill import Fee, Fill, RecordedFill
from connectors.model.ids import Epoch, TradeId, VenueOrderId
from connectors.model.order import Evidence, EvidenceKind, OrderOrigin, OrderStatus, OrderType
from connectors.model.side import Side
from support.pane_facts import ACCOUNT, BTC, NANOS, T0, instrument, order, stop, texts
from tui.ticket.sentence import order_text
from tui.widgets.evidence import EvidencePane, fill_line
from tui.widgets.holdings import BalanceFacts, BalanceList, PositionsTable
from tui.widgets.line import text_of, whole, width_of
from tui.widgets.order_tabs import OrderTab
from tui.widgets.orders import OrdersTable
from tui.widgets.orders_pane import OrdersPane
from tui.widgets.table import shown_columns

UNKNOWN = order(
    6,
    status=OrderStatus.UNKNOWN,
    next_check_ns=T0 + 3 * NANOS,
    evidence=(
        Evidence(T0, EvidenceKind.INTENT, "intent in the journal"),
        Evidence(T0 + 1, EvidenceKind.NO_ANSWER, "no answer\x1b[2J for 10 s"),
    ),
)
STOP = stop()
DONE = order(2, status=OrderStatus.FILLED, filled=Decimal("0.010"))


def table() -> OrdersTable:
    pane = OrdersTable()
    pane.put_names({ACCOUNT: "demo"}, {BTC: instrument()})
    pane.put_orders([order(3), STOP, UNKNOWN, DONE])
    pane.now_ns = T0
    return pane


def test_orders_are_listed_with_the_unknown_one_first() -> None:
    rows = texts(table().body_lines(120, 9))
    assert [row[2:5].strip() for row in rows] == ["?k6", "k3", "k5"]
    assert rows[0].split()[1:9] == ["?k6", "14:03:17", "demo", "BTCUSDT", "BUY", "limit", "0.01", "?"]
    assert rows[2].split()[6:10] == ["0.031", "0", "market", "61,500.00"]
    assert {width_of(line) for line in table().body_lines(120, 9)} == {width_of(table().heading(119)) + 1}
    assert "UNKNOWN next 3s" in rows[0]


def test_tabs_count_what_they_hold() -> None:
    pane = table()
    assert {tab.value: count for tab, count in pane.counts.items()} == {
        "working": 3,
        "unknown": 1,
        "done": 1,
        "all": 4,
    }
    assert text_of(pane.tabs_line()).split()[-9:] == ["unknown", "1", "done", "1", "all", "4", "fills", "0", "stats"]
    pane.set_tab(OrderTab.DONE)
    assert pane.row_count == 1
    assert pane.selected == DONE


def test_the_selection_follows_its_order() -> None:
    pane = table()
    pane.move(2)
    assert pane.selected == STOP
    pane.put_orders([order(9), order(8), order(3), STOP])
    assert pane.selected == STOP
    pane.put_orders([order(9), order(8), order(3)])
    assert pane.selected is not None
    assert pane.from_cursor(3) == (order(3).order_id,)


def test_marks_follow_their_rows_and_go_with_them() -> None:
    pane = table()
    assert pane.toggle_mark()
    pane.move(1)
    assert pane.toggle_mark()
    marked = pane.marked_keys
    assert len(marked) == 2
    assert texts(pane.body_lines(120, 9))[0].startswith("*")
    pane.put_orders([order(3)])
    assert list(pane.marked_keys) == [order(3).order_id]
    assert not pane.toggle_mark()
    pane.clear_marks()
    assert pane.marked_keys == ()


def test_an_empty_list_says_what_to_do() -> None:
    pane = OrdersTable()
    assert texts(pane.body_lines(80, 5)) == ["  No working orders. b or s on the ladder places one."]
    assert pane.selected is None
    assert not pane.toggle_mark()
    assert pane.from_cursor(5) == ()


@pytest.mark.parametrize("kind", [OrdersTable, PositionsTable, BalanceList], ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("width", [80, 100, 120, 200])
def test_columns_give_way_and_the_essential_ones_stay(
    kind: type[OrdersTable | PositionsTable | BalanceList], width: int
) -> None:
    columns = kind.COLUMNS
    shown = shown_columns(columns, width)
    assert 1 + sum(columns[at].width + 1 for at in shown) <= width
    assert [at for at in shown if columns[at].rank == 0] == [at for at, each in enumerate(columns) if each.rank == 0]
    assert width_of(kind().heading(width - 1)) <= width


def test_evidence_is_told_oldest_first_and_counts_down() -> None:
    pane = EvidencePane()
    pane.now_ns = T0
    pane.put_order(UNKNOWN)
    lines = texts(pane.body_lines(120, 12))
    assert "EVIDENCE k6  BUY 0.01 BTCUSDT @ 61,800.00" in text_of(pane.heading(119))
    assert lines[0].startswith(" 14:03:27.000  intent written")
    assert "no answer            [2J for 10 s" in lines[1], "the words of the kind are not said twice"
    assert lines[2] == " 14:03:30.000  will ask again in 3 s"
    assert any("Do not place it again." in line for line in lines)
    assert all(line.isprintable() for line in lines)


def test_an_order_without_worry_has_only_its_history() -> None:
    pane = EvidencePane()
    pane.put_order(replace(order(3), evidence=(Evidence(T0, EvidenceKind.ACK, "acknowledged"),)))
    assert len(pane.body_lines(120, 12)) == 1
    pane.put_order(None)
    assert pane.body_lines(120, 12) == []


def test_an_order_of_another_tool_is_marked_in_both_lists() -> None:
    foreign = order(3, origin=OrderOrigin.EXT)
    pane, short = OrdersTable(), OrdersPane()
    pane.put_orders([foreign])
    short.put_orders([foreign])
    assert "OPEN EXT" in texts(pane.body_lines(120, 3))[0]
    assert texts(short.body_lines(44, 9))[0].endswith("EXT")


def test_evidence_says_nothing_twice() -> None:
    pane = EvidencePane()
    pane.now_ns = T0
    told = (
        Evidence(T0, EvidenceKind.INTENT, "intent written to the journal"),
        Evidence(T0, EvidenceKind.SENT, "request sent"),
        Evidence(T0, EvidenceKind.REFUSED, "venue refused: too small [-1013]"),
    )
    pane.put_order(order(6, status=OrderStatus.REJECTED, evidence=told, reason="too small [-1013]"))
    lines = texts(pane.body_lines(120, 12))
    assert [line[15:].split("   ", 1)[0].strip() for line in lines] == [
        "intent written",
        "request sent",
        "venue refused",
    ]
    assert lines[0].endswith(f"to the journal   client id {6:032x}")
    assert lines[2].endswith("venue refused        too small [-1013]")
    assert len(lines) == 3, "the reason stands in the evidence already"
    narrow = texts(pane.body_lines(70, 12))
    assert narrow[0].endswith("to the journal"), "a field that has no room is left out whole"


def test_what_an_unknown_order_asks_for_is_whole_at_80_columns() -> None:
    pane = EvidencePane()
    pane.now_ns = T0
    pane.put_order(UNKNOWN)
    lines = texts(pane.body_lines(80, 12))
    assert " This order may be live. Do not place it again." in lines
    assert lines[-1] == "   r ask now   x cancel it anyway   :resolve k6 decide by hand (typed)"


@pytest.mark.parametrize("width", [78, 80, 96, 120])
def test_the_fee_of_a_fill_is_never_what_gives_way(width: int) -> None:
    number = Decimal
    fill = Fill(
        BTC,
        TradeId("8812044"),
        VenueOrderId("9"),
        Side.BUY,
        number("61741.20"),
        number("0.02"),
        number("1234.82"),
        Fee("BTC", number("0.00002")),
        T0,
        maker=False,
    )
    recorded = RecordedFill(ACCOUNT, Epoch("e1"), order(3).order_id, fill)
    shown = text_of(whole(fill_line(recorded, None, 2), width))
    assert shown.startswith(" 14:03:27.000  BUY  0.020 @ 61,741.20   fee 0.00002 BTC   taker")
    assert width_of(whole(fill_line(recorded, None, 2), width)) <= width
    assert ("trade 8812044" in shown) == (width >= 80)


def test_a_trailing_order_says_how_far_it_follows() -> None:
    trailing = order(5, Side.SELL, "0.031", None, kind=OrderType.TRAILING, trailing_delta=50)
    pane = table()
    pane.put_orders([trailing])
    (row,) = texts(pane.body_lines(120, 3))
    assert row.split()[6:11] == ["trailing", "0.031", "0", "market", "0.5"]
    (narrow,) = texts(pane.body_lines(80, 3))
    assert " 0.5 % off " in narrow
    assert order_text(trailing, instrument()) == "k5 SELL 0.031 TRAILING 0.5 % behind"
    armed = replace(trailing, trigger_price=Decimal(62000))
    assert order_text(armed, instrument()) == "k5 SELL 0.031 TRAILING 0.5 % behind from 62,000.00"


def test_an_empty_tab_speaks_of_its_own_orders() -> None:
    pane = OrdersTable()
    for tab, says in ((OrderTab.WORKING, "No working orders."), (OrderTab.DONE, "No order is over yet.")):
        pane.set_tab(tab)
        assert texts(pane.body_lines(120, 3))[0].strip().startswith(says)


def test_the_external_line_of_a_balance_stands_at_80_columns_and_no_amount_is_cut() -> None:
    pane = BalanceList()
    number = Decimal
    usdt = Balance(ACCOUNT, "USDT", number("98148.9108"), number("1234.5"), T0)
    pane.put_balances([BalanceFacts(usdt, "demo", value=number(100000), external=number(100000))])
    (row,) = texts(pane.body_lines(80, 3))
    assert row.split() == ["▶", "demo", "SIM", "USDT", "98,148.9108", "+100,000.00", "100,000.00", "USDT"]
    assert "external" in text_of(pane.heading(79))
