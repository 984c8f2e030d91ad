"""How orders are routed, what was decided, and what came of each part."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar

from sqlalchemy import Index, Integer, Text
from sqlmodel import Field

from storage.database.base import Row
from storage.database.types import DecimalText, Nanos


class RoutingSettingsRow(Row, table=True):
    """The policy of one pair, or of all others."""

    __tablename__ = "routing_settings"

    scope: str = Field(primary_key=True, sa_type=Text)
    policy: str = Field(sa_type=Text)
    accounts: str = Field(sa_type=Text)
    """JSON list, in the user's order."""
    most_parts: int = Field(sa_type=Integer)
    updated_ns: int = Field(sa_type=Nanos)


class RoutingDecisionRow(Row, table=True):
    """One decision; never changed."""

    __tablename__ = "routing_decisions"
    __table_args__: ClassVar[Any] = (Index(None, "time_ns"),)

    id: str = Field(primary_key=True, sa_type=Text)
    time_ns: int = Field(sa_type=Nanos)
    policy: str = Field(sa_type=Text)
    base: str = Field(sa_type=Text)
    quote: str = Field(sa_type=Text)
    side: str = Field(sa_type=Text)
    quantity: Decimal = Field(sa_type=DecimalText)
    limit_price: Decimal | None = Field(default=None, sa_type=DecimalText)
    reason: str = Field(sa_type=Text)
    candidates: str = Field(sa_type=Text)
    """JSON list of `connectors.model.routing.RouteCandidate`: what was seen, chosen or not."""


class RoutingPartRow(Row, table=True):
    """What one account was given; its outcome is added once."""

    __tablename__ = "routing_parts"
    __table_args__: ClassVar[Any] = (Index(None, "order_id"),)

    decision_id: str = Field(primary_key=True, foreign_key="routing_decisions.id", sa_type=Text)
    position: int = Field(primary_key=True, sa_type=Integer)
    """1, 2, … as they were sent."""
    account: str = Field(sa_type=Text)
    instrument: str = Field(sa_type=Text)
    quantity: Decimal = Field(sa_type=DecimalText)
    order_id: str | None = Field(default=None, sa_type=Text)
    filled: Decimal | None = Field(default=None, sa_type=DecimalText)
    cost: Decimal | None = Field(default=None, sa_type=DecimalText)
    outcome: str = Field(sa_type=Text)
    outcome_ns: int | None = Field(default=None, sa_type=Nanos)
