"""Awaits that no scenario reaches, by name, and why. Checked: each exists, and `make soak` reaches none of them."""

from __future__ import annotations

from collections.abc import Mapping

_NOBODY = "the worker does not ask a venue this way"
_NEXT_LIFE = "a wiped venue; of a simulated one a worker that begins cannot know: tests/worker/test_epochs.py"
_BEHIND = "a client that fell behind: tests/worker/test_lanes.py"

UNREACHABLE: Mapping[str, str] = {
    "connectors/venues/binance/changes.py::Changes.amendments#1": _NOBODY,
    "connectors/venues/binance/lists.py::Lists.cancel_list#1": _NOBODY,
    "connectors/venues/binance/lists.py::Lists.list_history#1": _NOBODY,
    "connectors/venues/binance/lists.py::Lists.open_lists#1": _NOBODY,
    "connectors/venues/binance/trading.py::BinanceTrading._newest#1": _NOBODY,
    "connectors/venues/binance/trading.py::BinanceTrading.order_history#1": _NOBODY,
    "connectors/venues/binance/trading.py::BinanceTrading.test#1": _NOBODY,
    "connectors/venues/binance/gate.py::Gate.probe#1": "a venue at several addresses: tests/wire/test_hosts.py",
    "connectors/worker/asking.py::_Batch._ask_some#1": "a history of more than 5,000 orders",
    "connectors/worker/follow.py::AccountFollower._begin#1": _NEXT_LIFE,
    "connectors/worker/follow.py::AccountFollower._begin#2": _NEXT_LIFE,
    "connectors/worker/follow.py::AccountFollower._begin#3": _NEXT_LIFE,
    "connectors/worker/follow.py::AccountFollower._take_events#2": _NEXT_LIFE,
    "connectors/worker/follow.py::AccountFollower.open#3": _NEXT_LIFE,
    "connectors/worker/recall.py::fills_of#1": _NEXT_LIFE,
    "connectors/worker/recall.py::fills_of#2": _NEXT_LIFE,
    "connectors/worker/lives.py::with_newest_life#1": "testnets only",
    "connectors/worker/main.py::serve#2": "an archive that cannot be opened: nothing began",
    "connectors/worker/session.py::Session._write_numbered#2": _BEHIND,
    "connectors/worker/worker.py::Worker.stop#12": "closes a file of candles, which the fork server has none of",
}
