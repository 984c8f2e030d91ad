"""The audit chain in the archive's file: rows are only ever added, by whoever has the file to himself.

Written through the driver, below SQLAlchemy: a row goes into the same commit as an order's intent, and stands between
the key press and the wire.
"""

from __future__ import annotations

import hmac
import os
import sqlite3
from collections.abc import Sequence
from typing import cast

from sqlalchemy import Connection, insert, select

from connectors.errors import Refused
from connectors.model.audit import AuditFact
from connectors.model.secret import SecretBytes
from storage.audit.chain import ARCHIVE_ID, Anchor, Head, chained, genesis, mac_of
from storage.audit.head import KeptHead
from storage.audit.head_file import HeadFile
from storage.audit.retention import Exported, delete, require_removable, told
from storage.database.audit_tables import AUDIT_ANCHORS
from storage.database.engine import Database

_HEAD = "SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1"
_ADD = (
    "INSERT INTO audit (seq, time_us, kind, connection_id, operation, outcome, latency_us, client_order_id, detail,"
    " prev, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_NEWEST = select(AUDIT_ANCHORS).order_by(AUDIT_ANCHORS.c.seq.desc(), AUDIT_ANCHORS.c.id.desc()).limit(1)


def append_audit(connection: Connection | sqlite3.Connection, facts: Sequence[AuditFact]) -> Head | None:
    """Chain facts inside a write transaction of the caller's; the head is read in it, so that no chain forks.

    Args:
        connection: The transaction (``BEGIN IMMEDIATE``).
        facts: In the order in which they are chained; none is no work.

    Returns:
        The newest row; None when there was nothing to add.
    """
    if not facts:
        return None
    driver = _driver(connection)
    head = head_of(driver)
    rows = []
    for fact in facts:
        row = chained(head, fact)
        head = Head(row.seq, row.digest)
        account = None if fact.connection is None else str(fact.connection)
        rows.append(
            (
                *(row.seq, fact.time_us, fact.kind.value, account, fact.operation, fact.outcome, fact.latency_us),
                *(fact.client_order_id, fact.detail, row.prev, row.digest),
            )
        )
    driver.executemany(_ADD, rows)
    return head


def head_of(connection: Connection | sqlite3.Connection) -> Head:
    """The newest row, inside a transaction; that of an empty chain is (0, genesis), and its archive is named then."""
    driver = _driver(connection)
    newest = driver.execute(_HEAD).fetchone()
    if newest is not None:
        return Head(newest[0], newest[1])
    return Head(0, genesis(_archive_id(driver)))


class AuditRepository:
    """`connectors.ports.audit.AuditChain` over the archive's file, and what else is asked of the chain there."""

    def __init__(self, database: Database, heads: HeadFile | None = None) -> None:
        """Do nothing yet.

        Args:
            database: The archive's file.
            heads: Where the head of each anchor is written too, if anywhere.
        """
        self._database = database
        self._heads = heads
        self._key: SecretBytes | None = None

    def hold(self, key: SecretBytes) -> None:
        """Take over the vault's key for anchors; kept while the desk is covered."""
        self.drop_key()
        self._key = key

    def drop_key(self) -> None:
        """Overwrite the key; may be called twice."""
        if self._key is not None:
            self._key.close()
            self._key = None

    @property
    def holds_key(self) -> bool:
        """Whether anchors can be made."""
        return self._key is not None

    def append(self, facts: Sequence[AuditFact]) -> Head | None:
        """Chain facts in a transaction of their own."""
        with self._database.write("audit.append") as connection:
            return append_audit(connection, facts)

    def head(self) -> Head:
        """The newest row; (0, genesis) while there is none."""
        with self._database.write("audit.head") as connection:
            return head_of(connection)

    def archive_id(self) -> bytes:
        """Which archive this is; named now where it has no name yet."""
        with self._database.write("audit.archive") as connection:
            return _archive_id(_driver(connection))

    def anchor(self, time_us: int) -> bool:
        """Sign the newest row; False where no key is here, or the newest row is signed already."""
        if self._key is None:
            return False
        with self._database.write("audit.anchor") as connection:
            signed = write_anchor(connection, self._key, time_us)
            kept = KeptHead(_archive_id(_driver(connection)), head_of(connection))
        if signed and self._heads is not None:
            self._heads.add(kept, time_us)
        return signed

    def retain(self, to: int, digest: bytes, export_sha256: bytes, days: int, time_us: int) -> int:
        """See `connectors.ports.audit.AuditChain.retain`."""
        key = self._key
        if key is None:
            raise Refused("What is left is signed with the vault's key: open the vault first, tradedesk vault unlock")
        exported = Exported(to, digest, export_sha256)
        with self._database.write("audit.retain") as connection:
            driver = _driver(connection)
            what = require_removable(driver, key, _archive_id(driver), exported, days, time_us)
            append_audit(connection, (told(what, exported, time_us),))
            delete(connection, what)
            write_anchor(connection, key, time_us, start=(what.to + 1, what.digest))
        return what.count

    def genuine(self, macs: tuple[tuple[bytes, bytes], ...]) -> tuple[bool, ...] | None:
        """Whether anchors were signed with the vault's key; None while it is not here."""
        if self._key is None:
            return None
        key = self._key.buffer
        return tuple(hmac.compare_digest(mac_of(key, message), mac) for message, mac in macs)


def write_anchor(
    connection: Connection, key: SecretBytes, time_us: int, *, start: tuple[int, bytes] | None = None
) -> bool:
    """Sign the newest row, inside a write transaction of the caller's.

    Args:
        connection: The transaction.
        key: The vault's.
        time_us: Wall time in µs.
        start: First kept row and the hash before it, when retention has just moved it.

    Returns:
        Whether there was anything new to sign.
    """
    driver = _driver(connection)
    head = head_of(driver)
    newest = connection.execute(_NEWEST).mappings().first()
    if start is None:
        if newest is not None and newest["seq"] == head.seq:
            return False
        start = (1, genesis(_archive_id(driver)))
        if newest is not None:
            start = (newest["first_kept_seq"], newest["hash_before_first"])
    anchor = Anchor(head.seq, head.digest, *start, time_us)
    connection.execute(
        insert(AUDIT_ANCHORS),
        {
            "seq": anchor.seq,
            "hash": anchor.digest,
            "first_kept_seq": anchor.first_kept_seq,
            "hash_before_first": anchor.hash_before_first,
            "time_us": time_us,
            "mac": mac_of(key.buffer, anchor.message(_archive_id(driver))),
        },
    )
    return True


def _driver(connection: Connection | sqlite3.Connection) -> sqlite3.Connection:
    if isinstance(connection, sqlite3.Connection):
        return connection
    return cast("sqlite3.Connection", connection.connection.driver_connection)


def _archive_id(driver: sqlite3.Connection) -> bytes:
    found = driver.execute("SELECT archive_id FROM audit_archive").fetchone()
    if found is not None:
        return cast("bytes", found[0])
    made = os.urandom(ARCHIVE_ID)
    driver.execute("INSERT INTO audit_archive (id, archive_id) VALUES (1, ?)", (made,))
    return made
