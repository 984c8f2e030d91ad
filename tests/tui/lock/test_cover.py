"""A covered desk: what is on the screen then, what covers it, and that no key, word or event gets round it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from textual import events
from textual.pilot import Pilot
from textual.screen import Screen

from connectors.model.ids import Mode
from connectors.model.order import OrderStatus
from connectors.model.vault import VaultState
from connectors.worker import api
from support.desk_stage import Stage, make_stage
from support.lock_stage import COVERED, LOCKED, OPEN, SECRETS, cover_of, covered, give, locked_stage, tell
from tui.commands.catalogue import COMMANDS
from tui.commands.command import Command
from tui.commands.question import Question
from tui.screens.cover import AT_START, LETTING_GO, NOTHING_STOPPED
from tui.widgets.secret_input import SecretInput

SIZE = (120, 40)


def assert_blank(stage: Stage) -> None:
    """Nothing of the market, a position, a balance or an account is on the screen or in a picture of it."""
    for text in (stage.shown(), stage.desk.export_screenshot()):
        assert "LOCKED" in text
        assert [secret for secret in SECRETS if secret in text] == []


async def typed_line(stage: Stage, pilot: Pilot[int], line: str) -> None:
    await stage.press(pilot, ":", *line, "enter")


async def test_lock_blanks_the_desk_and_tells_the_worker() -> None:
    stage = locked_stage()
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        assert all(secret in stage.screen() for secret in ("61,8", "BTC", "demo"))
        await typed_line(stage, pilot, "lock")
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


async def test_every_command_but_the_listed_is_refused_while_covered() -> None:
    listed = {
        "field.erase", "field.clear", "field.reveal", "sheet.enter", "sheet.next", "sheet.previous", "sheet.other",
        "sheet.close", "panic", "quit",
    }  # fmt: skip
    assert {command.id for command in COMMANDS if command.works_covered} == listed
    stage = locked_stage()
    async with stage.desk.run_test(size=SIZE) as pilot:
        cover = await covered(stage, pilot)
        ran: list[Command] = []
        for kind in {type(command) for command in COMMANDS}:
            kind.run = lambda self, _desk: ran.append(self)  # type: ignore[method-assign,assignment]
        for command in COMMANDS:
            assert stage.desk.locker.refuses(command) is (command.id not in listed)
        for sequence in sorted({sequence for command in COMMANDS for sequence in command.keys}):
            for key in sequence.split(" "):
                stage.clock.advance(0.4)
                assert stage.desk.keyboard.takes(events.Key(key, key if len(key) == 1 else None))
        await stage.settle(pilot)
        assert {command.id for command in ran} <= listed
        assert stage.desk.screen is cover


@pytest.fixture(autouse=True)
def _commands_as_they_were(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that replaces what commands do must not leave it so."""
    for command in COMMANDS:
        monkeypatch.setattr(type(command), "run", type(command).run)


async def test_no_line_no_question_and_no_help_opens_over_a_covered_desk() -> None:
    stage = locked_stage()
    async with stage.desk.run_test(size=SIZE) as pilot:
        cover = await covered(stage, pilot)
        said: list[str] = []
        stage.desk.ask(Question("send k3?", {"y": lambda: said.append("sent")}))
        await stage.press(pilot, "y", ":", "?", "f1", "ctrl+p", "f3", "w", "b", "ctrl+t")
        assert stage.desk.screen is cover
        assert stage.desk.current_mode == "market"
        assert said == []
        assert stage.placed == []
        assert_blank(stage)
        # They are characters of the passphrase, all of them that print.
        assert cover.fields["Passphrase"].take() == bytearray(b"y:?wb")


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
        await typed_line(stage, pilot, "lock")
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
        await typed_line(stage, pilot, "unlock")
        await cover_of(stage, pilot)
        await give(stage, pilot)
        await stage.until(pilot, lambda: not stage.desk.locker.covered)


async def test_without_a_vault_the_desk_asks_for_nothing(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        assert stage.desk.dialogs.top is None
        await typed_line(stage, pilot, "unlock")
        assert "There is no vault" in stage.line


async def test_lock_hard_lets_the_worker_drop_its_signers_and_esc_does_not_help() -> None:
    stage = locked_stage()
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await typed_line(stage, pilot, "lock hard")
        cover = await cover_of(stage, pilot)
        assert stage.link.sent(api.LockVault) == [api.LockVault()]
        tell(stage, LOCKED)
        await stage.press(pilot, "escape")
        assert cover.reason == LETTING_GO
        assert NOTHING_STOPPED not in " ".join(stage.shown().split())
        assert_blank(stage)


async def test_panic_works_on_the_lock_screen_and_names_nothing() -> None:
    stage = locked_stage()
    async with stage.desk.run_test(size=SIZE) as pilot:
        await covered(stage, pilot)
        await stage.press(pilot, "ctrl+g")
        assert stage.link.sent(api.SetTrading) == [api.SetTrading(api.TradingState.HALTED)]
        assert "HALTED. ^g again: cancel 2 orders. To close positions, unlock." in stage.shown()
        await stage.press(pilot, "ctrl+g")
        assert stage.link.sent(api.CancelOrders) == [api.CancelOrders(external=True)]
        assert "PANIC: cancels are sent, 2 orders left." in stage.shown()
        assert_blank(stage)
        for order in list(stage.link.orders.values()):
            stage.link.changed(order.order_id, OrderStatus.CANCELED)
        await stage.settle(pilot)
        assert "HALTED. 0 ORDERS." in stage.shown()
        assert_blank(stage)


async def test_quit_on_the_lock_screen_says_how_many_orders_stay_and_is_pressed_again() -> None:
    stage = locked_stage()
    async with stage.desk.run_test(size=SIZE) as pilot:
        await covered(stage, pilot)
        await stage.press(pilot, "ctrl+q")
        assert "Quit? 2 orders stay at the venues. ^q again quits." in stage.shown()
        assert_blank(stage)
        await stage.press(pilot, "ctrl+q")
        await stage.until(pilot, lambda: stage.desk.return_code == 0)


async def test_live_is_disarmed_by_the_lock() -> None:
    stage = locked_stage(mode=Mode.LIVE)
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        stage.desk.trader.armed = True
        stage.desk.locker.lock()
        await cover_of(stage, pilot)
        assert not stage.desk.trader.armed
        assert "LIVE real money" in stage.shown()


async def test_no_picture_is_taken_of_a_covered_desk(tmp_path: Path) -> None:
    stage = locked_stage()
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        assert stage.desk.save_screenshot("open.svg", str(tmp_path))
        await covered_now(stage, pilot)
        assert stage.desk.save_screenshot("covered.svg", str(tmp_path)) == ""
        assert stage.desk.deliver_screenshot("covered.svg", str(tmp_path)) is None
    assert os.listdir(tmp_path) == ["open.svg"]  # noqa: PTH208  # names alone


async def covered_now(stage: Stage, pilot: Pilot[int]) -> None:
    stage.desk.locker.lock()
    await cover_of(stage, pilot)


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


async def test_a_worker_that_is_gone_is_started_again_by_enter() -> None:
    stage = locked_stage()
    async with stage.desk.run_test(size=SIZE) as pilot:
        await covered(stage, pilot)
        stage.link.die()
        await stage.until(pilot, lambda: "gone" in stage.desk.session.condition.phase.value)
        await stage.settle(pilot)
        assert "The connector worker stopped. enter starts it again." in stage.shown()
        assert_blank(stage)
        connects = stage.backstage.connects
        await stage.press(pilot, "enter")
        await stage.until(pilot, lambda: stage.backstage.connects == connects + 1)
        assert stage.link.handed == []


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


async def test_a_paste_on_the_lock_screen_is_the_passphrase() -> None:
    stage = locked_stage()
    async with stage.desk.run_test(size=SIZE) as pilot:
        cover = await covered(stage, pilot)
        stage.desk.post_message(events.Paste(" correct horse \n"))
        await pilot.pause()
        await stage.settle(pilot)
        assert cover.said == "White space around what was pasted was left out."
        assert cover.fields["Passphrase"].take() == bytearray(b"correct horse")
