"""What keys and events do on a covered desk: the listed ones alone, and nothing gets round it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from textual import events
from textual.pilot import Pilot

from connectors.model.ids import Mode
from connectors.worker import api
from support import panic_facts
from support.desk_stage import Stage
from support.lock_stage import (
    assert_blank,
    cover_of,
    covered,
    locked_stage,
)
from tui.commands.catalogue import COMMANDS
from tui.commands.command import Command
from tui.commands.question import Question

SIZE = (120, 40)


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


async def test_panic_works_on_the_lock_screen_and_names_nothing() -> None:
    stage = locked_stage()
    async with stage.desk.run_test(size=SIZE) as pilot:
        await covered(stage, pilot)
        await stage.press(pilot, "ctrl+g")
        assert stage.link.sent(api.SetTrading) == [api.SetTrading(api.TradingState.HALTED)]
        assert "HALTED. ^g again: cancel 2 orders. To close positions, unlock." in stage.shown()
        await stage.press(pilot, "ctrl+g")
        assert len(stage.link.sent(api.StartPanic)) == 1
        assert "PANIC: 0 of 2 orders cancelled, 2 left." in stage.shown()
        assert_blank(stage)
        begun = stage.desk.store.panic
        assert begun is not None
        stage.link.tell(api.PanicMoved(panic_facts.over(begun)))
        await stage.settle(pilot)
        assert "PANIC done: 0 ORDERS at " in stage.shown()
        assert_blank(stage)


@pytest.mark.parametrize(
    ("mode", "said"),
    [(Mode.LIVE, "2 orders stay at the venues."), (Mode.SIM, "2 orders pause with the desk.")],
    ids=["live", "embedded"],
)
async def test_quit_on_the_lock_screen_says_how_many_orders_stay_and_is_pressed_again(mode: Mode, said: str) -> None:
    stage = locked_stage(mode=mode)
    async with stage.desk.run_test(size=SIZE) as pilot:
        await covered(stage, pilot)
        await stage.press(pilot, "ctrl+q")
        assert f"Quit? {said} ^q again quits." in stage.shown()
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


async def test_a_paste_on_the_lock_screen_is_the_passphrase() -> None:
    stage = locked_stage()
    async with stage.desk.run_test(size=SIZE) as pilot:
        cover = await covered(stage, pilot)
        stage.desk.post_message(events.Paste(" correct horse \n"))
        await pilot.pause()
        await stage.settle(pilot)
        assert cover.said == "White space around what was pasted was left out."
        assert cover.fields["Passphrase"].take() == bytearray(b"correct horse")
