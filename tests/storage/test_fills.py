"""Fills once each, positions and their history, what was traded."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from connectors.model.ids import Epoch
from connectors.model.position import PositionChange
from connectors.ports.archive import Batch
from storage.archive import Archive
from storage.repositories import fills as fills_repository
from support.kept import BTCUSDT, EPOCH, ETHUSDT, T0, account, entry, fill, order, position_event


def test_a_fill_comes_back_exactly_as_it_was_kept(archive: Archive) -> None:
    bare = fill("7", fee=None, maker=None, client_order_id=None, provisional=True, time_ns=T0 + 1)
    archive.journal.append(Batch(fills=(fill(), bare)))
    assert archive.fills.fills() == [bare, fill()]
    assert str(archive.fills.fills()[1].fill.price) == "61804.00"


def test_a_fill_that_is_there_is_left_as_it_is(archive: Archive) -> None:
    archive.journal.append(Batch(fills=(fill(),)))
    archive.journal.append(Batch(fills=(fill(price=Decimal(1)), fill("101"))))
    assert [(one.fill.trade_id, one.fill.price) for one in archive.fills.fills()] == [
        ("101", Decimal("61804.00")),
        ("100", Decimal("61804.00")),
    ]


@pytest.mark.parametrize("part", ["account", "epoch", "instrument", "trade_id"])
def test_the_same_trade_id_elsewhere_is_another_fill(archive: Archive, part: str) -> None:
    other = {
        "account": replace(fill(), account=account(2)),
        "epoch": replace(fill(), epoch=Epoch("after the wipe")),
        "instrument": fill(instrument=ETHUSDT),
        "trade_id": fill("101"),
    }[part]
    archive.journal.append(Batch(fills=(fill(), other, fill())))
    assert len(archive.fills.fills()) == 2


def test_fills_are_told_newest_first_and_by_account(archive: Archive) -> None:
    mine = [fill(str(number), time_ns=T0 + number) for number in range(5)]
    archive.journal.append(Batch(fills=(*mine, replace(fill("9"), account=account(2)))))
    assert [one.fill.trade_id for one in archive.fills.fills(account=account(), limit=3)] == ["4", "3", "2"]
    assert len(archive.fills.fills()) == 6


def test_the_fills_of_one_life_come_back_in_the_order_they_were_booked(archive: Archive) -> None:
    booked = [fill("3", time_ns=T0 + 3), fill("1", time_ns=T0 + 1), fill("2", instrument=ETHUSDT)]
    elsewhere = (replace(fill("4"), epoch=Epoch("other")), replace(fill("5"), account=account(2)))
    archive.journal.append(Batch(fills=(*booked, *elsewhere)))
    assert archive.fills.of_epoch(account(), EPOCH) == booked
    assert archive.fills.of_epoch(account(), Epoch("never lived in")) == []


def test_the_last_trade_id_is_the_newest_and_counts_as_a_number(archive: Archive) -> None:
    assert archive.fills.last_trade_id(account(), EPOCH, BTCUSDT) is None
    archive.journal.append(Batch(fills=(fill("100"), fill("99"), fill("5000", time_ns=T0 - 1))))
    assert archive.fills.last_trade_id(account(), EPOCH, BTCUSDT) == "100"
    assert archive.fills.last_trade_id(account(), Epoch("new"), BTCUSDT) is None
    assert archive.fills.last_trade_id(account(), EPOCH, ETHUSDT) is None
    archive.journal.append(Batch(fills=(fill("made up", provisional=True, time_ns=T0 + 9),)))
    assert archive.fills.last_trade_id(account(), EPOCH, BTCUSDT) == "100"


def test_instruments_touched_are_those_of_orders_and_of_fills_once_each(archive: Archive) -> None:
    archive.journal.append(Batch(entries=(entry(order(1)), entry(order(2))), fills=(fill(instrument=ETHUSDT), fill())))
    assert archive.fills.instruments_touched(account()) == [BTCUSDT, ETHUSDT]
    assert archive.fills.instruments_touched(account(2)) == []


def test_a_position_is_its_newest_and_its_history_has_every_step(archive: Archive) -> None:
    opened = position_event()
    closed = position_event("0", realised="1.5", change=PositionChange.CLOSE, time_ns=T0 + 1, price=None)
    archive.journal.append(Batch(positions=(opened, closed)))
    assert archive.fills.positions() == [closed.position]
    assert archive.fills.positions(account(2)) == []
    assert archive.fills.history(account(), BTCUSDT) == [closed, opened]
    assert archive.fills.history(account(), BTCUSDT, limit=1) == [closed]
    assert archive.fills.history(account(), ETHUSDT) == []


def test_fills_of_some_instrument_and_time_are_told_newest_first(archive: Archive) -> None:
    kept = [fill(str(number), time_ns=T0 + number, instrument=(BTCUSDT, ETHUSDT)[number % 2]) for number in range(6)]
    archive.journal.append(Batch(fills=tuple(kept)))
    told = archive.fills.fills(instrument=ETHUSDT, since_ns=T0 + 2)
    assert [one.fill.trade_id for one in told] == ["5", "3"]
    assert archive.fills.fills(account=account(2), instrument=ETHUSDT) == []


@pytest.mark.parametrize("looked_through", [1, 2, 3, 100])
def test_what_is_looked_through_first_never_changes_what_is_told(
    archive: Archive, monkeypatch: pytest.MonkeyPatch, looked_through: int
) -> None:
    monkeypatch.setattr(fills_repository, "_LOOKED_THROUGH", looked_through)
    # Five share a time, two accounts take turns, and the newest trade was booked first.
    kept = [
        replace(fill(str(20 - number), time_ns=T0 + number // 5), account=account(1 + number % 2))
        for number in range(12)
    ]
    archive.journal.append(Batch(fills=tuple(kept)))
    for owner in (account(1), account(2)):
        own = [one for one in reversed(kept) if one.account == owner]
        for limit in (1, 2, 3, 4, 20):
            assert archive.fills.fills(account=owner, limit=limit) == own[:limit]
        newest = max(own, key=lambda one: (one.fill.time_ns, int(one.fill.trade_id)))
        assert archive.fills.newest(owner, EPOCH, BTCUSDT) == newest


def test_recent_fills_of_a_life_are_those_of_a_span_but_never_too_few_or_too_many(archive: Archive) -> None:
    archive.journal.append(Batch(fills=tuple(fill(str(number), time_ns=T0 + number) for number in range(10))))
    elsewhere = (replace(fill("90", time_ns=T0 + 9), epoch=Epoch("other")), replace(fill("91"), account=account(2)))
    archive.journal.append(Batch(fills=elsewhere))

    def told(span_ns: int, at_least: int, at_most: int) -> int:
        found = archive.fills.recent(account(), EPOCH, span_ns=span_ns, at_least=at_least, at_most=at_most)
        assert [int(one.fill.trade_id) for one in found] == list(range(9, 9 - len(found), -1))
        return len(found)

    assert told(3, 1, 100) == 4
    assert told(3, 6, 100) == 6
    assert told(8, 1, 5) == 5
    assert told(1_000, 1, 100) == 10
    assert archive.fills.recent(account(3), EPOCH, span_ns=1, at_least=1, at_most=9) == []


def test_the_fills_of_some_orders_are_told_as_they_were_booked(archive: Archive) -> None:
    others = [replace(fill(str(number)), order_id=order(number % 3).order_id) for number in range(9)]
    archive.journal.append(Batch(fills=tuple(others)))
    told = archive.fills.of_orders([order(0).order_id, order(2).order_id])
    assert [one.fill.trade_id for one in told] == ["0", "2", "3", "5", "6", "8"]
    assert archive.fills.of_orders([]) == []


def test_an_account_touched_instruments_in_lives_without_a_name_too(archive: Archive) -> None:
    nameless = replace(fill("1", instrument=ETHUSDT), epoch=Epoch(""))
    archive.journal.append(Batch(fills=(nameless, replace(fill("2"), epoch=Epoch("later")))))
    archive.journal.append(Batch(entries=(entry(order(1)),)))
    archive.journal.settle()
    assert archive.fills.instruments_touched(account()) == [BTCUSDT, ETHUSDT]
