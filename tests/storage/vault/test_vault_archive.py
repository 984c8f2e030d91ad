"""The vault in a real archive: what the file holds, what a hostile file may hold, and who else writes it."""

from __future__ import annotations

import sqlite3
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from connectors.errors import Refused, VaultDamaged, VaultMoved, VaultTampered, WrongPassphrase
from storage.archive import Archive, open_archive
from storage.database.engine import Database
from storage.vault.sqlite import SqliteVaultStore
from storage.vault.vault import Vault
from support.vaults import (
    API_KEY,
    OTHER,
    PASSPHRASE,
    SECRET,
    Desk,
    MemoryAnchors,
    bound,
    by,
    fields,
    register,
    secret,
    text_of,
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "tradedesk.db"


@pytest.fixture
def database(file: Path) -> Iterator[Database]:
    open_archive(file).close()
    register(file, 1, 2, 3)
    opened = Database.open(file)
    yield opened
    opened.dispose()


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(SqliteVaultStore(database))


def change(file: Path, *statements: str) -> None:
    """Write to the file as anybody with an SQLite client can."""
    with sqlite3.connect(file) as connection:
        for statement in statements:
            connection.execute(statement)
    connection.close()


def everything(file: Path) -> bytes:
    """Every byte of the archive: the file and its log."""
    wal = file.with_name(f"{file.name}-wal")
    return file.read_bytes() + (wal.read_bytes() if wal.exists() else b"")


def test_a_vault_lives_in_the_archive_beside_everything_else(desk: Desk, file: Path) -> None:
    vault = desk.made(connections=2)
    vault.credentials.put_item("audit.mac", secret("m" * 32))
    vault.rekey(by())
    again = desk.opened()
    assert text_of(again.credentials.field(bound(2).connection_id, "secret")) == f"{SECRET}-2"
    archive = open_archive(file)
    assert [(found.label, found.keyed) for found in archive.connections.all()] == [
        ("desk 1", True),
        ("desk 2", True),
        ("not yet 3", False),
    ]
    archive.close()


def test_a_key_needs_a_registered_connection_and_a_dropped_one_leaves_it_keyless(desk: Desk, file: Path) -> None:
    vault = desk.made(connections=1)
    with pytest.raises(Refused, match="not registered"):
        vault.credentials.put(bound(9), fields(9))
    assert desk.opened().credentials.all() == (bound(1),)
    vault.credentials.forget(bound(1).connection_id)
    with sqlite3.connect(file) as connection:
        row = connection.execute(
            "SELECT keyed, flags, generation, origins, auth_kind, enc_api_key, enc_secret FROM exchange_connections"
            " WHERE label = 'desk 1'"
        ).fetchone()
    connection.close()
    assert row == (0, 0, 0, "[]", None, None, None)


def test_a_connection_that_is_removed_past_the_vault_is_noticed(desk: Desk, file: Path) -> None:
    desk.made(connections=2)
    archive: Archive = open_archive(file)
    archive.connections.remove(archive.connections.all()[0].account)
    archive.close()
    with pytest.raises(VaultTampered, match="added, removed"):
        desk.vault().unlock(by())


def test_epoch_and_activity_are_not_bound(desk: Desk, file: Path) -> None:
    desk.made(connections=1)
    change(
        file,
        "UPDATE exchange_connections SET active = 0, epoch = 'e', last_connected_ns = 5, updated_ns = 6, hosts = '[]'",
    )
    assert desk.opened().credentials.all() == (bound(1),)


@pytest.mark.parametrize(
    "statements",
    [
        ("UPDATE vault_header SET body = 'text'",),
        ("UPDATE vault_header SET body = 123456789012",),
        ("UPDATE vault_header SET seal = zeroblob(16 << 20)",),
        ("UPDATE vault_slot SET body = zeroblob(16 << 20)",),
        ("UPDATE vault_slot SET body = 3.5",),
        ("UPDATE vault_slot SET id = x'00'",),
        ("UPDATE vault_slot SET id = 'x' || char(0) || hex(zeroblob(4 << 20))",),
        ("UPDATE vault_item SET generation = 'many'",),
        ("UPDATE vault_item SET generation = 1.5",),
        ("UPDATE vault_item SET body = 1 << 40",),
        ("UPDATE exchange_connections SET enc_secret = 1 << 40 WHERE enc_secret IS NOT NULL",),
        ("UPDATE exchange_connections SET enc_secret = 'text' WHERE enc_secret IS NOT NULL",),
        ("UPDATE exchange_connections SET enc_passphrase = zeroblob(16 << 20) WHERE enc_secret IS NOT NULL",),
        ("UPDATE exchange_connections SET auth_kind = NULL",),
        ("UPDATE exchange_connections SET flags = 'all'",),
        ("UPDATE exchange_connections SET flags = 1e300",),
        ("UPDATE exchange_connections SET origins = hex(zeroblob(4 << 20))",),
        ("UPDATE exchange_connections SET venue = x'62'",),
        ("UPDATE exchange_connections SET id = x'62' WHERE enc_secret IS NOT NULL",),
        ("UPDATE exchange_connections SET label = 'a' || char(27) || ']0;x'  WHERE enc_secret IS NOT NULL",),
        ("DELETE FROM vault_header",),
        ("UPDATE exchange_connections SET enc_secret = x'' WHERE enc_secret IS NULL",),
        (
            "CREATE TABLE two AS SELECT * FROM vault_header",
            "DROP TABLE vault_header",
            "CREATE TABLE vault_header (id, body BLOB, seal BLOB)",
            "INSERT INTO vault_header SELECT * FROM two",
            "INSERT INTO vault_header SELECT * FROM two",
        ),
        (
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 5000)"
            " INSERT INTO vault_slot SELECT 'slot' || i, x'00' FROM n",
        ),
        (
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 5000)"
            " INSERT INTO vault_item SELECT 'item' || i, 1, x'00' FROM n",
        ),
    ],
    ids=lambda statements: statements[0][:60],
)
def test_a_hostile_file_is_damage_and_takes_no_memory(desk: Desk, file: Path, statements: tuple[str, ...]) -> None:
    vault = desk.made(connections=1)
    vault.credentials.put_item("note", secret("n"))
    change(file, *statements)
    again = desk.vault()
    tracemalloc.start()
    try:
        with pytest.raises(VaultDamaged) as caught:
            again.unlock(by())
        assert tracemalloc.get_traced_memory()[1] < 2 << 20
    finally:
        tracemalloc.stop()
    assert caught.value.sentence.isprintable()
    with pytest.raises(VaultDamaged):
        desk.vault().create(by())


def test_t5d_fifty_wrong_passphrases_change_no_byte(desk: Desk, file: Path) -> None:
    desk.made(connections=1)
    assert isinstance(desk.anchors, MemoryAnchors)
    before, anchor = everything(file), desk.anchors.now
    for number in range(50):
        with pytest.raises(WrongPassphrase):
            desk.vault().unlock(by(f"wrong passphrase {number}"))
    assert everything(file) == before
    desk.opened()
    assert everything(file) == before
    assert desk.anchors.now == anchor


def keys_of(vault: Vault) -> list[bytes]:
    key = vault._session.key()  # noqa: SLF001  # what must be nowhere in the file
    return [bytes(held.buffer) for held in (key.dek, key._seal, key._data)]  # noqa: SLF001


def test_t6_no_byte_of_the_archive_is_a_secret_and_old_slots_and_keys_are_gone(
    desk: Desk, database: Database, file: Path
) -> None:
    canaries = [PASSPHRASE.encode(), OTHER.encode(), API_KEY.encode(), SECRET.encode(), b"canary-item"]
    vault = desk.made(connections=2)
    vault.credentials.put_item("note", secret("canary-item"))
    canaries += keys_of(vault)
    store = SqliteVaultStore(database)
    gone: list[bytes] = []
    for write in (
        lambda: vault.slots.change_passphrase(by(), by(OTHER)),
        lambda: vault.credentials.put(bound(1), fields(7)),
        lambda: vault.rekey(by(OTHER)),
        lambda: vault.credentials.forget(bound(2).connection_id),
    ):
        before = store.read()
        write()
        after = store.read()
        gone += [body[-40:] for name, body in before.slots.items() if name not in after.slots]
        kept = {body for row in after.rows.values() for body in row.fields.values()}
        gone += [body[-40:] for row in before.rows.values() for body in row.fields.values() if body not in kept]
        canaries += keys_of(vault)
        found = everything(file)
        assert not any(canary in found for canary in canaries)
        assert not any(body in found for body in gone)
        shm = file.with_name(f"{file.name}-shm").read_bytes()
        assert not any(canary in shm for canary in canaries)
    assert len(gone) >= 8


def test_two_processes_on_one_archive_do_not_write_over_each_other(desk: Desk, file: Path) -> None:
    first = desk.made(connections=1)
    other = Database.open(file)
    second = Desk(SqliteVaultStore(other), desk.anchors).opened()
    first.credentials.put(bound(2), fields(2))
    with pytest.raises(VaultMoved):
        second.credentials.put(bound(3), fields(3))
    second.refresh()
    second.credentials.put(bound(3), fields(3))
    other.dispose()
    assert [facts.label for facts in desk.opened().credentials.all()] == ["desk 1", "desk 2", "desk 3"]


def test_a_failed_write_leaves_the_open_vault_as_it_was(desk: Desk, file: Path) -> None:
    vault = desk.made(connections=1)
    with pytest.raises(Refused, match="label"):
        # Another connection has that label: SQLite refuses the row, and with it the whole write.
        vault.credentials.put(bound(2, label="not yet 3"), fields(2))
    assert vault.credentials.all() == (bound(1),)
    vault.credentials.put(bound(2), fields(2))
    assert len(desk.opened().credentials.all()) == 2


def test_the_ids_in_the_file_are_the_connections_own(desk: Desk, database: Database) -> None:
    desk.made(connections=1)
    stored = SqliteVaultStore(database).read()
    assert list(stored.rows) == [str(UUID(bytes=bound(1).connection_id))]
    assert "enc" not in repr(stored)
    assert "fields" not in repr(stored.rows)
