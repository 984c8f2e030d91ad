"""The state of everything as of one number, for a client that comes late or fell behind."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from connectors.engine.state import State
from connectors.model.connection import Connection, ConnectionStatus
from connectors.model.fill import RecordedFill
from connectors.model.ids import AccountId
from connectors.model.order import Order
from connectors.model.vault import VaultFacts, VaultState
from connectors.worker import api

FINISHED_SHOWN = 200
FILLS_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Pictured:
    """What the engine does not know."""

    number: int
    time_ns: int
    connections: tuple[Connection, ...]
    statuses: tuple[ConnectionStatus, ...]
    fills: tuple[RecordedFill, ...]
    """Newest last."""
    alerts: tuple[api.Alert, ...]
    vault: VaultFacts = field(default_factory=VaultFacts)


def locked_away(vault: VaultFacts, connections: Iterable[Connection]) -> set[AccountId]:
    """Accounts of which nothing is shown but their orders: their key is in a vault that is locked."""
    if vault.state is not VaultState.LOCKED:
        return set()
    return {connection.account for connection in connections if connection.keyed and not connection.embedded}


def newest_first(state: State) -> list[Order]:
    """Every order known, newest first."""
    return sorted(state.orders.values(), key=lambda order: (order.created_ns, order.order_id), reverse=True)


def picture(state: State, around: Pictured) -> api.Picture:
    """Put the engine's state and the rest of the worker together.

    While the desk is covered, without any money; while the vault is locked, without that of connections it has keys of.
    """
    if around.vault.state is VaultState.COVERED:
        return _covered(state, around)
    registered = {connection.account for connection in around.connections}
    seen = registered - locked_away(around.vault, around.connections)
    unseen = registered - seen
    finished = 0
    shown: list[Order] = []
    for order in newest_first(state):
        if order.working and order.account not in registered:
            continue
        if not order.working:
            finished += 1
            if finished > FINISHED_SHOWN:
                continue
        shown.append(order)
    return api.Picture(
        number=around.number,
        time_ns=around.time_ns,
        trading=api.TradingState(state.trading),
        trading_reason=state.trading_reason,
        trading_since_ns=state.trading_since_ns,
        connections=around.connections,
        statuses=around.statuses,
        orders=tuple(shown),
        positions=tuple(position for (account, _), position in state.positions.items() if account in seen),
        balances=tuple(
            balance
            for account, kept in state.balances.items()
            if account in seen
            for balance in kept.values()
            if balance.total
        ),
        fills=tuple(fill for fill in reversed(around.fills) if fill.account not in unseen)[:FILLS_SHOWN],
        alerts=around.alerts,
        vault=around.vault,
    )


def _covered(state: State, around: Pictured) -> api.Picture:
    """What stands, without any money."""
    return api.Picture(
        number=around.number,
        time_ns=around.time_ns,
        trading=api.TradingState(state.trading),
        trading_reason=state.trading_reason,
        trading_since_ns=state.trading_since_ns,
        connections=around.connections,
        statuses=around.statuses,
        orders=(),
        positions=(),
        balances=(),
        fills=(),
        vault=around.vault,
    )


def positions(state: State, account: AccountId | None) -> api.Positions:
    """Positions that are not flat."""
    return api.Positions(
        tuple(
            position
            for (owner, _instrument), position in state.positions.items()
            if position.quantity and (account is None or owner == account)
        )
    )
