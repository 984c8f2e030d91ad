"""Opening the vault from the lock screen: wrong ones, every way it can be refused, the recovery key, an older copy."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from textual.pilot import Pilot

from connectors.model.vault import OpenedBy, VaultFacts, VaultState
from connectors.worker import api
from connectors.worker.secrets import ChangePassphrase, OpenVault, Typed
from support.desk_stage import Stage
from support.lock_stage import COVERED, OPEN, OPENED, SLOT, WRONG, cover_of, covered, give, locked_stage, tell
from tui.modals.unlock import AGAIN, NEW, OPENING, PASSPHRASE, RECOVERED, RECOVERY, UNANCHORED, WORD
from tui.screens.cover import CoverScreen

SIZE = (80, 24)
KEY = "TDR1-M2GT-58X4-MPKA-FA59-NANT-SBDE-NYRB-3CNK-95PN"
GOOD = "nine blue horses run"
ROLLED = api.Failure(api.FailureKind.VAULT_ROLLED_BACK, "The vault is an older copy (7 here, 9 was the newest).")


def answers(stage: Stage, *results: api.Result) -> None:
    stage.link.secret_answers[OpenVault] = list(results)


def opening(stage: Stage) -> list[OpenVault]:
    return [frame for frame in stage.link.handed if isinstance(frame, OpenVault)]


async def test_the_passphrase_shows_the_desk_again_and_is_in_one_frame_only() -> None:
    stage = locked_stage()
    async with stage.desk.run_test(size=SIZE) as pilot:
        await covered(stage, pilot)
        await stage.press(pilot, *"pa s", "enter")
        await stage.until(pilot, lambda: not stage.desk.locker.covered)
        (frame,) = opening(stage)
        assert frame == OpenVault(Typed(OpenedBy.PASSPHRASE, bytearray(b"pa s")))
        assert stage.line == "Unlocked."
        assert "BTC" in stage.shown()


async def test_an_empty_field_asks_the_worker_for_nothing() -> None:
    stage = locked_stage()
    async with stage.desk.run_test(size=SIZE) as pilot:
        await covered(stage, pilot)
        await stage.press(pilot, "enter", "enter")
        assert stage.link.handed == []


async def test_wrong_ones_are_counted_and_the_wait_is_counted_down() -> None:
    stage = locked_stage()
    answers(stage, WRONG)
    async with stage.desk.run_test(size=SIZE) as pilot:
        cover = await covered(stage, pilot)
        await give(stage, pilot)
        await stage.settle(pilot)
        assert cover.said == "Passphrase not accepted (1st try). Nothing was changed. Try again."
        stage.link.vault = replace(COVERED, guess_wait_ms=2_000)
        await give(stage, pilot)
        await stage.settle(pilot)
        assert cover.said == "Passphrase not accepted (2nd try). Nothing was changed. Try again in 2 s."
        assert "Passphrase not accepted (2nd try). Nothing was changed. Try again in 2 s." in stage.shown()
        stage.clock.advance(0.5)
        await give(stage, pilot)
        assert len(stage.link.handed) == 2
        assert cover.said.endswith("Try again in 2 s.")
        stage.clock.advance(0.5)
        await stage.settle(pilot)
        assert cover.said.endswith("Try again in 1 s.")
        stage.clock.advance(1)
        await stage.settle(pilot)
        assert cover.said.endswith("(2nd try). Nothing was changed. Try again.")
        await stage.press(pilot, "enter")
        assert len(stage.link.handed) == 3


async def test_while_argon_runs_the_clock_ticks_and_keys_wait_but_panic_works() -> None:
    stage = locked_stage()
    async with stage.desk.run_test(size=SIZE) as pilot:
        cover = await covered(stage, pilot)
        stage.link.argon = asyncio.Event()
        await give(stage, pilot)
        assert cover.said == OPENING
        assert "14:03:28" in stage.shown()
        stage.clock.advance(5)
        await stage.press(pilot, *"abc", "enter", "escape", "ctrl+k")
        assert "14:03:3" in stage.shown()
        assert cover.said == OPENING
        assert len(stage.link.handed) == 1
        await stage.press(pilot, "ctrl+g")
        assert len(stage.link.sent(api.SetTrading)) == 1
        stage.link.argon.set()
        await stage.until(pilot, lambda: not stage.desk.locker.covered)


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        (api.FailureKind.VAULT_DAMAGED, "The vault is damaged: the header has a wrong checksum. Restore one."),
        (api.FailureKind.VAULT_TAMPERED, "The vault was changed by someone without its key: main. Reseal it."),
        (api.FailureKind.VAULT_UNSUPPORTED, "The vault is of suite 2. Install the release that wrote it."),
        (api.FailureKind.KDF_TOO_COSTLY, "A slot asks for 64 GiB; 1 GiB is the most that is run."),
        (api.FailureKind.THROTTLED, "4 wrong secrets in a row: nothing was tried. Try again in 2 s."),
        (api.FailureKind.UNKNOWN, "The connector worker stopped. What was asked may have been done."),
    ],
    ids=lambda value: value.value if isinstance(value, api.FailureKind) else "",
)  # fmt: skip
async def test_every_refusal_is_told_in_the_workers_words_and_stays_covered(
    kind: api.FailureKind, sentence: str
) -> None:
    stage = locked_stage()
    answers(stage, api.Failure(kind, sentence))
    async with stage.desk.run_test(size=SIZE) as pilot:
        cover = await covered(stage, pilot)
        await give(stage, pilot)
        await stage.settle(pilot)
        assert cover.said == sentence
        assert " ".join(stage.shown().replace("│", " ").split()).count(sentence[:40]) == 1
        assert stage.desk.locker.covered
        assert not cover.fields[PASSPHRASE].filled


async def test_an_older_copy_is_accepted_by_a_word_and_the_passphrase_again() -> None:
    stage = locked_stage()
    answers(stage, ROLLED, OPENED)
    async with stage.desk.run_test(size=SIZE) as pilot:
        cover = await covered(stage, pilot)
        await give(stage, pilot)
        await stage.until(pilot, lambda: stage.desk.rooms.field is cover.fields[WORD])
        await stage.settle(pilot)
        assert "older copy (7 here, 9 was the newest)" in stage.shown()
        for word in ("older", "OLDER"):
            cover.fields[WORD].paste(word)
            await stage.press(pilot, "enter")
            cover.fields[PASSPHRASE].paste(GOOD)
            await stage.press(pilot, "enter")
            if word == "older":
                assert cover.said == "The word was not OLDER. Nothing was changed."
                assert len(stage.link.handed) == 1
        await stage.until(pilot, lambda: not stage.desk.locker.covered)
        assert [frame.accept_older for frame in opening(stage)] == [False, True]


async def test_esc_at_an_older_copy_stays_locked() -> None:
    stage = locked_stage()
    answers(stage, ROLLED)
    async with stage.desk.run_test(size=SIZE) as pilot:
        cover = await covered(stage, pilot)
        await give(stage, pilot)
        await stage.until(pilot, lambda: stage.desk.rooms.field is cover.fields[WORD])
        await stage.press(pilot, "escape")
        assert stage.desk.rooms.field is cover.fields[PASSPHRASE]
        assert stage.desk.locker.covered


async def recover(stage: Stage, pilot: Pilot[int], cover: CoverScreen, again: str = GOOD) -> None:
    await stage.press(pilot, "ctrl+k")
    cover.fields[RECOVERY].paste(KEY)
    cover.fields[NEW].paste(GOOD)
    cover.fields[AGAIN].paste(again)
    await stage.press(pilot, "enter", "enter", "enter")


async def test_the_recovery_key_opens_it_and_a_new_passphrase_takes_the_lost_ones_place() -> None:
    stage = locked_stage()
    stage.link.secret_answers[ChangePassphrase] = [api.SlotKept(SLOT)]
    async with stage.desk.run_test(size=SIZE) as pilot:
        cover = await covered(stage, pilot)
        await recover(stage, pilot, cover)
        await stage.until(pilot, lambda: not stage.desk.locker.covered)
        typed = Typed(OpenedBy.RECOVERY, bytearray(KEY, "ascii"))
        assert stage.link.handed == [OpenVault(typed), ChangePassphrase(typed, bytearray(GOOD, "ascii"))]
        assert stage.line == RECOVERED


async def test_without_a_recovery_slot_no_recovery_key_is_offered() -> None:
    stage = locked_stage(VaultFacts(VaultState.LOCKED, (SLOT,)))
    async with stage.desk.run_test(size=(80, 24)) as pilot:
        await cover_of(stage, pilot)
        assert "^k" not in stage.shown()
        assert "This vault has no recovery key" in stage.shown()
        await stage.press(pilot, "ctrl+k")
        assert "New one" not in stage.shown(), "nothing is asked for that could not open it"


async def test_two_that_differ_are_typed_again_and_the_key_stays() -> None:
    stage = locked_stage()
    async with stage.desk.run_test(size=SIZE) as pilot:
        cover = await covered(stage, pilot)
        await recover(stage, pilot, cover, again="something other")
        assert cover.said == "The two differ. Nothing was changed. Type both again."
        assert cover.fields[RECOVERY].filled
        assert not cover.fields[NEW].filled
        assert stage.link.handed == []


@pytest.mark.parametrize(
    ("failure", "said"),
    [
        (api.Failure(api.FailureKind.RECOVERY_KEY_MISTYPED, "It is mistyped."), "It is mistyped."),
        (WRONG, "Recovery key not accepted (1st try). Nothing was changed. Try again."),
    ],
    ids=["mistyped", "wrong"],
)
async def test_a_recovery_key_that_does_not_open_is_asked_for_again(failure: api.Failure, said: str) -> None:
    stage = locked_stage()
    answers(stage, failure)
    async with stage.desk.run_test(size=SIZE) as pilot:
        cover = await covered(stage, pilot)
        await recover(stage, pilot, cover)
        await stage.until(pilot, lambda: cover.said == said)
        assert stage.desk.rooms.field is cover.fields[RECOVERY]
        await stage.press(pilot, "x")
        assert cover.said == ""


async def test_a_passphrase_that_could_not_be_changed_is_said_on_the_open_desk() -> None:
    stage = locked_stage()
    stage.link.secret_answers[ChangePassphrase] = [api.Failure(api.FailureKind.REFUSED, "There are two: name one.")]
    async with stage.desk.run_test(size=SIZE) as pilot:
        cover = await covered(stage, pilot)
        await recover(stage, pilot, cover)
        await stage.until(pilot, lambda: not stage.desk.locker.covered)
        assert stage.line == "Unlocked, but the passphrase was not changed: There are two: name one."


async def test_a_vault_without_an_anchor_says_once_that_it_cannot_tell() -> None:
    stage = locked_stage()
    answers(stage, api.VaultOpened(SLOT, anchored=False))
    async with stage.desk.run_test(size=SIZE) as pilot:
        await covered(stage, pilot)
        await give(stage, pilot)
        await stage.until(pilot, lambda: not stage.desk.locker.covered)
        assert stage.line == UNANCHORED


async def test_unlocked_from_elsewhere_while_one_types_is_unlocked() -> None:
    stage = locked_stage()
    async with stage.desk.run_test(size=SIZE) as pilot:
        cover = await covered(stage, pilot)
        cover.fields[PASSPHRASE].paste("half of it")
        tell(stage, OPEN)
        await stage.settle(pilot)
        assert not stage.desk.locker.covered
        assert not cover.fields[PASSPHRASE].filled


async def test_a_weak_slot_is_offered_to_be_renewed() -> None:
    stage = locked_stage()
    answers(stage, api.VaultOpened(replace(SLOT, weak=True), anchored=True))
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        stage.desk.locker.lock()
        await cover_of(stage, pilot)
        await give(stage, pilot)
        await stage.until(pilot, lambda: not stage.desk.locker.covered)
        assert ":vault passphrase renews it" in stage.line
