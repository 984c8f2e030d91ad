"""The words after ``:vault``: what they refuse, and what they need first."""

from __future__ import annotations

from dataclasses import replace

import pytest

from connectors.model.vault import OpenedBy, SlotFacts
from connectors.worker import api
from support.desk_stage import make_stage
from support.lock_stage import (
    LOCKED,
    OPEN,
    SLOT,
    by_line,
    cover_of,
    give,
    locked_stage,
    sheet_of,
)

SIZE = (80, 24)
KEY = "TDR1-M2GT-58X4-MPKA-FA59-NANT-SBDE-NYRB-3CNK-95PN"
OLD, GOOD = "correct horse battery", "nine blue horses run"
PAPER = SlotFacts("20" * 16, OpenedBy.RECOVERY, "paper", 0)
SECOND_ONE = SlotFacts("11" * 16, OpenedBy.PASSPHRASE, "second", 0)
KEPT_SLOT = api.SlotKept(SLOT)


async def test_where_there_is_a_recovery_key_it_is_ended_first() -> None:
    stage = locked_stage(replace(OPEN, slots=(SLOT, PAPER)))
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await by_line(stage, pilot, "vault recovery")
        assert stage.line.endswith("End it first: :vault slot remove 20202020")
        assert stage.desk.dialogs.sheet is None


async def test_a_change_of_a_locked_vault_unlocks_it_first() -> None:
    stage = locked_stage(LOCKED)
    async with stage.desk.run_test(size=SIZE) as pilot:
        await cover_of(stage, pilot)
        await stage.press(pilot, "escape")
        await stage.open(pilot)
        await by_line(stage, pilot, "vault passphrase")
        await cover_of(stage, pilot)
        await give(stage, pilot)
        await sheet_of(stage, pilot)
        assert not stage.desk.locker.covered


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("vault", "The vault is OPEN; 1 secret can open it. gv lists them."),
        ("vault sing", "vault has no sing. Nothing was done."),
        ("vault slot remove a b", "vault has no slot remove a b. Nothing was done."),
    ],
)
async def test_the_line_says_how_it_stands_and_what_it_does_not_know(line: str, said: str) -> None:
    stage = locked_stage()
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await by_line(stage, pilot, line)
        assert stage.line.startswith(said)


async def test_without_a_vault_every_word_says_so() -> None:
    stage = make_stage()
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        for line in ("vault", "vault passphrase", "vault rotate", "vault lock"):
            await by_line(stage, pilot, line)
            assert stage.line.startswith("There is no vault")
            assert stage.desk.dialogs.sheet is None
