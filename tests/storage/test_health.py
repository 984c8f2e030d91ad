"""What the doctor says of the archive: each thing that can be wrong, with its remedy."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from connectors.ports.upkeep import LastBackup, RestoredFrom
from storage import health
from storage.backup.copying import back_up
from storage.health import Health, archive_health
from storage.upkeep import facts_of
from support.copies import House
from support.kept import T0, account

DAY = 86_400_000_000_000


@pytest.fixture
def house(tmp_path: Path) -> House:
    (tmp_path / "data").mkdir(mode=0o700)
    made = House(tmp_path)
    made.trade(*range(1, 40))
    return made


def found(house: House, now_ns: int = T0) -> dict[str, Health]:
    return {one.check: one for one in archive_health(house.archive, now_ns)}


def back_up_noted(house: House, target: Path) -> None:
    with house.opened() as archive:
        archive.upkeep.note(back_up(house.archive, target, T0))


def test_a_whole_archive_with_a_new_backup_is_as_it_should_be(house: House, tmp_path: Path) -> None:
    back_up_noted(house, tmp_path / "b")
    seen = found(house)
    assert set(seen) == {"archive pages", "archive size", "archive room", "archive backup"}
    assert all(one.fits and not one.remedy for one in seen.values())
    assert seen["archive backup"].sentence == f"The newest backup was made today: {tmp_path / 'b'}."


def test_damage_is_named_with_its_remedy_while_the_file_still_opens(house: House) -> None:
    from support.copies import rows_of

    ((page,),) = rows_of(house.archive, "SELECT rootpage FROM sqlite_master WHERE name = 'ix_order_events_order_id'")
    assert isinstance(page, int)
    raw = bytearray(house.archive.read_bytes())
    raw[(page - 1) * 4096 + 3 : (page - 1) * 4096 + 5] = b"\0\0"
    house.archive.write_bytes(raw)
    pages = found(house)["archive pages"]
    assert not pages.fits
    assert "is damaged (" in pages.sentence
    assert pages.remedy == "Restore the newest backup: tradedesk restore FILE"


def test_a_backup_that_is_missing_old_or_gone_is_asked_for(house: House, tmp_path: Path) -> None:
    assert found(house)["archive backup"].sentence == "No backup was ever made."
    back_up_noted(house, tmp_path / "b")
    assert found(house, T0 + DAY)["archive backup"].sentence.startswith("The newest backup was made a day ago")
    assert found(house, T0 + 7 * DAY)["archive backup"].fits
    old = found(house, T0 + 8 * DAY)["archive backup"]
    assert (old.fits, old.remedy) == (False, f"Make one: tradedesk backup {tmp_path / 'b'} --overwrite")
    (tmp_path / "b").unlink()
    assert "It is not there now." in found(house)["archive backup"].sentence


def test_a_long_log_no_room_and_a_restore_are_told(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    facts = facts_of(house.archive)
    told = replace(
        facts,
        log_bytes=65 << 20,
        free_bytes=1,
        last_backup=LastBackup(str(house.archive), T0),
        restored=RestoredFrom("b", None, T0, (account(),)),
    )
    monkeypatch.setattr(health, "facts_of", lambda _archive: told)
    seen = found(house)
    assert {name for name, one in seen.items() if not one.fits} == {"archive size", "archive room", "archive restored"}
    assert all(one.remedy for one in seen.values() if not one.fits)


def test_leftovers_are_named_and_what_is_kept_is_counted(house: House) -> None:
    for name in ("restoring", "before-restore", "before-restore-2"):
        house.archive.with_name(f"tradedesk.db.{name}").write_bytes(b"x")
    seen = found(house)
    assert seen["archive leftover"].remedy == f"Run: rm {house.archive}.restoring"
    assert seen["archive kept"].sentence.startswith("2 files of archives that were replaced are kept")
    house.archive.with_name("tradedesk.db.before-restore-2").unlink()
    assert found(house)["archive kept"].sentence.startswith("1 file of archives that were replaced is kept")
