"""What the archive's code takes from its row classes and migrations: tables for statements, and a new file's schema.

Made ahead, because at a start of the desk the classes cost half a second and the migrations as much again.
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Column, Table

from storage.database.engine import Database
from storage.database.migrate import HEAD, upgrade
from storage.database.rows import METADATA

_NAMES = {
    "exchange_connections": "CONNECTIONS",
    "vault_slot": "VAULT_SLOTS",
    "vault_item": "VAULT_ITEMS",
    "audit_anchor": "AUDIT_ANCHORS",
}
"""Tables whose constant has another name than the table."""
_OWN_TYPES = {"DecimalText", "Nanos"}
_NOTE = "The names, types and keys that statements need; indexes, constraints and defaults are in the classes."


def tables() -> str:
    """Text of ``storage/database/tables.py``."""
    others = ("audit", "routing_")
    return _module("Tables of the archive", "rows", [each for each in _all() if not each.name.startswith(others)])


def audit_tables() -> str:
    """Text of ``storage/database/audit_tables.py``."""
    chosen = [each for each in _all() if each.name.startswith("audit")]
    return _module("Tables of the audit chain", "audit_rows", chosen)


def routing_tables() -> str:
    """Text of ``storage/database/routing_tables.py``."""
    chosen = [each for each in _all() if each.name.startswith("routing_")]
    return _module("Tables of what was routed where", "routing_rows", chosen)


def fresh() -> str:
    """Text of ``storage/database/fresh.sql``: what every migration together makes of an empty file."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "archive.db"
        migrated(file)
        connection = sqlite3.connect(file)
        try:
            statements = list(_dumped(connection))
        finally:
            connection.close()
    head = f"-- A new archive, as the migrations up to {HEAD} make it. Made by make docs; not to be edited.\n\n"
    return head + "".join(f"{statement};\n\n" for statement in statements).rstrip("\n") + "\n"


def migrated(file: Path) -> None:
    """Make an archive by every migration there is."""
    database = Database.open(file)
    try:
        with database.write("test") as connection:
            upgrade(connection)
    finally:
        database.dispose()


def _all() -> list[Table]:
    return list(METADATA.tables.values())


def _module(title: str, classes: str, chosen: list[Table]) -> str:
    types = {type(column.type).__name__ for table in chosen for column in table.columns}
    theirs = sorted({"Column", "MetaData", "Table"} | (types - _OWN_TYPES))
    ours = sorted(types & _OWN_TYPES)
    lines = [
        f'"""{title}, made from `storage.database.{classes}` by ``make docs``; not to be edited.',
        "",
        _NOTE,
        '"""',
        "",
        "from __future__ import annotations",
        "",
        f"from sqlalchemy import {', '.join(theirs)}",
        *(["", f"from storage.database.types import {', '.join(ours)}"] if ours else []),
        "",
        "_METADATA = MetaData()",
    ]
    for table in chosen:
        lines += ["", f"{_NAMES.get(table.name, table.name.upper())} = Table("]
        lines += [f'    "{table.name}",', "    _METADATA,", *map(_column, table.columns), ")"]
    return "\n".join(lines) + "\n"


def _column(column: Column[object]) -> str:
    key = ", primary_key=True" if column.primary_key else ""
    return f'    Column("{column.name}", {type(column.type).__name__}{key}),'


def _dumped(connection: sqlite3.Connection) -> Iterator[str]:
    found = connection.execute("SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid")
    for kind, name, sql in found.fetchall():
        yield sql
        if kind != "table":
            continue
        columns = [row[1] for row in connection.execute(f"PRAGMA table_info({name})")]
        quoted = " || ', ' || ".join(f"quote({column})" for column in columns)
        for (values,) in connection.execute(f"SELECT {quoted} FROM {name}").fetchall():  # noqa: S608  # the schema's own
            yield f"INSERT INTO {name} VALUES ({values})"  # noqa: S608  # as above
