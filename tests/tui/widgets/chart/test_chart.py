from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from decimal import Decimal

import pytest
from textual.app import App, ComposeResult
from textual.pilot import Pilot

from connectors.model.candle import Candle, Interval
from connectors.model.fill import Fill
from connectors.model.ids import TradeId, VenueOrderId
from connectors.model.side import Side
from connectors.model.trade import Gap
from support.pane_facts import BTC, NANOS, T0, candle, instrument, order, walk
from tui.format.glyphs import GlyphSet
from tui.widgets.chart import Chart
from tui.widgets.chart.marks import ChartMarks

MINUTE = 60 * NANOS
MARKS = ChartMarks(orders=(order(),), entry=Decimal(61780))

COMPACT = """\
▌CHART 1m  EMA20
         ╽╽
  ╷ ╷   ┃╿█▄ ╷         ╻╽╷╷
  ┃█┃█╽┃╹  ╿╿█╷      ╷┃╿╿╿█╽
╻┃╹╌╌╌╿╹⣀⠤⠒⠒⠉╿█▄⠤⠤⣀⣀╻┃╹⠤⠒⠒⠉▀◀61,804.01
┃╵ ⣀⠤⠒⠒⠉       █╽ ╷┃╹╵      B61,800.00
╵⠒⠉┄┄┄┄┄┄┄┄┄┄┄┄┄╿╿╹╹┄┄┄┄┄┄┄┄E61,780.00

                             61,750.00
▃    ▆▁ ▇ ▁   ▁   ▂ ▄▂█  ▃▅▂  vol 14.2
█▂▂▇▆██▁███▁▅▁█▁▆▄█▄███▃▄███
  13:40     13:50     14:00
"""
NORMAL_TOP = """\
▌CHART 1m  EMA20  H 61,814.96  L 61,801.15  C 61,804.01
                                ╷╷
                               ╷┃█
                               ╽┃█╷           ╷╷    61,825.00
                         │ ╽▄ ╻┃ ▀█╷│        ╷┃█╽╽╷
                         ┃╿╿█╽┃   ▀╿█        ┃╹╿╿╿█
╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╻┃╌╌╵█┃╌╌⣀⠤⠤█╽⣀╌╌╌╌╌┃╿╌⣀⠤╵╿◀61,804.01
┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄╻┃╵┄┄┄╵┄⠤⠉┄┄┄╵█▄⠉⠤⣀⣀╽┃╵⠉┄┄┄┄B61,800.00
"""
WIDE_BOTTOM = """\
█      ▅      ▁       ▂               ▇      ▂  ▅             ▅       vol 15.0
█    ▁ █  ▄   █▂ █    █   ▂      █ █  █ ▂    █  █         ▁ ▄ █  ▃▇▁
█    █ ██ █ ▆ ██ █  ▆▅█  ▄██  ▄  █ █ ▄█ █  ▂ █▅ █▄▅   ▆   █ ███  ███
█ █  █ ██ █ █▃██▁█▄ ███▅████ ▃█  █▃█▃██▂█  █▆██ ███ ▄ █ ▇▂█▂███ ▂███
█▄█▄▁█▇██▄█▂███████▂████████▁██▁▇████████▅▆████▂███▃█▄█▄███████▇████
  13:00     13:10     13:20     13:30     13:40     13:50     14:00
"""


class OneChart(App[None]):
    def __init__(self) -> None:
        super().__init__()
        self.chart = Chart()

    def compose(self) -> ComposeResult:
        yield self.chart


@asynccontextmanager
async def shown(
    size: tuple[int, int], history: tuple[Candle, ...] = walk(120), marks: ChartMarks = MARKS
) -> AsyncIterator[tuple[Chart, Pilot[None]]]:
    app = OneChart()
    async with app.run_test(size=size) as pilot:
        chart = app.chart
        chart.set_instrument(instrument(), Interval.M1)
        chart.put_history(history)
        chart.put_marks(marks)
        await paint(chart, pilot)
        yield chart, pilot


async def paint(chart: Chart, pilot: Pilot[None], now_ns: int = T0) -> None:
    chart.flush(now_ns)
    await pilot.pause()


def texts(chart: Chart) -> list[str]:
    return [chart.render_line(y).text for y in range(chart.size.height)]


def body(chart: Chart) -> str:
    return "\n".join(texts(chart)[1:])


def fill(number: int, side: Side, at_ns: int) -> Fill:
    return Fill(
        BTC, TradeId(str(number)), VenueOrderId("1"), side, Decimal(61800), Decimal("0.01"), Decimal(618), None, at_ns
    )


async def test_the_compact_chart_stands_as_drawn() -> None:
    async with shown((38, 12)) as (chart, _):
        assert [text.rstrip() for text in texts(chart)] == COMPACT.splitlines()


async def test_the_normal_chart_has_prices_in_its_title() -> None:
    async with shown((61, 19)) as (chart, _):
        assert [text.rstrip() for text in texts(chart)][:8] == NORMAL_TOP.splitlines()


async def test_the_wide_chart_has_five_rows_of_volume() -> None:
    async with shown((78, 37)) as (chart, _):
        assert [text.rstrip() for text in texts(chart)][-6:] == WIDE_BOTTOM.splitlines()


async def test_a_new_price_repaints_few_rows() -> None:
    async with shown((78, 37)) as (chart, pilot):
        chart.rendered = 0
        last = chart.model.series.candles[-1]
        chart.put_candle(replace(last, close=last.close + Decimal("0.01")))
        changed = chart.flush(T0)
        await pilot.pause()
        assert 1 <= changed == chart.rendered <= 3


async def test_the_candle_in_progress_is_bold() -> None:
    async with shown((38, 12)) as (chart, _):
        segments = [segment for y in range(1, 8) for segment in chart.render_line(y) if segment.style]
        bold = [segment.text for segment in segments if segment.style is not None and segment.style.bold]
        assert "".join(bold) == "╽▀"


async def test_panning_looks_back_and_new_candles_do_not_move_it() -> None:
    async with shown((38, 12)) as (chart, pilot):
        chart.pan(10)
        await paint(chart, pilot)
        plot = [text[:28] for text in texts(chart)[1:]]
        assert "←10" in texts(chart)[0].replace(" ", "")
        chart.put_candle(candle(1, "61804 61805 61803 61804"))
        await paint(chart, pilot)
        assert [text[:28] for text in texts(chart)[1:]] == plot
        chart.follow()
        await paint(chart, pilot)
        assert "back" not in texts(chart)[0]


async def test_zooming_out_folds_candles_and_says_so() -> None:
    async with shown((38, 12), walk(200)) as (chart, pilot):
        assert chart.zoom(-1)
        assert chart.zoom(-1)
        await paint(chart, pilot)
        assert "1m ×4" in texts(chart)[0]
        assert sum(each.volume for each in chart.model.bars) == sum(each.volume for each in chart.model.series.candles)
        for _ in range(5):
            assert chart.zoom(+1)
        await paint(chart, pilot)
        assert chart.model.view.pitch == 4
        assert not chart.zoom(+1)


async def test_a_gap_is_hatched_until_a_history_refills_it() -> None:
    async with shown((61, 19)) as (chart, pilot):
        chart.put_gap(Gap(BTC, T0 - 20 * MINUTE, T0 - 18 * MINUTE))
        await paint(chart, pilot)
        assert "GAP 2m00" in body(chart)
        assert "░" in body(chart)
        chart.put_history(walk(120))
        await paint(chart, pilot)
        assert "░" not in body(chart)
        assert "~" in texts(chart)[-1]


async def test_my_fills_stand_at_their_candles() -> None:
    fills = (
        fill(1, Side.BUY, T0 - 5 * MINUTE),
        fill(2, Side.SELL, T0 - 10 * MINUTE),
        fill(3, Side.SELL, T0 - 10 * MINUTE),
    )
    async with shown((61, 19), marks=ChartMarks(fills=fills)) as (chart, _):
        rows = texts(chart)[1:16]
        (buy,) = [(row, text.index("▲")) for row, text in enumerate(rows) if "▲" in text]
        (sells,) = [(row, text.index("2")) for row, text in enumerate(rows) if "2" in text[:51]]
        assert buy[1] == 50 - 5
        assert sells[1] == 50 - 10
        assert rows[buy[0] - 1][buy[1]] in "│╷╽╿┃█╵╹▀▄╻"
        assert rows[sells[0] + 1][sells[1]] in "│╷╽╿┃█╵╹▀▄╻"


async def test_intervals_without_a_trade_keep_their_columns() -> None:
    sparse = (candle(-4, "100 101 99 100"), candle(-1, "100 101 99 100"), candle(0, "100 102 100 101", closed=False))
    async with shown((38, 12), sparse, ChartMarks()) as (chart, _):
        assert len(chart.model.bars) == 5
        assert body(chart).count("·") == 2


async def test_the_crosshair_tells_the_candle_under_it() -> None:
    async with shown((78, 20)) as (chart, pilot):
        assert chart.crosshair_price is None
        assert chart.toggle_crosshair()
        chart.move_crosshair(-3, +1)
        await paint(chart, pilot)
        assert "14:00" in texts(chart)[0]
        assert "Δ" in texts(chart)[0]
        price = chart.crosshair_price
        assert price is not None
        assert price % Decimal("0.01") == 0
        assert f"┈ {price:,.2f}" in body(chart) or f"┈{price:,.2f}" in body(chart)
        assert not chart.toggle_crosshair()


async def test_a_crosshair_pushed_past_the_edge_pans() -> None:
    async with shown((38, 12)) as (chart, pilot):
        chart.toggle_crosshair()
        chart.move_crosshair(-100, 0)
        assert chart.model.view.offset > 0
        chart.move_crosshair(+200, 0)
        await paint(chart, pilot)
        assert chart.model.view.offset == 0


async def test_a_chart_of_two_rows_is_a_sparkline() -> None:
    async with shown((38, 3)) as (chart, _):
        line = texts(chart)[1]
        assert len(line) == 38
        assert set(line) <= set(" ▁▂▃▅▇")


async def test_ascii_candles_keep_their_places() -> None:
    async with shown((38, 12)) as (chart, pilot):
        before = texts(chart)
        chart.use_glyphs(GlyphSet.ASCII)
        await paint(chart, pilot)
        after = texts(chart)
        assert all(text.isascii() for text in after)
        assert [len(text) for text in after] == [len(text) for text in before]
        assert "H" in body(chart)
        assert "#" in body(chart)


async def test_candles_of_another_interval_or_instrument_are_ignored() -> None:
    async with shown((38, 12)) as (chart, pilot):
        before = texts(chart)
        chart.put_candle(replace(candle(5, "1 1 1 1"), interval=Interval.M5))
        chart.put_candle(replace(candle(5, "1 1 1 1"), instrument=instrument("ETHUSDT").id))
        await paint(chart, pilot)
        assert texts(chart) == before
        chart.set_instrument(instrument(), Interval.M5)
        await paint(chart, pilot)
        assert "Waiting for candles of BTCUSDT." in body(chart)


async def test_a_history_being_loaded_says_how_far_it_is() -> None:
    async with shown((61, 19)) as (chart, pilot):
        chart.set_loading(62)
        await paint(chart, pilot)
        assert "HISTORY 62 %" in texts(chart)[0]


async def test_indicators_and_volume_can_be_changed() -> None:
    async with shown((61, 19)) as (chart, pilot):
        while chart.cycle_indicators():
            await paint(chart, pilot)
            assert any(letter in body(chart) for letter in "⣀⠤⠒⠉")
        chart.toggle_volume()
        await paint(chart, pilot)
        assert not any(letter in body(chart) for letter in "⣀⠤⠒⠉▁▂▃▅▆▇")
        assert "vol" not in body(chart)
        assert chart.atr is not None


@pytest.mark.parametrize("hostile", ["BTC\x1b[2J", "a\nb", "\u202eUSDT"])
async def test_no_symbol_commands_the_terminal(hostile: str) -> None:
    async with shown((61, 19), ()) as (chart, pilot):
        chart.set_instrument(instrument(hostile), Interval.M1)
        await paint(chart, pilot)
        assert all(text.isprintable() for text in texts(chart))
