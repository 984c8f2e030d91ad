"""Who can open the vault, changed at the desk: by key on the venues screen and by word on the command line."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from textual.pilot import Pilot

from connectors.model.vault import OpenedBy, SlotFacts
from connectors.worker import api
from connectors.worker.secrets import (
    AddKeyring,
    AddPassphrase,
    ChangePassphrase,
    ConfirmRecovery,
    MakeRecovery,
    RecoveryMade,
    RemoveSlot,
    RenewDataKey,
    Typed,
)
from support.desk_stage import Stage
from support.lock_stage import (
    OPEN,
    SLOT,
    WRONG,
    by_line,
    cover_of,
    locked_stage,
    sheet_of,
    tell,
)
from tui.modals import vault_passphrase, vault_rotate, vault_slots
from tui.modals.sheet import Sheet
from tui.modals.vault_recovery import FIRST, KEPT, SECOND
from tui.modals.vault_sheet import PASSPHRASE, RECOVERY

SIZE = (80, 24)
KEY = "TDR1-M2GT-58X4-MPKA-FA59-NANT-SBDE-NYRB-3CNK-95PN"
OLD, GOOD = "correct horse battery", "nine blue horses run"
PAPER = SlotFacts("20" * 16, OpenedBy.RECOVERY, "paper", 0)
SECOND_ONE = SlotFacts("11" * 16, OpenedBy.PASSPHRASE, "second", 0)
KEPT_SLOT = api.SlotKept(SLOT)


async def fill(stage: Stage, pilot: Pilot[int], sheet: Sheet, **texts: str) -> None:
    for name, text in texts.items():
        sheet.fields[name].paste(text)
    await stage.press(pilot, *["enter"] * len(texts))


async def gone(stage: Stage, pilot: Pilot[int]) -> None:
    await stage.until(pilot, lambda: stage.desk.dialogs.sheet is None)


@pytest.mark.parametrize(("keys", "line"), [(("g", "v", "v", "p"), ""), ((), "vault passphrase")], ids=["key", "line"])
async def test_the_passphrase_is_changed_by_the_old_one(keys: tuple[str, ...], line: str) -> None:
    stage = locked_stage()
    stage.link.secret_answers[ChangePassphrase] = [KEPT_SLOT]
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        if line:
            await by_line(stage, pilot, line)
        await stage.press(pilot, *keys)
        sheet = await sheet_of(stage, pilot)
        assert "An old copy of the archive still opens with the old one." in stage.shown()
        await fill(stage, pilot, sheet, **{PASSPHRASE: OLD, vault_passphrase.NEW: GOOD, vault_passphrase.AGAIN: GOOD})
        await gone(stage, pilot)
        typed = Typed(OpenedBy.PASSPHRASE, bytearray(OLD, "ascii"))
        assert stage.link.handed == [ChangePassphrase(typed, bytearray(GOOD, "ascii"))]
        assert stage.line.startswith("The new passphrase is in force.")


async def test_the_recovery_key_may_be_the_authority_and_a_wrong_one_is_said() -> None:
    stage = locked_stage()
    stage.link.secret_answers[ChangePassphrase] = [WRONG]
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        tell(stage, replace(OPEN, slots=(SLOT, PAPER)))
        await by_line(stage, pilot, "vault passphrase")
        sheet = await sheet_of(stage, pilot)
        assert "^k recovery key instead" in stage.shown()
        await stage.press(pilot, "ctrl+k")
        await fill(stage, pilot, sheet, **{RECOVERY: KEY, vault_passphrase.NEW: GOOD, vault_passphrase.AGAIN: GOOD})
        await stage.until(pilot, lambda: sheet.said == "Recovery key not accepted. Nothing was changed.")
        assert stage.link.handed == [
            ChangePassphrase(Typed(OpenedBy.RECOVERY, bytearray(KEY, "ascii")), bytearray(GOOD, "ascii"))
        ]
        assert not any(field.filled for field in sheet.fields.values())


async def test_the_recovery_key_is_not_offered_where_the_vault_has_none() -> None:
    stage = locked_stage()
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await by_line(stage, pilot, "vault passphrase")
        await sheet_of(stage, pilot)
        await stage.press(pilot, "ctrl+k")
        await stage.settle(pilot)
        assert "^k" not in stage.shown()
        assert "Recovery key" not in stage.shown()


async def test_a_second_passphrase_gets_its_label() -> None:
    stage = locked_stage()
    stage.link.secret_answers[AddPassphrase] = [KEPT_SLOT]
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await by_line(stage, pilot, "vault slot add office")
        sheet = await sheet_of(stage, pilot)
        await fill(stage, pilot, sheet, **{PASSPHRASE: OLD, vault_passphrase.NEW: GOOD, vault_passphrase.AGAIN: GOOD})
        await gone(stage, pilot)
        (frame,) = stage.link.handed
        assert isinstance(frame, AddPassphrase)
        assert frame.label == "office"


def made() -> RecoveryMade:
    return RecoveryMade(bytearray(KEY, "ascii"), (3, 9))


def answer_with_paper(stage: Stage, *confirmed: api.Result) -> RecoveryMade:
    paper = made()
    stage.link.secret_answers[MakeRecovery] = [paper]
    stage.link.secret_answers[RenewDataKey] = [paper]
    stage.link.secret_answers[ConfirmRecovery] = list(confirmed)
    return paper


async def test_a_recovery_key_is_shown_once_and_kept_after_two_groups_were_typed_back() -> None:
    stage = locked_stage()
    wrong = api.Failure(api.FailureKind.RECOVERY_KEY_MISTYPED, "These are not groups 3 and 9.")
    paper = answer_with_paper(stage, wrong, KEPT_SLOT)
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "g", "v", "v", "r")
        sheet = await sheet_of(stage, pilot)
        await fill(stage, pilot, sheet, **{PASSPHRASE: OLD})
        await stage.until(pilot, lambda: "M2GT" in stage.shown())
        assert all(group in stage.shown() for group in KEY.split("-"))
        assert stage.desk.shows_secrets
        await stage.press(pilot, "enter")
        assert "group 3 and group 9" in stage.shown()
        assert "Group 3  " in stage.shown()
        assert "Group 9  " in stage.shown()
        assert not any(group in stage.shown() for group in KEY.split("-")[1:])
        await stage.press(pilot, "ctrl+k")
        assert "M2GT" in stage.shown()
        await stage.press(pilot, "enter")
        await fill(stage, pilot, sheet, **{FIRST: "MPKB", SECOND: "95PN"})
        await stage.until(pilot, lambda: sheet.said == "These are not groups 3 and 9.")
        await fill(stage, pilot, sheet, **{FIRST: "mpka", SECOND: "95pn"})
        await gone(stage, pilot)
        assert stage.line == KEPT
        assert not any(paper.text)
        assert "M2GT" not in stage.screen()
        assert stage.desk.clipboard == ""
        assert stage.link.handed[-1] == ConfirmRecovery((bytearray(b"mpka"), bytearray(b"95pn")))


async def test_a_cover_takes_the_recovery_key_off_the_screen_and_nothing_is_kept() -> None:
    stage = locked_stage()
    paper = answer_with_paper(stage, KEPT_SLOT)
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await by_line(stage, pilot, "vault recovery")
        sheet = await sheet_of(stage, pilot)
        await fill(stage, pilot, sheet, **{PASSPHRASE: OLD})
        await stage.until(pilot, lambda: "M2GT" in stage.shown())
        stage.desk.locker.lock()
        await cover_of(stage, pilot)
        assert "M2GT" not in stage.shown() + stage.desk.export_screenshot()
        assert not any(paper.text)
        assert not [frame for frame in stage.link.handed if isinstance(frame, ConfirmRecovery)]


async def test_a_key_that_comes_after_the_sheet_is_gone_is_overwritten_unseen() -> None:
    stage = locked_stage()
    paper = answer_with_paper(stage, KEPT_SLOT)
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await by_line(stage, pilot, "vault recovery")
        sheet = await sheet_of(stage, pilot)
        stage.link.argon = asyncio.Event()
        await fill(stage, pilot, sheet, **{PASSPHRASE: OLD})
        stage.desk.locker.lock()
        await cover_of(stage, pilot)
        stage.link.argon.set()
        await stage.until(pilot, lambda: not any(paper.text))
        assert "M2GT" not in stage.shown()


async def test_a_slot_is_ended_by_the_beginning_of_its_id() -> None:
    stage = locked_stage(replace(OPEN, slots=(SLOT, SECOND_ONE, PAPER)))
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "g", "v", "v", "x")
        sheet = await sheet_of(stage, pilot)
        assert "11111111  passphrase    second" in stage.shown()
        for wanted, said in (("1", "More than one slot begins so"), ("ff", "No slot begins so")):
            await fill(stage, pilot, sheet, **{vault_slots.SLOT: wanted, PASSPHRASE: OLD})
            assert sheet.said.startswith(said)
            assert stage.link.handed == []
            sheet.empty()
        await fill(stage, pilot, sheet, **{vault_slots.SLOT: "11", PASSPHRASE: OLD})
        await gone(stage, pilot)
        assert stage.link.handed == [
            RemoveSlot(Typed(OpenedBy.PASSPHRASE, bytearray(OLD, "ascii")), SECOND_ONE.slot_id)
        ]


async def test_a_slot_named_on_the_line_stands_in_its_field() -> None:
    stage = locked_stage(replace(OPEN, slots=(SLOT, PAPER)))
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await by_line(stage, pilot, "vault slot remove 20202020")
        sheet = await sheet_of(stage, pilot)
        await fill(stage, pilot, sheet, **{PASSPHRASE: OLD})
        await stage.press(pilot, "enter")
        await gone(stage, pilot)
        (frame,) = stage.link.handed
        assert isinstance(frame, RemoveSlot)
        assert frame.slot_id == PAPER.slot_id


async def test_a_keyring_is_added_where_one_can_be_used_and_else_it_is_said_why_not() -> None:
    stage = locked_stage(replace(OPEN, keyring_sentence="No session bus: this login has no keyring."))
    stage.link.secret_answers[AddKeyring] = [KEPT_SLOT]
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await by_line(stage, pilot, "vault keyring add")
        assert stage.line == "No session bus: this login has no keyring."
        tell(stage, replace(OPEN, keyring="Secret Service"))
        await stage.press(pilot, "g", "v", "v", "k")
        sheet = await sheet_of(stage, pilot)
        assert "programs of the same login" in stage.shown()
        await fill(stage, pilot, sheet, **{PASSPHRASE: OLD})
        await gone(stage, pilot)
        assert stage.link.handed == [AddKeyring(Typed(OpenedBy.PASSPHRASE, bytearray(OLD, "ascii")), "login")]
        assert stage.line == "Secret Service opens the vault at start from now on."


async def test_a_new_data_key_asks_for_the_other_passphrase_and_shows_the_new_recovery_key() -> None:
    stage = locked_stage(replace(OPEN, slots=(SLOT, SECOND_ONE, PAPER)))
    answer_with_paper(stage, api.Done())
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "g", "v", "v", "n")
        sheet = await sheet_of(stage, pilot)
        await fill(stage, pilot, sheet, **{PASSPHRASE: OLD, vault_rotate.OTHER: GOOD})
        await stage.until(pilot, lambda: "M2GT" in stage.shown())
        await stage.press(pilot, "enter")
        await fill(stage, pilot, sheet, **{FIRST: "MPKA", SECOND: "95PN"})
        await gone(stage, pilot)
        assert stage.line == vault_rotate.RENEWED
        assert stage.link.handed[0] == RenewDataKey(
            Typed(OpenedBy.PASSPHRASE, bytearray(OLD, "ascii")), (bytearray(GOOD, "ascii"),)
        )


async def test_a_new_data_key_without_paper_is_done_at_once() -> None:
    stage = locked_stage()
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await by_line(stage, pilot, "vault rotate")
        sheet = await sheet_of(stage, pilot)
        await fill(stage, pilot, sheet, **{PASSPHRASE: OLD})
        await gone(stage, pilot)
        assert stage.line == vault_rotate.RENEWED
