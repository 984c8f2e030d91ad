"""What others do while a backup is made."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from connectors.errors import Refused
from storage.backup import copying
from storage.backup.copying import back_up
from storage.vault.sqlite import SqliteVaultStore
from support.copies import House
from support.kept import T0
from support.vaults import by

OTHER = "another passphrase, typed while a backup is made"


def test_a_slot_that_is_changed_during_a_backup_holds_up_no_order(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Emptying the log waits for readers, and whoever commits waits for that: nobody waits, the backup makes it up."""
    monkeypatch.setattr(copying, "PAGES_A_STEP", 4)
    wal = house.archive.with_name("tradedesk.db-wal")
    with house.vaulted() as desk:
        vault, store = desk.opened(), desk.store
        assert isinstance(store, SqliteVaultStore)
        took_s: list[float] = []

        def stopped() -> bool:
            if not took_s:
                began = time.monotonic()
                vault.slots.change_passphrase(by(), by(OTHER))
                took_s.append(time.monotonic() - began)
                return False
            return True

        with pytest.raises(Refused, match="worker ends"):
            back_up(house.archive, tmp_path / "b", T0, stopped=stopped)
        assert took_s[0] < 1, "less than the 2 s that the vault's connection waits for others"
        assert wal.stat().st_size == 0, "and a backup that was stopped makes it up too"
        with store._database.read("test") as connection:  # noqa: SLF001  # what this connection waits for others
            assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar() == 2_000, "as before"
