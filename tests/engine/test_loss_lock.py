"""The loss lock in virtual time: what counts as lost, when it shuts, what opens it, and what survives."""

from __future__ import annotations

from dataclasses import replace
from decimal import localcontext

import pytest

from connectors.engine import effects as fx
from connectors.engine import inputs
from connectors.engine.bounds import LimitKey
from connectors.engine.day import DAY_NS, began
from connectors.engine.positions import WIDE
from connectors.engine.risk import watching
from connectors.model.balance import Balance
from connectors.model.fill import Fee
from connectors.model.ids import Epoch
from connectors.model.order import OrderStatus, Side
from connectors.model.risk import LimitName
from engine.losing import BNB, Trader, restarted
from engine.world import ACCOUNT, BTC, SECOND, D, Desk, limit_buy, order_id


def test_a_day_begins_with_the_equity_of_its_first_look_and_the_lock_is_a_share_of_it() -> None:
    desk = Trader(btc="1")
    day = desk.state.days[ACCOUNT]
    assert (day.equity, day.began_ns) == (D(70000), began(desk.now.time_ns))
    assert watching.loss_limit(desk.state, ACCOUNT) == D(2100)


def test_realised_and_unrealised_losses_and_fees_count_together_and_shut_the_lock_at_the_limit() -> None:
    desk = Trader()
    desk.trade("0.1", "60000", fee=Fee("USDT", D(6)))
    desk.trade("0.05", "58000", Side.SELL, fee=Fee("USDT", D("2.9")))
    desk.mark(58000)
    assert desk.loss == D("208.9")
    assert not desk.locked()
    desk.mark("56178.01")
    assert not desk.locked(), "299.9995 is not 300"
    desk.mark(56178)
    assert desk.locked()
    (told,) = desk.wanted(fx.Warn)
    assert told.sentence == "HALTED: day loss 300.00 of 300.00 reached. Unlock by typing RESUME; it is recorded."
    assert (told.level, told.account) == (fx.Level.DANGER, ACCOUNT)
    (kept,) = desk.wanted(fx.DayMoved)
    assert kept.day.locked_ns == desk.now.time_ns


def test_a_fill_alone_shuts_the_lock_without_waiting_for_the_next_look() -> None:
    desk = Trader()
    desk.trade("0.1", "60000")
    desk.trade("0.1", "56900", Side.SELL)
    assert desk.locked()


def test_under_a_shut_lock_only_what_shrinks_a_position_passes_and_cancels_always() -> None:
    desk = Trader()
    open_order = desk.open(700, price=D("59000.00"), quantity=D("0.008"))
    desk.trade("0.1", "60000")
    desk.mark(56000)
    assert desk.locked()
    desk.happen(limit_buy(800, quantity=D("0.001"), price=D("61800.00")))
    (declined,) = desk.wanted(fx.Declined)
    assert declined.code == "DAY_LOSS"
    market = replace(limit_buy().market, reference=D(61804))
    beyond = limit_buy(801, side=Side.SELL, quantity=D("0.11"), price=D("61810.00"), market=market)
    desk.happen(beyond)
    assert desk.wanted(fx.Declined)
    desk.happen(inputs.BalancesSeen(ACCOUNT, (Balance(ACCOUNT, "BTC", D("0.1"), D(0), desk.now.time_ns),), desk.now))
    within = replace(beyond, order_id=order_id(802), quantity=D("0.1"))
    assert desk.place(within).status is OrderStatus.SUBMITTING
    desk.happen(inputs.Cancel(open_order.order_id, desk.now))
    assert len(desk.wanted(fx.SendCancel)) == 1


def test_seventy_per_cent_of_the_limit_is_told_once() -> None:
    desk = Trader()
    desk.trade("0.1", "60000")
    desk.mark(57901)
    assert desk.wanted(fx.Warn) == []
    desk.mark(57900)
    (told,) = desk.wanted(fx.Warn)
    assert told.sentence == "demo: day loss 210.00 of 300.00 USDT. The loss lock shuts at the limit."
    assert told.level is fx.Level.WARN
    for price in (58500, 57800, 57700):
        desk.mark(price)
        assert desk.wanted(fx.Warn) == []


def test_what_was_lost_before_the_day_began_is_not_counted_again() -> None:
    desk = Trader()
    desk.trade("0.1", "60000")
    desk.mark(57900)
    desk.mono_ns += DAY_NS
    desk.mark(57500)
    assert desk.loss == D(0)
    desk.mark(57000)
    assert desk.loss == D(50)
    desk.trade("0.1", "57000", Side.SELL)
    assert desk.loss == D(50), "closing realises what the day before had not, and only the day's part counts"


def test_a_deposit_or_withdrawal_is_neither_loss_nor_gain() -> None:
    desk = Trader()
    desk.trade("0.1", "60000")
    desk.happen(
        inputs.FlowSeen(ACCOUNT, "USDT", D(-9000), desk.now),
        inputs.BalancesSeen(ACCOUNT, desk.money("1000", "0.1"), desk.now),
    )
    desk.mark(60000)
    assert desk.loss == D(0)
    assert not desk.locked()
    assert desk.state.days[ACCOUNT].equity == D(10000)


def test_fees_in_a_third_asset_count_at_its_price_and_are_named_where_it_has_none() -> None:
    desk = Trader()
    desk.happen(inputs.AssetsKnown({BNB: ("BNB", "USDT")}, desk.now))
    desk.trade("0.1", "60000", fee=Fee("BNB", D("0.01")))
    with localcontext(WIDE):
        today = watching.today(desk.state, ACCOUNT)
    assert today is not None
    assert (today.fees, today.unpriced) == (D(0), ("BNB",))
    desk.happen(inputs.MarksSeen(ACCOUNT, "USDT", desk.now, {BNB: D(500)}))
    assert desk.loss == D(5)


def test_a_human_opens_the_lock_and_it_shuts_again_after_a_further_limit() -> None:
    desk = Trader()
    desk.trade("0.1", "60000")
    desk.mark(56900)
    assert desk.locked()
    desk.happen(inputs.LossUnlocked(ACCOUNT, desk.now))
    assert not desk.locked()
    (told,) = desk.wanted(fx.Warn)
    assert told.sentence == (
        "demo: the loss lock was opened by hand. It stays open until 00:00 UTC or at a loss of 610.00 USDT."
    )
    desk.mark(54000)
    assert not desk.locked()
    desk.mark(53900)
    assert desk.locked()
    assert desk.wanted(fx.Warn)[-1].sentence.startswith("HALTED: day loss 610.00 of 610.00 reached.")


def test_a_new_day_opens_the_lock_and_says_so() -> None:
    desk = Trader()
    desk.trade("0.1", "60000")
    desk.mark(56900)
    desk.mono_ns += DAY_NS // 2 - 2 * SECOND
    desk.mark(56900)
    assert desk.locked()
    desk.mono_ns += 2 * SECOND
    desk.mark(56900)
    assert not desk.locked()
    assert [told.sentence for told in desk.wanted(fx.Warn)] == [
        "demo: a new day began at 00:00 UTC; the loss lock is open again."
    ]


def test_an_account_that_was_not_looked_at_yet_begins_no_day() -> None:
    desk = Desk()
    desk.happen(inputs.MarksSeen(ACCOUNT, "USDT", desk.now, {}, complete=False))
    assert ACCOUNT not in desk.state.days
    desk.happen(inputs.MarksSeen(ACCOUNT, "USDT", desk.now, {BTC: D(60000)}))
    assert desk.state.days[ACCOUNT].equity == D(160000)


def test_lock_day_and_what_was_lost_survive_a_restart() -> None:
    desk = Trader()
    desk.trade("0.1", "60000")
    desk.mark(56900)
    before = desk.loss
    desk.state = restarted(desk, desk.state.days)
    assert desk.locked()
    desk.mark(56900)
    assert desk.loss == before
    assert desk.locked()
    assert desk.state.days[ACCOUNT].equity == D(10000)
    desk.happen(limit_buy(900, quantity=D("0.001")))
    assert desk.wanted(fx.Declined)[0].code == "DAY_LOSS"


def test_a_wiped_venue_begins_the_day_anew_and_opens_no_lock() -> None:
    desk = Trader()
    desk.trade("0.1", "60000")
    desk.mark(56900)
    desk.happen(desk.opened(Epoch("life-2"), desk.state.accounts[ACCOUNT].epoch))
    desk.happen(inputs.BalancesSeen(ACCOUNT, desk.money("5000", "0"), desk.now))
    desk.mark(56900)
    assert desk.loss == D(0)
    assert desk.locked()


def live_in(desk: Trader, epoch: str, usdt: str = "5000") -> None:
    """Change to another ledger; the archive has what was traded in it."""
    fills = tuple(kept for kept in desk.kept if kept.epoch == epoch)
    opened = replace(desk.opened(Epoch(epoch), desk.state.accounts[ACCOUNT].epoch), fills=fills)
    desk.happen(opened, inputs.BalancesSeen(ACCOUNT, desk.money(usdt, "0"), desk.now))


def test_going_to_another_ledger_and_back_forgets_no_loss() -> None:
    desk = Trader()
    first = str(desk.state.accounts[ACCOUNT].epoch)
    desk.trade("0.1", "60000")
    desk.mark(57200)
    assert (desk.loss, desk.locked()) == (D(280), False)
    live_in(desk, "life-2")
    desk.mark(57200)
    assert desk.loss == D(0), "a ledger has its own day"
    desk.trade("0.01", "57200")
    desk.mark(56200)
    live_in(desk, first)
    assert not desk.locked()
    desk.mark(57200)
    assert (desk.loss, desk.state.days[ACCOUNT].equity) == (D(280), D(10000))
    desk.mark(56900)
    assert desk.locked()
    live_in(desk, "life-2")
    desk.mark(57200)
    assert (desk.loss, desk.locked()) == (D(0), True)
    desk.happen(inputs.LossUnlocked(ACCOUNT, desk.now))
    assert not desk.locked()
    live_in(desk, first)
    desk.mark(56900)
    assert desk.locked(), "it was opened for the other ledger"
    live_in(desk, "life-2")
    kept = desk.state.days[ACCOUNT]
    assert {each.epoch for each in (kept, *kept.elsewhere)} == {first, "life-2"}, "each ledger once"


def test_another_date_begins_anew_in_every_ledger() -> None:
    desk = Trader()
    first = str(desk.state.accounts[ACCOUNT].epoch)
    desk.trade("0.1", "60000")
    desk.mark(57200)
    live_in(desk, "life-2")
    desk.mark(57200)
    desk.wait(86_400)
    desk.mark(57200)
    assert desk.state.days[ACCOUNT].elsewhere == ()
    live_in(desk, first)
    desk.mark(57200)
    assert desk.loss == D(0)


def test_between_two_ledgers_no_loss_is_told_of_positions_of_the_other() -> None:
    desk = Trader()
    desk.trade("0.1", "60000")
    desk.mark(58000)
    desk.happen(desk.opened(Epoch("life-2"), desk.state.accounts[ACCOUNT].epoch))
    assert watching.today(desk.state, ACCOUNT) is None
    desk.happen(inputs.LimitChanged(LimitKey(LimitName.DAY_LOSS, ACCOUNT), D("0.001"), desk.now))
    assert not desk.locked()


def test_a_limit_that_is_lowered_shuts_the_lock_at_once_and_one_switched_off_shuts_none() -> None:
    desk = Trader()
    desk.trade("0.1", "60000")
    desk.mark(58500)
    assert not desk.locked()
    desk.happen(inputs.LimitChanged(LimitKey(LimitName.DAY_LOSS, ACCOUNT), D("0.015"), desk.now))
    assert desk.locked()
    off = Trader(day_loss=None)
    off.trade("0.1", "60000")
    off.mark(1000)
    assert not off.locked()


def test_a_position_without_a_mark_at_the_days_begin_counts_from_its_first_one() -> None:
    desk = Trader()
    desk.trade("0.1", "60000")
    state = restarted(desk, {})
    desk.state = state
    desk.happen(inputs.MarksSeen(ACCOUNT, "USDT", desk.now))
    with localcontext(WIDE):
        today = watching.today(desk.state, ACCOUNT)
    assert today is not None
    assert today.unpriced == ("BTCUSDT",)
    desk.mark(58000)
    assert desk.loss == D(0)
    desk.mark(57000)
    assert desk.loss == D(100)


@pytest.mark.parametrize("moment", [0, 1, DAY_NS - 1, DAY_NS, 5 * DAY_NS + 7])
def test_a_day_begins_at_midnight_utc(moment: int) -> None:
    assert began(moment) % DAY_NS == 0
    assert 0 <= moment - began(moment) < DAY_NS
