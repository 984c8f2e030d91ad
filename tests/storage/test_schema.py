"""The schema moves by numbered migrations, and every archive of an earlier release opens."""

from __future__ import annotations

import re
import shutil
import sqlite3
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from connectors.errors import ArchiveFailed
from connectors.ports.archive import Batch
from docs.schema import migrated
from storage.archive import open_archive
from storage.database.engine import Database
from storage.database.migrate import HEAD, MIGRATIONS
from storage.database.rows import METADATA
from storage.paths import private_file
from support.kept import entry, order

OLDER = Path(__file__).with_name("schemas") / "0004.sql"
"""What an archive of an earlier release held."""


def test_the_migrated_schema_is_the_one_the_classes_describe(file: Path) -> None:
    migrated(file)
    database = Database.open(file)
    with database.read("test") as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []
    database.dispose()


def test_a_new_archive_is_to_the_letter_what_the_migrations_make(file: Path, tmp_path: Path) -> None:
    open_archive(file).close()
    migrated(tmp_path / "migrated.db")
    assert _everything(file) == _everything(tmp_path / "migrated.db")


def test_an_archive_that_was_made_and_left_empty_is_begun_like_a_new_one(file: Path) -> None:
    Database.open(file).dispose()
    open_archive(file).close()
    assert "table orders" in _schema(file)


def test_indexes_and_constraints_have_the_same_names_and_conditions_both_ways(file: Path, tmp_path: Path) -> None:
    migrated(file)
    described = Database.open(tmp_path / "described.db")
    with described.write("test") as connection:
        METADATA.create_all(connection)
    described.dispose()
    assert _schema(file, "alembic_version") == _schema(tmp_path / "described.db")


def test_the_head_named_in_the_code_is_the_newest_revision() -> None:
    assert ScriptDirectory(str(MIGRATIONS)).get_current_head() == HEAD


def test_every_constraint_has_a_name() -> None:
    constraints = [constraint for table in METADATA.tables.values() for constraint in table.constraints]
    assert constraints
    assert all(constraint.name for constraint in constraints)


def test_an_archive_of_a_newer_release_is_refused_and_left_as_it_is(file: Path) -> None:
    open_archive(file).close()
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    before = file.read_bytes()
    with pytest.raises(ArchiveFailed, match=rf"newer Tradedesk \(schema 9999, this one knows up to {HEAD}\)"):
        open_archive(file)
    assert file.read_bytes() == before


def test_a_migration_that_fails_leaves_nothing_behind(file: Path) -> None:
    database = Database.open(file)
    with database.write("test") as connection:
        connection.exec_driver_sql("CREATE TABLE fills (id INTEGER)")
    database.dispose()
    with pytest.raises(ArchiveFailed):
        open_archive(file)
    assert set(_schema(file)) == {"table fills"}


def test_opening_twice_migrates_once_and_keeps_what_was_there(file: Path) -> None:
    first = open_archive(file)
    first.journal.append(Batch(entries=(entry(order()),)))
    first.close()
    first.close()
    again = open_archive(file)
    assert again.journal.order(order().order_id) == order()
    again.close()


def test_a_folder_with_a_percent_sign_is_no_obstacle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    odd = tmp_path / "100%(x)s"
    shutil.copytree(MIGRATIONS, odd / "migrations")
    monkeypatch.setattr("storage.database.migrate.MIGRATIONS", odd / "migrations")
    behind = odd / "tradedesk.db"
    private_file(behind)
    with sqlite3.connect(behind) as connection:
        connection.executescript(OLDER.read_text(encoding="utf-8"))
    connection.close()
    archive = open_archive(behind)
    assert archive.journal.last_number() > 0
    archive.close()


def _schema(path: Path, *without: str) -> dict[str, str]:
    """Kind and name → SQL without white space, since the two ways lay it out differently."""
    with sqlite3.connect(path) as connection:
        rows = connection.execute("SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    connection.close()
    return {f"{kind} {name}": re.sub(r"\s+", "", sql) for kind, name, sql in rows if name not in without}


def _everything(path: Path) -> list[object]:
    """The schema as it was written, every row, and the marks in the file's head."""
    with sqlite3.connect(path) as connection:
        schema = connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY name").fetchall()
        rows = [
            (name, connection.execute(f"SELECT * FROM {name}").fetchall())  # noqa: S608  # a table of the schema
            for kind, name, *_ in schema
            if kind == "table"
        ]
        marks = [connection.execute(f"PRAGMA {mark}").fetchone() for mark in ("user_version", "application_id")]
    connection.close()
    return [schema, rows, marks]
