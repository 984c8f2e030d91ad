"""A desk whose vault is open, covered or locked, with things on the screen that a covered one must not show."""

from __future__ import annotations

from dataclasses import replace

from textual.pilot import Pilot

from connectors.model.ids import Mode
from connectors.model.vault import OpenedBy, SlotFacts, VaultFacts, VaultState
from connectors.worker import api
from connectors.worker.secrets import OpenVault
from support.desk_stage import Stage, make_stage
from tui.modals.sheet import Sheet
from tui.modals.unlock import PASSPHRASE
from tui.screens.cover import CoverScreen

SLOT = SlotFacts("10" * 16, OpenedBy.PASSPHRASE, "main", 1_700_000_000_000)
PAPER = SlotFacts("20" * 16, OpenedBy.RECOVERY, "paper", 1_700_000_000_000)
OPEN = VaultFacts(VaultState.OPEN, (SLOT,))
COVERED = VaultFacts(VaultState.COVERED, (SLOT, PAPER))
LOCKED = VaultFacts(VaultState.LOCKED, (SLOT, PAPER))
OPENED = api.VaultOpened(SLOT, anchored=True)
SECRETS = ("61,8", "61,7", "0.051", "8,213", "BTC", "demo", "SELL", "BUY", "20,000")
"""Parts of prices, positions, balances, instruments and of the account's name as they stand on the desk."""
WRONG = api.Failure(api.FailureKind.WRONG_PASSPHRASE, "No slot knows this secret.")


def locked_stage(state: VaultFacts = OPEN, mode: Mode = Mode.SIM) -> Stage:
    """A desk with two orders, a position and a vault."""
    stage = make_stage(mode=mode)
    stage.link.vault = state
    stage.link.secret_answers[OpenVault] = [OPENED]
    stage.link.rest("61800.00", "BUY", number=3)
    stage.link.rest("61812.00", "SELL", "0.020", number=4)
    stage.link.hold()
    return stage


async def cover_of(stage: Stage, pilot: Pilot[int]) -> CoverScreen:
    """The lock screen, once it stands and is ready for a key."""
    await stage.until(pilot, lambda: stage.desk.locker.cover is not None and stage.desk.rooms.field is not None)
    cover = stage.desk.locker.cover
    assert cover is not None
    await stage.settle(pilot)
    return cover


async def covered(stage: Stage, pilot: Pilot[int]) -> CoverScreen:
    """Open the desk, lock it by hand, and let the worker agree."""
    await stage.open(pilot)
    stage.desk.store.vault = replace(stage.desk.store.vault, slots=COVERED.slots)
    stage.desk.locker.lock()
    cover = await cover_of(stage, pilot)
    tell(stage, COVERED)
    await stage.settle(pilot)
    return cover


def tell(stage: Stage, facts: VaultFacts, reason: str = "") -> None:
    """The worker says how far the vault is open."""
    stage.link.vault = facts
    stage.link.tell(api.VaultChanged(facts, reason))


async def give(stage: Stage, pilot: Pilot[int], passphrase: str = "correct horse") -> None:
    """Type a passphrase and press enter."""
    cover = stage.desk.locker.cover
    assert cover is not None
    cover.fields[PASSPHRASE].paste(passphrase)
    await stage.press(pilot, "enter")


def assert_blank(stage: Stage) -> None:
    """Nothing of the market, a position, a balance or an account is on the screen or in a picture of it."""
    for text in (stage.shown(), stage.desk.export_screenshot()):
        assert "LOCKED" in text
        assert [secret for secret in SECRETS if secret in text] == []


async def by_line(stage: Stage, pilot: Pilot[int], line: str) -> None:
    """Take a line, as if it had been typed after a colon."""
    await stage.press(pilot, ":")
    base = stage.desk.rooms.base
    assert base is not None
    base.typed.value = line
    await stage.press(pilot, "enter")


async def sheet_of(stage: Stage, pilot: Pilot[int]) -> Sheet:
    """The sheet on top, once it is ready for a key."""
    await stage.until(pilot, lambda: stage.desk.dialogs.sheet is not None and stage.desk.rooms.field is not None)
    sheet = stage.desk.dialogs.sheet
    assert sheet is not None
    await stage.settle(pilot)
    return sheet
