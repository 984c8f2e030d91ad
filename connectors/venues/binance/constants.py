"""What Binance spot is called where: hosts, paths, weights (facts §1.1, §3.3), limits assumed until it says its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from connectors.model.ids import Mode
from connectors.wire.limiter import Limit

VENUE = "binance"


@dataclass(frozen=True, slots=True)
class Places:
    """The venue's own hosts of one mode, in order of preference."""

    rest: tuple[str, ...]
    stream: str
    ws_api: str
    more_streams: tuple[str, ...] = ()
    more_ws_apis: tuple[str, ...] = ()


LIVE_PUBLIC = Places(("https://data-api.binance.vision",), "wss://data-stream.binance.vision", "")
"""Market data only: serves no account and no order, and wants no key."""

PLACES: Mapping[Mode, Places] = MappingProxyType(
    {
        Mode.LIVE: Places(
            (
                "https://api.binance.com",
                "https://api-gcp.binance.com",
                "https://api1.binance.com",
                "https://api2.binance.com",
                "https://api3.binance.com",
                "https://api4.binance.com",
            ),
            "wss://stream.binance.com:9443",
            "wss://ws-api.binance.com:443/ws-api/v3",
            ("wss://stream.binance.com:443",),
            ("wss://ws-api.binance.com:9443/ws-api/v3",),
        ),
        Mode.TESTNET: Places(
            ("https://testnet.binance.vision", "https://api1.testnet.binance.vision"),
            "wss://stream.testnet.binance.vision",
            "wss://ws-api.testnet.binance.vision/ws-api/v3",
            ("wss://stream.testnet.binance.vision:9443",),
            ("wss://ws-api.testnet.binance.vision:9443/ws-api/v3",),
        ),
        Mode.DEMO: Places(
            ("https://demo-api.binance.com",),
            "wss://demo-stream.binance.com",
            "wss://demo-ws-api.binance.com/ws-api/v3",
            ("wss://demo-stream.binance.com:9443",),
        ),
        Mode.PAPER: LIVE_PUBLIC,
    }
)

KNOWN_HOSTS: Mapping[str, Mode] = MappingProxyType(
    {
        "api.binance.com": Mode.LIVE,
        "api-gcp.binance.com": Mode.LIVE,
        "api1.binance.com": Mode.LIVE,
        "api2.binance.com": Mode.LIVE,
        "api3.binance.com": Mode.LIVE,
        "api4.binance.com": Mode.LIVE,
        "data-api.binance.vision": Mode.LIVE,
        "stream.binance.com": Mode.LIVE,
        "data-stream.binance.vision": Mode.LIVE,
        "ws-api.binance.com": Mode.LIVE,
        "testnet.binance.vision": Mode.TESTNET,
        "api1.testnet.binance.vision": Mode.TESTNET,
        "stream.testnet.binance.vision": Mode.TESTNET,
        "ws-api.testnet.binance.vision": Mode.TESTNET,
        "demo-api.binance.com": Mode.DEMO,
        "demo-stream.binance.com": Mode.DEMO,
        "demo-ws-api.binance.com": Mode.DEMO,
    }
)

WS_API_PATH = "/ws-api/v3"
STREAM_PATH = "/stream"
"""Combined streams: each frame names its stream, the only safe key for routing (facts §5.1)."""

WEIGHT = "REQUEST_WEIGHT"
ORDERS = "ORDERS"
RAW = "RAW_REQUESTS"

DEFAULT_LIMITS = (
    Limit(WEIGHT, "M", 1, 6000),
    Limit(ORDERS, "S", 10, 50),
    Limit(ORDERS, "D", 1, 160_000),
    Limit(RAW, "M", 5, 61_000),
)
"""The narrower of the documented values, until exchangeInfo tells (facts §3.1)."""

BOOK_DEPTH = 1000
"""Levels of the snapshot a book starts from: weight 50, and more than a terminal shows (facts §5.3)."""

CHECK_DEPTH = 100
"""Levels of the snapshot a book is checked against: weight 5."""

MAX_KLINES = 1000
MAX_TRADES = 1000
MAX_ORDERS = 1000
MAX_DEPTH = 5000

CREATE_WINDOW_MS = 2500
"""How old a create may be when the venue takes it: short, so that a lost one is soon proved dead (DESIGN §5)."""

WINDOW_MS = 5000
"""The same for everything else that is signed."""


def depth_weight(limit: int) -> int:
    """Weight of a depth request (facts §3.3)."""
    for bound, weight in ((100, 5), (500, 25), (1000, 50)):
        if limit <= bound:
            return weight
    return 250
