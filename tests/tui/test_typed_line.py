"""The typed line takes the very next key: a fast hand writes text there, it places no order."""

from __future__ import annotations

import pytest
from textual import events
from textual.pilot import Pilot

from connectors.model.order import Side
from support.desk_stage import Stage
from tui.commands.command import Context


async def burst(stage: Stage, pilot: Pilot[int], *keys: tuple[str, str]) -> None:
    """Keys that arrive together, before the desk has done anything about the first."""
    for key, character in keys:
        stage.desk.post_message(events.Key(key, character))
    await pilot.pause()
    await stage.settle(pilot)


@pytest.mark.parametrize("opener", [("colon", ":"), ("slash", "/")], ids=["command line", "price"])
async def test_the_key_after_the_opener_is_text(stage: Stage, opener: tuple[str, str]) -> None:
    async with stage.desk.run_test(size=(120, 40)) as pilot:
        await stage.open(pilot)
        stage.desk.floor.cursor_to_touch(Side.BUY)
        await stage.settle(pilot)
        await burst(stage, pilot, opener, ("b", "b"))
        assert not stage.placed
        assert stage.desk.rooms.typing
        base = stage.desk.rooms.base
        assert base is not None
        assert base.typed.value == "b"


async def test_the_key_after_enter_is_the_tickets(stage: Stage) -> None:
    async with stage.desk.run_test(size=(120, 40)) as pilot:
        await stage.open(pilot)
        await burst(stage, pilot, ("enter", "\r"), ("b", "b"))
        assert not stage.placed
        assert stage.desk.rooms.context() is Context.TICKET


async def test_a_price_that_was_not_understood_is_asked_for_afresh(stage: Stage) -> None:
    async with stage.desk.run_test(size=(120, 40)) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "/", "q", "enter", "/", "6", "1", "7", "0", "0", "enter")
        assert stage.desk.floor.ladder.cursor_price == 61700


async def test_a_line_and_its_enter_that_arrive_together_are_taken_whole(stage: Stage) -> None:
    async with stage.desk.run_test(size=(120, 40)) as pilot:
        await stage.open(pilot)
        digits = [(digit, digit) for digit in "61700"]
        await burst(stage, pilot, ("slash", "/"), *digits, ("enter", "\r"))
        assert stage.desk.floor.ladder.cursor_price == 61700
        assert not stage.desk.rooms.typing
        assert not stage.placed
