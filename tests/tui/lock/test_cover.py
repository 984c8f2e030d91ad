"""A covered desk: what is on the screen then, what covers it, and that no key, word or event gets round it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from textual.screen import Screen

from connectors.model.vault import VaultState
from connectors.worker import api
from support.desk_stage import Stage, make_stage
from support.lock_stage import (
    COVERED,
    LOCKED,
    OPEN,
    assert_blank,
    by_line,
    cover_of,
    covered,
    give,
    locked_stage,
    tell,
)
from tui.commands.question import Question
from tui.screens.cover import AT_START, LETTING_GO, NOTHING_STOPPED
from tui.widgets.secret_input import SecretInput

SIZE = (120, 40)


async def test_lock_blanks_the_desk_and_tells_the_worker() -> None:
    stage = locked_stage()
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        assert all(secret in stage.screen() for secret in ("61,8", "BTC", "demo"))
        await by_line(stage, pilot, "lock")
        cover = await cover_of(stage, pilot)
        assert_blank(stage)
        assert cover.reason == "Locked by you."
        assert NOTHING_STOPPED in " ".join(stage.shown().split())
        assert stage.link.sent(api.CoverVault) == [api.CoverVault("Locked by you.")]
        assert "2 orders and stops stay in force" in stage.shown()


async def test_what_changes_while_covered_is_seen_only_after_it() -> None:
    stage = locked_stage()
    async with stage.desk.run_test(size=SIZE) as pilot:
        await covered(stage, pilot)
        stage.link.hold("0.077", "61700.00")
        assert stage.link.position is not None
        stage.link.tell(api.FillRecorded(stage.link.fills[-1]))
        stage.link.tell(api.PositionChanged(stage.link.position))
        stage.link.tell(api.AlertRaised(api.Alert(stage.clock.time_ns(), api.AlertLevel.DANGER, "BTC of demo is gone")))
        stage.feed()
        await stage.settle(pilot)
        assert_blank(stage)
        assert "0.077" not in stage.shown()
        await give(stage, pilot)
        await stage.until(pilot, lambda: not stage.desk.locker.covered)
        await stage.settle(pilot)
        assert "0.077" in stage.screen()
        assert stage.line == "BTC of demo is gone"


async def test_a_question_a_dialog_and_a_half_typed_secret_are_gone_when_it_covers() -> None:
    stage = locked_stage()
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        field = SecretInput(stage.clock, may_reveal=True)
        await stage.desk.floor.mount(field)
        field.paste("canary")
        field.reveal()
        said: list[str] = []
        stage.desk.dialogs.open_help()
        await pilot.pause()
        stage.desk.ask(Question("send k3?", {"y": lambda: said.append("sent")}))
        stage.desk.locker.lock()
        await cover_of(stage, pilot)
        assert stage.desk.hand.asker.open is None
        assert not field.filled
        assert len(stage.desk.screen_stack) == 2


async def test_thirty_minutes_without_a_key_cover_the_desk_and_a_key_puts_it_off() -> None:
    stage = locked_stage()
    stage.desk.locker._after_minutes = 30  # noqa: SLF001  # as the setting has it
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        stage.clock.advance(29 * 60)
        await stage.press(pilot, "down")
        stage.clock.advance(29 * 60)
        await stage.settle(pilot)
        assert not stage.desk.locker.covered
        stage.clock.advance(60)
        await stage.settle(pilot)
        cover = await cover_of(stage, pilot)
        assert cover.reason == "Locked after 30 minutes without a key."
        assert_blank(stage)


@pytest.mark.parametrize("facts", [LOCKED, None], ids=["locked", "no vault"])
async def test_without_an_open_vault_nothing_covers_by_itself(facts: Any) -> None:
    stage = locked_stage(facts) if facts else make_stage()
    stage.desk.locker._after_minutes = 30  # noqa: SLF001  # as the setting has it
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        if facts:
            await cover_of(stage, pilot)
            await stage.press(pilot, "escape")
        stage.clock.advance(3_600)
        stage.clock.suspend(3_600)
        await stage.settle(pilot)
        assert not stage.desk.locker.covered
        await by_line(stage, pilot, "lock")
        assert not stage.desk.locker.covered
        assert "nothing to lock" in stage.line if facts is None else "locked already" in stage.line


@pytest.mark.parametrize("cause", ["sleep", "stop"])
async def test_after_a_sleep_or_a_stop_no_frame_with_a_balance_is_painted(
    cause: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = locked_stage()
    painted: list[Screen[Any]] = []
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        monkeypatch.setattr(
            "textual.app.App._display", lambda _app, screen, renderable: painted.append(screen) if renderable else None
        )
        stage.desk.screen.refresh()
        await pilot.pause()
        assert painted
        painted.clear()
        if cause == "sleep":
            stage.clock.suspend(60)
        else:
            stage.desk.locker.stopped()
        # No beat comes first: the screen paints of itself, as after a key or a resize.
        stage.desk.screen.refresh()
        await pilot.pause()
        cover = await cover_of(stage, pilot)
        assert {type(screen).__name__ for screen in painted} <= {"CoverScreen"}
        assert cover.reason.startswith("Locked: ")
        assert len(stage.link.sent(api.CoverVault)) == 1


async def test_a_short_slip_of_the_clocks_is_no_sleep() -> None:
    stage = locked_stage()
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        for _ in range(5):
            stage.clock.suspend(2)
            stage.clock.advance(60)
            await stage.settle(pilot)
        assert not stage.desk.locker.covered


async def test_the_workers_word_covers_every_desk() -> None:
    stage = locked_stage()
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        tell(stage, COVERED, "Locked: this machine was asleep.")
        cover = await cover_of(stage, pilot)
        assert cover.reason == "Locked: this machine was asleep."
        assert not cover.escapable
        assert stage.link.sent(api.CoverVault) == []


async def test_a_desk_that_attaches_to_a_covered_worker_is_covered_and_esc_does_not_help() -> None:
    stage = locked_stage(COVERED)
    async with stage.desk.run_test(size=SIZE) as pilot:
        await cover_of(stage, pilot)
        await stage.press(pilot, "escape", "escape")
        assert_blank(stage)


async def test_a_word_that_was_under_way_does_not_uncover() -> None:
    stage = locked_stage()
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        stage.desk.locker.lock()
        await cover_of(stage, pilot)
        tell(stage, OPEN)
        await stage.settle(pilot)
        assert stage.desk.locker.covered
        tell(stage, COVERED)
        tell(stage, OPEN)
        await stage.settle(pilot)
        assert not stage.desk.locker.covered


async def test_at_start_a_locked_vault_asks_and_esc_leaves_it_locked() -> None:
    stage = locked_stage(LOCKED)
    async with stage.desk.run_test(size=SIZE) as pilot:
        cover = await cover_of(stage, pilot)
        assert cover.escapable
        assert AT_START[:60] in " ".join(stage.shown().replace("│", " ").split())
        await stage.press(pilot, "escape")
        assert not stage.desk.locker.covered
        assert stage.line == "The vault stays locked: connections with keys wait. :unlock asks again."
        assert stage.link.handed == []
        stage.link.tell(api.VaultChanged(LOCKED))
        await stage.settle(pilot)
        assert not stage.desk.locker.covered
        await by_line(stage, pilot, "unlock")
        await cover_of(stage, pilot)
        await give(stage, pilot)
        await stage.until(pilot, lambda: not stage.desk.locker.covered)


async def test_without_a_vault_the_desk_asks_for_nothing(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        assert stage.desk.dialogs.top is None
        await by_line(stage, pilot, "unlock")
        assert "There is no vault" in stage.line


async def test_lock_hard_lets_the_worker_drop_its_signers_and_esc_does_not_help() -> None:
    stage = locked_stage()
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await by_line(stage, pilot, "lock hard")
        cover = await cover_of(stage, pilot)
        assert stage.link.sent(api.LockVault) == [api.LockVault()]
        tell(stage, LOCKED)
        await stage.press(pilot, "escape")
        assert cover.reason == LETTING_GO
        assert NOTHING_STOPPED not in " ".join(stage.shown().split())
        assert_blank(stage)


async def test_what_comes_over_the_lock_screen_is_covered_again() -> None:
    stage = locked_stage()
    async with stage.desk.run_test(size=SIZE) as pilot:
        await covered(stage, pilot)
        stage.desk.switch_mode("positions")
        await pilot.pause()
        await stage.settle(pilot)
        await cover_of(stage, pilot)
        assert stage.desk.screen is stage.desk.locker.cover
        assert_blank(stage)


async def test_what_needs_the_vault_open_happens_after_it_was_unlocked() -> None:
    stage = locked_stage(LOCKED)
    done: list[VaultState] = []
    want: Callable[[], None] = lambda: done.append(stage.desk.store.vault.state)  # noqa: E731
    async with stage.desk.run_test(size=SIZE) as pilot:
        await cover_of(stage, pilot)
        await stage.press(pilot, "escape")
        stage.desk.locker.need_open(want)
        await cover_of(stage, pilot)
        await stage.press(pilot, "escape")
        assert done == []
        stage.desk.locker.need_open(want)
        await cover_of(stage, pilot)
        await give(stage, pilot)
        await stage.until(pilot, lambda: done == [VaultState.OPEN])
        stage.desk.locker.need_open(want)
        assert done == [VaultState.OPEN] * 2
