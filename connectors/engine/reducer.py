"""The engine's one door: ``step(state, input) → (state, effects)``."""

from __future__ import annotations

from collections.abc import Callable
from decimal import localcontext
from typing import Any

from connectors.engine import (
    amending,
    canceling,
    committed,
    inputs,
    leaving,
    lists,
    lookup,
    placing,
    reconcile,
    replacing,
    reporting,
    resolving,
    start,
)
from connectors.engine.changing import follow_changes
from connectors.engine.draft import Draft
from connectors.engine.effects import Effect
from connectors.engine.expiry import expire_due
from connectors.engine.positions import WIDE
from connectors.engine.risk import watching
from connectors.engine.state import State

_HANDLERS: dict[type[inputs.Input], Callable[[Draft, Any], None]] = {
    inputs.Started: start.on_started,
    inputs.Remembered: reporting.on_remembered,
    inputs.AccountOpened: start.on_account_opened,
    inputs.AccountUp: start.on_account_up,
    inputs.AccountDown: start.on_account_down,
    inputs.AssetsKnown: start.on_assets_known,
    inputs.Place: placing.on_place,
    inputs.Committed: committed.on_committed,
    inputs.CommitFailed: committed.on_commit_failed,
    inputs.Sending: leaving.on_sending,
    inputs.PlaceFailed: placing.on_place_failed,
    inputs.Reported: reporting.on_reported,
    inputs.Cancel: canceling.on_cancel,
    inputs.CancelEnded: canceling.on_cancel_ended,
    inputs.LookUpEnded: lookup.on_look_up_ended,
    inputs.FillsAnswered: reporting.on_fills_answered,
    inputs.BalancesSeen: reconcile.on_balances_seen,
    inputs.FlowSeen: reconcile.on_flow_seen,
    inputs.Snapshot: reconcile.on_snapshot,
    inputs.SetTrading: start.on_set_trading,
    inputs.Tick: lookup.on_tick,
    inputs.Amend: amending.on_amend,
    inputs.AmendEnded: amending.on_amend_ended,
    inputs.ChangeSending: amending.on_change_sending,
    inputs.ReplaceEnded: replacing.on_replace_ended,
    inputs.PlaceList: lists.on_place_list,
    inputs.ListEnded: lists.on_list_ended,
    inputs.ListLookedUp: lists.on_list_looked_up,
    inputs.RiskKept: watching.on_risk_kept,
    inputs.LimitChanged: watching.on_limit_changed,
    inputs.MarksSeen: watching.on_marks_seen,
    inputs.LossUnlocked: watching.on_loss_unlocked,
    inputs.Resolve: resolving.on_resolve,
    inputs.ClockMeasured: resolving.on_clock_measured,
    inputs.LedgerKept: reconcile.on_ledger_kept,
}


def step(state: State, happened: inputs.Input) -> tuple[State, tuple[Effect, ...]]:
    """What the desk makes of one thing that happened.

    Pure: the same state and input give the same result; ``state`` is not changed.

    Args:
        state: Before.
        happened: With its moment.

    Returns:
        The state after, and what is to be done, in order.
    """
    draft = Draft(state, happened.at)
    with localcontext(WIDE):
        _HANDLERS[type(happened)](draft, happened)
        watching.follow(draft)
        follow_changes(draft, happened)
        expire_due(draft)
    return draft.finish()
