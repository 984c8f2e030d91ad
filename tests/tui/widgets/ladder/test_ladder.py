from __future__ import annotations

from decimal import Decimal

import pytest

from support.one_ladder import COMPACT, NORMAL, ORDERS, WIDE, OneLadder, paint, row_with, shown, texts
from support.pane_facts import NANOS, T0, book, order, with_level

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


async def test_an_untouched_cursor_starts_again_where_a_jump_shows_it() -> None:
    async with shown(COMPACT) as (ladder, pilot):
        settled: list[str] = []
        ladder.on_jump = lambda: settled.append(f"{ladder.cursor_price}")
        ladder.put_book(book("61904.00", update_id=2))
        await paint(ladder, pilot, T0 + 5 * NANOS)
        assert ladder.cursor_price == Decimal("61904.00")
        assert ladder.cursor_visible
        assert settled == ["61904.00"], "order keys wait from the very moment of the jump"


async def test_a_cursor_that_a_hand_has_used_stays_at_its_price_through_a_jump() -> None:
    async with shown(COMPACT) as (ladder, pilot):
        ladder.note_key(T0)
        ladder.put_book(book("61904.00", update_id=2))
        await paint(ladder, pilot, T0 + 5 * NANOS)
        assert ladder.cursor_price == Decimal("61804.00")
        assert not ladder.cursor_visible
