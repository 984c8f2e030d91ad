"""What can happen to the engine. Every input carries its moment: the engine asks no clock."""

from __future__ import annotations

from connectors.engine.inputs.account import BalancesSeen, FillsAnswered, FlowSeen, LedgerKept, Snapshot
from connectors.engine.inputs.changing import (
    Amend,
    AmendEnded,
    ChangeSending,
    ListEnded,
    ListLookedUp,
    PlaceList,
    ReplaceEnded,
)
from connectors.engine.inputs.control import SetTrading, Tick
from connectors.engine.inputs.doubt import ByHand, ClockMeasured, Resolve
from connectors.engine.inputs.life import AccountDown, AccountOpened, AccountUp, AssetsKnown, Remembered, Started
from connectors.engine.inputs.moment import Moment, Trading
from connectors.engine.inputs.orders import (
    Answer,
    Cancel,
    CancelEnded,
    CommitFailed,
    Committed,
    LookUpEnded,
    MarketNow,
    Place,
    PlaceFailed,
    Reported,
    Sending,
)
from connectors.engine.inputs.risk import LimitChanged, LossUnlocked, MarksSeen, RiskKept

__all__ = [
    "AccountDown",
    "AccountOpened",
    "AccountUp",
    "Amend",
    "AmendEnded",
    "Answer",
    "AssetsKnown",
    "BalancesSeen",
    "ByHand",
    "Cancel",
    "CancelEnded",
    "ChangeSending",
    "ClockMeasured",
    "CommitFailed",
    "Committed",
    "FillsAnswered",
    "FlowSeen",
    "Input",
    "LedgerKept",
    "LimitChanged",
    "ListEnded",
    "ListLookedUp",
    "LookUpEnded",
    "LossUnlocked",
    "MarketNow",
    "MarksSeen",
    "Moment",
    "Place",
    "PlaceFailed",
    "PlaceList",
    "Remembered",
    "ReplaceEnded",
    "Reported",
    "Resolve",
    "RiskKept",
    "Sending",
    "SetTrading",
    "Snapshot",
    "Started",
    "Tick",
    "Trading",
]

Input = (
    Started
    | Remembered
    | AccountOpened
    | AccountUp
    | AccountDown
    | AssetsKnown
    | Place
    | Committed
    | CommitFailed
    | Sending
    | PlaceFailed
    | Reported
    | Cancel
    | CancelEnded
    | LookUpEnded
    | FillsAnswered
    | BalancesSeen
    | FlowSeen
    | Snapshot
    | SetTrading
    | RiskKept
    | LimitChanged
    | MarksSeen
    | LossUnlocked
    | Tick
    | Amend
    | AmendEnded
    | ChangeSending
    | ReplaceEnded
    | PlaceList
    | ListEnded
    | ListLookedUp
    | Resolve
    | ClockMeasured
    | LedgerKept
)
