"""What every fault must do to every kind of call, written before any of it was run.

A row is a fault, its columns are the endpoint classes. Each cell says what the venue does (as its log will tell it) and
what the client must see, and why. The reasons are those of the contract: D5 and D6 are DESIGN §5 and §6, ports is
``connectors/ports``, B, D, E, F, H and N are REQUIREMENTS, § is the fact sheet on Binance. A cell is never bent to what
a connector does: where one differs, its test is marked as expected to fail, with the difference.
"""

from __future__ import annotations

from typing import Any

from contract.fault_cells import NOTHING_HAPPENED, OK, READS, REST, STREAMS, WRITES, Call, Cell, Nothing, Stream

FAULTS: dict[str, dict[str, Any]] = {
    "latency": {"kind": "latency", "low_ms": 20, "high_ms": 60, "seed": 3},
    "answer too late": {"kind": "latency", "low_ms": 900, "answer": True},
    "answer dropped": {"kind": "drop_answer"},
    "reset before": {"kind": "reset"},
    "reset after": {"kind": "reset", "accepted": True},
    "500 before": {"kind": "error", "status": 500, "code": -1000},
    "503 after": {"kind": "error", "status": 503, "code": -1007, "accepted": True},
    "page 200": {"kind": "html", "status": 200},
    "page 403": {"kind": "html", "status": 403},
    "page 502": {"kind": "html", "status": 502},
    "page 502 after": {"kind": "html", "status": 502, "accepted": True},
    "429": {"kind": "throttle", "status": 429, "retry_after_s": 1},
    "418": {"kind": "throttle", "status": 418, "retry_after_s": 120},
    "clock ahead": {"kind": "clock", "shift_ms": 60_000},
    "clock behind": {"kind": "clock", "shift_ms": -60_000},
    "connections dropped": {"kind": "drop_stream", "how": "reset"},
    "connections closed": {"kind": "drop_stream", "how": "close"},
    "silence": {"kind": "stall"},
    "silence after": {"kind": "stall", "accepted": True},
    "dead silence": {"kind": "stall", "pings": False},
    "half open": {"kind": "half_open"},
    "half open after": {"kind": "half_open", "accepted": True},
    "gap": {"kind": "gap"},
    "duplicate": {"kind": "duplicate"},
    "reorder": {"kind": "reorder"},
    "late events": {"kind": "late_events", "low_ms": 100, "high_ms": 200},
    "missing events": {"kind": "missing_events", "times": 2, "events": ["executionReport"]},
    "cancel only": {"kind": "status", "symbol": "BTCUSDT", "status": "CANCEL_ONLY"},
    "halt": {"kind": "status", "symbol": "BTCUSDT", "status": "HALT"},
    "tick size": {"kind": "filters", "symbol": "BTCUSDT", "tick": "0.10"},
    "maintenance": {"kind": "maintenance"},
    "shutdown": {"kind": "shutdown", "close_after_ms": 2_000},
    "wiped": {"kind": "restart"},
    "refused": {"kind": "refuse", "code": -1104},
}
"""As the control path takes them; those that can hit several classes are armed on the cell's own."""

_RETRIED = "B3: a transient failure of an idempotent call is tried again"
_LOST = "ports, D5: bytes left and no answer came: Unknown, never Rejected, never sent again"
_LOST_CANCEL = "ports: no answer came to a cancel: Unknown; H6: the status before stands"
_5XX = "§1.5, D5: 5xx says nothing of the outcome"
_SOCKET = "it is a fault of connections and what streams over them"


def _lost(accepted: bool) -> dict[str, Cell]:
    """A request whose answer never comes."""
    read = Call(accepted, False, (OK,), _RETRIED, requests=2)
    return {
        "public": read,
        "query": read,
        "create": Call(accepted, False, ("Unknown",), _LOST),
        "cancel": Call(accepted, False, ("Unknown",), _LOST_CANCEL),
        "cancel_all": Call(accepted, False, ("Unknown",), _LOST_CANCEL),
        "ws_order": Call(accepted, False, ("no answer",), "the request was taken and nothing came back"),
    }


def _5xx(status: int, accepted: bool) -> dict[str, Cell]:
    """An answer that tells nothing."""
    read = Call(accepted, True, (OK,), _RETRIED, requests=2, status=status)
    write = Call(accepted, True, ("Unknown",), _5XX, status=status)
    socket = Call(accepted, True, (f"status {status}",), "§1.5: status has HTTP meaning", status=status)
    return {"public": read, "query": read, **dict.fromkeys(WRITES, write), "ws_order": socket}


def _every_rest(cell: Call) -> dict[str, Cell]:
    return dict.fromkeys(REST, cell)


def _streams_only(market: Cell, user: Cell) -> dict[str, Cell]:
    return {**dict.fromkeys((*REST, "ws_order"), Nothing(_SOCKET)), "market_stream": market, "user_stream": user}


_UNTOUCHED = Call(None, None, (OK,), "the fault does not reach this class")
_DISTURBED = ("GAP", "RESYNC", "STALE")
_STILL = Stream((), "liveness is judged by arrival (DESIGN §4)", never=_DISTURBED)
_EVENT = Stream(("REPORT",), "the order's event comes", never=("DOWN",))
_BACK = Stream(("GAP", "LIVE"), "E2: an unplanned drop is an honest GAP, then the book stands again", anew=True)
_BACK_USER = Stream(("DOWN", "UP"), "ports.account: Down, and Up after the reconnect", anew=True)
_REFUSED_AT_THE_DOOR = Stream(
    ("GAP", "LIVE"), "E2: a handshake that fails is tried again with back-off until it stands", anew=True
)
_REFUSED_AT_THE_DOOR_USER = Stream(
    ("DOWN", "UP"), "E2: a handshake that fails is tried again with back-off until it stands", anew=True
)
_DOOR: dict[str, Cell] = {"market_stream": _REFUSED_AT_THE_DOOR, "user_stream": _REFUSED_AT_THE_DOOR_USER}
"""The connection is cut and the fault waits for the next handshake."""


def _gate(status: int, saw: tuple[str, ...], why: str, read: tuple[str, ...] | None = None) -> dict[str, Cell]:
    """A refusal that precedes the exchange."""
    write = Call(False, True, saw, why, status=status)
    return {
        **dict.fromkeys(READS, Call(False, True, read or saw, why, requests=None, status=status)),
        **dict.fromkeys(WRITES, write),
        "ws_order": Call(False, True, (f"status {status}",), "§1.5", status=status),
    }


def _clock(why: str) -> dict[str, Cell]:
    """-1021 precedes the engine: re-sync once, then once more (B4, D5)."""
    again = Call(False, True, (OK,), why, requests=2, status=400)
    return {
        "public": _UNTOUCHED,
        **dict.fromkeys(("query", *WRITES), again),
        "market_stream": _STILL,
        "user_stream": _EVENT,
        "ws_order": Call(False, True, ("code -1021",), "§2.2", status=400),
    }


_THROTTLED = "§3.1, B6: nothing happened; come back after Retry-After"
_BANNED = "§3.1, B6: 418 closes the venue until Retry-After has passed"
_CLOSED = "§7.1: 'Market is closed.' is MarketClosed, whatever code it comes with"
_DOWN = "§7.1: -1016 is the exchange being down; D6: Unavailable, nothing happened"
_PAGE = "P10: a page is no protocol: Malformed, and the connection stays up"
_PAGE_WRITE = "D5: what cannot be read is no evidence of either outcome: Unknown"
_WAF = "§3.1: 403 is the firewall's, before the exchange: nothing happened"
_SILENT = "E3: silence past the time-out is found and the connection replaced"

CELLS: dict[str, dict[str, Cell]] = {
    "latency": {
        **_every_rest(Call(True, True, (OK,), "slow is not failed", status=200)),
        "market_stream": Stream((), "late frames in order are no gap (§5.3)", never=_DISTURBED),
        "user_stream": _EVENT,
        "ws_order": Call(True, True, ("status 200",), "slow is not failed", status=200),
    },
    "answer too late": {
        **_streams_only(Nothing("a stream answers nothing"), Nothing("a stream answers nothing")),
        **dict.fromkeys(READS, Call(True, True, (OK,), _RETRIED, requests=2, status=200)),
        **dict.fromkeys(WRITES, Call(True, True, ("Unknown",), "D5: a time-out leads to Unknown", status=200)),
        "ws_order": Call(True, True, ("status 200",), "whoever waits gets it", status=200),
    },
    "answer dropped": _lost(True) | _DOOR,
    "reset before": _lost(False) | _DOOR,
    "reset after": _lost(True) | _DOOR,
    "500 before": _5xx(500, False) | _DOOR,
    "503 after": _5xx(503, True) | _DOOR,
    "page 200": {
        **dict.fromkeys(READS, Call(False, True, ("Malformed",), _PAGE, status=200)),
        **dict.fromkeys(WRITES, Call(False, True, ("Unknown",), _PAGE_WRITE, status=200)),
        **_DOOR,
        "ws_order": Call(False, True, ("page",), "§1.5: no frame of the protocol", status=200),
    },
    "page 403": {
        **_gate(403, NOTHING_HAPPENED, _WAF, (*NOTHING_HAPPENED, "Malformed")),
        **_DOOR,
        "ws_order": Call(False, True, ("page",), "§1.5: no frame of the protocol", status=403),
    },
    "page 502": {
        **_5xx(502, False),
        **_DOOR,
        "ws_order": Call(False, True, ("page",), "§1.5: no frame of the protocol", status=502),
    },
    "page 502 after": {
        **_5xx(502, True),
        **_DOOR,
        "ws_order": Call(True, True, ("page",), "§1.5: no frame of the protocol", status=502),
    },
    "429": {**_gate(429, ("Throttled",), _THROTTLED, ("Throttled", OK)), **_DOOR},
    "418": {
        **_gate(418, ("Throttled",), _BANNED),
        "market_stream": Stream(
            ("RESYNC",), "§3.1: the address is banned; B6: nothing before that has passed", ("LIVE",)
        ),
        "user_stream": Stream(("DOWN",), "§3.1: the address is banned; B6: nothing before that has passed", ("UP",)),
    },
    "clock ahead": _clock("B4: a clock error re-syncs once and retries once; D5: -1021 precedes the engine"),
    "clock behind": _clock("B4: a clock error re-syncs once and retries once; D5: -1021 precedes the engine"),
    "connections dropped": _streams_only(_BACK, _BACK_USER),
    "connections closed": _streams_only(_BACK, _BACK_USER),
    "silence": {
        **_lost(False),
        "market_stream": Stream(("RESYNC", "LIVE"), _SILENT, anew=True),
        "user_stream": Stream(
            (), "an account to which nothing happens is as silent: only look-ups tell (P27)", never=("REPORT",)
        ),
    },
    "silence after": {**_lost(True), **dict.fromkeys(STREAMS, Nothing("a stream accepts nothing"))},
    "dead silence": {
        **_lost(False),
        "market_stream": Stream(("STALE", "LIVE"), _SILENT, anew=True),
        "user_stream": Stream(("DOWN", "UP"), "E3: pings are not answered: unhealthy, replaced", anew=True),
    },
    "half open": {
        **_lost(False),
        "market_stream": Stream(("STALE", "LIVE"), _SILENT, anew=True),
        "user_stream": Stream(("DOWN", "UP"), "E3: pings are not answered: unhealthy, replaced", anew=True),
    },
    "half open after": {**_lost(True), **dict.fromkeys(STREAMS, Nothing("a stream accepts nothing"))},
    "gap": _streams_only(
        Stream(("RESYNC", "LIVE"), "§5.3 step 6, E6: a gap throws the book away", never=("GAP",)),
        Nothing("account events have no sequence"),
    ),
    "duplicate": _streams_only(
        Stream((), "§5.3 step 6: u at or below the book's is ignored", never=_DISTURBED),
        Stream(("REPORT",), "E4: an event told twice is one event (execution id)", never=("DOWN",)),
    ),
    "reorder": _streams_only(
        Stream(("RESYNC", "LIVE"), "§5.3 step 6: the successor comes first, which is a gap", never=("GAP",)),
        Nothing("account events have no sequence"),
    ),
    "late events": _streams_only(Nothing(_SOCKET), _EVENT),
    "missing events": _streams_only(
        Nothing(_SOCKET),
        Stream((), "there is no replay (§1.3): only a look-up tells (P27)", never=("REPORT", "DOWN")),
    ),
    "cancel only": {
        **dict.fromkeys(READS, _UNTOUCHED),
        "create": Call(False, True, ("MarketClosed",), _CLOSED, status=400, then="status CANCEL_ONLY"),
        "cancel": Call(None, None, (OK,), "§4.2: CANCEL_ONLY takes cancels"),
        "cancel_all": Call(None, None, (OK,), "§4.2: CANCEL_ONLY takes cancels"),
        **dict.fromkeys(STREAMS, Nothing("a market that stands still says nothing, of itself neither")),
        "ws_order": Call(False, True, ("code -1013",), "§7.1", status=400),
    },
    "halt": {
        **dict.fromkeys(READS, _UNTOUCHED),
        **dict.fromkeys(WRITES, Call(False, True, ("MarketClosed",), _CLOSED, status=400)),
        "create": Call(False, True, ("MarketClosed",), _CLOSED, status=400, then="status HALT"),
        **dict.fromkeys(STREAMS, Nothing("a market that stands still says nothing, of itself neither")),
        "ws_order": Call(False, True, ("code -1013",), "§7.1", status=400),
    },
    "tick size": {
        **dict.fromkeys(READS, _UNTOUCHED),
        "create": Call(False, True, ("InvalidOrder",), "§7.1: PRICE_FILTER; F3", status=400, then="tick 0.1"),
        "cancel": Call(None, None, (OK,), "DESIGN §4: old orders stay off the grid and can be cancelled"),
        "cancel_all": Call(None, None, (OK,), "DESIGN §4: old orders stay off the grid and can be cancelled"),
        "market_stream": Stream((), "DESIGN §4: the book's keys are texts, not ticks", never=_DISTURBED),
        "user_stream": Nothing("nothing is said of it there"),
        "ws_order": Call(False, True, ("code -1013",), "§7.1", status=400),
    },
    "maintenance": {
        **_gate(400, ("Unavailable",), _DOWN),
        "market_stream": Stream(("RESYNC",), "A7: unavailable while it lasts", never=("LIVE",)),
        "user_stream": Stream(("DOWN",), "A7: unavailable while it lasts", never=("UP",)),
        "ws_order": Call(None, None, ("no connection",), "cut, and not let in again"),
    },
    "shutdown": _streams_only(
        Stream((), "§3.2: open a new connection first, then close the old one (E4)", ("GAP", "STALE"), anew=True),
        Stream(
            ("REPORT",), "§3.2, E4: the other takes over; what happens after the end is heard", ("DOWN",), anew=True
        ),
    ),
    "wiped": {
        "public": Call(None, None, (OK,), "market data goes on", requests=None),
        "query": Call(None, None, ("OrderNotFound",), "N5: its orders are gone (§1.1); keys survive", requests=None),
        "create": Call(None, None, (OK,), "keys survive a testnet's wipe (§1.1)"),
        "cancel": Call(None, None, ("OrderNotFound",), "§4.4: -2011, there is no such order any more"),
        "cancel_all": Call(None, None, (OK,), "§4.4: nothing is open, which is no failure"),
        "market_stream": _BACK,
        "user_stream": Stream(("DOWN", "UP", "EPOCH"), "N5, ports: epoch() is new after a wipe", anew=True),
        "ws_order": Call(None, None, ("no answer",), "every socket is cut"),
    },
    "refused": {
        **dict.fromkeys(
            REST, Call(False, True, ("Rejected",), "§7.1: a bad request; ports: a definitive refusal", status=400)
        ),
        "market_stream": Nothing("market streams refuse nothing"),
        "user_stream": Nothing("the codes are those of requests"),
        "ws_order": Call(False, True, ("code -1104",), "§7.1", status=400),
    },
}
