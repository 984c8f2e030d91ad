"""Binance's frames as they lie on the wire (facts §1.4, §5.2), in the venue's one-letter names.

Decoding picks the event by its ``e``; words from enumerations stay text, as in `connectors.venues.binance.schemas`.
"""

from __future__ import annotations

from decimal import Decimal
from typing import get_args

import msgspec

from connectors.venues.binance.schemas import Pairs, Problem, RateLimit

# --- market streams ------------------------------------------------------------------------------------------------


class DepthEvent(msgspec.Struct, gc=False, tag_field="e", tag="depthUpdate"):
    """``<s>@depth@100ms``."""

    U: int
    u: int
    b: Pairs
    a: Pairs


class TradeEvent(msgspec.Struct, gc=False, tag_field="e", tag="trade"):
    """``<s>@trade``."""

    t: int
    p: str
    q: str
    T: int
    m: bool


class KlineBody(msgspec.Struct, gc=False):
    """The candle inside a kline event."""

    t: int
    T: int
    o: Decimal
    h: Decimal
    l: Decimal  # noqa: E741  # the venue's name
    c: Decimal
    v: Decimal
    q: Decimal
    n: int
    x: bool


class KlineEvent(msgspec.Struct, gc=False, tag_field="e", tag="kline"):
    """``<s>@kline_<i>``."""

    k: KlineBody
    E: int = 0


class TickerEvent(msgspec.Struct, gc=False, tag_field="e", tag="24hrTicker"):
    """``<s>@ticker``."""

    E: int
    p: Decimal
    P: Decimal
    c: Decimal
    o: Decimal
    h: Decimal
    l: Decimal  # noqa: E741  # the venue's name
    v: Decimal
    q: Decimal
    b: Decimal = Decimal(0)
    a: Decimal = Decimal(0)


class QuoteEvent(msgspec.Struct, gc=False):
    """``<s>@bookTicker``: names no kind and no time, so only its stream's name tells what it is."""

    u: int
    b: Decimal
    B: Decimal
    a: Decimal
    A: Decimal


class ShutdownEvent(msgspec.Struct, gc=False, tag_field="e", tag="serverShutdown"):
    """The venue will close this socket."""

    E: int = 0


StreamEvent = DepthEvent | TradeEvent | KlineEvent | TickerEvent | ShutdownEvent
MarketEvent = StreamEvent | QuoteEvent
"""What a follower of a stream is handed."""

STREAM_EVENTS = frozenset(str(kind.__struct_config__.tag) for kind in get_args(StreamEvent))
"""The kinds of market events that this release reads."""


class StreamFrame(msgspec.Struct, gc=False):
    """A frame of a combined stream; or an answer to a control frame, when ``stream`` is empty."""

    stream: str = ""
    data: StreamEvent | None = None
    id: int | str | None = None
    code: int | None = None
    msg: str = ""
    error: Problem | None = None


class AnyEvent(msgspec.Struct, gc=False):
    """An event of any kind."""

    e: str = ""


class AnyFrame(msgspec.Struct, gc=False):
    """A frame whose content this release does not know."""

    stream: str = ""
    data: msgspec.Raw = msgspec.Raw()


# --- the WebSocket API ----------------------------------------------------------------------------------------------


def _check(*numbers: Decimal | None) -> None:
    """Refuse what is no number, such as ``"NaN"``: it can be neither compared nor told apart from another event.

    Raises:
        ValueError: One of them is not finite; the decoder makes an error of its own of it.
    """
    if not all(number is None or number.is_finite() for number in numbers):
        raise ValueError("a number is not finite")


class ExecutionReport(msgspec.Struct, gc=False, tag_field="e", tag="executionReport"):
    """What happened to an order of the account (facts §1.4)."""

    s: str
    c: str
    S: str
    o: str
    f: str
    q: Decimal
    p: Decimal
    P: Decimal
    x: str
    X: str
    i: int
    l: Decimal  # noqa: E741  # the venue's name
    z: Decimal
    L: Decimal
    T: int
    t: int
    Z: Decimal
    Y: Decimal = Decimal(0)
    Q: Decimal = Decimal(0)
    n: Decimal | None = None
    N: str | None = None
    C: str = ""
    r: str = "NONE"
    eR: str = "NONE"  # noqa: N815  # the venue's name
    w: bool = True
    m: bool = False
    I: int = 0  # noqa: E741  # the venue's name
    g: int = -1
    F: Decimal = Decimal(0)
    d: int | None = None
    D: int | None = None
    V: str = ""
    A: Decimal = Decimal(0)

    def __post_init__(self) -> None:
        _check(self.q, self.p, self.P, self.l, self.z, self.L, self.Z, self.Y, self.Q, self.n, self.F, self.A)


class PositionAsset(msgspec.Struct, gc=False):
    """One asset of an account position."""

    a: str
    f: Decimal
    l: Decimal  # noqa: E741  # the venue's name

    def __post_init__(self) -> None:
        _check(self.f, self.l)


class AccountPosition(msgspec.Struct, gc=False, tag_field="e", tag="outboundAccountPosition"):
    """Balances that may have changed, absolute."""

    E: int
    B: list[PositionAsset]


class BalanceChange(msgspec.Struct, gc=False, tag_field="e", tag="balanceUpdate"):
    """A deposit, withdrawal or transfer."""

    a: str
    d: Decimal
    T: int
    E: int = 0

    def __post_init__(self) -> None:
        _check(self.d)


class StreamTerminated(msgspec.Struct, gc=False, tag_field="e", tag="eventStreamTerminated"):
    """The subscription ended; the socket may live on."""

    E: int = 0


class ListedName(msgspec.Struct, gc=False):
    """One order of a list, by name."""

    s: str
    i: int
    c: str


class ListStatusEvent(msgspec.Struct, gc=False, tag_field="e", tag="listStatus"):
    """What became of an order list (facts §1.4)."""

    s: str
    g: int
    c: str
    L: str
    C: str
    T: int
    r: str = "NONE"
    O: list[ListedName] = []  # noqa: E741  # the venue's name


UserEvent = ExecutionReport | ListStatusEvent | AccountPosition | BalanceChange | StreamTerminated | ShutdownEvent


class UserFrame(msgspec.Struct, gc=False, rename="camel"):
    """A frame of the WebSocket API: an event, or an answer."""

    event: UserEvent | None = None
    id: int | str | None = None
    status: int | None = None
    error: Problem | None = None
    rate_limits: list[RateLimit] = []


class _AnyUserFrame(msgspec.Struct, gc=False):
    """A frame whose event this release cannot read."""

    event: AnyEvent


USER_EVENTS = frozenset(str(kind.__struct_config__.tag) for kind in get_args(UserEvent))
"""The kinds of events that this release reads."""

_any_user_frame = msgspec.json.Decoder(_AnyUserFrame)


def kind_of_user_event(data: bytes) -> str:
    """What an event calls itself; empty for what is no event at all."""
    try:
        return _any_user_frame.decode(data).event.e
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ""
