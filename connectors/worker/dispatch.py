"""One handler per command: which, and in what order they may come."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

from connectors.errors import Refused, TradedeskError
from connectors.worker import (
    api,
    audit_answers,
    copies,
    desk_changes,
    desk_ledger,
    desk_lists,
    desk_orders,
    desk_panic,
    desk_statistics,
    desk_stuck,
    desk_venues,
    parting,
    queries,
    venue_facts,
)
from connectors.worker.keys import frames, keeping
from connectors.worker.log import logger
from connectors.worker.panes import Pane, Watcher
from connectors.worker.risk import answers as risk_answers
from connectors.worker.secrets import RecoveryMade, SecretFrame, wipe

if TYPE_CHECKING:
    from connectors.worker.session import Session
    from connectors.worker.worker import Worker


Handler = Callable[["Worker", Any], Awaitable[api.Result]]
Local = Callable[["Worker", "Session", Any], api.Result]


async def answer(worker: Worker, session: Session, command: object) -> api.Result | RecoveryMade:
    """Do a command of a client.

    Args:
        worker: The worker.
        session: Whose command it is.
        command: One of `api.Command`, or a frame of `connectors.worker.secrets`.

    Raises:
        TradedeskError: It could not be done; the sentence says why.
    """
    if isinstance(command, api.Hello):
        return _hello(worker, session, command)
    try:
        _admit(worker, session, command)
    except TradedeskError:
        if isinstance(command, SecretFrame):
            wipe(command)
        raise
    if isinstance(command, SecretFrame):
        return await frames.take(worker, session, command)
    local = _LOCAL.get(type(command))
    if local is not None:
        return local(worker, session, command)
    return await _HANDLERS[type(command)](worker, command)


def _admit(worker: Worker, session: Session, command: object) -> None:
    """See that this command may come now.

    Raises:
        Refused: The client has not greeted.
        VaultLocked: The desk is covered, and the command shows or risks money.
    """
    if not session.greeted:
        raise Refused("This client has not said hello in this worker's protocol.")
    worker.keys.require_uncovered(command)
    if isinstance(command, api.PlaceOrder | api.PlaceList | api.AmendOrder):
        worker.require_serving()


def _hello(worker: Worker, session: Session, hello: api.Hello) -> api.Result:
    if hello.protocol != api.PROTOCOL:
        raise Refused(
            f"This worker speaks protocol {api.PROTOCOL}, the client {hello.protocol}. "
            "Close every desk, wait a few seconds, and start again."
        )
    session.greeted, session.client = True, hello.client
    logger().info("client", name=hello.client)
    return api.Welcome(os.getpid(), worker.started_ns, _version())


def _version() -> str:
    try:
        return version("tradedesk")
    except PackageNotFoundError:
        return "unpacked"


def _attach(_worker: Worker, session: Session, _command: api.Attach) -> api.Result:
    return session.attach()


def _shutdown(worker: Worker, _session: Session, _command: api.Shutdown) -> api.Result:
    worker.ask_to_stop()
    return api.Done()


def _open_pane(worker: Worker, session: Session, command: api.OpenPane) -> api.Result:
    worker.roster.get(command.account)
    find = partial(worker.roster.get, command.account)
    session.open_pane(command.pane, Pane(command, find, session.wake, worker.supervisor, worker.clock))
    return api.Done()


def _pace_pane(_worker: Worker, session: Session, command: api.PacePane) -> api.Result:
    lane = session.pane_lane(command.pane)
    if lane is not None:
        lane.pace(command.rate_hz)
        session.wake()
    return api.Done()


def _close_pane(_worker: Worker, session: Session, command: api.ClosePane) -> api.Result:
    session.close_pane(command.pane)
    return api.Done()


def _watch(worker: Worker, session: Session, command: api.Watch) -> api.Result:
    if command.kind is api.PaneKind.CANDLES and command.interval is None:
        raise Refused("A watch of candles needs an interval, such as 1m.")
    worker.roster.get(command.account)
    find = partial(worker.roster.get, command.account)
    session.open_watch(command.watch, Watcher(command, find, session.wake, worker.supervisor, worker.clock))
    return api.Done()


def _unwatch(_worker: Worker, session: Session, command: api.Unwatch) -> api.Result:
    session.close_watch(command.watch)
    return api.Done()


_LOCAL: dict[type, Local] = {
    api.Attach: _attach,
    api.Part: parting.part,
    api.Shutdown: _shutdown,
    api.OpenPane: _open_pane,
    api.PacePane: _pace_pane,
    api.ClosePane: _close_pane,
    api.Watch: _watch,
    api.Unwatch: _unwatch,
}
"""Commands about the link itself: done at once, in the order in which they came."""

_HANDLERS: dict[type, Handler] = {
    api.AddConnection: desk_venues.add,
    api.RemoveConnection: desk_venues.remove,
    api.TestConnection: desk_venues.test,
    api.ListConnections: desk_venues.list_all,
    api.GetVenues: venue_facts.get_venues,
    api.GetInstruments: queries.instruments,
    api.GetTicker: queries.ticker,
    api.GetBook: queries.book,
    api.GetTrades: queries.trades,
    api.GetCandles: queries.candles,
    api.PlaceOrder: desk_orders.place,
    api.AmendOrder: desk_changes.amend,
    api.PlaceList: desk_changes.place_list,
    api.CancelOrder: desk_orders.cancel,
    api.CancelOrders: desk_orders.cancel_many,
    api.SetTrading: desk_orders.set_trading,
    api.GetOrders: desk_lists.orders,
    api.GetFills: desk_lists.fills,
    api.GetStatistics: desk_statistics.statistics,
    api.ShowOrder: desk_statistics.show,
    api.GetPositions: desk_orders.positions,
    api.GetBalances: desk_orders.balances,
    api.GetRisk: risk_answers.get,
    api.SetLimit: risk_answers.set_limit,
    api.UnlockLoss: risk_answers.unlock,
    api.Reconcile: desk_stuck.reconcile,
    api.GetStuck: desk_stuck.stuck,
    api.ResolveOrder: desk_stuck.resolve,
    api.CancelNamed: desk_stuck.cancel_named,
    api.GetAssets: desk_ledger.assets,
    api.GetPositionHistory: desk_ledger.history,
    api.GetTotals: desk_ledger.totals,
    api.PlanPanic: desk_panic.plan,
    api.StartPanic: desk_panic.start,
    api.GetPanic: desk_panic.get,
    api.SetPanicPolicy: desk_panic.set_policy,
    api.SetOnDisconnect: parting.set_policy,
    api.GetPolicies: parting.policies,
    api.EditConnection: keeping.edit,
    api.GetVault: frames.facts,
    api.CoverVault: frames.cover,
    api.LockVault: frames.lock,
    api.BackUp: copies.back_up,
    api.GetArchive: copies.facts,
    api.CheckArchive: copies.check,
    api.SettleAudit: audit_answers.settle,
    api.CheckAnchors: audit_answers.check,
    api.RetainAudit: audit_answers.retain,
}
