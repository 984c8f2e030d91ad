"""Where a copy without keys is made: nothing with the vault in it ever lies in the folder of its target."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from storage.backup import copying
from storage.backup.copying import back_up
from storage.health import archive_health
from storage.vault.sqlite import SqliteVaultStore
from support.copies import House
from support.kept import T0


def test_the_whole_archive_never_lies_in_the_folder_of_a_target_without_keys(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with house.vaulted() as desk:
        store = desk.store
        assert isinstance(store, SqliteVaultStore)
        header = (store.read().header or b"")[:32]
    assert len(header) == 32
    stick = tmp_path / "stick"
    stick.mkdir()
    seen: set[tuple[str, int]] = set()
    leaked: list[Path] = []

    def stopped() -> bool:
        seen.update((path.name, stat.S_IMODE(path.stat().st_mode)) for path in house.archive.parent.iterdir())
        leaked.extend(path for path in stick.iterdir() if header in path.read_bytes())
        return False

    monkeypatch.setattr(copying, "PAGES_A_STEP", 4)
    old = os.umask(0)
    try:
        back_up(house.archive, stick / "bare", T0, keys=False, stopped=stopped)
    finally:
        os.umask(old)
    assert ("tradedesk.db.copying", 0o600) in seen
    assert not leaked
    assert [path.name for path in stick.iterdir()] == ["bare"]
    assert not house.archive.with_name("tradedesk.db.copying").exists()


def test_what_a_killed_backup_left_is_named_and_taken_away_by_the_next(house: House, tmp_path: Path) -> None:
    left = house.archive.with_name("tradedesk.db.copying")
    left.symlink_to(house.anchor)
    memory = house.anchor.read_bytes()
    told = {one.check: one for one in archive_health(house.archive, T0)}["archive leftover"]
    assert (told.fits, told.remedy) == (False, f"Run: rm {left}")
    assert "A backup was killed" in told.sentence
    back_up(house.archive, tmp_path / "b", T0)
    assert not left.is_symlink()
    assert house.anchor.read_bytes() == memory
