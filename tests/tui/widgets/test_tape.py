from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from connectors.model.side import Side
from connectors.model.trade import Gap
from support.pane_facts import BTC, NANOS, T0, instrument, trade
from tui.widgets.line import text_of
from tui.widgets.tape import Tape


def tape() -> Tape:
    pane = Tape()
    pane.set_instrument(instrument())
    return pane


def rows(pane: Tape, width: int = 38, height: int = 6) -> list[str]:
    return [text_of(line).rstrip() for line in pane.body_lines(width, height)]


def title(pane: Tape, width: int = 37) -> str:
    return text_of(pane.heading(width))


def test_trades_stand_newest_first_with_direction_and_size() -> None:
    pane = tape()
    pane.put_trades([trade(), trade("61804.01", "1.20400", Side.BUY, T0 + 910_000_000)])
    assert rows(pane) == [
        " 14:03:27.91 ▲ 61,804.01  1.20400",
        " 14:03:27.00 ▼ 61,804.00  0.02059",
    ]
    assert rows(pane, 30) == [" 27.91 ▲ 61,804.01  1.20400", " 27.00 ▼ 61,804.00  0.02059"]


def test_a_large_trade_is_marked() -> None:
    pane = tape()
    pane.put_trades([trade(quantity="0.02") for _ in range(10)])
    pane.put_trades([trade(quantity="1.204")])
    assert rows(pane)[0].endswith("◆")
    assert not rows(pane)[1].endswith("◆")


def test_the_delta_counts_aggressors_and_the_title_what_was_skipped() -> None:
    pane = tape()
    pane.put_trades([trade(quantity="5", side=Side.BUY), trade(quantity="1.59")], skipped=7)
    assert title(pane) == "TAPE  all  Δ+3.41  7 skipped"
    pane.clear_delta()
    assert title(pane) == "TAPE  all  Δ0.00  0 skipped"


def test_a_history_does_not_move_the_delta() -> None:
    pane = tape()
    pane.put_trades([trade(quantity="5", side=Side.BUY)])
    pane.put_trades([trade(quantity="9"), trade(quantity="8")], replace=True)
    assert "Δ+5.00" in title(pane)
    assert len(rows(pane)) == 2


def test_a_gap_is_a_row_of_its_own() -> None:
    pane = tape()
    pane.put_trades([trade()])
    pane.put_gap(Gap(BTC, T0, T0 + 12 * NANOS))
    assert "GAP 12 s from 14:03:27" in rows(pane)[0]


def test_small_trades_can_be_filtered_away() -> None:
    pane = tape()
    pane.put_trades([trade(quantity="0.01"), trade(quantity="0.5"), trade(quantity="2")])
    pane.set_filter(Decimal("0.5"))
    assert len(rows(pane)) == 2
    assert "min 0.5" in title(pane)
    assert pane.step_filter(-20) == 0
    raised = [pane.step_filter(+1) for _ in range(3)]
    assert raised == sorted(raised)
    assert raised[0] > 0


def test_a_scrolled_tape_holds_still_while_trades_come() -> None:
    pane = tape()
    pane.put_trades([trade(at_ns=T0 + n * NANOS, number=n) for n in range(20)])
    pane.scroll_rows(5)
    before = rows(pane)
    pane.put_trades([trade(at_ns=T0 + n * NANOS, number=n) for n in range(20, 23)])
    assert rows(pane) == before
    assert "▲8 newer" in title(pane, 60)
    top = pane.top_trade
    assert top is not None
    assert top.time_ns == T0 + 14 * NANOS
    pane.follow()
    assert rows(pane) != before


def test_trades_of_another_instrument_are_ignored() -> None:
    pane = tape()
    pane.put_trades([replace(trade(), instrument=instrument("ETHUSDT").id)])
    assert rows(pane) == []


@given(
    st.integers(26, 60),
    st.decimals(min_value="0.00000001", max_value="99999999", places=8),
    st.sampled_from([2, 5, 8]),
)
def test_a_size_is_never_cut_by_the_edge(width: int, size: Decimal, decimals: int) -> None:
    pane = tape()
    pane.set_instrument(replace(instrument(), size_decimals=decimals))
    pane.put_trades([trade(quantity=str(size))])
    (line,) = pane.body_lines(width, 1)
    assert len(text_of(line)) <= width
