"""The head of the chain: kept in the vault's anchor, and written down to be kept elsewhere."""

from __future__ import annotations

import re
from dataclasses import dataclass

from connectors.errors import Refused
from storage.audit.chain import ARCHIVE_ID, HASH, Head
from storage.database.engine import Database
from storage.vault.anchor import AuditHead

_SEQ = 8
_WRITTEN = re.compile(rf"(?<![0-9a-fA-F])[0-9a-fA-F]{{{2 * (ARCHIVE_ID + _SEQ + HASH)}}}(?![0-9a-fA-F])")


@dataclass(frozen=True, slots=True)
class KeptHead:
    """A head, and whose."""

    archive_id: bytes
    head: Head


def audit_head(database: Database) -> AuditHead:
    """The newest row, for the vault's anchor (`storage.vault.vault.Vault`); (0, zeros) of an empty chain.

    Raises:
        ArchiveFailed: The file could not be read.
    """
    with database.read("audit.head") as connection:
        found = connection.exec_driver_sql("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1").first()
    return AuditHead() if found is None else AuditHead(found[0], found[1])


def write_head(kept: KeptHead) -> str:
    """A head as 112 hex digits: which archive, which row, its hash."""
    return (kept.archive_id + kept.head.seq.to_bytes(_SEQ, "big") + kept.head.digest).hex()


def read_head(text: str) -> KeptHead:
    """Find the one head in a text, as `write_head` wrote it; anything may stand around it.

    Raises:
        Refused: There is none, or more than one.
    """
    found = set(_WRITTEN.findall(text))
    if len(found) != 1:
        raise Refused(
            f"A head is 112 hex digits, and {len(found) or 'none'} of that length stand here."
            " `tradedesk audit head` prints one."
        )
    data = bytes.fromhex(found.pop())
    seq = int.from_bytes(data[ARCHIVE_ID : ARCHIVE_ID + _SEQ], "big")
    return KeptHead(data[:ARCHIVE_ID], Head(seq, data[ARCHIVE_ID + _SEQ :]))
