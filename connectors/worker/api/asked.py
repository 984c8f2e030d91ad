"""What a client may ask, and what it may be answered: every command and every result."""

from __future__ import annotations

from connectors.model.book import BookView
from connectors.model.ticker import Ticker
from connectors.model.vault import VaultFacts
from connectors.worker.api import (
    account,
    answers,
    archive,
    audit,
    changing,
    connections,
    market,
    panic,
    parting,
    risk,
    session,
    standing,
    truth,
    vault,
)
from connectors.worker.api.archive import ArchiveFacts, BackedUp

Command = (
    session.Hello
    | session.Attach
    | session.Shutdown
    | connections.AddConnection
    | connections.RemoveConnection
    | connections.TestConnection
    | connections.ListConnections
    | market.OpenPane
    | market.PacePane
    | market.ClosePane
    | market.Watch
    | market.Unwatch
    | market.GetInstruments
    | market.GetTicker
    | market.GetBook
    | market.GetTrades
    | market.GetCandles
    | account.PlaceOrder
    | account.CancelOrder
    | account.CancelOrders
    | account.SetTrading
    | account.GetOrders
    | account.GetFills
    | account.GetPositions
    | account.GetBalances
    | account.Reconcile
    | vault.EditConnection
    | vault.GetVault
    | connections.GetVenues
    | vault.CoverVault
    | vault.LockVault
    | archive.BackUp
    | archive.GetArchive
    | archive.CheckArchive
    | audit.SettleAudit
    | audit.CheckAnchors
    | audit.RetainAudit
    | changing.AmendOrder
    | changing.PlaceList
    | changing.ResolveOrder
    | changing.GetStuck
    | changing.GetOrderHistory
    | standing.GetPositionHistory
    | standing.GetAssets
    | standing.GetStatistics
    | standing.ShowOrder
    | panic.PlanPanic
    | panic.StartPanic
    | panic.GetPanic
    | panic.SetPanicPolicy
    | parting.SetOnDisconnect
    | parting.GetPolicies
    | parting.Part
    | risk.GetRisk
    | risk.SetLimit
    | risk.UnlockLoss
    | truth.CancelNamed
    | truth.GetTotals
)

Result = (
    answers.Done
    | session.Welcome
    | session.Picture
    | connections.ConnectionTested
    | connections.ConnectionList
    | connections.VenueList
    | market.Instruments
    | Ticker
    | BookView
    | market.Trades
    | market.Candles
    | account.OrderAccepted
    | account.Canceling
    | account.Orders
    | account.FillList
    | account.Positions
    | account.Balances
    | VaultFacts
    | vault.VaultOpened
    | vault.SlotKept
    | vault.KeyTried
    | vault.KeyKept
    | vault.SealDifference
    | BackedUp
    | ArchiveFacts
    | archive.ArchiveChecked
    | audit.AnchorsChecked
    | audit.AuditRetained
    | changing.ListAccepted
    | changing.StuckOrders
    | standing.PositionHistory
    | standing.AssetLedger
    | standing.Statistics
    | standing.OrderStory
    | panic.PanicPlan
    | panic.PanicReport
    | parting.Policies
    | risk.RiskFacts
    | truth.Reconciled
    | truth.CancelOutcome
    | truth.Totals
    | answers.Failure
)
