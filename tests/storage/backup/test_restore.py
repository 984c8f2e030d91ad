"""A restore: judged whole before anything is touched, the archive before it kept, the vault held against its anchor."""

from __future__ import annotations

import json
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from connectors.errors import Refused, VaultRolledBack
from connectors.ports.upkeep import LastBackup
from storage.audit.chain import genesis
from storage.backup.copying import back_up
from storage.backup.reading import ORDERS
from storage.backup.restoring import restore
from storage.database.migrate import HEAD
from support.copies import House, rows_of
from support.kept import T0
from support.vaults import SECRET, bound, by, fields, text_of

LATER = T0 + 3_600_000_000_000
SCHEMAS = Path(__file__).resolve().parents[1] / "schemas"


@pytest.fixture
def backup(house: House, tmp_path: Path) -> Path:
    """A backup, and an archive that went on after it."""
    target = tmp_path / "desk.backup"
    back_up(house.archive, target, T0)
    house.trade(4, 5)
    return target


def put_back(house: House, source: Path, *, give_up_keys: bool = False) -> str | None:
    return restore(source, house.archive, house.anchor, LATER, give_up_keys=give_up_keys).kept


def unchanged(house: House) -> bool:
    """Whether the archive is the one that went on, with nothing left beside it."""
    names = {path.name for path in house.archive.parent.iterdir()}
    return house.handles() == {"k1", "k2", "k3", "k4", "k5"} and names <= {
        "tradedesk.db",
        "tradedesk.db-wal",
        "tradedesk.db-shm",
    }


def test_t6_a_backup_that_was_put_back_opens_and_the_archive_before_it_is_kept(house: House, backup: Path) -> None:
    said = restore(backup, house.archive, house.anchor, LATER)
    assert (said.source, said.made_ns, said.schema_before, said.schema) == (str(backup), T0, HEAD, HEAD)
    assert (said.orders, said.fills, said.keys, said.waiting) == (3, 1, 2, 2)
    assert house.handles() == {"k1", "k2", "k3"}
    assert stat.S_IMODE(house.archive.stat().st_mode) == 0o600
    with house.vaulted() as desk:
        assert text_of(desk.opened().credentials.field(bound(2).connection_id, "secret")) == f"{SECRET}-2"
    kept = Path(said.kept or "")
    assert kept == house.archive.with_name("tradedesk.db.before-restore")
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert rows_of(kept, ORDERS) == [(5,)]
    assert house.anchor.exists()


def test_the_archive_that_was_kept_can_be_put_back_itself_and_no_earlier_one_is_written_over(
    house: House, backup: Path
) -> None:
    first = put_back(house, backup)
    assert first is not None
    second = put_back(house, Path(first))
    assert second is not None
    assert second.endswith(".before-restore-2")
    assert house.handles() == {"k1", "k2", "k3", "k4", "k5"}
    third = put_back(house, backup)
    assert third is not None
    assert third.endswith(".before-restore-3")
    assert rows_of(Path(second), ORDERS) == [(3,)]


def test_t6_a_vault_that_was_put_back_is_an_older_one_and_says_so_once(house: House, tmp_path: Path) -> None:
    target = tmp_path / "b"
    back_up(house.archive, target, T0)
    with house.vaulted() as desk:
        desk.opened().credentials.put(bound(1), fields(7))
    put_back(house, target)
    with house.vaulted() as desk:
        with pytest.raises(VaultRolledBack, match="older copy"):
            desk.vault().unlock(by())
        desk.vault().unlock(by(), accept_older=True)
        vault = desk.opened()
        assert text_of(vault.credentials.field(bound(1).connection_id, "secret")) == f"{SECRET}-1"


def test_the_restore_is_a_row_of_the_chain_with_both_heads(house: House, backup: Path) -> None:
    put_back(house, backup)
    rows = rows_of(house.archive, "SELECT seq, kind, operation, outcome, time_us, detail, prev FROM audit")
    (archive_id,) = rows_of(house.archive, "SELECT archive_id FROM audit_archive")[0]
    assert isinstance(archive_id, bytes)
    seq, kind, operation, outcome, time_us, detail, prev = rows[-1]
    assert (kind, operation, outcome, time_us) == ("RESTORE", "archive.restore", "DONE", LATER // 1_000)
    assert isinstance(detail, bytes)
    told = json.loads(detail)
    assert (told["file"], told["made_ns"], told["restored_seq"]) == ("desk.backup", T0, seq - 1)  # type: ignore[operator]
    assert told["restored_head"] == prev.hex() == genesis(archive_id).hex()  # type: ignore[attr-defined]
    second = put_back(house, backup)
    assert second is not None
    told = json.loads(rows_of(house.archive, "SELECT detail FROM audit")[-1][0])  # type: ignore[arg-type]
    assert told["replaced_seq"] == 1
    assert told["replaced_head"] == rows_of(Path(second), "SELECT hash FROM audit")[0][0].hex()  # type: ignore[attr-defined]


def test_the_archive_knows_that_it_was_put_back_and_who_is_to_be_asked(house: House, backup: Path) -> None:
    put_back(house, backup)
    with house.opened() as archive:
        facts = archive.upkeep.facts()
        assert facts.restored is not None
        assert (facts.restored.source, facts.restored.made_ns, facts.restored.restored_ns) == (str(backup), T0, LATER)
        assert {account.bytes for account in facts.restored.waiting} == {bound(n).connection_id for n in (1, 2)}
        assert facts.last_backup == LastBackup(str(backup), T0)


def test_a_backup_is_only_read(house: House, backup: Path) -> None:
    before, stamp = backup.read_bytes(), backup.stat().st_mtime_ns
    put_back(house, backup)
    assert (backup.read_bytes(), backup.stat().st_mtime_ns) == (before, stamp)
    assert not backup.with_name("desk.backup-wal").exists()


@pytest.mark.parametrize("schema", sorted(path.stem for path in SCHEMAS.glob("*.sql")))
def test_a_backup_of_an_earlier_release_is_put_back_and_migrated(house: House, tmp_path: Path, schema: str) -> None:
    old = tmp_path / "old"
    with closing(sqlite3.connect(old)) as connection:
        connection.executescript((SCHEMAS / f"{schema}.sql").read_text(encoding="utf-8"))
    old.chmod(0o600)
    said = restore(old, house.archive, house.anchor, LATER, give_up_keys=True)
    assert (said.schema_before, said.schema, said.made_ns) == (schema, HEAD, None)
    with house.opened() as archive:
        assert archive.settings.get("halted") == "yes"
        assert [known.label for known in archive.connections.all()][-1] == "main"


def test_a_backup_without_keys_ends_the_vault_only_when_that_is_said(house: House, tmp_path: Path) -> None:
    bare = tmp_path / "bare"
    back_up(house.archive, bare, T0, keys=False)
    house.trade(4, 5)
    with pytest.raises(Refused, match="Add --without-keys"):
        put_back(house, bare)
    assert unchanged(house)
    said = restore(bare, house.archive, house.anchor, LATER, give_up_keys=True)
    assert (said.keys, said.waiting) == (0, 0)
    assert said.kept_anchor == f"{house.anchor}.before-restore"
    with house.vaulted() as desk:
        assert not desk.vault().exists()
        desk.made(connections=1)
        assert desk.opened().credentials.all() == (bound(1),)


def test_a_damaged_archive_is_replaced_and_kept_as_it_lies_with_its_log(house: House, backup: Path) -> None:
    wreck = b"wreck" * 1_000
    house.archive.write_bytes(wreck)
    for suffix in ("-wal", "-shm"):
        house.archive.with_name(f"tradedesk.db{suffix}").write_bytes(b"log")
    kept = put_back(house, backup)
    assert kept is not None
    assert Path(kept).read_bytes() == wreck
    assert Path(f"{kept}-wal").read_bytes() == b"log"
    assert house.handles() == {"k1", "k2", "k3"}


def test_where_no_archive_is_a_backup_simply_becomes_it(house: House, backup: Path, tmp_path: Path) -> None:
    for name in ("data", "state"):
        (tmp_path / "new" / name).mkdir(parents=True, mode=0o700)
    fresh = House(tmp_path / "new")
    assert restore(backup, fresh.archive, fresh.anchor, LATER).kept is None
    assert fresh.handles() == {"k1", "k2", "k3"}
    with fresh.vaulted() as desk:
        assert len(desk.opened().credentials.all()) == 2


def test_what_a_killed_restore_left_behind_is_in_nobodys_way(house: House, backup: Path) -> None:
    house.archive.with_name("tradedesk.db.restoring").symlink_to(house.anchor)
    before = house.anchor.read_bytes()
    put_back(house, backup)
    assert house.handles() == {"k1", "k2", "k3"}
    assert house.anchor.read_bytes() == before
