from __future__ import annotations

from decimal import Decimal

import pytest

from connectors.model.book import BookState
from connectors.model.order import OrderStatus
from connectors.model.side import Side
from support.one_ladder import COMPACT, NORMAL, ORDERS, paint, row_with, shown, texts
from support.pane_facts import NANOS, T0, book, instrument, order, position
from tui.widgets.ladder.marks import Ghost


@pytest.mark.parametrize(
    ("state", "words"),
    [(BookState.RESYNC, "RESYNC try 2"), (BookState.STALE, "STALE 4 s")],
    ids=["resync", "stale"],
)
async def test_a_book_that_is_not_live_is_hatched_and_named(state: BookState, words: str) -> None:
    async with shown(NORMAL) as (ladder, pilot):
        ladder.put_book(book(state=state, attempt=2))
        await paint(ladder, pilot, T0 + 4 * NANOS)
        lines = texts(ladder)
        assert words in lines[0]
        assert "LIVE" not in lines[0]
        assert all(line.startswith(("░", "▶")) for line in lines[1:])
        backgrounds = {
            segment.style.bgcolor
            for y in range(1, 30)
            for segment in ladder.render_line(y)
            if segment.style is not None
        }
        assert len(backgrounds) == 1


async def test_a_crossed_book_is_shown_as_being_rebuilt() -> None:
    async with shown(NORMAL) as (ladder, pilot):
        ladder.put_book(book(gap="-0.01"))
        await paint(ladder, pilot, T0)
        assert "RESYNC" in texts(ladder)[0]
        assert ladder.painted_frame is not None
        assert ladder.painted_frame.state is BookState.RESYNC


async def test_a_recovered_book_shows_its_gap_for_three_seconds() -> None:
    async with shown(NORMAL) as (ladder, pilot):
        ladder.put_book(book(state=BookState.RESYNC))
        await paint(ladder, pilot, T0 + NANOS)
        ladder.put_book(book())
        await paint(ladder, pilot, T0 + 2 * NANOS)
        assert "GAP" in texts(ladder)[-1]
        await paint(ladder, pilot, T0 + 6 * NANOS)
        assert "GAP" not in texts(ladder)[-1]


async def test_before_the_first_book_the_ladder_says_what_it_waits_for() -> None:
    async with shown(COMPACT, filled=False) as (ladder, pilot):
        assert ladder.cursor_price is None
        assert "LOADING" in texts(ladder)[0]
        assert any("Waiting for the first book of BTCUSDT." in text for text in texts(ladder))
        await paint(ladder, pilot, T0 + 9 * NANOS)
        said = " ".join(" ".join(texts(ladder)).split())
        assert "Still nothing from demo. tradedesk doctor shows why." in said, "wrapped at words, not cut"


async def test_halted_hatches_the_own_columns() -> None:
    async with shown(NORMAL) as (ladder, pilot):
        ladder.set_halted("HALTED by you")
        ladder.put_orders(ORDERS)
        await paint(ladder, pilot, T0)
        assert "HALTED by you" in texts(ladder)[0]
        assert "░" * 12 in row_with(ladder, "61,801.00")
        assert "B0.010" in row_with(ladder, "61,800.00")


async def test_a_staged_order_is_a_ghost_until_it_is_dropped() -> None:
    async with shown(NORMAL) as (ladder, pilot):
        ladder.set_ghost(Ghost(Side.BUY, Decimal(61799), Decimal("0.010")))
        await paint(ladder, pilot, T0)
        assert "b?0.010" in row_with(ladder, "61,799.00")
        ladder.set_ghost(None)
        await paint(ladder, pilot, T0)
        assert not any("b?" in text for text in texts(ladder))


async def test_a_fill_flashes_and_goes() -> None:
    async with shown(NORMAL) as (ladder, pilot):
        ladder.put_orders([order()])
        await paint(ladder, pilot, T0)
        ladder.put_orders([order(status=OrderStatus.FILLED, filled=Decimal("0.010"))])
        await paint(ladder, pilot, T0 + NANOS // 10)
        assert "✓0.010" in row_with(ladder, "61,800.00")
        await paint(ladder, pilot, T0 + 2 * NANOS)
        assert "✓0.010" in row_with(ladder, "61,800.00")
        await paint(ladder, pilot, T0 + 3 * NANOS)
        assert "✓" not in row_with(ladder, "61,800.00")


async def test_orders_known_at_the_start_do_not_flash() -> None:
    async with shown(NORMAL) as (ladder, pilot):
        ladder.put_orders([order(status=OrderStatus.PARTIALLY_FILLED, filled=Decimal("0.006"))])
        await paint(ladder, pilot, T0)
        assert "B.006/.010" in row_with(ladder, "61,800.00")


async def test_the_entry_is_marked_and_named_when_outside() -> None:
    async with shown(NORMAL) as (ladder, pilot):
        ladder.put_position(position(entry="61797.40"))
        await paint(ladder, pilot, T0)
        assert "61,797.00E" in row_with(ladder, "61,797.00")
        ladder.put_position(position(entry="61702.10"))
        await paint(ladder, pilot, T0)
        assert "▼ E 61,702.10" in texts(ladder)[-1]


async def test_the_cursor_walks_my_orders_and_the_touch() -> None:
    async with shown(NORMAL) as (ladder, pilot):
        ladder.put_orders(ORDERS)
        await paint(ladder, pilot, T0)
        visited = []
        for _ in range(4):
            assert ladder.model.cursor_to_next_own()
            visited.append(ladder.cursor_price)
        assert visited == [Decimal("61800.00"), Decimal(61500), Decimal(61812), Decimal("61800.00")]
        ladder.model.cursor_to_touch(Side.SELL)
        assert ladder.cursor_price == Decimal("61805.00")


async def test_facts_of_another_instrument_are_none_of_ours() -> None:
    async with shown(NORMAL) as (ladder, pilot):
        before = texts(ladder)
        ladder.set_instrument(instrument("ETHUSDT"))
        ladder.put_book(book("2684.00"))
        ladder.put_orders(ORDERS)
        await paint(ladder, pilot, T0)
        assert ladder.cursor_price is None
        assert ladder.painted_frame is None
        assert texts(ladder) != before
        assert not any("B0.010" in text for text in texts(ladder))


async def test_a_change_of_theme_reaches_every_row() -> None:
    async with shown(NORMAL) as (ladder, pilot):
        before = [segment.style for segment in ladder.render_line(20)]
        ladder.app.theme = "colour-blind"
        await pilot.pause()
        await pilot.pause()
        after = [segment.style for segment in ladder.render_line(20)]
        assert [style for style in before if style in after] == []


async def test_resizing_keeps_the_cursor_and_the_market() -> None:
    async with shown(NORMAL) as (ladder, pilot):
        ladder.set_cursor(Decimal(61801))
        await pilot.resize_terminal(41, 19)
        await paint(ladder, pilot, T0 + 10 * NANOS)
        assert ladder.cursor_price == Decimal(61801)
        assert ladder.size == (41, 19)
        assert row_with(ladder, "[61,801.00]")
        assert row_with(ladder, "61,805.00")
