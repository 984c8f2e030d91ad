from __future__ import annotations

from decimal import Decimal

import pytest

from connectors.model.book import BookState
from connectors.model.ids import Mode
from support.pane_facts import NANOS, T0
from tui.format import words
from tui.modals.vault_recovery import KEPT
from tui.ticket.trader import NOTHING_SENT
from tui.venues.door import LATER, OFFER
from tui.widgets.rows import MessageKind, MessageLine, MessageText

HOSTILE = "de\x1b[31mmo\n\u202e[/b]"


def sentences(label: str) -> list[str]:
    return [
        words.loading(label, label, 0),
        words.loading(label, label, 9 * NANOS),
        words.resync(2),
        words.stale(label, 4 * NANOS),
        words.cursor_hidden("61,800.00"),
        words.halted_by_hand(T0),
        words.halted_by_loss(Decimal(250), Decimal(250)),
        *words.disconnected(words.Gone(label, T0, T0, 3, label, T0 + 4 * NANOS, 3)),
        words.unknown_order("k6", label, 10 * NANOS, T0 + 3 * NANOS),
        words.cannot_trade(label),
        words.unexpected("E-4F2A"),
        words.too_small(72, 20, 3, "+0.051 BTC"),
        words.no_terminal(label),
        words.quit_with_orders(2, 1, label, Mode.LIVE),
        words.WORKER_GONE,
        words.REDUCING,
        words.NO_CONNECTION,
    ]


def test_states_are_told_in_the_exact_words_of_the_contract() -> None:
    assert words.resync(2) == "The book is being rebuilt (try 2). Keys that use its prices wait; cancel and close work."
    assert words.stale("demo", 4 * NANOS) == "No book from demo for 4 s. What you see is old. Price keys are off."
    assert words.halted_by_hand(T0) == ("HALTED by you 14:03:27. No new orders; cancel and close work. :resume")
    assert words.disconnected(words.Gone("demo", T0, T0, 2, "no answer", T0 + 4 * NANOS, 3))[0] == (
        "demo is gone since 14:03:27 (no answer). Trying again in 4 s, 3rd time. "
        "Orders shown are as of 14:03:27: 2 working."
    )
    assert words.unknown_order("k6", "demo", 10 * NANOS, T0 + 3 * NANOS) == (
        "k6 UNKNOWN: no answer from demo in 10 s. Looking it up; next check 14:03:30."
    )
    assert words.quit_with_orders(2, 1, "main", Mode.LIVE) == (
        "Quit? 2 orders and 1 stop stay at main (LIVE). The desk's own trailing stop ends. "
        "y quit  x cancel entries, then quit  n stay"
    )
    assert words.too_small(72, 20, 3, "+0.051 BTC") == (
        "72×20 is too small. The desk needs 80×24. Orders keep working: 3 working, +0.051 BTC. ^g panic, ^q quit."
    )


def test_loading_says_after_eight_seconds_where_to_look() -> None:
    assert words.loading("BTCUSDT", "demo", 7 * NANOS) == "Waiting for the first book of BTCUSDT."
    assert words.loading("BTCUSDT", "demo", 8 * NANOS) == "Still nothing from demo. tradedesk doctor shows why."


def test_a_live_book_needs_no_sentence() -> None:
    assert words.book_sentence(BookState.LIVE, "BTCUSDT", "demo", 0) == ""
    assert "try 2" in words.book_sentence(BookState.RESYNC, "BTCUSDT", "demo", 0, 2)
    assert "for 4 s" in words.book_sentence(BookState.STALE, "BTCUSDT", "demo", 4 * NANOS)


def test_every_mode_has_a_banner_and_no_two_are_alike() -> None:
    assert set(words.BANNERS) == set(Mode)
    assert len(set(words.BANNERS.values())) == len(Mode)
    assert words.BANNERS[Mode.SIM] == "SIM simulated market"


@pytest.mark.parametrize("sentence", sentences(HOSTILE))
def test_no_sentence_passes_on_what_a_venue_would_have_the_terminal_do(sentence: str) -> None:
    assert sentence.isprintable()


@pytest.mark.parametrize("sentence", sentences("demo"))
def test_no_sentence_pleads_blames_or_shouts(sentence: str) -> None:
    lowered = sentence.lower()
    assert not any(word in lowered for word in ("please", "oops", "invalid", "error:", "!", "success"))


@pytest.mark.parametrize(
    "sentence",
    [
        OFFER,
        LATER,
        KEPT,
        words.halted_by_hand(T0),
        words.halted_refusal(T0),
        f"{words.cursor_hidden('61,804.01')} {NOTHING_SENT}",
        f"The exchange ended by signal 9. Orders kept. r starts it. {NOTHING_SENT}",
        "Something in the worker failed (E-1A2B). Orders go on; its log says why.",
    ],
)
def test_what_the_message_line_says_is_whole_in_80_columns(sentence: str) -> None:
    for kind in MessageKind:
        line = MessageLine()
        line.put(MessageText(sentence, kind))
        (drawn,) = line.body_lines(80, 1)
        assert sentence in "".join(text for text, _ in drawn)
