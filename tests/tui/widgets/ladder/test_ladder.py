from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal

import pytest
from textual.app import App, ComposeResult
from textual.pilot import Pilot

from connectors.model.book import BookState
from connectors.model.order import OrderStatus, OrderType
from connectors.model.side import Side
from support.pane_facts import NANOS, T0, book, instrument, order, position, trade, with_level
from tui.styles import THEMES
from tui.widgets.ladder import Ladder
from tui.widgets.ladder.marks import Ghost

COMPACT, NORMAL, WIDE = (41, 19), (58, 31), (76, 45)


class OneLadder(App[None]):
    def __init__(self) -> None:
        super().__init__()
        self.ladder = Ladder(label="demo")
        self.jumps: list[int] = []
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = "dark"

    def compose(self) -> ComposeResult:
        yield self.ladder

    def on_ladder_recentred(self, message: Ladder.Recentred) -> None:
        self.jumps.append(message.rows)


@asynccontextmanager
async def shown(size: tuple[int, int], *, filled: bool = True) -> AsyncIterator[tuple[Ladder, Pilot[None]]]:
    app = OneLadder()
    async with app.run_test(size=size) as pilot:
        ladder = app.ladder
        ladder.set_instrument(instrument())
        if filled:
            ladder.put_book(book())
            ladder.put_trade(trade())
        await paint(ladder, pilot, T0)
        yield ladder, pilot


async def paint(ladder: Ladder, pilot: Pilot[None], now_ns: int) -> None:
    ladder.flush(now_ns)
    await pilot.pause()


def texts(ladder: Ladder) -> list[str]:
    return [ladder.render_line(y).text for y in range(ladder.size.height)]


def row_with(ladder: Ladder, price: str) -> str:
    return next(text for text in texts(ladder) if price in text)


ORDERS = (
    order(3),
    order(4, Side.SELL, "0.020", "61812"),
    order(
        5,
        Side.SELL,
        "0.031",
        None,
        kind=OrderType.STOP_LOSS,
        status=OrderStatus.PENDING_TRIGGER,
        trigger_price=Decimal(61500),
    ),
)

COMPACT_PICTURE = """\
▌LADDER x1.00 LIVE ✓ Σ ask/bid 1.21
                 61,813.00  0.442
                 61,812.00  0.760  S0.020
                 61,811.00  2.813
                 61,810.00  2.314
                 61,809.00  1.283
                 61,808.00  2.358
                 61,807.00  0.502
                 61,806.00  2.234
                 61,805.00  0.610
           1.346 61,804.00↓
           0.637 61,803.00
           1.637 61,802.00
           2.686 61,801.00
▶B0.010    0.217[61,800.00]
           0.316 61,799.00
           2.214 61,798.00
           0.405 61,797.00
           1.517 61,796.00  ▼1 order
"""

NORMAL_HEAD = """\
▌LADDER  x1.00  LIVE ✓ REST 12s  Σask 23.5 Σbid 17.2
                       61,819.00  0.419
                       61,818.00  1.545
                       61,817.00  0.789
                       61,816.00  2.636
                       61,815.00  2.359
                       61,814.00  2.402
                       61,813.00  0.442
                       61,812.00  0.760   S0.020 ~0.7
"""

WIDE_MIDDLE = """\
                                61,806.00  2.234                2.8
                                61,805.00  0.610                0.6
       1.3                1.346 61,804.00↓                            ██████
       2.0                0.637 61,803.00
       3.6                1.637 61,802.00
       6.3                2.686 61,801.00
▶      6.5 B0.010 ~0.2    0.217[61,800.00]
"""


async def test_the_compact_ladder_stands_as_drawn() -> None:
    async with shown(COMPACT) as (ladder, pilot):
        ladder.put_orders(ORDERS)
        ladder.set_cursor(Decimal(61800))
        await paint(ladder, pilot, T0)
        assert [text.rstrip() for text in texts(ladder)] == COMPACT_PICTURE.splitlines()


async def test_the_normal_ladder_adds_queue_and_volume() -> None:
    async with shown(NORMAL) as (ladder, pilot):
        ladder.put_orders(ORDERS)
        await paint(ladder, pilot, T0)
        assert [text.rstrip() for text in texts(ladder)][:9] == NORMAL_HEAD.splitlines()
        assert row_with(ladder, "61,804.00").endswith("████")
        assert texts(ladder)[-1].rstrip().endswith("▼ stop 61,500.00")


async def test_the_wide_ladder_adds_cumulative_sizes() -> None:
    async with shown(WIDE) as (ladder, pilot):
        ladder.put_orders(ORDERS)
        ladder.set_cursor(Decimal(61800))
        await paint(ladder, pilot, T0)
        lines = [text.rstrip() for text in texts(ladder)]
        start = next(number for number, line in enumerate(lines) if "61,806.00" in line)
        assert lines[start : start + 7] == WIDE_MIDDLE.splitlines()
        assert "sequence + REST check 12 s ago  imbalance" in lines[0]


@pytest.mark.parametrize("size", [COMPACT, NORMAL], ids=["compact", "normal"])
async def test_one_changed_level_renders_one_row(size: tuple[int, int]) -> None:
    async with shown(size) as (ladder, pilot):
        ladder.rendered = 0
        ladder.put_book(with_level(book(), "61800.00", "0.218"))
        assert ladder.flush(T0) == 1
        await pilot.pause()
        assert ladder.rendered == 1
        assert "0.218" in row_with(ladder, "61,800.00")


async def test_an_unchanged_book_renders_nothing() -> None:
    async with shown(NORMAL) as (ladder, pilot):
        ladder.rendered = 0
        ladder.put_book(book())
        assert ladder.flush(T0) == 0
        await pilot.pause()
        assert ladder.rendered == 0


async def test_the_cursor_keeps_its_price_while_the_market_runs_thirty_rows() -> None:
    async with shown(COMPACT) as (ladder, pilot):
        ladder.set_cursor(Decimal("61800.00"))
        for number in range(1, 31):
            ladder.put_book(book(str(Decimal("61804.00") + number), update_id=number))
            await paint(ladder, pilot, T0 + number * NANOS)
        assert ladder.cursor_price == Decimal("61800.00")
        assert not ladder.cursor_visible
        assert not any("[" in text for text in texts(ladder))
        ladder.move_cursor(1)
        await paint(ladder, pilot, T0 + 31 * NANOS)
        assert ladder.cursor_price == Decimal("61800.00")
        assert ladder.cursor_visible
        assert "[61,800.00]" in row_with(ladder, "61,800.00")


async def test_regrouping_moves_neither_cursor_nor_orders() -> None:
    async with shown(COMPACT) as (ladder, pilot):
        ladder.put_orders([order(price="61803.00")])
        ladder.set_cursor(Decimal("61803.00"))
        for _ in range(3):
            assert ladder.regroup(+1)
        await paint(ladder, pilot, T0)
        assert ladder.cursor_price == Decimal("61803.00")
        row = row_with(ladder, "[61,803.00]")
        assert "B0.010*" in row or "B.010*" in row
        assert [each.handle for each in ladder.model.orders_at_cursor()] == ["k3"]


async def test_the_window_jumps_when_the_touch_leaves_and_says_so() -> None:
    async with shown(COMPACT) as (ladder, pilot):
        app = ladder.app
        assert isinstance(app, OneLadder)
        ladder.note_key(T0)
        ladder.put_book(book("61812.00"))
        await paint(ladder, pilot, T0 + NANOS // 2)
        assert app.jumps == []
        ladder.put_book(book("61815.00"))
        await paint(ladder, pilot, T0 + NANOS // 2 + 1)
        assert app.jumps == [11]
        assert "↕ +11 rows" in texts(ladder)[0]


async def test_a_frame_counts_as_seen_only_when_its_rows_were_painted() -> None:
    async with shown(NORMAL) as (ladder, pilot):
        assert ladder.painted_frame is not None
        assert ladder.painted_frame.update_id == 1
        ladder.put_book(with_level(book(), "61800.00", "0.218"))
        ladder.flush(T0 + 5)
        assert ladder.painted_frame.update_id == 1
        await pilot.pause()
        assert ladder.painted_frame.update_id == 2
        assert ladder.painted_frame.painted_ns == T0 + 5
        assert ladder.touch[0] is not None
        assert ladder.touch[0].price == Decimal("61804.00")


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
        assert any("Still nothing from demo. gh shows why." in text for text in texts(ladder))


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
