"""The line of the day: what it says at each width, and that its way is no invention."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from connectors.worker import api
from support.desk_link import ACCOUNT
from support.pane_facts import T0
from tui.ticket.daily import MINUTE_NS, Day, Days
from tui.widgets.day_line import DayFacts, day_line
from tui.widgets.line import text_of, width_of

D = Decimal
RISK = api.AccountRisk(ACCOUNT, "demo", "USDT", D(11983), D(12), D(6), D("0.4"), T0 - 5, D(11965), D(250), False, None)


def day() -> Day:
    found = Day(T0 - 60 * MINUTE_NS, T0 - 60 * MINUTE_NS)
    for minute, pnl in enumerate(("-1", "-4.10", "2", "9", "17.60")):
        found.note(D(pnl), T0 + minute * MINUTE_NS)
    return found


FACTS = DayFacts(
    quote="USDT",
    pnl=D("17.60"),
    equity=D("11983.40"),
    values=day().line,
    worst=D("-4.10"),
    worst_ns=T0 + MINUTE_NS,
    limit=D(250),
)


def test_the_line_stands_as_drawn() -> None:
    assert text_of(day_line(FACTS, 120)).rstrip("─") == (
        "─ DAY +17.60 ── EQUITY 11,983.40 USDT ── ▂▁▃▅█ ── worst -4.10 at 14:04 ── limit -250.00 "
    )


@pytest.mark.parametrize("width", [80, 100, 120, 200])
def test_it_fills_its_row_and_keeps_the_day_first(width: int) -> None:
    late = replace(FACTS, seen_ns=T0, label="a long label")
    line = day_line(late, width)
    assert width_of(line) == width
    assert text_of(line).startswith("─ a long label DAY +17.60 ── EQUITY 11,983.40 USDT ")
    assert ("seen since 14:03" in text_of(line)) == (width >= 120)


def test_what_nobody_knows_is_a_dash_and_no_way_is_drawn() -> None:
    assert text_of(day_line(DayFacts(), 80)).rstrip("─") == "─ DAY – ── EQUITY – "
    one = Day(T0, T0)
    one.note(D(1), T0)
    assert "▁" not in text_of(day_line(replace(FACTS, values=one.line), 120)), "one value shows no way"


def test_the_way_is_resampled_without_inventing_a_value() -> None:
    found = day()
    assert list(found.line(28)) == [D("-1"), D("-4.10"), D(2), D(9), D("17.60")]
    assert list(found.line(2)) == [D(2), D("17.60")], "the newest of each span"
    found.note(D(3), T0 + 8 * MINUTE_NS)
    assert list(found.line(28))[4:] == [D("17.60")] * 4 + [D(3)], "a minute without a word keeps the last"
    assert (found.worst, found.worst_ns) == (D("-4.10"), T0 + MINUTE_NS)


def test_another_day_begins_anew() -> None:
    days = Days()
    days.note(RISK, T0)
    days.note(replace(RISK, realised=D(-50)), T0 + 1)
    first = days.of(ACCOUNT)
    assert first is not None
    assert first.worst == D("-44.4")
    days.note(replace(RISK, day_began_ns=T0 + 9), T0 + 10)
    second = days.of(ACCOUNT)
    assert second is not None
    assert (second.worst, len(second.values)) == (D("17.6"), 1)
