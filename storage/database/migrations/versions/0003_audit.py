"""The audit chain, which archive it belongs to, and its anchors."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the chain, empty."""
    op.create_table(
        "audit_archive",
        _whole("id"),
        _blob("archive_id"),
        sa.PrimaryKeyConstraint("id", name="pk_audit_archive"),
        sa.CheckConstraint("id = 1", name=op.f("ck_audit_archive_one")),
    )
    op.create_table(
        "audit",
        *(_whole("seq"), _whole("time_us"), _text("kind"), _text("connection_id", nullable=True)),
        *(_text("operation"), _text("outcome"), _whole("latency_us"), _text("client_order_id", nullable=True)),
        *(_blob("detail"), _blob("prev"), _blob("hash")),
        sa.PrimaryKeyConstraint("seq", name="pk_audit"),
    )
    op.create_table(
        "audit_anchor",
        *(_whole("id"), _whole("seq"), _blob("hash"), _whole("first_kept_seq"), _blob("hash_before_first")),
        *(_whole("time_us"), _blob("mac")),
        sa.PrimaryKeyConstraint("id", name="pk_audit_anchor"),
    )
    for table in ("audit", "audit_archive"):
        for what in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{what.lower()} BEFORE {what} ON {table}"
                f" BEGIN SELECT RAISE(ABORT, '{table} is only ever added to'); END"
            )


def downgrade() -> None:
    """Drop the chain; its triggers go with it."""
    for table in ("audit_anchor", "audit", "audit_archive"):
        op.drop_table(table)


def _whole(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Integer(), nullable=False)


def _text(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _blob(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.LargeBinary(), nullable=False)
