"""The archive of each released schema opens in this one, with everything that was in it."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

import pytest

from connectors.model.ids import Mode
from storage.archive import open_archive
from storage.database.engine import Database
from storage.database.migrate import HEAD, MIGRATIONS
from storage.vault.sqlite import SqliteVaultStore
from storage.vault.store import Stored
from support.kept import order
from support.vaults import API_KEY, SECRET, Desk, bound, text_of

SCHEMAS = Path(__file__).resolve().parents[1] / "schemas"
KEPT = sorted(SCHEMAS.glob("*.sql"))


def archive_of(kept: Path, folder: Path) -> Path:
    """An archive made from its text, as the release of that schema left it."""
    file = folder / "tradedesk.db"
    with sqlite3.connect(file) as connection:
        connection.executescript(kept.read_text(encoding="utf-8"))
    connection.close()
    file.chmod(0o600)
    return file


def test_every_schema_but_the_newest_is_kept() -> None:
    revisions = {path.name.split("_")[0] for path in (MIGRATIONS / "versions").glob("*.py")}
    assert {path.stem for path in KEPT} >= revisions - {HEAD}


@pytest.mark.parametrize("kept", KEPT, ids=lambda path: path.stem)
def test_an_archive_of_an_earlier_schema_opens_with_everything_in_it(kept: Path, tmp_path: Path) -> None:
    archive = open_archive(archive_of(kept, tmp_path))
    connection = archive.connections.all()[-1]
    assert (connection.label, connection.mode, connection.keyed) == ("main", Mode.LIVE, False)
    assert archive.connections.epoch(connection.account) == "epoch-1"
    assert archive.settings.get("halted") == "yes"
    assert archive.journal.order(order().order_id) == order()
    assert len(archive.fills.fills()) == 1
    archive.check()
    archive.close()


def test_an_archive_from_before_the_vault_has_none(tmp_path: Path) -> None:
    file = archive_of(SCHEMAS / "0001.sql", tmp_path)
    open_archive(file).close()
    database = Database.open(file)
    assert SqliteVaultStore(database).read() == Stored()
    database.dispose()


@pytest.mark.parametrize("kept", [path for path in KEPT if path.stem >= "0002"], ids=lambda path: path.stem)
def test_t3d_a_vault_of_an_earlier_schema_opens_with_its_key_and_its_item(kept: Path, tmp_path: Path) -> None:
    file = archive_of(kept, tmp_path)
    open_archive(file).close()
    database = Database.open(file)
    vault = Desk(SqliteVaultStore(database)).opened()
    (facts,) = vault.credentials.all()
    assert facts == bound(1)
    held = {name: text_of(vault.credentials.field(facts.connection_id, name)) for name in ("api_key", "secret")}
    assert held == {"api_key": f"{API_KEY}-1", "secret": f"{SECRET}-1"}
    item = vault.credentials.item("note")
    assert item is not None
    assert text_of(item) == "a note"
    database.dispose()


@pytest.mark.parametrize("kept", KEPT, ids=lambda path: path.stem)
def test_a_migrated_archive_has_the_schema_of_a_new_one(kept: Path, tmp_path: Path) -> None:
    migrated = archive_of(kept, tmp_path)
    open_archive(migrated).close()
    new = tmp_path / "new.db"
    open_archive(new).close()
    assert _schema(migrated) == _schema(new)


def _schema(path: Path) -> dict[str, str]:
    with sqlite3.connect(path) as connection:
        rows = connection.execute("SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    connection.close()
    return {f"{kind} {name}": re.sub(r"\s+", "", sql) for kind, name, sql in rows if name != "alembic_version"}
