"""What can happen to the engine. Every input carries its moment: the engine asks no clock."""

from __future__ import annotations

from connectors.engine.inputs.account import BalancesSeen, FillsAnswered, FlowSeen, Snapshot
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

__all__ = [
    "AccountDown",
    "AccountOpened",
    "AccountUp",
    "Answer",
    "AssetsKnown",
    "BalancesSeen",
    "Cancel",
    "ByHand",
    "CancelEnded",
    "CommitFailed",
    "ClockMeasured",
    "Committed",
    "FillsAnswered",
    "FlowSeen",
    "Input",
    "LookUpEnded",
    "MarketNow",
    "Moment",
    "Place",
    "PlaceFailed",
    "Remembered",
    "Reported",
    "Sending",
    "SetTrading",
    "Snapshot",
    "Started",
    "Resolve",
    "RiskKept",
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
    | Tick
)
    | Resolve
    | ClockMeasured
