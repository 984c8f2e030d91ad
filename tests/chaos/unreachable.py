"""Awaits that no scenario reaches, by name, and why. Checked: each exists, and `make soak` reaches none of them."""

from __future__ import annotations

from collections.abc import Mapping

_NOBODY = "the worker asks no venue for this"

UNREACHABLE: Mapping[str, str] = {
    "connectors/venues/binance/changes.py::Changes.amendments#1": _NOBODY,
    "connectors/venues/binance/lists.py::Lists.list_history#1": _NOBODY,
    "connectors/venues/binance/trading.py::BinanceTrading.test#1": _NOBODY,
    "connectors/venues/binance/user.py::_Heir.opened#1": "a planned replacement of the stream: once a day",
    "connectors/worker/follow.py::AccountFollower.open#3": "only where the account was in another life before",
    "connectors/worker/lives.py::with_newest_life#1": "testnets only",
}
