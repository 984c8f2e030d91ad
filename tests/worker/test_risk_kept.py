"""Limits, the loss lock and the trading state in a worker: over the real archive, some on the exchange."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from chaos.peers import BTC, Peers, peers_at
from connectors.engine import inputs
from connectors.engine.bounds import LimitKey
from connectors.engine.day import Base, Day
from connectors.engine.effects import TradingNow
from connectors.engine.inputs import Trading
from connectors.errors import ArchiveFailed
from connectors.model.ids import Epoch
from connectors.model.order import OrderStatus, Side
from connectors.model.risk import LimitName, LimitScope
from connectors.worker import api
from connectors.worker.risk.facts import visible
from connectors.worker.risk.paper import read_days, read_limits, write_days, write_limits
from connectors.worker.trading_kept import read_trading, write_trading
from engine.world import ACCOUNT
from worker.house import WorkerHouse, a_worker, until
from worker.peer_exchange import Ears

D = Decimal


# --- as text


def test_what_is_written_of_limits_days_and_the_state_reads_back_to_the_last_digit() -> None:
    rules = {
        LimitKey(LimitName.ORDER_VALUE, ACCOUNT): D("0.0123456789012345678901234567890"),
        LimitKey(LimitName.COLLAR, None, "binance"): None,
        LimitKey(LimitName.OPEN_ORDERS, ACCOUNT, None, BTC): D(3),
    }
    assert read_limits(write_limits(rules)) == rules
    day = Day(7, Epoch("e"), "USDT", D("1E-7"), {BTC: Base(D("-1.5"), D(0), None)}, {"BNB": D("0.1")}, True, 9, D(4))
    day = replace(day, elsewhere=(replace(day, epoch=Epoch("f")), replace(day, epoch=Epoch("g"), bases={})))
    assert read_days(write_days({ACCOUNT: day})) == {ACCOUNT: day}
    now = TradingNow(Trading.REDUCING, "by you", 5)
    kept = read_trading(write_trading(now))
    assert (kept.trading, kept.reason, kept.since_ns) == (now.trading, now.reason, now.since_ns)


def test_what_an_earlier_release_wrote_of_the_state_is_read_and_what_nobody_can_read_halts() -> None:
    assert read_trading(None).trading is Trading.ACTIVE
    assert read_trading("HALTED").trading is Trading.HALTED
    assert read_trading("ACTIVE").trading is Trading.ACTIVE
    assert read_trading('{"trading":"OPEN"}').trading is Trading.HALTED
    assert read_trading("x").trading is Trading.HALTED


def test_a_line_nobody_can_read_takes_no_other_with_it_and_loosens_nothing() -> None:
    text = (
        '[{"name":"order-value","value":"0.5"},{"name":"order-value","value":"7"},{"name":"sideways","value":"1"},'
        '{"name":"open-orders","value":"2","instrument":"nowhere"},{"name":"collar","value":"0.002"}]'
    )
    assert read_limits(text) == {LimitKey(LimitName.ORDER_VALUE): D("0.5"), LimitKey(LimitName.COLLAR): D("0.002")}
    assert read_limits("no") == {}
    assert read_days('[{"account":"x"}]') == {}


def _deeds(home: Path) -> list[dict[str, Any]]:
    """Rows of the audit chain about the desk itself."""
    with closing(sqlite3.connect(home / "data" / "tradedesk.db")) as file:
        file.row_factory = sqlite3.Row
        return [dict(row) for row in file.execute("SELECT operation, outcome, detail FROM audit WHERE kind = 'DESK'")]


# --- without an exchange


@pytest.fixture
async def house(home: Path) -> AsyncIterator[WorkerHouse]:
    async with a_worker(home) as made:
        yield made


async def facts(house: WorkerHouse, **asked: object) -> api.RiskFacts:
    link = await house.join("memory")
    found = await link.request(api.GetRisk(**asked))  # type: ignore[arg-type]
    assert isinstance(found, api.RiskFacts)
    return found


async def test_a_halt_keeps_its_reason_and_its_time_over_a_restart(home: Path) -> None:
    async with a_worker(home) as first:
        link = await first.join("memory")
        await link.request(api.SetTrading(api.TradingState.REDUCING))
        before = await facts(first)
    async with a_worker(home) as second:
        after = await facts(second)
        assert (after.trading, after.reason, after.since_ns) == (before.trading, "by you", before.since_ns)
        link = await second.join("memory")
        picture = await link.request(api.Attach())
        assert isinstance(picture, api.Picture)
        assert (picture.trading_reason, picture.trading_since_ns) == ("by you", before.since_ns)
    assert before.since_ns > 0


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        (api.SetLimit(LimitName.ORDER_VALUE, D(2)), "order-value is above 0 % and at most 100 %; 200 % is not."),
        (
            api.SetLimit(LimitName.ORDER_VALUE, D("0.1"), off=True),
            "A limit is switched off or given a value",
        ),
        (api.SetLimit(LimitName.ORDER_VALUE, None), "order-value is not set there: nothing to take back."),
        (api.SetLimit(LimitName.DAY_LOSS, D("0.1"), instrument=BTC), "day-loss is a limit of a whole account:"),
        (api.SetLimit(LimitName.ORDER_VALUE, D("0.1"), account=ACCOUNT), "There is no such connection here."),
        (api.UnlockLoss(ACCOUNT, "RESUME"), "There is no such connection here."),
    ],
)
async def test_what_cannot_be_set_is_refused_in_a_sentence_and_changes_nothing(
    house: WorkerHouse, command: api.Command, sentence: str
) -> None:
    link = await house.join("memory")
    answer = await link.request(command)
    assert isinstance(answer, api.Failure)
    assert answer.kind is api.FailureKind.REFUSED
    assert answer.sentence.startswith(sentence)
    assert house.worker.executor.state.rules == {}


async def test_a_limit_that_cannot_be_written_is_not_in_force(
    house: WorkerHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = await house.worker.keeper.ask(lambda archive: archive.settings)

    def full(_key: str, _value: str) -> None:
        raise ArchiveFailed("The disk is full.")

    monkeypatch.setattr(settings, "set", full)
    link = await house.join("memory")
    answer = await link.request(api.SetLimit(LimitName.ORDER_VALUE, D("0.5")))
    assert isinstance(answer, api.Failure)
    assert answer.kind is api.FailureKind.ARCHIVE_FAILED
    assert house.worker.executor.state.rules == {}


# --- on the exchange


@pytest.fixture
async def peers(home: Path) -> AsyncIterator[Peers]:
    async with peers_at(home) as made:
        yield made


@pytest.mark.peers
async def test_a_limit_is_in_force_at_once_told_written_down_and_there_after_a_restart(
    peers: Peers, home: Path
) -> None:
    async with a_worker(home) as first:
        desk = await peers.attach(await first.join("memory"))
        low = await desk.low_price()
        ears_link = await first.join("memory")
        ears = Ears(ears_link)
        await ears_link.request(api.Attach())
        assert await desk.link.request(api.SetLimit(LimitName.ORDER_AMOUNT, D(10), desk.account)) == api.Done()
        refused = await desk.link.request(desk.resting(low))
        assert isinstance(refused, api.Failure)
        assert refused.code == "ORDER_AMOUNT"
        await until(lambda: any(isinstance(event, api.RiskChanged) for event in ears.told))
        await until(lambda: "The limit order-amount for demo is 10 now." in ears.alerts())
    rows = _deeds(home)
    assert any(row["operation"] == "risk.limit" and b'"order-amount"' in row["detail"] for row in rows)
    async with a_worker(home) as second:
        again = await peers.attach(await second.join("memory"))
        found = await again.link.request(api.GetRisk(again.account, BTC))
        assert isinstance(found, api.RiskFacts)
        (risk,) = found.accounts
        limits = {one.name: one for one in risk.limits}
        kept = limits[LimitName.ORDER_AMOUNT]
        assert (kept.value, kept.scope) == (D(10), LimitScope.ACCOUNT)
        assert limits[LimitName.ORDER_VALUE].scope is LimitScope.DEFAULT
        assert (risk.equity, risk.day_equity, risk.currency, risk.loss_limit) == (
            D(100000),
            D(100000),
            "USDT",
            D(3000),
        )
        refused = await again.link.request(again.resting(low))
        assert isinstance(refused, api.Failure)
        back = api.SetLimit(LimitName.ORDER_AMOUNT, None, again.account)
        assert await again.link.request(back) == api.Done()
        assert isinstance(await again.link.request(again.resting(low)), api.OrderAccepted)


@pytest.mark.peers
async def test_a_lock_that_a_falling_price_shut_holds_over_a_restart_until_the_word_is_typed(
    peers: Peers, home: Path
) -> None:
    async with a_worker(home) as first:
        desk = await peers.attach(await first.join("memory"))
        await desk.low_price()
        market = desk.market()
        await desk.link.request(market)
        await desk.order_when(market.order_id, lambda order: order.status is OrderStatus.FILLED and bool(order.fees))
        found = await desk.link.request(api.GetRisk(desk.account))
        assert isinstance(found, api.RiskFacts)
        assert found.accounts[0].equity is not None
        assert found.accounts[0].unpriced == ()
        executor = first.worker.executor
        # A loss of the whole limit is not to be had on the market of this seed: the day is told to have been better.
        day = executor.state.days[desk.account]
        better = replace(day, bases={BTC: Base(D(5000), D(0), D(0))})
        executor.feed(inputs.RiskKept(executor.state.rules, {desk.account: better}, executor.now()))
        await until(lambda: executor.state.days[desk.account].locked_ns is not None)
        refused = await desk.link.request(desk.resting(await desk.low_price()))
        assert isinstance(refused, api.Failure)
        assert refused.code == "DAY_LOSS"
        await first.worker.risk.settled()
    async with a_worker(home) as second:
        again = await peers.attach(await second.join("memory"))
        low = await again.low_price()
        refused = await again.link.request(again.resting(low))
        assert isinstance(refused, api.Failure)
        assert refused.code == "DAY_LOSS"
        closing = replace(again.market(), side=Side.SELL, reduce_only=True, quantity=D("0.0001"))
        assert isinstance(await again.link.request(closing), api.OrderAccepted)
        wrong = await again.link.request(api.UnlockLoss(again.account, "resume"))
        assert isinstance(wrong, api.Failure)
        assert wrong.sentence == "The loss lock opens by the word RESUME, typed. It stays shut."
        assert await again.link.request(api.UnlockLoss(again.account, "RESUME")) == api.Done()
        assert isinstance(await again.link.request(again.resting(low)), api.OrderAccepted)
    assert [row["operation"] for row in _deeds(home)].count("risk.unlock") == 2


def test_numbers_that_look_the_same_on_a_screen_are_not_told_again() -> None:
    risk = api.AccountRisk(
        ACCOUNT, "demo", "USDT", D("100000.001"), D("1.001"), D("5.101"), D("0.5"), 1, D(100000), D(3000), False, None
    )
    assert visible(risk) == visible(replace(risk, equity=D("100000.9"), realised=D("1.002"), unrealised=D("5.102")))
    for moved in (
        replace(risk, equity=D(100200)),
        replace(risk, unrealised=D("5.31")),
        replace(risk, locked=True),
        replace(risk, unpriced=("X",)),
    ):
        assert visible(moved) != visible(risk)
