"""The chain, pure: how a row, the beginning and an anchor are hashed (SECURITY-SPEC §12).

Integers are big-endian. Every part stands behind its length, so that no two rows read the same.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass

from connectors.model.audit import AuditFact

HASH = 32
ARCHIVE_ID = 16
MAX_U63 = (1 << 63) - 1
"""SQLite keeps no larger integer."""

_ROW = b"tradedesk/audit/1\0"
_GENESIS = b"tradedesk/audit/genesis/1\0"
_ANCHOR = b"tradedesk/audit/anchor/1\0"


@dataclass(frozen=True, slots=True)
class Head:
    """The newest row of a chain; (0, genesis) before the first."""

    seq: int
    digest: bytes


@dataclass(frozen=True, slots=True)
class Row:
    """One chained row."""

    seq: int
    fact: AuditFact
    prev: bytes
    digest: bytes


@dataclass(frozen=True, slots=True)
class Anchor:
    """What is signed: the newest row, and where the chain that is kept begins."""

    seq: int
    digest: bytes
    first_kept_seq: int
    hash_before_first: bytes
    time_us: int
    mac: bytes = b""

    def message(self, archive_id: bytes) -> bytes:
        """The bytes under the MAC."""
        return b"".join(
            (
                _ANCHOR,
                archive_id,
                self.seq.to_bytes(8, "big"),
                self.digest,
                self.first_kept_seq.to_bytes(8, "big"),
                self.hash_before_first,
                self.time_us.to_bytes(8, "big"),
            )
        )


def genesis(archive_id: bytes) -> bytes:
    """What the first row follows: the archive's own, so that no chain continues in another file."""
    return hashlib.sha256(_GENESIS + archive_id).digest()


def digest_of(prev: bytes, seq: int, fact: AuditFact) -> bytes:
    """The hash of a row.

    Raises:
        OverflowError: A number is negative or beyond 64 bits.
    """
    connection = None if fact.connection is None else fact.connection.bytes
    client_order_id = None if fact.client_order_id is None else fact.client_order_id.encode()
    return hashlib.sha256(
        b"".join(
            (
                _ROW,
                prev,
                seq.to_bytes(8, "big"),
                fact.time_us.to_bytes(8, "big"),
                _lp(fact.kind.encode()),
                _opt(connection),
                _lp(fact.operation.encode()),
                _lp(fact.outcome.encode()),
                fact.latency_us.to_bytes(8, "big"),
                _opt(client_order_id),
                _lp(fact.detail),
            )
        )
    ).digest()


def chained(head: Head, fact: AuditFact) -> Row:
    """The row that follows."""
    seq = head.seq + 1
    return Row(seq, fact, head.digest, digest_of(head.digest, seq, fact))


def mac_of(key: bytes | bytearray, message: bytes) -> bytes:
    """The MAC of an anchor's message."""
    return hmac.digest(key, message, "sha256")


def _lp(data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + data


def _opt(data: bytes | None) -> bytes:
    return b"\0" if data is None else b"\1" + _lp(data)
