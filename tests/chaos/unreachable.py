"""Awaits that no scenario reaches, by name, and why. Checked: each exists, and `make soak` reaches none of them."""

from __future__ import annotations

from collections.abc import Mapping

_NOBODY = "the worker does not ask a venue this way"
_NEXT_LIFE = "the account's next life, in which these orders are none: tests/worker/test_epochs.py"
_LOCK = "only while the loss lock is shut: tests/engine/test_loss_lock.py"
_BEHIND = "a client that fell behind: tests/worker/test_lanes.py"

UNREACHABLE: Mapping[str, str] = {
    "connectors/venues/binance/changes.py::Changes.amendments#1": _NOBODY,
    "connectors/venues/binance/lists.py::Lists.cancel_list#1": _NOBODY,
    "connectors/venues/binance/lists.py::Lists.list_history#1": _NOBODY,
    "connectors/venues/binance/lists.py::Lists.open_lists#1": _NOBODY,
    "connectors/venues/binance/trading.py::BinanceTrading._newest#1": _NOBODY,
    "connectors/venues/binance/trading.py::BinanceTrading.order_history#1": _NOBODY,
    "connectors/venues/binance/trading.py::BinanceTrading.test#1": _NOBODY,
    "connectors/venues/binance/user.py::_Heir.opened#1": "a planned replacement of the stream: once a day",
    "connectors/worker/asking.py::_Batch._ask_some#1": "a history of more than 5,000 orders",
    "connectors/worker/desk_changes.py::_place_list#6": "the exit of an OTO, read like the other legs",
    "connectors/worker/follow.py::AccountFollower._begin#1": _NEXT_LIFE,
    "connectors/worker/follow.py::AccountFollower._begin#2": _NEXT_LIFE,
    "connectors/worker/follow.py::AccountFollower._begin#3": _NEXT_LIFE,
    "connectors/worker/follow.py::AccountFollower._take_events#2": _NEXT_LIFE,
    "connectors/worker/follow.py::AccountFollower.open#3": _NEXT_LIFE,
    "connectors/worker/keeper.py::Keeper.open#5": "a start with a rescue log: only after a kill that left one",
    "connectors/worker/lives.py::with_newest_life#1": "testnets only",
    "connectors/worker/main.py::serve#2": "an archive that cannot be opened: nothing began",
    "connectors/worker/risk/answers.py::unlock#1": _LOCK,
    "connectors/worker/risk/keeping.py::RiskKeeper.unlock#1": _LOCK,
    "connectors/worker/session.py::Session._write_numbered#1": _BEHIND,
    "connectors/worker/session.py::Session._write_numbered#2": _BEHIND,
    "connectors/worker/worker.py::Worker.stop#12": "closes a file of candles, which the fork server has none of",
}
