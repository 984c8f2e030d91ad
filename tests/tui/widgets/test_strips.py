from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from support.pane_facts import T0, position
from tui.format import words
from tui.format.clean import clean
from tui.format.times import NANOS
from tui.widgets.line import text_of, width_of
from tui.widgets.strips import SizeFacts, StripFacts, position_line, size_line

FACTS = StripFacts(
    "BTC",
    "USDT",
    2,
    position(),
    Decimal("61804.01"),
    Decimal("17.60"),
    Decimal("8213.40"),
    Decimal(618),
    Decimal(0),
    Decimal(250),
    position_limit=Decimal(12000),
)
SIZES = SizeFacts(
    ("0.010", "0.020", "0.050", "$500", "10%bal", "1r"),
    1,
    "61,800.00",
    ("b BUY 0.010 = 618.00 USDT, fee 0.62 → +0.061 @ 61,718.15", "b BUY 618.00 fee .62"),
    ("queue ~2.9",),
)


def strip(facts: StripFacts = FACTS, width: int = 80) -> str:
    return text_of(position_line(facts, width))


def test_the_position_strip_at_the_three_sizes() -> None:
    assert strip(width=80) == ("── POS +0.051 @61,702.10  uPnL +5.20  day +17.60 ── FREE 8,213.40 USDT " + "─" * 9)
    assert strip(width=120).startswith(
        "── POS +0.051 BTC @ 61,702.10   uPnL +5.20   day +17.60 ── FREE 8,213.40 USDT ── DAY LOSS 0/250 ── "
        "RISK 26% of limit "
    )
    assert "value 3,152.00   uPnL +5.20   realised today +12.40   day +17.60" in strip(width=200)
    assert "LOCKED 618.00 ── DAY LOSS 0 of 250 ── POSITION 3,152 of 12,000 " in strip(width=200)


def test_what_nobody_knows_is_a_dash_and_never_nought() -> None:
    facts = StripFacts("BTC", "USDT", position=position())
    assert "uPnL" not in strip(facts)
    assert "FREE – USDT" in strip(facts)


def test_flat_is_a_word() -> None:
    assert "POS flat" in strip(replace(FACTS, position=position("0")))


def test_the_loss_limit_warns_before_it_locks() -> None:
    assert "! DAY LOSS 180/250" in strip(replace(FACTS, day_loss=Decimal(180)), 120)


def test_a_lost_connection_takes_the_whole_strip() -> None:
    text = strip(replace(FACTS, banner=("demo is gone since 14:03:27.\x1b[2J",)))
    assert text.startswith(" demo is gone since 14:03:27.")
    assert text.isprintable()


GONE = words.Gone("demo", T0, T0, 2, "The venue did not answer and nothing was sent.", T0 + 4 * NANOS, 3)


def test_a_lost_connection_gives_way_by_the_reason_first_then_the_counts_and_never_in_a_word() -> None:
    full = "demo is gone since 14:03:27 (The venue did not answer and nothing was sent). Trying again in 4 s, 3rd time."
    facts = replace(FACTS, banner=words.disconnected(GONE))
    assert strip(facts, 160).strip() == f"{full} Orders shown are as of 14:03:27: 2 working."
    assert strip(facts, 120).strip() == (
        "demo is gone since 14:03:27. Trying again in 4 s, 3rd time. Orders shown are as of 14:03:27: 2 working."
    )
    assert strip(facts, 100).strip() == (
        "demo is gone since 14:03:27. Trying again in 4 s. Orders shown are as of 14:03:27: 2 working."
    )
    assert strip(facts, 80).strip() == "demo is gone since 14:03:27. Trying again in 4 s. Orders shown as of then."


def test_a_long_banner_without_wordings_keeps_what_happened_and_what_to_do() -> None:
    text = strip(replace(FACTS, banner=(words.WORKER_GONE,)), 80)
    assert text.strip() == "The connector worker stopped. r restarts it and reconciles."


@given(st.text(st.characters(codec="utf-8"), max_size=200), st.integers(80, 200))
def test_a_banner_always_fits_and_ends_at_a_word(said: str, width: int) -> None:
    line = position_line(replace(FACTS, banner=(f"a {said}",)), width)
    assert width_of(line) == width
    shown = text_of(line).strip()
    if shown.endswith(" …"):
        assert clean(f"a {said}").startswith(tuple(f"{shown[:-2]}{end}" for end in (" ", ". ")))


def test_the_size_strip_shows_as_many_slots_as_leave_room_for_the_preview() -> None:
    assert text_of(size_line(SIZES, 80)) == (
        " SIZE [1]0.010 2 0.020 3 0.050  [61,800.00]  b BUY 618.00 fee .62  queue ~2.9"
    )
    wide = text_of(size_line(SIZES, 200))
    assert "6 1r" in wide
    assert "b BUY 0.010 = 618.00 USDT" in wide


def test_the_selected_slot_is_always_shown() -> None:
    assert "[6]1r" in text_of(size_line(replace(SIZES, selected=6), 80))


@given(st.integers(60, 240))
def test_strips_never_run_over_their_edge(width: int) -> None:
    assert width_of(position_line(FACTS, width)) == width
    assert width_of(size_line(SIZES, max(width, 80))) <= max(width, 80)
