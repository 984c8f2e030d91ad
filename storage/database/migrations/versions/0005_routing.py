"""How orders are routed, what was decided, and what came of each part."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add routing, empty."""
    op.create_table(
        "routing_settings",
        *(_text("scope"), _text("policy"), _text("accounts"), _whole("most_parts"), _nanos("updated_ns")),
        sa.PrimaryKeyConstraint("scope", name="pk_routing_settings"),
    )
    op.create_table(
        "routing_decisions",
        *(_text("id"), _nanos("time_ns"), _text("policy"), _text("base"), _text("quote"), _text("side")),
        *(_text("quantity"), _text("limit_price", nullable=True), _text("reason"), _text("candidates")),
        sa.PrimaryKeyConstraint("id", name="pk_routing_decisions"),
    )
    op.create_index("ix_routing_decisions_time_ns", "routing_decisions", ["time_ns"])
    op.create_table(
        "routing_parts",
        *(_text("decision_id"), _whole("position"), _text("account"), _text("instrument"), _text("quantity")),
        *(_text("order_id", nullable=True), _text("filled", nullable=True), _text("cost", nullable=True)),
        *(_text("outcome"), _nanos("outcome_ns", nullable=True)),
        sa.PrimaryKeyConstraint("decision_id", "position", name="pk_routing_parts"),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["routing_decisions.id"], name="fk_routing_parts_decision_id_routing_decisions"
        ),
    )
    op.create_index("ix_routing_parts_order_id", "routing_parts", ["order_id"])


def downgrade() -> None:
    """Drop what is known of routing."""
    for table in ("routing_parts", "routing_decisions", "routing_settings"):
        op.drop_table(table)


def _text(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _whole(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Integer(), nullable=False)


def _nanos(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.BigInteger(), nullable=nullable)
