"""What the desk shows of risk, and what it takes to let new orders pass again."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from connectors.model.risk import LimitName, LimitScope
from connectors.worker import api
from support.desk_link import ACCOUNT
from support.desk_stage import Stage

D = Decimal
SIZE = (120, 40)
LIMITS = (
    api.LimitInForce(LimitName.ORDER_VALUE, D("0.2"), LimitScope.ACCOUNT),
    api.LimitInForce(LimitName.POSITION_VALUE, D(20000), LimitScope.DEFAULT),
)
RISK = api.AccountRisk(
    ACCOUNT, "demo", "USDT", D(81804), D(-8), D(-2), D(2), 1, D(8333), D(250), False, None, limits=LIMITS
)
LOCKED = replace(RISK, realised=D(-240), unrealised=D("-8.5"), fees=D("1.5"), locked=True, locked_ns=5)


async def test_the_strip_shows_the_days_loss_warns_at_seventy_per_cent_and_says_locked(stage: Stage) -> None:
    async with stage.desk.run_test(size=(160, 45)) as pilot:
        await stage.open(pilot)
        stage.link.tell(api.RiskChanged(RISK))
        await stage.settle(pilot)
        assert "DAY LOSS 12 of 250" in stage.screen()
        assert "! DAY LOSS" not in stage.screen()
        assert "day -12.00" in stage.screen()
        stage.link.tell(api.RiskChanged(replace(RISK, realised=D(-171))))
        await stage.settle(pilot)
        assert "! DAY LOSS 175 of 250" in stage.screen()
        stage.link.tell(api.RiskChanged(LOCKED))
        await stage.settle(pilot)
        assert "! LOCKED: day loss 250.00" in stage.screen()


async def test_under_a_shut_lock_row_1_says_so_entries_are_refused_and_what_reduces_is_sent(stage: Stage) -> None:
    stage.link.hold("0.05")
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        stage.link.tell(api.RiskChanged(LOCKED))
        await stage.settle(pilot)
        assert "LOCKED: day loss 250.00" in stage.screen().splitlines()[0]
        await stage.press(pilot, "t", "b")
        assert not stage.placed
        assert stage.line.startswith(
            "HALTED: day loss 250.00 of 250.00 reached. Unlock by typing RESUME; it is recorded."
        )
        await stage.press(pilot, "t", "s")
        assert len(stage.placed) == 1, "a sale of what is held shrinks it"
        await stage.press(pilot, "f", "f")
        assert stage.placed[-1].reduce_only


async def test_a_shut_lock_is_opened_by_the_word_and_by_nothing_else(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        stage.link.tell(api.RiskChanged(LOCKED))
        await stage.press(pilot, "colon", *"resume", "enter")
        await stage.press(pilot, "y", "enter")
        assert not stage.link.sent(api.UnlockLoss)
        sheet = stage.desk.dialogs.sheet
        assert sheet is not None
        assert sheet.said == "That is not RESUME. Nothing was changed."
        await stage.press(pilot, *"RESUME", "enter")
        assert stage.link.sent(api.UnlockLoss) == [api.UnlockLoss(ACCOUNT, "RESUME")]
        assert stage.line == "demo is unlocked. New orders pass."
        assert not stage.link.sent(api.SetTrading)


async def test_leaving_the_word_out_leaves_the_lock_shut(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        stage.link.tell(api.RiskChanged(LOCKED))
        await stage.press(pilot, "colon", *"resume", "enter")
        await stage.press(pilot, "escape")
        assert stage.line == "Still locked: only orders that shrink a position pass."
        assert not stage.link.sent(api.UnlockLoss)


async def test_the_limit_that_was_set_is_the_desks_own_hard_line(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        stage.link.tell(api.RiskChanged(RISK))
        stage.desk.trader.slots.put("BTCUSDT", 1, stage.desk.trader.slots.of("BTCUSDT")[3])
        await stage.press(pilot, "t", "b")
        assert len(stage.placed) == 1, "3,090 is under half of 20 %"


async def test_reduce_by_line_is_in_force_here_at_once_and_told_to_the_worker(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "colon", *"reduce", "enter")
        assert stage.link.sent(api.SetTrading) == [api.SetTrading(api.TradingState.REDUCING)]
        assert stage.screen().splitlines()[0].count("REDUCING") == 1
        await stage.press(pilot, "t", "b")
        assert not stage.placed
        assert stage.line.startswith("REDUCING: only orders that shrink a position pass. :resume")


async def test_a_halt_of_before_shows_its_own_time_and_whose_it_was(stage: Stage) -> None:
    stage.link.trading = api.TradingState.HALTED
    whole = stage.link.picture
    since = stage.clock.time_ns() - 3_600_000_000_000
    stage.link.picture = lambda: replace(  # type: ignore[method-assign]
        whole(), trading_reason="by a panic", trading_since_ns=since
    )
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        assert "HALTED by a panic 13:03:2" in stage.screen().splitlines()[0]
