"""Rows and anchors as they lie in the file, read strictly: a value of another type or spelling is no row of ours."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from connectors.model.audit import AuditFact, AuditKind
from connectors.model.ids import AccountId
from storage.audit.chain import HASH, MAX_U63, Anchor, Row

ROW_COLUMNS = (
    *("seq", "time_us", "kind", "connection_id", "operation", "outcome", "latency_us", "client_order_id"),
    *("detail", "prev", "hash"),
)
ANCHOR_COLUMNS = ("seq", "hash", "first_kept_seq", "hash_before_first", "time_us", "mac")


def row_of(raw: tuple[Any, ...]) -> Row | None:
    """A row from its columns; None where one of them is not as this desk writes it."""
    seq, time_us, kind, connection, operation, outcome, latency_us, client_order_id, detail, prev, digest = raw
    whole = (
        _counts(seq, time_us, latency_us)
        and _says(kind, operation, outcome)
        and (client_order_id is None or _says(client_order_id))
        and isinstance(detail, bytes)
        and _hashes(prev, digest)
    )
    account = _account(connection)
    if not whole or (account is None and connection is not None):
        return None
    # A later release may know more kinds than this one: any word is hashed.
    fact = AuditFact(time_us, cast("AuditKind", kind), operation, outcome, latency_us, account, client_order_id, detail)
    return Row(seq, fact, prev, digest)


def anchor_of(raw: tuple[Any, ...]) -> Anchor | None:
    """An anchor from its columns; None where one of them is not as this desk writes it."""
    seq, digest, first_kept_seq, before, time_us, mac = raw
    if not (_counts(seq, first_kept_seq, time_us) and first_kept_seq >= 1 and _hashes(digest, before, mac)):
        return None
    return Anchor(seq, digest, first_kept_seq, before, time_us, mac)


def _account(text: object) -> AccountId | None:
    if not isinstance(text, str):
        return None
    try:
        account = UUID(text)
    except ValueError:
        return None
    return AccountId(account) if str(account) == text else None


def _counts(*values: object) -> bool:
    return all(type(value) is int and 0 <= value <= MAX_U63 for value in values)


def _says(*values: object) -> bool:
    return all(isinstance(value, str) and (value.isascii() or _whole(value)) for value in values)


def _whole(text: str) -> bool:
    """What is no UTF-8 comes out of the file with half letters in it."""
    return not any("\ud800" <= letter <= "\udfff" for letter in text)


def _hashes(*values: object) -> bool:
    return all(isinstance(value, bytes) and len(value) == HASH for value in values)
