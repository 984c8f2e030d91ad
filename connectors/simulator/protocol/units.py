"""Times in microseconds, for who asks for them (§2.2): the same answers, every time multiplied."""

from __future__ import annotations

from typing import Any

from connectors.simulator.protocol.errors import ApiError

_MICROS = 1000
_NAMES = frozenset(
    {
        "serverTime",
        "time",
        "updateTime",
        "transactTime",
        "transactionTime",
        "workingTime",
        "trailingTime",
        "openTime",
        "closeTime",
        "timestamp",
        "authorizedSince",
        "connectedSince",
        "T",
    }
)
"""Fields of REST and WebSocket API answers that are times; T is aggTrades' one."""
_TOLD = {
    "trade": "T",
    "aggTrade": "T",
    "blockTrade": "T",
    "avgPrice": "T",
    "24hrTicker": "OC",
    "1hTicker": "OC",
    "4hTicker": "OC",
    "1dTicker": "OC",
    "referencePrice": "t",
    "executionReport": "TOWD",
    "outboundAccountPosition": "u",
    "balanceUpdate": "T",
    "externalLockUpdate": "T",
    "listStatus": "T",
}
"""Events' times beside E: a letter means another thing in another event."""
_KLINE_WIDTH = 12
_CLOSE = 6


def wants_micros(unit: str | None) -> bool:
    """Whether a time unit asks for microseconds; -1194 for a word that is none (§2.2)."""
    if unit is None or unit in {"MILLISECOND", "millisecond"}:
        return False
    if unit in {"MICROSECOND", "microsecond"}:
        return True
    raise ApiError(-1194, "Invalid value for time unit; expected either MICROSECOND or MILLISECOND.")


def in_micros(value: Any) -> Any:
    """What a stream or the account says, in µs: an event, or an array of them."""
    if isinstance(value, list):
        return [in_micros(one) for one in value]
    if not isinstance(value, dict):
        return value
    found = dict(value)
    for key in ("E", *_TOLD.get(value.get("e", ""), "")):
        if isinstance(found.get(key), int):
            found[key] = _scaled(found[key])
    if isinstance(bar := found.get("k"), dict):
        found["k"] = bar | {"t": _scaled(bar["t"]), "T": _ended(bar["T"])}
    return found


def answer_in_micros(value: Any) -> Any:
    """An answer, in µs: rows of klines by their places, everything else by the names of its fields."""
    if isinstance(value, dict):
        return {name: _field(name, one) for name, one in value.items()}
    if isinstance(value, list):
        if len(value) == _KLINE_WIDTH and isinstance(value[0], int):
            return [_scaled(value[0]), *value[1:_CLOSE], _ended(value[_CLOSE]), *value[_CLOSE + 1 :]]
        return [answer_in_micros(one) for one in value]
    return value


def _field(name: str, value: Any) -> Any:
    if name in _NAMES and isinstance(value, int):
        return _scaled(value)
    return answer_in_micros(value)


def _scaled(time_ms: int) -> int:
    """-1 stands for no time, in either unit."""
    return time_ms * _MICROS if time_ms > 0 else time_ms


def _ended(time_ms: int) -> int:
    """The last µs that belongs to a bar, not the first of its last ms."""
    return time_ms * _MICROS + _MICROS - 1
