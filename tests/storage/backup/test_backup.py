"""A backup: whole while others write, private from its first moment, never in another's place, with or without keys."""

from __future__ import annotations

import os
import sqlite3
import stat
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from connectors.errors import ArchiveFailed, Refused
from connectors.ports.archive import Batch
from storage.archive import open_archive
from storage.backup import copying
from storage.backup.copying import back_up
from storage.database.engine import Limits
from storage.database.migrate import HEAD
from storage.vault.sqlite import SqliteVaultStore
from support.copies import House, rows_of
from support.kept import T0, entry, fill, order
from support.vaults import API_KEY, OTHER, PASSPHRASE, SECRET, bound, by, fields, text_of


def test_a_backup_is_one_private_file_with_everything_in_it(house: House, tmp_path: Path) -> None:
    target = tmp_path / "desk.backup"
    said = back_up(house.archive, target, T0)
    assert (said.path, said.time_ns, said.schema) == (str(target), T0, HEAD)
    assert (said.orders, said.fills, said.connections, said.keys, said.with_keys) == (3, 1, 3, 2, True)
    assert said.size_bytes == target.stat().st_size
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert {path.name for path in tmp_path.iterdir()} == {"data", "state", "desk.backup"}
    for question in ("SELECT * FROM order_events", "SELECT * FROM fills", "SELECT * FROM exchange_connections"):
        assert rows_of(target, question) == rows_of(house.archive, question)
    assert rows_of(target, "PRAGMA journal_mode") == [("delete",)], "one file, without a log beside it"


def test_the_part_that_is_not_whole_yet_is_private_and_hidden(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[str, int]] = []

    def stopped() -> bool:
        seen.extend((path.name, stat.S_IMODE(path.stat().st_mode)) for path in tmp_path.iterdir() if path.is_file())
        return False

    monkeypatch.setattr(copying, "PAGES_A_STEP", 4)
    old = os.umask(0)
    try:
        back_up(house.archive, tmp_path / "b", T0, stopped=stopped)
    finally:
        os.umask(old)
    assert set(seen) == {(".b.tradedesk-part", 0o600)}
    assert len(seen) > 3


def test_what_is_there_already_is_left_alone(house: House, tmp_path: Path) -> None:
    target = tmp_path / "b"
    target.write_text("mine")
    with pytest.raises(Refused, match="is there already"):
        back_up(house.archive, target, T0)
    with pytest.raises(Refused, match="no backup"):
        back_up(house.archive, target, T0, overwrite=True)
    assert target.read_text() == "mine"
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(Refused, match="is there already"):
        back_up(house.archive, link, T0)
    with pytest.raises(Refused, match="no regular file"):
        back_up(house.archive, link, T0, overwrite=True)
    with pytest.raises(Refused, match="no folder"):
        back_up(house.archive, tmp_path / "none" / "b", T0)
    assert not (tmp_path / "elsewhere").exists()


def test_an_earlier_backup_is_overwritten_only_when_asked(house: House, tmp_path: Path) -> None:
    target = tmp_path / "b"
    back_up(house.archive, target, T0)
    before = target.read_bytes()
    house.trade(4)
    with pytest.raises(Refused, match=r"is there already. Name another file, or .*: --overwrite"):
        back_up(house.archive, target, T0)
    assert target.read_bytes() == before
    assert back_up(house.archive, target, T0, overwrite=True).orders == 4


@pytest.mark.parametrize("suffix", ["", "-wal", "-shm", "-journal"])
def test_a_backup_never_takes_the_place_of_the_archive(house: House, tmp_path: Path, suffix: str) -> None:
    (tmp_path / "door").symlink_to(house.archive.parent)
    with pytest.raises(Refused, match="the archive itself"):
        back_up(house.archive, tmp_path / "door" / f"tradedesk.db{suffix}", T0, overwrite=True)
    assert house.handles() == {"k1", "k2", "k3"}


def test_a_link_laid_where_the_part_will_be_is_not_followed(house: House, tmp_path: Path) -> None:
    (tmp_path / ".b.tradedesk-part").symlink_to(tmp_path / "victim")
    (tmp_path / "victim").write_text("precious")
    back_up(house.archive, tmp_path / "b", T0)
    assert (tmp_path / "victim").read_text() == "precious"
    assert not (tmp_path / "b").is_symlink()


def test_a_backup_under_writes_is_one_state_and_ends(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody commits between any two steps; a copy that began anew each time would never end."""
    monkeypatch.setattr(copying, "PAGES_A_STEP", 4)
    steps = 0
    with house.opened() as archive:

        def stopped() -> bool:
            nonlocal steps
            steps += 1
            both = Batch(entries=(entry(order(100 + steps)),), fills=(fill(f"{100 + steps}"),))
            archive.journal.append(both)
            assert steps < 500, "it began anew"
            return False

        said = back_up(house.archive, tmp_path / "b", T0, stopped=stopped)
    assert steps > 5
    assert (said.orders, said.fills) == (3, 1), "the state in which it began"
    assert len(house.handles()) == 3 + steps


def test_no_commit_waits_while_a_copy_is_read(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A writer that may not wait at all for the file's lock never has to; emptying the log afterwards has it wait."""
    monkeypatch.setattr(copying, "_empty_log", lambda _reader: None)
    stop = threading.Event()
    problems: list[sqlite3.Error] = []
    commits = 0

    def write() -> None:
        nonlocal commits
        with sqlite3.connect(house.archive, isolation_level=None, timeout=0) as writer:
            while not stop.is_set():
                try:
                    writer.execute("INSERT INTO settings VALUES (?, 'x')", (f"key {commits}",))
                    commits += 1
                except sqlite3.Error as problem:
                    problems.append(problem)
        writer.close()

    thread = threading.Thread(target=write)
    thread.start()
    try:
        for number in range(5):
            back_up(house.archive, tmp_path / f"b{number}", T0)
    finally:
        stop.set()
        thread.join()
    assert commits > 5
    assert not problems


def test_old_bytes_that_a_backup_held_in_the_log_are_gone_when_it_ends(house: House, tmp_path: Path) -> None:
    """The vault empties the log when it drops a slot; a backup that reads it meanwhile makes up for it."""
    with house.vaulted(Limits(busy_timeout_ms=20)) as desk:
        vault = desk.opened()
        store = desk.store
        assert isinstance(store, SqliteVaultStore)
        gone = [body[-40:] for body in store.read().slots.values()]
        wal = house.archive.with_name("tradedesk.db-wal")

        changed: list[int] = []

        def stopped() -> bool:
            if not changed:
                changed.append(1)
                vault.slots.change_passphrase(by(), by(OTHER))
                changed.append(wal.stat().st_size)
            return False

        back_up(house.archive, tmp_path / "b", T0, stopped=stopped)
        assert changed[1] > 0, "the log could not be emptied while it was read"
        assert wal.stat().st_size == 0
        kept = [body[-40:] for body in store.read().slots.values()]
        found = house.archive.read_bytes()
        assert not any(body in found for body in gone if body not in kept)


def test_a_backup_that_is_stopped_leaves_nothing(house: House, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="worker ends"):
        back_up(house.archive, tmp_path / "b", T0, stopped=lambda: True)
    assert {path.name for path in tmp_path.iterdir()} == {"data", "state"}
    house.trade(4)


def test_a_copy_without_keys_has_no_byte_of_the_vault(house: House, tmp_path: Path) -> None:
    with house.vaulted() as desk:
        store = desk.store
        assert isinstance(store, SqliteVaultStore)
        stored = store.read()
    secrets = [stored.header, stored.seal, *stored.slots.values(), *(item.body for item in stored.items.values())]
    secrets += [body for row in stored.rows.values() for body in row.fields.values()]
    pieces = [body[at : at + 16] for body in secrets if body for at in range(0, len(body) - 16, 16)]
    assert len(pieces) > 50
    with closing(sqlite3.connect(house.archive)) as other:
        # A slot that was dropped by a build of SQLite that overwrites nothing.
        other.executescript("PRAGMA secure_delete=OFF; CREATE TABLE t (x); INSERT INTO t VALUES (zeroblob(9000))")
        other.execute("UPDATE t SET x = ?", (b"canary-in-a-free-page" * 400,))
        other.commit()
        other.execute("DROP TABLE t")
        other.commit()
    whole, bare = tmp_path / "whole", tmp_path / "bare"
    back_up(house.archive, whole, T0)
    said = back_up(house.archive, bare, T0, keys=False)
    assert (said.with_keys, said.keys, said.connections, said.orders) == (False, 0, 3, 3)
    with_keys, without = whole.read_bytes(), bare.read_bytes()
    assert all(piece in with_keys for piece in pieces)
    assert (b"canary-in" in with_keys, b"canary-in" in without) == (True, False)
    assert not any(piece in without for piece in pieces)
    assert not any(slot.encode() in without for slot in stored.slots)
    assert {path.name for path in tmp_path.iterdir()} == {"data", "state", "whole", "bare"}
    question = "SELECT keyed, flags, generation, origins, auth_kind, enc_api_key, enc_secret FROM exchange_connections"
    assert set(rows_of(bare, question)) == {(0, 0, 0, "[]", None, None, None)}
    assert stat.S_IMODE(bare.stat().st_mode) == 0o600


def test_t6_no_backup_has_a_secret_in_clear_also_after_change_and_rotation(house: House, tmp_path: Path) -> None:
    canaries = [PASSPHRASE.encode(), OTHER.encode(), API_KEY.encode(), SECRET.encode(), b"canary-item-in-the-vault"]
    gone: list[bytes] = []
    with house.vaulted() as desk:
        vault = desk.opened()
        store = desk.store
        assert isinstance(store, SqliteVaultStore)
        writes: tuple[Callable[[], object], ...] = (
            lambda: vault.slots.change_passphrase(by(), by(OTHER)),
            lambda: vault.credentials.put(bound(1), fields(7)),
            lambda: vault.rekey(by(OTHER), passphrases=(by("another passphrase of ours"),)),
        )
        for number, write in enumerate(writes):
            key = vault._session.key()  # noqa: SLF001  # what must be nowhere
            canaries += [bytes(held.buffer) for held in (key.dek, key._seal, key._data)]  # noqa: SLF001
            before = set(store.read().slots.values())
            write()
            gone += [body[-40:] for body in before - set(store.read().slots.values())]
            target = tmp_path / f"b{number}"
            back_up(house.archive, target, T0)
            found = target.read_bytes() + house.archive.read_bytes()
            for suffix in ("-wal", "-shm"):
                found += house.archive.with_name(f"tradedesk.db{suffix}").read_bytes()
            assert not any(canary in found for canary in canaries)
            assert not any(body in found for body in gone)
    assert len(gone) >= 3


def test_a_damaged_archive_gives_no_backup(house: House, tmp_path: Path) -> None:
    house.trade(*range(4, 60))
    raw = bytearray(house.archive.read_bytes())
    for page in range(8, len(raw) // 4096):
        raw[page * 4096 : page * 4096 + 64] = bytes(64)
    house.archive.write_bytes(raw)
    with pytest.raises(ArchiveFailed, match="damaged"):
        back_up(house.archive, tmp_path / "b", T0)
    assert not (tmp_path / "b").exists()


def test_a_full_disk_is_one_sentence_and_the_backup_before_stays(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "b"
    back_up(house.archive, target, T0)
    before = target.read_bytes()
    real = copying._writer_of  # noqa: SLF001  # a disk that is full is one that takes no more pages

    def small(part: Path) -> sqlite3.Connection:
        writer = real(part)
        writer.execute("PRAGMA max_page_count=4")
        return writer

    monkeypatch.setattr(copying, "_writer_of", small)
    with pytest.raises(ArchiveFailed, match=r"^There is no room left for .*b: free some space") as caught:
        back_up(house.archive, target, T0, overwrite=True)
    assert caught.value.sentence.count("\n") == 0
    assert target.read_bytes() == before
    assert {path.name for path in tmp_path.iterdir()} == {"data", "state", "b"}


def test_what_was_backed_up_opens_as_an_archive_with_its_vault(house: House, tmp_path: Path) -> None:
    (tmp_path / "other" / "data").mkdir(parents=True, mode=0o700)
    (tmp_path / "other" / "state").mkdir(mode=0o700)
    other = House(tmp_path / "other")
    back_up(house.archive, other.archive, T0)
    assert other.handles() == house.handles()
    with other.vaulted() as desk:
        assert text_of(desk.opened().credentials.field(bound(2).connection_id, "secret")) == f"{SECRET}-2"
    open_archive(other.archive).close()
