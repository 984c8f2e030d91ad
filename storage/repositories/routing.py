"""Routing: settings by pair, and decisions with what came of them. A decision is added whole and never changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

import msgspec
from sqlalchemy import RowMapping, insert, select, update
from sqlalchemy.dialects.sqlite import insert as put

from connectors.errors import Refused
from connectors.model.ids import AccountId, InstrumentId, OrderId
from connectors.model.routing import RouteCandidate, RoutePart, RoutingDecision, RoutingPolicy, RoutingSettings
from connectors.model.side import Side
from storage.database.engine import Database
from storage.database.routing_tables import ROUTING_DECISIONS, ROUTING_PARTS, ROUTING_SETTINGS

_JSON = msgspec.json.Encoder(decimal_format="string")
_CANDIDATES = msgspec.json.Decoder(tuple[RouteCandidate, ...])
_ACCOUNTS = msgspec.json.Decoder(tuple[UUID, ...])
_NEW_SETTINGS = put(ROUTING_SETTINGS)
_PUT_SETTINGS = _NEW_SETTINGS.on_conflict_do_update(
    index_elements=["scope"],
    set_={name: _NEW_SETTINGS.excluded[name] for name in ("policy", "accounts", "most_parts", "updated_ns")},
)


class RoutingRepository:
    """`connectors.ports.routing.Routing` over the archive's file."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def settings(self) -> Sequence[RoutingSettings]:
        """All of them; that of every other pair first."""
        with self._database.read("routing.settings") as connection:
            found = connection.execute(select(ROUTING_SETTINGS).order_by(ROUTING_SETTINGS.c.scope)).mappings()
            return [_settings(row) for row in found]

    def set(self, settings: RoutingSettings) -> None:
        """Keep the settings of a pair in place of those it had."""
        with self._database.write("routing.set") as connection:
            connection.execute(
                _PUT_SETTINGS,
                {
                    "scope": settings.scope,
                    "policy": settings.policy.value,
                    "accounts": _JSON.encode(settings.accounts).decode(),
                    "most_parts": settings.most_parts,
                    "updated_ns": settings.updated_ns,
                },
            )

    def decide(self, decision: RoutingDecision) -> None:
        """Keep a decision, before any of its parts is sent.

        Raises:
            Refused: Its parts do not sum to its quantity.
        """
        total = sum((part.quantity for part in decision.parts), Decimal(0))
        if total != decision.quantity:
            raise Refused(
                f"The parts of a routed order sum to {total}, not to its {decision.quantity}. Nothing was sent.",
                operation="routing.decide",
            )
        with self._database.write("routing.decide") as connection:
            connection.execute(
                insert(ROUTING_DECISIONS),
                {
                    "id": str(decision.decision_id),
                    "time_ns": decision.time_ns,
                    "policy": decision.policy.value,
                    "base": decision.base,
                    "quote": decision.quote,
                    "side": decision.side.value,
                    "quantity": decision.quantity,
                    "limit_price": decision.limit_price,
                    "reason": decision.reason,
                    "candidates": _JSON.encode(decision.candidates).decode(),
                },
            )
            rows = [_part_columns(decision.decision_id, at, part) for at, part in enumerate(decision.parts, 1)]
            if rows:
                connection.execute(insert(ROUTING_PARTS), rows)

    def came_of(self, decision_id: UUID, position: int, part: RoutePart) -> None:
        """Keep what came of one part: the order it became, and how that ended.

        Raises:
            Refused: There is no such part, or it was of another account or quantity.
        """
        rows = ROUTING_PARTS.c
        columns = _part_columns(decision_id, position, part)
        same = [rows[name] == columns[name] for name in _GIVEN]
        with self._database.write("routing.came_of") as connection:
            values = {name: value for name, value in columns.items() if name not in _GIVEN}
            if connection.execute(update(ROUTING_PARTS).where(*same).values(values)).rowcount != 1:
                raise Refused("There is no such part of a routed order. Nothing was written.", operation="routing")

    def decisions(self, *, limit: int = 200) -> Sequence[RoutingDecision]:
        """Newest first."""
        rows = ROUTING_DECISIONS.c
        query = select(ROUTING_DECISIONS).order_by(rows.time_ns.desc(), rows.id.desc()).limit(limit)
        with self._database.read("routing.decisions") as connection:
            found = connection.execute(query).mappings().all()
            parts: dict[str, list[RoutePart]] = defaultdict(list)
            ids = [row["id"] for row in found]
            asked = select(ROUTING_PARTS).where(ROUTING_PARTS.c.decision_id.in_(ids)).order_by(ROUTING_PARTS.c.position)
            for row in connection.execute(asked).mappings():
                parts[row["decision_id"]].append(_part(row))
            return [_decision(row, tuple(parts[row["id"]])) for row in found]


_GIVEN = ("decision_id", "position", "account", "instrument", "quantity")


def _part_columns(decision_id: UUID, position: int, part: RoutePart) -> dict[str, object]:
    return {
        "decision_id": str(decision_id),
        "position": position,
        "account": str(part.account),
        "instrument": str(part.instrument),
        "quantity": part.quantity,
        "order_id": None if part.order_id is None else str(part.order_id),
        "filled": part.filled,
        "cost": part.cost,
        "outcome": part.outcome,
        "outcome_ns": part.outcome_ns,
    }


def _part(row: RowMapping) -> RoutePart:
    return RoutePart(
        account=AccountId(UUID(row["account"])),
        instrument=InstrumentId.parse(row["instrument"]),
        quantity=row["quantity"],
        order_id=None if row["order_id"] is None else OrderId(UUID(row["order_id"])),
        filled=row["filled"],
        cost=row["cost"],
        outcome=row["outcome"],
        outcome_ns=row["outcome_ns"],
    )


def _settings(row: RowMapping) -> RoutingSettings:
    return RoutingSettings(
        scope=row["scope"],
        policy=RoutingPolicy(row["policy"]),
        updated_ns=row["updated_ns"],
        accounts=tuple(AccountId(account) for account in _ACCOUNTS.decode(row["accounts"])),
        most_parts=row["most_parts"],
    )


def _decision(row: RowMapping, parts: tuple[RoutePart, ...]) -> RoutingDecision:
    return RoutingDecision(
        decision_id=UUID(row["id"]),
        time_ns=row["time_ns"],
        policy=RoutingPolicy(row["policy"]),
        base=row["base"],
        quote=row["quote"],
        side=Side(row["side"]),
        quantity=row["quantity"],
        limit_price=row["limit_price"],
        reason=row["reason"],
        candidates=_CANDIDATES.decode(row["candidates"]),
        parts=parts,
    )
