"""What a worker still does for its clients while the desk is covered: nothing that shows or risks money."""

from __future__ import annotations

from connectors.errors import VaultLocked
from connectors.worker import api
from connectors.worker.secrets import AttachEmbedded, LookAtSeal, OpenVault, Reseal

COVERED = "The desk is covered. Type the passphrase there, or run: tradedesk vault unlock"

ALLOWED: frozenset[type] = frozenset(
    {
        # The link, and the worker's end.
        api.Hello,
        api.Attach,
        api.Shutdown,
        api.Part,
        # Market data, which everybody may see.
        api.OpenPane,
        api.PacePane,
        api.ClosePane,
        api.Watch,
        api.Unwatch,
        api.GetInstruments,
        api.GetTicker,
        api.GetBook,
        api.GetTrades,
        api.GetCandles,
        # Registrations and states, without what is in the accounts.
        api.ListConnections,
        api.GetVenues,
        # The chain, without what its rows say.
        api.SettleAudit,
        api.CheckAnchors,
        # The vault itself.
        api.GetVault,
        api.CoverVault,
        api.LockVault,
        OpenVault,
        LookAtSeal,
        Reseal,
        # What lessens risk, and what keeps the records true.
        api.CancelOrder,
        api.CancelOrders,
        api.CancelNamed,
        api.SetTrading,
        api.Reconcile,
        api.PlanPanic,
        api.StartPanic,
        api.GetPanic,
        # A file that shows nothing here.
        api.BackUp,
        # The embedded exchange: play money.
        AttachEmbedded,
    }
)
"""Whatever is not named here is refused, so that a new command is refused until somebody has thought about it."""


def require_allowed(command: object) -> None:
    """See that a covered worker does this.

    Raises:
        VaultLocked: It does not.
    """
    opens = isinstance(command, api.SetTrading) and command.state is api.TradingState.ACTIVE
    opens = opens or (isinstance(command, api.Reconcile) and (command.detailed or command.account is None))
    if opens or type(command) not in ALLOWED:
        raise VaultLocked(COVERED)
