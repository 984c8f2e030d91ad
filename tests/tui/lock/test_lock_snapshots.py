"""Pictures of the lock screen and of a recovery key. Look at the report before accepting a difference."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from textual.pilot import Pilot

from connectors.worker import api
from connectors.worker.secrets import ConfirmRecovery, MakeRecovery, OpenVault, RecoveryMade
from support.lock_stage import COVERED, WRONG, covered, give, locked_stage
from tui.modals.vault_sheet import PASSPHRASE

SnapCompare = Callable[..., bool]
SIZES = [(80, 24), (120, 40), (200, 60)]
SIZE_IDS = ["compact", "normal", "wide"]
KEY = "TDR1-M2GT-58X4-MPKA-FA59-NANT-SBDE-NYRB-3CNK-95PN"


@pytest.mark.parametrize("size", SIZES, ids=SIZE_IDS)
def test_the_lock_screen_fits_every_size(snap_compare: SnapCompare, size: tuple[int, int]) -> None:
    """Covered, with something typed."""
    stage = locked_stage()

    async def drive(pilot: Pilot[int]) -> None:
        await covered(stage, pilot)
        await stage.press(pilot, "x")

    assert snap_compare(stage.desk, run_before=drive, terminal_size=size)


@pytest.mark.parametrize("size", SIZES, ids=SIZE_IDS)
def test_a_wrong_passphrase_and_a_halt_fit_every_size(snap_compare: SnapCompare, size: tuple[int, int]) -> None:
    """A wrong one, and two seconds to wait; panic has been pressed once."""
    stage = locked_stage()
    stage.link.secret_answers[OpenVault] = [WRONG]

    async def drive(pilot: Pilot[int]) -> None:
        await covered(stage, pilot)
        stage.link.vault = replace(COVERED, guess_wait_ms=2_000)
        await give(stage, pilot)
        await stage.press(pilot, "ctrl+g", apart_s=0.1)

    assert snap_compare(stage.desk, run_before=drive, terminal_size=size)


@pytest.mark.parametrize("size", SIZES, ids=SIZE_IDS)
def test_a_recovery_key_fits_every_size(snap_compare: SnapCompare, size: tuple[int, int]) -> None:
    """The key is on the screen, to be written down."""
    stage = locked_stage()
    stage.link.secret_answers[MakeRecovery] = [RecoveryMade(bytearray(KEY, "ascii"), (3, 9))]
    stage.link.secret_answers[ConfirmRecovery] = [api.Done()]

    async def drive(pilot: Pilot[int]) -> None:
        await stage.open(pilot)
        await stage.press(pilot, "g", "v", "v", "r")
        await stage.until(pilot, lambda: stage.desk.rooms.field is not None)
        sheet = stage.desk.dialogs.sheet
        assert sheet is not None
        sheet.fields[PASSPHRASE].paste("correct horse")
        await stage.press(pilot, "enter")
        await stage.until(pilot, lambda: "M2GT" in stage.shown())
        await stage.settle(pilot)

    assert snap_compare(stage.desk, run_before=drive, terminal_size=size)
