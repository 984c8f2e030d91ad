"""Frozen commands and events between the worker and its clients (the desk and every ``tradedesk`` command).

A client sends commands and gets one reply each: a result of the type named in the command's docstring, or a `Failure`.
Beside the replies the worker pushes events in three lanes (DESIGN §3): *latest-wins* (pane pushes), *every update,
bounded, drops counted* (watches) and *never-drop* (numbered events). Nothing in this module is ever a secret:
credentials cross in an out-of-band frame of the link (`connectors.worker.link`).
"""

from __future__ import annotations

from connectors.model.book import BookView
from connectors.model.ticker import Ticker
from connectors.model.vault import VaultFacts, VaultState
from connectors.worker.api.account import (
    Balances,
    Canceling,
    CancelOrder,
    CancelOrders,
    FillList,
    GetBalances,
    GetFills,
    GetOrders,
    GetPositions,
    OrderAccepted,
    Orders,
    PlaceOrder,
    Positions,
    Reconcile,
    SetTrading,
)
from connectors.worker.api.answers import Done, Failure, FailureKind, TradingState
from connectors.worker.api.archive import (
    ArchiveChecked,
    ArchiveFacts,
    BackedUp,
    BackUp,
    CheckArchive,
    GetArchive,
    LastBackup,
    RestoredFrom,
)
from connectors.worker.api.audit import AnchorsChecked, AuditRetained, CheckAnchors, RetainAudit, SettleAudit
from connectors.worker.api.connections import (
    Ability,
    AddConnection,
    ConnectionList,
    ConnectionTested,
    GetVenues,
    ListConnections,
    RemoveConnection,
    TestConnection,
    VenueFacts,
    VenueList,
)
from connectors.worker.api.events import (
    Alert,
    AlertLevel,
    AlertRaised,
    BalancesChanged,
    ConnectionChanged,
    FillRecorded,
    InstrumentChanged,
    Numbered,
    NumberedEvent,
    OrderChanged,
    PositionChanged,
    TradingChanged,
    VaultChanged,
)
from connectors.worker.api.market import (
    BookPushed,
    CandlePushed,
    Candles,
    CandlesPushed,
    ClosePane,
    GapPushed,
    GetBook,
    GetCandles,
    GetInstruments,
    GetTicker,
    GetTrades,
    Instruments,
    OpenPane,
    PacePane,
    PaneFailed,
    PaneKind,
    TickerPushed,
    Trades,
    TradesPushed,
    Unwatch,
    Watch,
    WatchPushed,
)
from connectors.worker.api.session import PROTOCOL, Attach, Hello, Picture, Shutdown, Welcome
from connectors.worker.api.vault import (
    CoverVault,
    EditConnection,
    GetVault,
    KeyKept,
    KeyTried,
    LockVault,
    SealDifference,
    SlotKept,
    VaultOpened,
)

__all__ = [
    "PROTOCOL",
    "Ability",
    "AddConnection",
    "Alert",
    "AlertLevel",
    "AlertRaised",
    "AnchorsChecked",
    "ArchiveChecked",
    "ArchiveFacts",
    "Attach",
    "AuditRetained",
    "BackUp",
    "BackedUp",
    "Balances",
    "BalancesChanged",
    "BookPushed",
    "CancelOrder",
    "CancelOrders",
    "Canceling",
    "CandlePushed",
    "Candles",
    "CandlesPushed",
    "CheckAnchors",
    "CheckArchive",
    "ClosePane",
    "Command",
    "ConnectionChanged",
    "ConnectionList",
    "ConnectionTested",
    "CoverVault",
    "Done",
    "EditConnection",
    "Event",
    "Failure",
    "FailureKind",
    "FillList",
    "FillRecorded",
    "GapPushed",
    "GetArchive",
    "GetBalances",
    "GetBook",
    "GetCandles",
    "GetFills",
    "GetInstruments",
    "GetOrders",
    "GetPositions",
    "GetTicker",
    "GetTrades",
    "GetVault",
    "GetVenues",
    "Hello",
    "InstrumentChanged",
    "Instruments",
    "KeyKept",
    "KeyTried",
    "LastBackup",
    "ListConnections",
    "LockVault",
    "Numbered",
    "NumberedEvent",
    "OpenPane",
    "OrderAccepted",
    "OrderChanged",
    "Orders",
    "PacePane",
    "PaneEvent",
    "PaneFailed",
    "PaneKind",
    "Picture",
    "PlaceOrder",
    "PositionChanged",
    "Positions",
    "Reconcile",
    "RemoveConnection",
    "RestoredFrom",
    "Result",
    "RetainAudit",
    "SealDifference",
    "SetTrading",
    "SettleAudit",
    "Shutdown",
    "SlotKept",
    "TestConnection",
    "TickerPushed",
    "Trades",
    "TradesPushed",
    "TradingChanged",
    "TradingState",
    "Unwatch",
    "VaultChanged",
    "VaultFacts",
    "VaultOpened",
    "VaultState",
    "VenueFacts",
    "VenueList",
    "Watch",
    "WatchPushed",
    "Welcome",
]

PaneEvent = BookPushed | TickerPushed | CandlesPushed | CandlePushed | TradesPushed | GapPushed | PaneFailed
Event = PaneEvent | WatchPushed | Numbered

Command = (
    Hello
    | Attach
    | Shutdown
    | AddConnection
    | RemoveConnection
    | TestConnection
    | ListConnections
    | OpenPane
    | PacePane
    | ClosePane
    | Watch
    | Unwatch
    | GetInstruments
    | GetTicker
    | GetBook
    | GetTrades
    | GetCandles
    | PlaceOrder
    | CancelOrder
    | CancelOrders
    | SetTrading
    | GetOrders
    | GetFills
    | GetPositions
    | GetBalances
    | Reconcile
    | EditConnection
    | GetVault
    | GetVenues
    | CoverVault
    | LockVault
    | BackUp
    | GetArchive
    | CheckArchive
    | SettleAudit
    | CheckAnchors
    | RetainAudit
)

Result = (
    Done
    | Welcome
    | Picture
    | ConnectionTested
    | ConnectionList
    | VenueList
    | Instruments
    | Ticker
    | BookView
    | Trades
    | Candles
    | OrderAccepted
    | Canceling
    | Orders
    | FillList
    | Positions
    | Balances
    | VaultFacts
    | VaultOpened
    | SlotKept
    | KeyTried
    | KeyKept
    | SealDifference
    | BackedUp
    | ArchiveFacts
    | ArchiveChecked
    | AnchorsChecked
    | AuditRetained
    | Failure
)
