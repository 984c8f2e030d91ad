"""Kill -9 at any step of a backup or of a restore: the archive is whole, and no file lies that it is not."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from connectors.errors import ArchiveFailed
from storage.backup import copying
from storage.backup.copying import back_up
from storage.backup.reading import ORDERS
from storage.backup.restoring import restore
from support.copies import House, furnished, rows_of
from support.kept import T0
from support.killed import killed_at

MOST = 400
OLD = {"k1", "k2", "k3", "k4", "k5"}
NEW = {"k1", "k2", "k3"}


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> House:
    """An archive that went on after its backup."""
    house = furnished(tmp_path_factory.mktemp("start"))
    back_up(house.archive, house.folder / "backup", T0)
    house.trade(4, 5)
    return house


def again(start: House, tmp_path: Path, number: int) -> House:
    return House(Path(shutil.copytree(start.folder, tmp_path / str(number))))


@pytest.mark.parametrize("keys", [True, False], ids=["with-keys", "without-keys"])
def test_kill_9_at_any_step_of_a_backup_leaves_the_archive_and_the_backup_before(
    start: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, keys: bool
) -> None:
    monkeypatch.setattr(copying, "PAGES_A_STEP", 16)
    outcomes = []
    for at in range(1, MOST):
        house = again(start, tmp_path, at)
        target = house.folder / "backup"
        before = target.read_bytes()

        def act(house: House = house, target: Path = target) -> None:
            back_up(house.archive, target, T0, keys=keys, overwrite=True)

        killed = killed_at(act, at, only=str(house.folder))
        is_new = target.read_bytes() != before
        assert rows_of(target, "PRAGMA integrity_check") == [("ok",)]
        assert rows_of(target, ORDERS) == [(5,) if is_new else (3,)]
        if at % 5 == 0 or not killed:
            assert house.handles() == OLD
            act()
            assert rows_of(target, ORDERS) == [(5,)]
            assert not [path for path in house.folder.iterdir() if "part" in path.name]
        outcomes.append(is_new)
        shutil.rmtree(house.folder)
        if not killed:
            break
    else:
        pytest.fail("it has more steps")
    assert outcomes == sorted(outcomes)
    assert {*outcomes} == {False, True}
    assert len(outcomes) > 10


def test_kill_9_at_any_step_of_a_restore_leaves_the_old_archive_or_the_new_and_never_loses_the_old(
    start: House, tmp_path: Path
) -> None:
    outcomes = []
    for at in range(1, MOST):
        house = again(start, tmp_path, at)

        def act(house: House = house) -> None:
            restore(house.folder / "backup", house.archive, house.anchor, T0)

        killed = killed_at(act, at, only=str(house.folder))
        ((orders,),) = rows_of(house.archive, ORDERS)
        assert orders in (len(OLD), len(NEW)), f"a third archive after step {at}"
        if orders == len(NEW):
            kept = house.archive.with_name("tradedesk.db.before-restore")
            assert rows_of(kept, ORDERS) == [(5,)]
            assert rows_of(kept, "PRAGMA integrity_check") == [("ok",)]
            assert rows_of(house.archive, "SELECT count(*) FROM audit WHERE kind = 'RESTORE'") == [(1,)]
        outcomes.append(orders == len(NEW))
        if at % 10 == 0:
            assert house.handles() in (OLD, NEW)
            act()
            assert house.handles() == NEW
        shutil.rmtree(house.folder)
        if not killed:
            break
    else:
        pytest.fail("it has more steps")
    assert outcomes == sorted(outcomes), "once new, it stays new"
    assert {*outcomes} == {False, True}
    assert len(outcomes) > 20


@pytest.mark.parametrize("pages", [1, 20])
def test_a_disk_that_is_full_while_restoring_is_one_sentence_and_changes_nothing(
    start: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pages: int
) -> None:
    house = again(start, tmp_path, pages)
    real_open = Path.open
    written = 0

    def write(self: object, data: bytes) -> int:
        nonlocal written
        written += len(data)
        if written > pages * 4096:
            raise OSError(28, "No space left on device")
        return len(data)

    monkeypatch.setattr("storage.backup.restoring._write", write)
    with pytest.raises(ArchiveFailed, match=r"^There is no room left for .*tradedesk.db: free some space") as caught:
        restore(house.folder / "backup", house.archive, house.anchor, T0)
    assert "\n" not in caught.value.sentence
    assert real_open is Path.open
    assert house.handles() == OLD
    assert {path.name for path in house.archive.parent.iterdir()} == {"tradedesk.db"}
