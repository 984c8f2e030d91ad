"""The picture of the worker, the message line's choice, the open question, the log of faults."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from connectors.model.balance import Balance
from connectors.model.connection import LinkState
from connectors.model.order import OrderStatus
from connectors.worker import api
from support import pane_facts
from support.clock import FakeClock
from support.desk_instruments import instruments
from support.desk_link import ACCOUNT, FakeLink
from tui.commands.guard import MS
from tui.commands.question import Asker, Heard, Question
from tui.faults import FaultLog
from tui.messages.teller import Teller, Tone
from tui.store import HoleInNumbers, Store


async def test_numbered_events_are_taken_once_and_in_order() -> None:
    store, link = Store(), FakeLink(FakeClock())
    link.number = 7
    store.take(link.picture())
    order = pane_facts.order()
    assert store.apply(api.Numbered(7, api.OrderChanged(order))) is None
    assert not store.orders
    assert store.apply(api.Numbered(8, api.OrderChanged(order))) == api.OrderChanged(order)
    with pytest.raises(HoleInNumbers):
        store.apply(api.Numbered(10, api.OrderChanged(replace(order, revision=5))))
    assert store.number == 8
    assert store.orders[order.order_id].revision == 0


def test_a_connection_that_was_removed_leaves_nothing_in_any_count_or_sum() -> None:
    store, link = Store(), FakeLink(FakeClock())
    working = link.rest("61800.00")
    ended = replace(link.rest("61801.00", number=4), status=OrderStatus.CANCELED)
    link.orders[ended.order_id] = ended
    link.hold()
    store.take(link.picture())
    assert (len(store.working()), len(store.open_positions()), len(store.balances)) == (1, 1, 2)
    store.apply(api.Numbered(1, api.ConnectionChanged(link.status(), None)))
    assert (store.working(), store.open_positions(), store.balances) == ([], [], {})
    assert list(store.orders) == [ended.order_id] != [working.order_id]
    assert len(store.fills) == 1


def test_an_older_record_never_replaces_a_newer_one() -> None:
    store, order = Store(), pane_facts.order()
    store.note(replace(order, revision=3, status=OrderStatus.FILLED))
    store.note(replace(order, revision=2))
    assert store.orders[order.order_id].status is OrderStatus.FILLED


def test_equity_values_what_has_a_price_and_knows_when_nothing_is_known() -> None:
    store = Store()
    assert store.equity(ACCOUNT, "USDT") is None
    btc = instruments()[0]
    store.instruments[ACCOUNT, "BTCUSDT"] = btc
    store.books[btc.id] = pane_facts.book()
    for asset, free in (("USDT", "100"), ("BTC", "2"), ("XYZ", "5")):
        store.balances[ACCOUNT, asset] = Balance(ACCOUNT, asset, Decimal(free), Decimal(0), 0)
    assert store.equity(ACCOUNT, "USDT") == Decimal(100) + 2 * Decimal("61804.005")
    assert store.free(ACCOUNT, "ETH") == 0


def test_nothing_but_a_key_lets_a_sticky_message_go() -> None:
    teller = Teller()
    teller.say("refused", Tone.DANGER, sticky=True)
    teller.say("later")
    assert teller.standing is not None
    assert teller.standing.text == "refused"
    teller.touched()
    teller.say("after a key")
    assert teller.standing.text == "after a key"
    assert [saying.text for saying in teller.history] == ["after a key", "later", "refused"]


def test_the_same_message_within_ten_seconds_is_counted() -> None:
    teller = Teller()
    for time_ns in (0, 5_000 * MS, 30_000 * MS):
        teller.say("again", now_ns=time_ns)
    assert [saying.count for saying in teller.history] == [1, 2]


def test_a_question_is_answered_once_late_enough_and_by_its_letter_only() -> None:
    asker, question = Asker(), Question("really?", {"y": lambda: None})
    asker.ask(question, 0)
    assert asker.hear("y", 249 * MS)[0] is Heard.TOO_EARLY
    asker.ask(question, 0)
    assert asker.hear("enter", 300 * MS)[0] is Heard.DROPPED
    asker.ask(question, 0)
    assert asker.hear("y", 300 * MS)[0] is Heard.ANSWERED
    assert asker.hear("y", 301 * MS)[0] is Heard.NOTHING_ASKED
    asker.ask(question, 0)
    assert asker.lapsed(10_000 * MS) == "Dropped after 10 s without an answer. Nothing was sent."
    assert not asker.lapsed(10_001 * MS)


def test_a_fault_is_kept_without_its_locals_in_a_private_file(tmp_path: Path) -> None:
    path = tmp_path / "desk.log"
    log = FaultLog(path)
    api_secret = "hF8sSECRETtQ2p"
    try:
        raise ZeroDivisionError(f"inside {len(api_secret)}")
    except ZeroDivisionError as fault:
        code = log.keep(fault)
        assert log.keep(fault) == code
    text = path.read_text()
    assert code in text
    assert api_secret not in text.replace('api_secret = "hF8sSECRETtQ2p"', "")
    assert path.stat().st_mode & 0o077 == 0
    assert log.last_words(code) == (
        f"The desk stopped over a fault of its own ({code}). Orders at the venues are untouched. {path} says why."
    )


def test_a_log_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    log = FaultLog(tmp_path / "missing" / "desk.log")
    code = log.keep(ValueError("x"))
    assert "could not be kept (No such file or directory)" in log.last_words(code)


def test_when_a_connection_was_last_of_use_is_known_from_its_end_and_from_its_fills() -> None:
    store, link = Store(), FakeLink(FakeClock())
    store.take(link.picture())
    live = link.status()
    assert store.used_ns(ACCOUNT) is None
    store.apply(api.Numbered(1, api.ConnectionChanged(live, link.connection)))
    down = replace(live, state=LinkState.DOWN, time_ns=live.time_ns + 9, since_ns=live.time_ns + 5)
    store.apply(api.Numbered(2, api.ConnectionChanged(down, link.connection)))
    store.apply(api.Numbered(3, api.ConnectionChanged(replace(down, since_ns=live.time_ns + 8), link.connection)))
    assert store.used_ns(ACCOUNT) == live.time_ns + 5, "a second word of its end is not a later use"
    link.hold()
    (fill,) = link.fills
    later = replace(fill, fill=replace(fill.fill, time_ns=live.time_ns + 70))
    store.apply(api.Numbered(4, api.FillRecorded(later)))
    assert store.used_ns(ACCOUNT) == live.time_ns + 70
