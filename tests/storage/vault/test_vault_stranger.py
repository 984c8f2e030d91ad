"""A third party opens our vaults with nothing but FORMAT.md."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from uuid import UUID

import pytest

from storage.archive import open_archive
from storage.database.engine import Database
from storage.vault.passphrase import read_passphrase
from storage.vault.recovery import new_recovery_key, write_recovery_key
from storage.vault.sqlite import SqliteVaultStore
from storage.vault.store import Stored
from storage.vault.unlocking import ByPassphrase
from support.vault_tampering import VECTORS, answer
from support.vaults import OTHER, PASSPHRASE, Desk, MemoryAnchors, MemoryStore, bound, by, fields, register

KEPT = sorted(VECTORS.glob("*.json"))


def stranger(archive: Path, typed: str, *words: str) -> subprocess.CompletedProcess[str]:
    """Run the third party's program, where nothing of ours can be imported."""
    return subprocess.run(
        [sys.executable, "-I", str(VECTORS / "open_vault.py"), str(archive), *words],
        input=typed,
        capture_output=True,
        encoding="utf-8",
        check=False,
        cwd=archive.parent,
        env={"PATH": os.environ["PATH"], "PYTHONUTF8": "1"},
    )


def put(archive: Path, stored: Stored) -> None:
    """Write a known answer into a real archive, by SQL alone."""
    open_archive(archive).close()
    with sqlite3.connect(archive) as database:
        database.execute("INSERT INTO vault_header VALUES (1, ?, ?)", (stored.header, stored.seal))
        database.executemany("INSERT INTO vault_slot VALUES (?, ?)", stored.slots.items())
        for name, row in stored.rows.items():
            database.execute(
                "INSERT INTO exchange_connections (id, venue, label, mode, products, hosts, keyed, active, embedded,"
                " created_ns, auth_kind, origins, flags, generation, enc_api_key, enc_secret, enc_passphrase)"
                " VALUES (?, ?, ?, ?, '[]', '{}', 1, 1, 0, 0, ?, ?, ?, ?, ?, ?, ?)",
                (
                    *(name, row.venue, row.label, row.mode, row.auth_kind, row.origins, row.flags, row.generation),
                    *(row.fields.get(field) for field in ("api_key", "secret", "passphrase")),
                ),
            )
        database.executemany(
            "INSERT INTO vault_item VALUES (?, ?, ?)",
            [(name, item.generation, item.body) for name, item in stored.items.items()],
        )
    database.close()


@pytest.mark.parametrize("path", KEPT, ids=lambda path: path.stem)
def test_a_stranger_opens_every_known_answer_with_nothing_but_the_format(path: Path, tmp_path: Path) -> None:
    opened_by, stored = answer(path)
    archive = tmp_path / "tradedesk.db"
    put(archive, stored)
    ours = Desk(MemoryStore(stored), MemoryAnchors()).vault()
    ours.unlock(ByPassphrase(read_passphrase(opened_by["passphrase"])))
    connections = {
        str(UUID(bytes=facts.connection_id)): {
            name: ours.credentials.field(facts.connection_id, name).buffer.decode()
            for name in ours.credentials.names(facts.connection_id)
        }
        for facts in ours.credentials.all()
    }
    for kind in {"passphrase", "second passphrase", "recovery"} & opened_by.keys():
        done = stranger(archive, opened_by[kind], *(["recovery"] if kind == "recovery" else []))
        assert done.returncode == 0, done.stderr
        seen = json.loads(done.stdout, parse_float=str)
        assert seen["connections"] == connections
        assert sorted(seen["items"]) == sorted(stored.items)


def test_a_stranger_opens_a_vault_of_ours_and_sees_when_it_was_changed(tmp_path: Path) -> None:
    archive = tmp_path / "tradedesk.db"
    opened = open_archive(archive)
    database = Database.open(archive)
    register(archive, 1)
    vault = Desk(SqliteVaultStore(database)).made()
    vault.credentials.put(bound(1), fields(1))
    key = new_recovery_key()
    paper = write_recovery_key(key)
    vault.slots.add_recovery(by(), key)
    vault.rekey(by(), recovery=key)
    database.dispose()
    opened.close()
    for typed, *words in ((PASSPHRASE,), (paper.lower(), "recovery")):
        done = stranger(archive, typed, *words)
        assert "canary-secret-9876543210-1" in done.stdout, done.stderr
    assert "The secret is wrong." in stranger(archive, OTHER).stderr
    for change in ("label = 'other'", "mode = 'live'", "enc_api_key = enc_secret", "flags = 1"):
        copy = tmp_path / "changed.db"
        copy.write_bytes(archive.read_bytes())
        with sqlite3.connect(copy) as connection:
            connection.execute(f"UPDATE exchange_connections SET {change}")  # noqa: S608  # changes of this test
        connection.close()
        done = stranger(copy, PASSPHRASE)
        assert (done.returncode, done.stdout, done.stderr) == (1, "", "Someone without the key has changed it.\n")


def test_the_strangers_program_is_short_and_knows_nothing_of_ours() -> None:
    text = (VECTORS / "open_vault.py").read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 120
    imported = {line.split()[1].split(".")[0] for line in text.splitlines() if line.startswith(("import ", "from "))}
    assert imported - set(sys.stdlib_module_names) == {"cryptography"}
