"""The beginning of the chain, exported and deleted (SECURITY-SPEC §12): whole prefixes only, up to a signed row.

What is left begins behind a row that the vault's key has signed, and a RETENTION row says where the rest went.
"""

from __future__ import annotations

import hmac
import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

from sqlalchemy import Connection

from connectors.errors import Refused
from connectors.model.audit import AuditFact, AuditKind, AuditOutcome
from connectors.model.secret import SecretBytes
from storage.audit.chain import mac_of
from storage.audit.strict import ROW_COLUMNS, anchor_of
from storage.database.triggers import triggers

LEAST_DAYS = 90
MOST_ROWS = 50_000
"""Rows of one retention: it has the archive to itself, and an order's commit waits for it (some hundred ms)."""

_DAY_US = 86_400_000_000
_NS_IN_US = 1_000
_OLDEST_ORDERS = (
    "SELECT min(created_ns) FROM orders WHERE working"
    " UNION ALL SELECT min(json_extract(record, '$.created_ns')) FROM order_events"
    " WHERE number > ifnull((SELECT number FROM journal_checkpoint), 0)"
)
"""Of those that still work, and of all that the checkpoint has not followed: whether these work it cannot tell."""


@dataclass(frozen=True, slots=True)
class Prefix:
    """Rows that may go."""

    first: int
    to: int
    """The last of them; an anchor has signed it."""
    digest: bytes
    """Its hash."""

    @property
    def count(self) -> int:
        """How many they are: no row is missing between."""
        return self.to - self.first + 1


@dataclass(frozen=True, slots=True)
class Exported:
    """A prefix that lies in a file now."""

    to: int
    digest: bytes
    sha256: bytes
    """Of the file."""


def prefix(driver: sqlite3.Connection, days: int, now_us: int) -> Prefix | None:
    """What is older than so many days, begins the chain, ends at an anchor and is about no order that still works.

    Args:
        driver: A transaction.
        days: At least `LEAST_DAYS`.
        now_us: Wall time in µs.

    Returns:
        None where nothing may go. At most `MOST_ROWS` rows.

    Raises:
        Refused: Too few days.
    """
    if days < LEAST_DAYS:
        raise Refused(
            f"The audit is kept for at least {LEAST_DAYS} days, and {days} were asked for. Nothing was changed."
        )
    first = driver.execute("SELECT min(seq) FROM audit").fetchone()[0]
    if first is None:
        return None
    until_us = now_us - days * _DAY_US
    for (oldest_ns,) in driver.execute(_OLDEST_ORDERS):
        if oldest_ns is not None:
            until_us = min(until_us, oldest_ns // _NS_IN_US)
    end = first + MOST_ROWS
    # A clock that was set back makes later rows older: the first young one ends the prefix, whatever follows it.
    young = driver.execute("SELECT min(seq) FROM audit WHERE seq < ? AND time_us >= ?", (end, until_us)).fetchone()[0]
    found = driver.execute(
        "SELECT a.seq, a.hash FROM audit_anchor a JOIN audit r ON r.seq = a.seq AND r.hash = a.hash"
        " WHERE a.seq >= ? AND a.seq < ? ORDER BY a.seq DESC LIMIT 1",
        (first, end if young is None else young),
    ).fetchone()
    return None if found is None else Prefix(first, found[0], found[1])


def exported_lines(driver: sqlite3.Connection, what: Prefix) -> Iterator[bytes]:
    """The rows of a prefix, one JSON object a line; hashes in hex, the detail as the text that was hashed."""
    query = f"SELECT {', '.join(ROW_COLUMNS)} FROM audit WHERE seq <= ? ORDER BY seq"  # noqa: S608  # names of ours
    for row in driver.execute(query, (what.to,)):
        named = dict(zip(ROW_COLUMNS, row, strict=True))
        named["detail"] = named["detail"].decode()
        named["prev"], named["hash"] = named["prev"].hex(), named["hash"].hex()
        yield json.dumps(named, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def require_removable(
    driver: sqlite3.Connection, key: SecretBytes, archive_id: bytes, exported: Exported, days: int, now_us: int
) -> Prefix:
    """See, in the transaction that deletes, that what was exported may go.

    Raises:
        Refused: It may not, or no anchor of the vault's key stands at its end.
    """
    allowed = prefix(driver, days, now_us)
    row = driver.execute("SELECT hash FROM audit WHERE seq = ?", (exported.to,)).fetchone()
    signed = (
        anchor_of(raw)
        for raw in driver.execute(
            "SELECT seq, hash, first_kept_seq, hash_before_first, time_us, mac FROM audit_anchor WHERE seq = ?",
            (exported.to,),
        ).fetchall()
    )
    genuine = any(
        anchor is not None
        and anchor.digest == exported.digest
        and hmac.compare_digest(mac_of(key.buffer, anchor.message(archive_id)), anchor.mac)
        for anchor in signed
    )
    if allowed is None or exported.to > allowed.to or row is None or row[0] != exported.digest or not genuine:
        raise Refused("These rows are not the ones that may go, or were not signed. Nothing was deleted.")
    return Prefix(allowed.first, exported.to, exported.digest)


def told(what: Prefix, exported: Exported, now_us: int) -> AuditFact:
    """The RETENTION row."""
    facts = {
        "from": what.first,
        "to": what.to,
        "hash_to": what.digest.hex(),
        "count": what.count,
        "export_sha256": exported.sha256.hex(),
    }
    detail = json.dumps(facts, separators=(",", ":")).encode()
    return AuditFact(now_us, AuditKind.RETENTION, "audit.retain", AuditOutcome.DONE, detail=detail)


def delete(connection: Connection, what: Prefix) -> None:
    """Delete a prefix; the triggers are gone for that long, inside this transaction alone."""
    driver = cast("sqlite3.Connection", connection.connection.driver_connection)
    for name in triggers("audit"):
        driver.execute(f"DROP TRIGGER {name}")
    driver.execute("DELETE FROM audit WHERE seq <= ?", (what.to,))
    # The anchor at its end stays: it has signed the hash that the rest begins behind.
    driver.execute("DELETE FROM audit_anchor WHERE seq < ?", (what.to,))
    for statement in triggers("audit").values():
        driver.execute(statement)
