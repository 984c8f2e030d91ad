"""The pure arithmetic of waiting: back-off, Retry-After, and the venue's clock against ours."""

from __future__ import annotations

import random
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.wire.backoff import ceilings, delays
from connectors.wire.retry_after import seconds
from connectors.wire.skew import Skew

MS = 1_000_000
SECOND = 1_000_000_000
NOW_NS = 1_795_000_000 * SECOND


def test_ceilings_double_up_to_thirty_seconds() -> None:
    assert list(islice(ceilings(), 8)) == [1, 2, 4, 8, 16, 30, 30, 30]


@given(st.integers(0, 2**32), st.floats(0.1, 5), st.floats(1.1, 4))
def test_every_wait_lies_between_nothing_and_its_ceiling(seed: int, initial: float, multiplier: float) -> None:
    waits = list(islice(delays(random.Random(seed), initial, multiplier), 20))
    tops = list(islice(ceilings(initial, multiplier), 20))
    assert all(0 <= wait <= top <= 30 for wait, top in zip(waits, tops, strict=True))


def test_jitter_uses_the_whole_span() -> None:
    firsts = [next(delays(random.Random(seed))) for seed in range(300)]
    assert min(firsts) < 0.1
    assert max(firsts) > 0.9


@pytest.mark.parametrize(
    ("text", "wait"),
    [
        ("0", 0),
        ("17", 17),
        ("2.5", 2.5),
        (str(NOW_NS // MS + 4_000), 4),
        (str(NOW_NS // MS - 4_000), 0),
        ("Wed, 18 Nov 2026 11:06:50 GMT", 10),
        ("Wed, 18 Nov 2026 11:06:30 GMT", 0),
        ("", None),
        ("soon", None),
        ("-5", None),
    ],
)
def test_retry_after_is_seconds_a_date_or_a_moment(text: str, wait: float | None) -> None:
    assert seconds(text, NOW_NS) == wait


def test_the_offset_is_the_venue_against_the_midpoint() -> None:
    skew = Skew()
    offset = skew.add(NOW_NS, NOW_NS + 20 * MS, NOW_NS + 3_600 * SECOND)
    assert offset.ns == 3_600 * SECOND - 10 * MS + MS // 2
    assert offset.error_ns == 10 * MS + MS // 2
    assert skew.venue_ns(NOW_NS) == NOW_NS + offset.ns


def test_the_quickest_answer_is_believed_until_it_ages() -> None:
    skew = Skew()
    skew.add(NOW_NS, NOW_NS + 2 * MS, NOW_NS + MS)
    after = skew.add(NOW_NS + SECOND, NOW_NS + SECOND + 200 * MS, NOW_NS + SECOND + 150 * MS)
    assert abs(after.ns) <= MS
    late = skew.offset(NOW_NS + 3_600 * SECOND)
    assert late.error_ns > 99 * MS


def test_a_clock_that_was_set_voids_what_was_believed() -> None:
    skew = Skew()
    skew.add(NOW_NS, NOW_NS + 2 * MS, NOW_NS)
    jumped = NOW_NS + 60 * SECOND
    assert skew.add(jumped, jumped + 50 * MS, jumped - 30 * SECOND).ns < -29 * SECOND


def test_nothing_is_known_before_the_first_answer_and_after_forgetting() -> None:
    skew = Skew()
    assert (skew.known, skew.venue_ns(NOW_NS)) == (False, NOW_NS)
    skew.add(NOW_NS, NOW_NS, NOW_NS + SECOND)
    assert skew.known
    skew.forget()
    assert (skew.known, skew.venue_ns(NOW_NS)) == (False, NOW_NS)


@given(
    true_ns=st.integers(-7_200 * SECOND, 7_200 * SECOND),
    there=st.integers(0, 2 * SECOND),
    back=st.integers(0, 2 * SECOND),
)
def test_the_true_offset_lies_within_the_bound(true_ns: int, there: int, back: int) -> None:
    venue_ms = (NOW_NS + there + true_ns) // MS
    offset = Skew().add(NOW_NS, NOW_NS + there + back, venue_ms * MS)
    assert abs(offset.ns - true_ns) <= offset.error_ns + 1
