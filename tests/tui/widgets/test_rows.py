from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from connectors.model.instrument import InstrumentStatus
from connectors.model.ticker import Ticker
from support.pane_facts import BTC, T0, book, instrument
from tui.widgets.line import Line, text_of, width_of
from tui.widgets.rows import FooterKeys, MessageKind, MessageLine, MessageText, TickerRow

TICKER = Ticker(
    BTC,
    Decimal("61804.01"),
    Decimal(60700),
    Decimal(62410),
    Decimal(60512),
    Decimal(18422),
    Decimal(1),
    Decimal("1104.01"),
    Decimal("1.82"),
    None,
    None,
    T0,
)
KEYS = [
    ("↑↓", "price"),
    ("b/s", "limit"),
    ("t", "touch"),
    ("m", "market"),
    ("x", "cancel"),
    (":", "command"),
    ("?", "help"),
    ("^g", "PANIC"),
]


def ticker_row() -> TickerRow:
    row = TickerRow()
    row.set_instrument(instrument())
    row.put_ticker(TICKER)
    row.put_book(book())
    return row


def only(lines: list[Line]) -> str:
    (line,) = lines
    return text_of(line)


def test_the_ticker_row_at_the_three_sizes() -> None:
    row = ticker_row()
    row.put_atr(Decimal("38.21"))
    assert only(row.body_lines(80, 1)) == (" 61,804.01 ▲ +1.82%  sprd 0.01 0.0bp  24h 18.4k BTC  62,410/60,512  NORMAL")
    assert only(row.body_lines(120, 1)) == (
        " BTCUSDT  61,804.01 ▲ +1.82%  sprd 0.01 0.0bp  24h 18,422 BTC  H 62,410.00  L 60,512.00  ATR 38.2  NORMAL"
    )
    assert "bid 61,804.00 × 1.346  ask 61,804.01 × 0.610  spread 0.01 (0.0 bp)" in only(row.body_lines(200, 1))


def test_before_anything_has_come_the_ticker_row_claims_no_state() -> None:
    row = TickerRow()
    row.set_instrument(instrument())
    assert "NORMAL" not in only(row.body_lines(120, 1))
    row.put_last(Decimal("61804.01"))
    assert "NORMAL" in only(row.body_lines(120, 1))


def test_the_newest_trade_is_younger_than_the_ticker() -> None:
    row = ticker_row()
    row.put_last(Decimal("60000.00"))
    assert "60,000.00 ▼ -1.15%" in only(row.body_lines(120, 1))


def test_a_market_that_does_not_trade_says_so() -> None:
    row = ticker_row()
    row.set_instrument(replace(instrument(), status=InstrumentStatus.CANCEL_ONLY))
    assert only(row.body_lines(120, 1)).rstrip().endswith("CANCEL_ONLY")


def test_another_instrument_begins_with_nothing_known() -> None:
    row = ticker_row()
    row.set_instrument(instrument("ETHUSDT"))
    row.put_ticker(TICKER)
    text = only(row.body_lines(120, 1))
    assert "61,804" not in text
    assert "sprd –" in text


@pytest.mark.parametrize("kind", MessageKind, ids=lambda kind: kind.name)
def test_a_message_carries_its_kind_as_a_glyph(kind: MessageKind) -> None:
    line = MessageLine()
    line.put(MessageText("k3 resting", kind))
    assert only(line.body_lines(80, 1)).strip() == f"{kind.value} k3 resting".strip()


def test_repeated_messages_are_counted_and_the_aside_gives_way() -> None:
    line = MessageLine()
    line.put(MessageText("demo refused", MessageKind.REFUSED, "msgs: 2 new", times=3))
    text = only(line.body_lines(60, 1))
    assert "demo refused (×3)" in text
    assert text.endswith("msgs: 2 new")
    assert "msgs" not in only(line.body_lines(30, 1))


def test_a_message_keeps_its_columns_and_loses_what_a_venue_slipped_in() -> None:
    line = MessageLine()
    line.put(MessageText("key→wire 2.1 ms   wire→ack\x1b[2J 6.8 ms\n"))
    text = only(line.body_lines(80, 1))
    assert "2.1 ms   wire→ack" in text
    assert text.isprintable()


@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_the_footer_keeps_command_help_and_panic(width: int) -> None:
    footer = FooterKeys()
    footer.put(KEYS)
    (line,) = footer.body_lines(width, 1)
    text = text_of(line)
    assert text.endswith(": command  ? help  ^g PANIC")
    assert width_of(line) <= width
