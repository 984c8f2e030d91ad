"""The first passphrase: typed twice, or generated and typed once; nothing of it is kept here."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot

from connectors.model.vault import OpenedBy, SlotFacts
from connectors.worker import api
from connectors.worker.secrets import CreateVault
from support.desk_stage import Stage
from tui.commands.command import Context
from tui.modals.new_passphrase import DIFFER
from tui.modals.vault_create import AGAIN, NEW, CreateVaultSheet

GOOD = "nine blue horses run"
MADE = api.VaultOpened(SlotFacts("10" * 16, OpenedBy.PASSPHRASE, "main", 0), anchored=True)


async def opened(stage: Stage, pilot: Pilot[int], done: list[bool]) -> CreateVaultSheet:
    await stage.open(pilot)
    sheet = CreateVaultSheet(stage.clock, lambda: done.append(True))
    stage.desk.dialogs.open_sheet(sheet)
    await stage.until(pilot, lambda: stage.desk.rooms.field is not None)
    return sheet


async def test_a_passphrase_typed_twice_makes_the_vault_and_is_overwritten(stage: Stage) -> None:
    stage.link.secret_answers[CreateVault] = [MADE]
    done: list[bool] = []
    async with stage.desk.run_test(size=(80, 24)) as pilot:
        sheet = await opened(stage, pilot, done)
        assert stage.desk.rooms.contexts() == (Context.FIELD, Context.SHEET)
        await stage.press(pilot, *GOOD[:3])
        sheet.fields[NEW].paste(GOOD[3:])
        await stage.press(pilot, "enter")
        sheet.fields[AGAIN].paste(GOOD)
        await stage.press(pilot, "enter")
        await stage.until(pilot, lambda: done == [True])
        assert stage.desk.dialogs.top is None
        assert stage.line.startswith("The vault is made and open.")
        (frame,) = stage.link.handed
        assert isinstance(frame, CreateVault)
        assert frame.passphrase == bytearray(GOOD, "ascii")
        assert not any(field.filled for field in sheet.fields.values())


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        ("too short", "too short", "The new passphrase has 9 bytes, and 12 are the least. Take a longer one."),
        (GOOD, GOOD + "s", DIFFER),
    ],
    ids=["short", "differ"],
)
async def test_what_cannot_be_a_passphrase_is_refused_before_it_leaves(
    stage: Stage, first: str, second: str, said: str
) -> None:
    async with stage.desk.run_test(size=(80, 24)) as pilot:
        sheet = await opened(stage, pilot, [])
        sheet.fields[NEW].paste(first)
        sheet.fields[AGAIN].paste(second)
        await stage.press(pilot, "tab", "enter")
        assert sheet.said == said
        assert stage.link.handed == []
        assert not sheet.fields[NEW].filled


async def test_a_generated_one_is_shown_for_five_seconds_and_typed_back(stage: Stage) -> None:
    stage.link.secret_answers[CreateVault] = [MADE]
    done: list[bool] = []
    async with stage.desk.run_test(size=(80, 24)) as pilot:
        sheet = await opened(stage, pilot, done)
        await stage.press(pilot, "ctrl+k")
        made = sheet.fields[NEW].copied().decode()
        assert len(made) == 25
        assert made in stage.shown()
        stage.clock.advance(6)
        await stage.settle(pilot)
        assert made not in stage.shown()
        await stage.press(pilot, "enter")
        sheet.fields[AGAIN].paste(made)
        await stage.press(pilot, "enter")
        await stage.until(pilot, lambda: done == [True])


async def test_a_refusal_of_the_worker_is_said_and_the_fields_are_empty(stage: Stage) -> None:
    sentence = "The new passphrase is among the first thousand that thieves try. Take another."
    stage.link.secret_answers[CreateVault] = [api.Failure(api.FailureKind.SECRET_REFUSED, sentence)]
    done: list[bool] = []
    async with stage.desk.run_test(size=(80, 24)) as pilot:
        sheet = await opened(stage, pilot, done)
        for field in sheet.fields.values():
            field.paste("password1234")
        await stage.press(pilot, "tab", "enter")
        await stage.until(pilot, lambda: sheet.said == sentence)
        assert sheet.open
        assert done == []


async def test_esc_leaves_and_nothing_is_made(stage: Stage) -> None:
    async with stage.desk.run_test(size=(80, 24)) as pilot:
        await opened(stage, pilot, [])
        await stage.press(pilot, *GOOD[:3], "escape")
        assert stage.desk.dialogs.top is None
        assert stage.link.handed == []
