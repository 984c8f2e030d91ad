"""Where requests may go: origins checked once, when a connection is made, and then bound to it.

An origin that is neither in the venue's table nor loopback counts as LIVE (DESIGN §4); plain http and ws are for
loopback alone; a host known to belong to one mode is refused in another. So a key cannot leave for a place it was not
made for.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from connectors.errors import Refused
from connectors.model.ids import Mode

_PORTS = {"https": 443, "wss": 443, "http": 80, "ws": 80}
_HOST = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*\.?")
_SHOWN = 200
_PLAIN = frozenset({"http", "ws"})
_MAY_BE_PLAIN = frozenset({Mode.SIM, Mode.TESTNET})
"""Modes in which a key may travel unencrypted, to this machine (SECURITY-SPEC §11)."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Scheme, host and port of one place, with a path where the place has one (a WebSocket API)."""

    scheme: str
    host: str
    port: int
    path: str = ""

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}{self.path}"

    @property
    def loopback(self) -> bool:
        """Whether it is this machine by an address literal, or by the one name that must mean it."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    @property
    def literal(self) -> bool:
        """Whether it is this machine by an address, which nobody has to look up."""
        return self.host != "localhost" and self.loopback

    @property
    def plain(self) -> bool:
        """Whether it has no TLS."""
        return self.scheme in _PLAIN


def parse(text: str, schemes: Collection[str]) -> Origin:
    """Read an origin.

    Args:
        text: Such as ``https://api.example.com`` or ``wss://host:9443/path``.
        schemes: Schemes that fit the place.

    Raises:
        Refused: It is not one, has another scheme, a user, a query, or is plain outside loopback.
    """
    wanted = " or ".join(f"{scheme}://" for scheme in schemes)
    shown = "What was given" if "@" in text else repr(text[:_SHOWN])  # a password may stand before an @
    try:
        parts = urlsplit(text.strip())
        port, host = parts.port, _plain_host(parts.hostname or "")
    except ValueError:
        raise Refused(f"{shown} is not an address. Write it as {wanted}host[:port].") from None
    odd = "@" in parts.netloc or parts.query or parts.fragment or port == 0
    if parts.scheme not in schemes or not host or odd:
        raise Refused(f"{shown} is not an address for this. Write it as {wanted}host[:port].")
    origin = Origin(parts.scheme, host, port or _PORTS[parts.scheme], parts.path.rstrip("/"))
    if origin.plain and not origin.loopback:
        raise Refused(f"{shown} is not encrypted. Plain {origin.scheme} is for this machine only; use {wanted}.")
    return origin


def _plain_host(host: str) -> str:
    """A host in the one form in which it is compared and connected to: IDNA, lower case, nothing escaped.

    Raises:
        ValueError: It has no such form.
    """
    plain = (host if host.isascii() else host.encode("idna").decode("ascii")).lower()
    if ":" in plain:
        return str(ipaddress.ip_address(plain))
    if plain and not _HOST.fullmatch(plain):
        raise ValueError("no host")
    return plain


def guard(origin: Origin, mode: Mode, known: Mapping[str, Mode], *, keyed: bool, label: str) -> None:
    """Refuse an origin that does not belong to a mode.

    Args:
        origin: Where the connection wants to go.
        mode: The connection's mode.
        known: Host → the mode it belongs to, from the venue's own table.
        keyed: Whether anything signed will be sent.
        label: The connection's label, for the sentence.

    Raises:
        Refused: With the host, the mode, and what would fit.
    """
    belongs = known.get(origin.host)
    if belongs is None:
        belongs = mode if origin.loopback else Mode.LIVE
        if origin.loopback and mode is Mode.LIVE and keyed:
            raise Refused(f"{label}: {origin.host} is this machine, not a live exchange. Use mode sim for a key there.")
    if keyed and origin.plain and (mode not in _MAY_BE_PLAIN or not origin.literal):
        raise Refused(
            f"{label}: {origin.scheme}://{origin.host} is not encrypted, and a key goes there."
            f" Plain {origin.scheme} with a key is for addresses of this machine like 127.0.0.1, in sim or testnet."
        )
    public = belongs is Mode.LIVE and mode is Mode.PAPER and not keyed
    if belongs is not mode and not public:
        raise Refused(
            f"{label}: {origin.host} counts as {belongs}, so it cannot serve a {mode} connection. "
            f"Name a {mode} host, or add the connection with mode {belongs}."
        )
