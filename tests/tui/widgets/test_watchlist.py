from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from connectors.model.candle import Candle
from connectors.model.instrument import InstrumentStatus
from connectors.model.ticker import Ticker
from support.pane_facts import T0, candle, instrument
from tui.widgets.line import text_of
from tui.widgets.watchlist import Watchlist

BTC, ETH, DOGE = instrument(), instrument("ETHUSDT"), instrument("DOGEUSDT", "0.00001", decimals=5)


def ticker(of: object, last: str, percent: str, bid: str | None, ask: str | None) -> Ticker:
    assert of in {BTC.id, ETH.id, DOGE.id}
    zero = Decimal(0)
    touch = [None if text is None else Decimal(text) for text in (bid, ask)]
    return Ticker(
        of,
        Decimal(last),
        zero,
        zero,
        zero,
        zero,
        zero,
        zero,
        Decimal(percent),
        touch[0],
        touch[1],
        T0,
    )


def closes(of: object, *prices: str) -> list[Candle]:
    return [
        replace(candle(number, f"{price} {price} {price} {price}"), instrument=of)  # type: ignore[arg-type]
        for number, price in enumerate(prices)
    ]


def listed() -> Watchlist:
    pane = Watchlist()
    pane.put_instruments([BTC, ETH, DOGE])
    pane.put_ticker(ticker(BTC.id, "61804.01", "1.82", "61804.00", "61804.01"))
    pane.put_ticker(ticker(ETH.id, "2684.17", "-0.61", "2684.16", "2684.17"))
    return pane


def rows(pane: Watchlist, width: int = 29, height: int = 8) -> list[str]:
    return [text_of(line).rstrip() for line in pane.body_lines(width, height)]


def test_each_instrument_has_last_change_and_spread() -> None:
    pane = listed()
    pane.set_open(BTC.id)
    assert rows(pane) == [
        "▸BTCUSDT  61,804.01 +1.82 0.0",
        " ETHUSDT   2,684.17 -0.61 0.0",
        " DOGEUSDT         –     –   –",
    ]
    assert text_of(pane.heading(28)).rstrip() == "WATCH         last  chg%  bp"


def test_candles_draw_a_sparkline_that_the_newest_one_moves() -> None:
    pane = listed()
    pane.put_candles(closes(BTC.id, "1", "2", "3", "4", "5"))
    assert rows(pane, 36)[0].endswith(" ▁▂▃▅▇")
    pane.put_candle(closes(BTC.id, "0", "0", "0", "0", "1")[-1])
    assert rows(pane, 36)[0].endswith(" ▁▂▅▇▁")
    pane.put_candle(closes(BTC.id, "0", "0", "0", "0", "0", "5")[-1])
    assert rows(pane, 36)[0].endswith("▁▂▃▅▁▇")
    pane.put_candle(closes(BTC.id, "9")[0])
    assert rows(pane, 36)[0].endswith("▁▂▃▅▁▇")


def test_one_that_does_not_trade_says_so() -> None:
    pane = listed()
    pane.put_instruments([BTC, replace(ETH, status=InstrumentStatus.BREAK)])
    assert rows(pane, 40)[1].endswith("BREAK")


def test_new_facts_sort_nothing_and_forget_nothing() -> None:
    pane = listed()
    pane.put_instruments([DOGE, BTC])
    assert [each.symbol for each in pane.instruments] == ["DOGEUSDT", "BTCUSDT"]
    assert "61,804.01" in rows(pane)[1]
    pane.put_ticker(ticker(ETH.id, "1", "1", None, None))
    assert len(rows(pane)) == 2


def test_the_selection_stays_inside_and_is_scrolled_to() -> None:
    pane = listed()
    pane.move(5)
    assert pane.selected == DOGE
    assert len(rows(pane, height=1)) == 1
    assert "DOGEUSDT" in rows(pane, height=1)[0]
    pane.move(-9)
    assert pane.selected == BTC
    assert pane.select(ETH.id)
    assert pane.selected == ETH
    assert not pane.select(instrument("XRPUSDT").id)


def test_an_empty_list_says_how_to_fill_it() -> None:
    pane = Watchlist()
    assert rows(pane) == [" Empty. a adds an instrument."]
    assert pane.selected is None
    pane.move(1)
    assert pane.selected is None


def test_a_long_price_is_shortened_and_never_cut() -> None:
    pane = listed()
    pane.put_ticker(ticker(BTC.id, "1234567890.12", "1", None, None))
    assert "1.23B" in rows(pane)[0]
