"""The recorder: rows gathered and written, signed in time, never lost when the archive is broken."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any, cast
from uuid import UUID

import pytest

from connectors.errors import ArchiveFailed, VaultLocked
from connectors.model.audit import AuditFact, AuditKind
from connectors.model.ids import AccountId
from connectors.model.secret import SecretBytes
from connectors.model.vault import VaultFacts, VaultState
from connectors.ports.archive import Archive, Batch
from connectors.ports.vault import Vault
from connectors.worker import api
from connectors.worker.audit import ANCHOR_ROWS, ANCHOR_S, GATHER_S, KEY_ITEM, Recorder
from connectors.worker.keeper import Keeper
from connectors.worker.rescue import Rescue
from connectors.worker.supervise import Supervisor
from storage.archive import open_archive
from support.clock import FakeClock
from worker.house import folders, until


class Items:
    """As much of a vault as the recorder asks for."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}
        self.locked = False

    def item(self, name: str) -> SecretBytes | None:
        if self.locked:
            raise VaultLocked("The vault is locked.")
        found = self.kept.get(name)
        return None if found is None else SecretBytes(bytearray(found))

    def keep_item(self, name: str, secret: SecretBytes) -> None:
        self.kept[name] = bytes(secret.buffer)


class House:
    """A recorder over the real archive."""

    def __init__(self, home: Path, items: Items) -> None:
        self.file = folders(home) / "data" / "tradedesk.db"
        self.clock = FakeClock()
        self.supervisor = Supervisor()
        self.rescue = home / "data" / "rescue.log"
        self.keeper = Keeper(self.clock, self.supervisor, Rescue(self.rescue))
        self.recorder = Recorder(self.clock, self.keeper, self.supervisor)
        self.items = items
        self.full = False

        async def ask(question: Callable[[Vault], SecretBytes]) -> SecretBytes:
            return question(cast("Vault", self.items))

        self.recorder.ask_vault = ask

    def open(self) -> Archive:
        archive = open_archive(self.file)
        append = archive.journal.append

        def appended(what: Batch) -> int:
            if self.full:
                raise ArchiveFailed("The disk is full.")
            return append(what)

        archive.journal.append = appended  # type: ignore[method-assign, assignment]
        return archive

    async def start(self) -> None:
        await self.keeper.open(self.open)
        self.supervisor.spawn("audit", self.recorder.run())

    async def stop(self) -> None:
        await self.supervisor.stop()
        await self.recorder.settle()
        await self.keeper.close()

    def note(self, rows: int = 1) -> None:
        for number in range(rows):
            self.recorder.record(AuditFact(self.clock.time_ns() // 1_000, AuditKind.DESK, f"test.{number}", "DONE"))

    async def vault(self, state: VaultState) -> None:
        self.recorder.heard(api.VaultChanged(VaultFacts(state)))
        for _ in range(20):
            await asyncio.sleep(0)
        await until(lambda: self.supervisor.running <= 1)

    async def passes(self, seconds: float) -> None:
        """Time passes, and what was due is done."""
        await self.clock.run(seconds)
        await self.keeper.flush()
        await self.keeper.ask(lambda _archive: None)

    def ask(self, query: str) -> list[Any]:
        with sqlite3.connect(self.file) as database:
            found = database.execute(query).fetchall()
        database.close()
        return [row[0] for row in found]

    def rows(self) -> list[Any]:
        return self.ask("SELECT operation FROM audit ORDER BY seq")

    def anchors(self) -> list[Any]:
        return self.ask("SELECT seq FROM audit_anchor ORDER BY id")


@pytest.fixture
async def house(home: Path) -> AsyncIterator[House]:
    made = House(home, Items())
    await made.start()
    yield made
    await made.stop()


async def test_rows_wait_a_quarter_of_a_second_for_others_and_are_written_in_one_commit(house: House) -> None:
    house.note(3)
    await house.passes(GATHER_S / 2)
    assert house.rows() == []
    await house.passes(GATHER_S)
    await until(lambda: len(house.rows()) == 3)
    assert len(house.keeper.commit_ns) == 1


async def test_the_key_is_made_once_and_signs_at_once(house: House) -> None:
    await house.vault(VaultState.OPEN)
    assert list(house.items.kept) == [KEY_ITEM]
    assert len(house.items.kept[KEY_ITEM]) == 32
    before = dict(house.items.kept)
    await until(lambda: len(house.anchors()) == 1)
    await house.vault(VaultState.LOCKED)
    await house.vault(VaultState.OPEN)
    assert house.items.kept == before


async def test_the_newest_row_is_signed_after_so_many_rows(house: House) -> None:
    await house.vault(VaultState.OPEN)
    house.note(ANCHOR_ROWS - 2)
    await house.passes(GATHER_S)
    await until(lambda: len(house.rows()) >= ANCHOR_ROWS - 2)
    signed = len(house.anchors())
    house.note(2)
    await house.passes(GATHER_S)
    await until(lambda: len(house.anchors()) == signed + 1)
    assert house.anchors()[-1] == len(house.rows())


async def test_the_newest_row_is_signed_a_minute_after_the_first_that_is_not(house: House) -> None:
    await house.vault(VaultState.OPEN)
    await house.passes(GATHER_S)
    house.note()
    await house.passes(GATHER_S)
    signed = len(house.anchors())
    await house.passes(ANCHOR_S - 1)
    assert len(house.anchors()) == signed
    await house.passes(1)
    await until(lambda: len(house.anchors()) == signed + 1)
    assert house.anchors()[-1] == len(house.rows())


@pytest.mark.parametrize(("state", "holds"), [(VaultState.COVERED, True), (VaultState.LOCKED, False)])
async def test_covering_and_locking_sign_and_only_locking_gives_the_key_up(
    state: VaultState, holds: bool, house: House
) -> None:
    await house.vault(VaultState.OPEN)
    house.note(5)
    await house.vault(state)
    assert house.anchors()[-1] == len(house.rows())
    assert await house.keeper.ask(lambda archive: archive.audit.genuine(())) == (() if holds else None)


async def test_a_backup_and_the_end_sign_too(home: Path) -> None:
    house = House(home, Items())
    await house.start()
    await house.vault(VaultState.OPEN)
    house.note(2)

    async def backed_up() -> api.Done:
        assert house.anchors()[-1] == len(house.rows())
        return api.Done()

    await house.recorder.noted(api.BackUp("x"), backed_up())
    house.note(2)
    await house.stop()
    assert house.rows()[-3:] == ["archive.backup", "test.0", "test.1"]
    assert house.anchors()[-1] == len(house.rows())


async def test_a_vault_that_is_covered_again_before_its_key_was_taken_is_no_fault(house: House) -> None:
    house.items.locked = True
    await house.vault(VaultState.OPEN)
    house.note()
    await house.passes(GATHER_S)
    await until(lambda: house.rows()[-1:] == ["test.0"])
    assert house.anchors() == []


async def test_what_a_broken_archive_cannot_take_follows_the_rescue_log_and_is_chained_later(house: House) -> None:
    house.full = True
    house.note(2)
    await house.passes(GATHER_S)
    await until(house.rescue.exists)
    assert house.rows() == []
    house.full = False
    await house.passes(5)
    await until(lambda: len(house.rows()) == 2)
    assert not house.rescue.exists()


async def test_a_refused_deed_is_taken_down_with_its_reason(house: House) -> None:
    async def refused() -> api.Done:
        raise VaultLocked("The vault is locked.")

    with pytest.raises(VaultLocked):
        await house.recorder.noted(api.RemoveConnection(AccountId(UUID(int=1))), refused())
    await house.passes(GATHER_S)
    await until(lambda: house.rows() == ["connection.remove"])
    assert house.ask("SELECT outcome FROM audit") == ["REFUSED"]
    assert house.ask("SELECT detail FROM audit") == [b'{"why":"VaultLocked"}']
