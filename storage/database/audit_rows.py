"""The tables of the audit chain (SECURITY-SPEC §12), and what guards them against accidents."""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import DDL, CheckConstraint, Integer, LargeBinary, Text, event
from sqlmodel import Field

from storage.database.base import Row, table_of
from storage.database.triggers import triggers


class AuditArchiveRow(Row, table=True):
    """Which archive this is: 16 random bytes, kept once, from which its audit chain begins."""

    __tablename__ = "audit_archive"
    __table_args__: ClassVar[Any] = (CheckConstraint("id = 1", name="one"),)

    id: int | None = Field(default=None, primary_key=True)
    archive_id: bytes = Field(sa_type=LargeBinary)


class AuditRow(Row, table=True):
    """One link of the audit chain (SECURITY-SPEC §12); triggers refuse to change or delete it."""

    __tablename__ = "audit"

    seq: int = Field(primary_key=True, sa_type=Integer)
    """1, 2, … without a hole; what came before the first that is kept is in the newest anchor."""
    time_us: int = Field(sa_type=Integer)
    kind: str = Field(sa_type=Text)
    connection_id: str | None = Field(default=None, sa_type=Text)
    operation: str = Field(sa_type=Text)
    outcome: str = Field(sa_type=Text)
    latency_us: int = Field(sa_type=Integer)
    client_order_id: str | None = Field(default=None, sa_type=Text)
    detail: bytes = Field(sa_type=LargeBinary)
    """JSON as it was hashed, redacted before."""
    prev: bytes = Field(sa_type=LargeBinary)
    hash: bytes = Field(sa_type=LargeBinary)


class AuditAnchorRow(Row, table=True):
    """What a key of the vault has said of the chain."""

    __tablename__ = "audit_anchor"

    id: int | None = Field(default=None, primary_key=True)
    seq: int = Field(sa_type=Integer)
    hash: bytes = Field(sa_type=LargeBinary)
    first_kept_seq: int = Field(sa_type=Integer)
    hash_before_first: bytes = Field(sa_type=LargeBinary)
    time_us: int = Field(sa_type=Integer)
    mac: bytes = Field(sa_type=LargeBinary)


for _table in (AuditArchiveRow, AuditRow):
    for _statement in triggers(str(_table.__tablename__)).values():
        event.listen(table_of(_table), "after_create", DDL(_statement))  # type: ignore[no-untyped-call]  # SQLAlchemy's
