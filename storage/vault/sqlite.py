"""The vault in the archive's file: the one module that reads or writes ``vault_*`` and ``enc_*`` (SECURITY-SPEC §6).

SQLite keeps any type in any column, and a file may be hostile: every value is asked for with its type and its length,
and one that has another leaves SQLite as NULL, not as a gigabyte.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    LargeBinary,
    and_,
    case,
    cast,
    delete,
    func,
    insert,
    null,
    or_,
    select,
    type_coerce,
    update,
)
from sqlalchemy.types import NullType

from connectors.errors import Refused, VaultDamaged
from storage.database.engine import Database
from storage.database.tables import CONNECTIONS, VAULT_HEADER, VAULT_ITEMS, VAULT_SLOTS
from storage.vault.binding import printable
from storage.vault.codec import MAX_BLOB
from storage.vault.contents import MAX_ITEMS, MAX_ROWS, MOST_SLOTS
from storage.vault.field import FIELD_NAMES
from storage.vault.header import PART
from storage.vault.store import Stored, StoredItem, StoredRow

_MAX_TEXT = 4096
_TEXTS = ("venue", "label", "mode", "auth_kind", "origins")
_NUMBERS = ("flags", "generation")
_ENCRYPTED = {name: CONNECTIONS.c[f"enc_{name}"] for name in FIELD_NAMES}


class SqliteVaultStore:
    """`storage.vault.store.VaultStore` in the tables of the archive.

    A connection is registered by `storage.repositories.connections` first; the vault then sets its bound columns and
    its encrypted ones, and marks it as keyed.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def read(self) -> Stored:
        """What is there, in one read transaction that cannot write.

        Raises:
            ArchiveFailed: It could not be read.
            VaultDamaged: A column holds what is of no use there.
        """
        with self._database.read("vault.read") as connection:
            connection.exec_driver_sql("PRAGMA query_only=ON")
            try:
                return _read(connection)
            finally:
                connection.exec_driver_sql("PRAGMA query_only=OFF")

    @contextmanager
    def change(self) -> Iterator[_Change]:
        """A write transaction, committed with ``synchronous=FULL``.

        Raises:
            ArchiveFailed: The file is held by another program, or did not take it; nothing was written.
        """
        with self._database.write("vault.write") as connection:
            yield _Change(connection)

    def forget_old_bytes(self) -> None:
        """Empty the write-ahead log; ``secure_delete`` has overwritten freed pages in the file.

        While a backup reads the log it stays, and the backup empties it at its end: no order waits for that.

        Raises:
            ArchiveFailed: It did not work; what was committed is safe.
        """
        self._database.empty_log_if_free()


class _Change:
    """`storage.vault.store.StoreChange` in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def read(self) -> Stored:
        """What is there now."""
        return _read(self._connection)

    def write(self, before: Stored, after: Stored) -> None:
        """Write what differs; the header and the seal last.

        Raises:
            Refused: A connection is not registered.
        """
        for connection_id in before.rows.keys() - after.rows.keys():
            self._update(connection_id, _NO_KEY)
        for connection_id, row in after.rows.items():
            if before.rows.get(connection_id) != row:
                self._update(connection_id, _columns(row))
        self._replace(VAULT_SLOTS, VAULT_SLOTS.c.id, before.slots, after.slots)
        self._replace(VAULT_ITEMS, VAULT_ITEMS.c.name, before.items, after.items)
        self._connection.execute(delete(VAULT_HEADER))
        self._connection.execute(insert(VAULT_HEADER), {"id": 1, "body": after.header, "seal": after.seal})

    def _update(self, connection_id: str, values: dict[str, Any]) -> None:
        label, columns = values.get("label"), CONNECTIONS.c
        taken = select(columns.id).where(columns.label == label, columns.id != connection_id)
        if label is not None and self._connection.execute(taken).first() is not None:
            raise Refused(
                f"The label {label!r} is taken by another connection. Choose another, or rename that one.",
                operation="vault.write",
            )
        done = self._connection.execute(update(CONNECTIONS).where(CONNECTIONS.c.id == connection_id).values(values))
        if done.rowcount != 1:
            raise Refused(
                "A key belongs to a connection, and this one is not registered. Add it: tradedesk venues add",
                operation="vault.write",
            )

    def _replace(self, table: Any, key: Column[Any], before: Any, after: Any) -> None:
        gone = [name for name in before if before[name] != after.get(name)]
        new = [name for name in after if after[name] != before.get(name)]
        for name in gone:
            self._connection.execute(delete(table).where(key == name))
        for name in new:
            self._connection.execute(insert(table), {key.name: name, **_entry(after[name])})


_NO_KEY: dict[str, Any] = {
    "auth_kind": None,
    "origins": "[]",
    "flags": 0,
    "generation": 0,
    "keyed": False,
    **{f"enc_{name}": None for name in FIELD_NAMES},
}


def _entry(value: bytes | StoredItem) -> dict[str, Any]:
    if isinstance(value, bytes):
        return {"body": value}
    return {"generation": value.generation, "body": value.body}


def _columns(row: StoredRow) -> dict[str, Any]:
    bound = {name: getattr(row, name) for name in (*_TEXTS, *_NUMBERS)}
    return {**bound, "keyed": True, **{f"enc_{name}": row.fields.get(name) for name in FIELD_NAMES}}


def _read(connection: Connection) -> Stored:
    header, seal = _header(connection)
    return Stored(header, seal, _slots(connection), _rows(connection), _items(connection))


def _header(connection: Connection) -> tuple[bytes | None, bytes | None]:
    columns = (_blob(VAULT_HEADER.c.body), _blob(VAULT_HEADER.c.seal))
    found = connection.execute(select(*columns).limit(2)).all()
    if not found:
        return None, None
    if len(found) > 1:
        raise VaultDamaged(PART, "is there more than once")
    return _whole(found[0][0], PART), _whole(found[0][1], "the seal")


def _slots(connection: Connection) -> dict[str, bytes]:
    query = select(_text(VAULT_SLOTS.c.id), _blob(VAULT_SLOTS.c.body)).limit(sum(MOST_SLOTS.values()) + 1)
    return {_whole(name, "a slot"): _whole(body, "a slot") for name, body in connection.execute(query)}


def _items(connection: Connection) -> dict[str, StoredItem]:
    columns = VAULT_ITEMS.c
    query = select(_text(columns.name), _number(columns.generation), _blob(columns.body)).limit(MAX_ITEMS + 1)
    return {
        _whole(name, "an item"): StoredItem(_whole(generation, "an item"), _whole(body, "an item"))
        for name, generation, body in connection.execute(query)
    }


def _rows(connection: Connection) -> dict[str, StoredRow]:
    columns = CONNECTIONS.c
    query = (
        select(
            _text(columns.id),
            *(_text(columns[name]) for name in _TEXTS),
            *(_number(columns[name]) for name in _NUMBERS),
            *(_blob(column) for column in _ENCRYPTED.values()),
            *(column.is_(None) for column in _ENCRYPTED.values()),
        )
        .where(or_(*(column.is_not(None) for column in _ENCRYPTED.values())))
        .limit(MAX_ROWS + 1)
    )
    return dict(_row(tuple(found)) for found in connection.execute(query))


def _row(found: tuple[Any, ...]) -> tuple[str, StoredRow]:
    count = len(FIELD_NAMES)
    bodies, unset = found[-2 * count : -count], found[-count:]
    label = found[1 + _TEXTS.index("label")]
    part = f"connection {printable(label)[:64]}" if label is not None else "a connection"
    plain = [_whole(value, part) for value in found[: -2 * count]]
    fields = {
        name: _whole(body, part)
        for name, body, is_unset in zip(FIELD_NAMES, bodies, unset, strict=True)
        if not is_unset
    }
    named = dict(zip((*_TEXTS, *_NUMBERS), plain[1:], strict=True))
    return plain[0], StoredRow(**named, fields=fields)


def _whole(value: Any, part: str) -> Any:
    if value is None:
        raise VaultDamaged(part, "has a value of the wrong type or size")
    return value


def _only(column: ColumnElement[Any], kind: str, most: int | None) -> ColumnElement[Any]:
    """The column where it is of one SQLite type and not too long, else NULL; read as it is, converted by nobody."""
    fits = [func.typeof(column) == kind]
    if most is not None:
        # As bytes: the length of a text ends at its first NUL.
        fits.append(func.length(cast(column, LargeBinary)) <= most)
    return type_coerce(case((and_(*fits), type_coerce(column, NullType())), else_=null()), NullType())


def _blob(column: ColumnElement[Any]) -> ColumnElement[Any]:
    return _only(column, "blob", MAX_BLOB)


def _text(column: ColumnElement[Any]) -> ColumnElement[Any]:
    return _only(column, "text", _MAX_TEXT)


def _number(column: ColumnElement[Any]) -> ColumnElement[Any]:
    return _only(column, "integer", None)
