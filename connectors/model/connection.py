"""Connections: one credential (or none) in one mode over one or more products."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from connectors.model.ids import AccountId, Mode, Product
from connectors.model.rights import Acceptance, KeyRights


class KeyKind(StrEnum):
    """What a key signs with."""

    HMAC = "hmac"
    """HMAC-SHA256 with a shared secret."""
    RSA = "rsa"
    """PKCS#1 v1.5 with SHA-256."""
    ED25519 = "ed25519"


@dataclass(frozen=True, slots=True)
class Hosts:
    """Origins a connection is bound to, without a trailing slash; empty means the venue's own table for the mode."""

    rest: tuple[str, ...] = ()
    """In order of preference; later ones are fail-overs for idempotent calls."""
    stream: str = ""
    ws_api: str = ""
    """Whole URL with its path, such as ``wss://ws-api.binance.com:443/ws-api/v3``."""
    more_streams: tuple[str, ...] = ()
    """Fail-overs of ``stream``, in order."""
    more_ws_apis: tuple[str, ...] = ()
    """Fail-overs of ``ws_api``, in order."""


@dataclass(frozen=True, slots=True)
class Connection:
    """A registered connection. Never holds a secret."""

    account: AccountId
    venue: str
    label: str
    """What the user calls it; unique."""
    mode: Mode
    products: tuple[Product, ...] = (Product.SPOT,)
    hosts: Hosts = Hosts()
    keyed: bool = False
    """Whether it has a credential; a keyless one is market data only."""
    active: bool = True
    created_ns: int = 0
    embedded: bool = False
    """The embedded exchange: its hosts and key are minted for each run and are never stored."""
    epoch_hint: str = ""
    """What whoever started the venue knows of its life: the simulator's ``instance``; empty for every other venue.

    To its connector the worker hands the newest life it knows of instead, on a testnet too.
    """
    key_kind: KeyKind | None = None
    """What its key signs with; None for a keyless one."""
    accepted: tuple[Acceptance, ...] = ()
    """What the user has accepted about its key."""
    key_tail: str = ""
    """Last four characters of the API key, while the vault is open; else empty."""
    last_connected_ns: int | None = None


class LinkState(StrEnum):
    """State of one connection to a venue."""

    OFF = "OFF"
    CONNECTING = "CONNECTING"
    LIVE = "LIVE"
    SLOW = "SLOW"
    RECONNECTING = "RECONNECTING"
    DOWN = "DOWN"
    REFUSED = "REFUSED"
    """Keys, permissions, a clock or a configuration that will not mend by itself."""


@dataclass(frozen=True, slots=True)
class LimitUse:
    """Use of one rate limit of the venue in its running window."""

    name: str
    """Such as ``REQUEST_WEIGHT 1M``."""
    used: int
    limit: int
    resets_ns: int


@dataclass(frozen=True, slots=True)
class ConnectionStatus:
    """What the status bar and the health screen say of a connection."""

    account: AccountId
    label: str
    venue: str
    mode: Mode
    state: LinkState
    time_ns: int
    trading: bool = False
    """Whether orders can be sent: keyed, user stream subscribed, reconciled."""
    round_trip_ms: int | None = None
    clock_offset_ms: int | None = None
    clock_error_ms: int | None = None
    """How wrong that reading may be, rounded up; None before the venue's clock was read."""
    limits: tuple[LimitUse, ...] = ()
    reason: str = ""
    """One sentence when not LIVE."""
    since_ns: int = 0
    next_try_ns: int | None = None
    attempt: int = 0
    epoch: str = ""
    rights: KeyRights | None = None
    """What the key may do, as far as the venue says; None for a keyless connection and before it was asked."""
    malformed: int = 0
    """Stream frames that could not be read since the connection was made."""
