from __future__ import annotations

from datetime import timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from support.pane_facts import NANOS, T0
from tui.format.times import (
    clock,
    clock_cs,
    clock_ms,
    count,
    date,
    day_month,
    length_words,
    milliseconds,
    ordinal,
    seconds_words,
    span,
    zone_name,
)


def test_times_are_cut_to_their_unit_and_never_rounded_up() -> None:
    late_ns = T0 + 999_999_999
    assert (clock(late_ns), clock_ms(late_ns), clock_cs(late_ns)) == ("14:03:27", "14:03:27.999", "14:03:27.99")
    assert (date(T0), day_month(T0)) == ("2030-01-01", "01 Jan")


def test_a_local_clock_says_its_offset() -> None:
    zone = timezone(timedelta(hours=2))
    half = timezone(timedelta(hours=-5, minutes=-30))
    assert clock(T0, zone) == "16:03:27"
    assert [zone_name(T0, each) for each in (zone, half)] == ["+2", "-5:30"]
    assert zone_name(T0) == "UTC"


def test_spans_read_as_a_trader_says_them() -> None:
    lengths = (3, 134, 2567, 17460, 266_400)
    assert [span(seconds * NANOS) for seconds in lengths] == ["3s", "2m14", "42m47", "4h51m", "3d02h"]
    assert span(-5) == "0s"
    assert [seconds_words(ns) for ns in (800_000_000, 12_300_000_000, 4 * NANOS)] == ["0.8 s", "12 s", "4 s"]
    assert length_words(180 * NANOS) == "3m00"
    assert [milliseconds(ns) for ns in (2_140_000, 41_900_000)] == ["2.1 ms", "41 ms"]


def test_counts_and_ordinals_follow_the_language() -> None:
    assert [ordinal(number) for number in (1, 2, 3, 4, 11, 12, 21, 111)] == [
        "1st",
        "2nd",
        "3rd",
        "4th",
        "11th",
        "12th",
        "21st",
        "111th",
    ]
    assert [count(1, "order"), count(3, "order"), count(2, "entry", "entries")] == ["1 order", "3 orders", "2 entries"]


@given(st.integers(-(2**63), 2**66))
def test_any_integer_a_venue_sends_as_a_time_can_be_written(time_ns: int) -> None:
    assert len(clock(time_ns)) == 8
    assert len(date(time_ns)) == 10
