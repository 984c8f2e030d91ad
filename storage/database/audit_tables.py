"""Tables of the audit chain, made from `storage.database.audit_rows` by ``make docs``; not to be edited.

The names, types and keys that statements need; indexes, constraints and defaults are in the classes.
"""

from __future__ import annotations

from sqlalchemy import Column, Integer, LargeBinary, MetaData, Table, Text

_METADATA = MetaData()

AUDIT_ARCHIVE = Table(
    "audit_archive",
    _METADATA,
    Column("id", Integer, primary_key=True),
    Column("archive_id", LargeBinary),
)

AUDIT = Table(
    "audit",
    _METADATA,
    Column("seq", Integer, primary_key=True),
    Column("time_us", Integer),
    Column("kind", Text),
    Column("connection_id", Text),
    Column("operation", Text),
    Column("outcome", Text),
    Column("latency_us", Integer),
    Column("client_order_id", Text),
    Column("detail", LargeBinary),
    Column("prev", LargeBinary),
    Column("hash", LargeBinary),
)

AUDIT_ANCHORS = Table(
    "audit_anchor",
    _METADATA,
    Column("id", Integer, primary_key=True),
    Column("seq", Integer),
    Column("hash", LargeBinary),
    Column("first_kept_seq", Integer),
    Column("hash_before_first", LargeBinary),
    Column("time_us", Integer),
    Column("mac", LargeBinary),
)
