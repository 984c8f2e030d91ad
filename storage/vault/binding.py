"""What a field is tied to: vault, data key, connection, venue, mode, label, hosts, acceptance flags (FORMAT.md §6).

A field opens only where every one of these is as it was when the field was written.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntFlag
from urllib.parse import urlsplit

from connectors.errors import SecretRefused, VaultDamaged
from storage.vault.codec import MAX_U63, lp, u8, u16, u32, u64

DOMAIN = b"tradedesk/binding/1\0"
ITEM_CONNECTION = bytes(16)
MAX_TEXT = 256
"""Largest venue, mode, auth kind or label, in bytes of UTF-8."""
MAX_ORIGINS = 16
MAX_ORIGIN = 512
_ORIGIN = re.compile(r"(https?|wss?)://(\[[0-9a-f:.]+\]|[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?):([1-9][0-9]{0,4})")
_ROLE = re.compile(r"[a-z][a-z0-9_]{0,31}")
_DEFAULT_PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443}
_MAX_PORT = 65_535


class Accepted(IntFlag):
    """What the user has accepted about a key, by typing it."""

    NOTHING = 0
    WITHDRAWAL = 1
    TRANSFER = 2
    UNKNOWN_PERMISSION = 4


_KNOWN_FLAGS = Accepted.WITHDRAWAL | Accepted.TRANSFER | Accepted.UNKNOWN_PERMISSION


@dataclass(frozen=True, slots=True)
class Bound:
    """The facts of one connection that its fields are tied to."""

    connection_id: bytes
    """The 16 bytes of its UUID."""
    venue: str
    mode: str
    auth_kind: str
    label: str
    flags: Accepted = Accepted.NOTHING
    origins: tuple[tuple[str, str], ...] = ()
    """(role, origin), sorted by role; only the roles that carry credentials."""

    def encode(self, vault_id: bytes, epoch: int, generation: int) -> bytes:
        """B, the binding.

        Args:
            vault_id: The vault.
            epoch: Number of its data key.
            generation: The vault's generation when this connection was last written.
        """
        texts = (self.venue, self.mode, self.auth_kind, self.label)
        return b"".join(
            (
                DOMAIN,
                vault_id,
                u32(epoch),
                self.connection_id,
                u64(generation),
                *(lp(text.encode()) for text in texts),
                u8(self.flags),
                u16(len(self.origins)),
                *(lp(role.encode()) + lp(origin.encode()) for role, origin in self.origins),
            )
        )

    @property
    def part(self) -> str:
        """How a sentence names it."""
        return f"connection {printable(self.label)} ({printable(self.venue)} {printable(self.mode)})"

    def problem(self) -> str:
        """What makes these facts no canonical binding; empty when nothing does."""
        texts = (self.venue, self.mode, self.auth_kind, self.label)
        if any(not text or not text.isprintable() or len(text.encode()) > MAX_TEXT for text in texts):
            return f"has a venue, mode, kind or label that is empty, unprintable or longer than {MAX_TEXT} bytes"
        if self.flags & ~_KNOWN_FLAGS or self.flags < 0:
            return f"has flags {int(self.flags)}, and only {int(_KNOWN_FLAGS)} are defined"
        if not 1 <= len(self.origins) <= MAX_ORIGINS:
            return f"has {len(self.origins)} hosts, and 1 to {MAX_ORIGINS} can be bound"
        roles = [role for role, _ in self.origins]
        if sorted(set(roles)) != roles or any(not _ROLE.fullmatch(role) for role in roles):
            return "has hosts whose roles are unsorted, doubled or no words"
        wrong = next((origin for _, origin in self.origins if not is_canonical(origin)), None)
        return "" if wrong is None else f"has the host {printable(wrong)[:80]!r}, not written scheme://host:port"


def printable(text: str) -> str:
    """``text`` without what a terminal could obey."""
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text)


def item_binding(vault_id: bytes, epoch: int, generation: int) -> bytes:
    """The binding of an item, which belongs to no connection."""
    nobody = Bound(ITEM_CONNECTION, "", "", "", "")
    return nobody.encode(vault_id, epoch, generation)


def is_canonical(origin: str) -> bool:
    """Say whether an origin is written in the one form that is bound: lower case, explicit port, no path."""
    found = _ORIGIN.fullmatch(origin) if len(origin) <= MAX_ORIGIN else None
    return found is not None and int(found[3]) <= _MAX_PORT and ".." not in found[2]


def canonical_origin(url: str) -> str:
    """The origin of a URL in the one form that is bound: lower case, IDNA, explicit port.

    Raises:
        SecretRefused: It has no scheme or host of ours, or names a user.
    """
    failure = SecretRefused(
        f"{printable(url)[:80]!r} is no address a key can be bound to: write it as https://host or wss://host:port."
    )
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
        name = f"[{host}]" if ":" in host else host.encode("idna").decode("ascii").lower()
    except ValueError:  # a bad port, bracket or name
        name, port, parts = "", None, urlsplit("")
    origin = f"{parts.scheme}://{name}:{port or _DEFAULT_PORTS.get(parts.scheme, 0)}"
    if "@" in parts.netloc or port == 0 or not is_canonical(origin):
        raise failure
    return origin


def check_stored(bound: Bound, generation: int, newest: int) -> None:
    """Hold what a file says against what may be bound.

    Raises:
        VaultDamaged: It is not in the canonical form, or newer than the vault.
    """
    if problem := bound.problem():
        raise VaultDamaged(bound.part, problem)
    check_generation(bound.part, generation, newest)


def check_generation(part: str, generation: int, newest: int) -> None:
    """Refuse a part that claims to be written after the vault's newest write.

    Raises:
        VaultDamaged: It does.
    """
    if not 1 <= generation <= min(newest, MAX_U63):
        raise VaultDamaged(part, f"is of generation {generation}, and the vault's newest is {newest}")


def check_new(bound: Bound) -> None:
    """Hold what is to be written against what may be bound.

    Raises:
        SecretRefused: It is not in the canonical form.
    """
    if problem := bound.problem():
        raise SecretRefused(f"No key can be stored for this: {bound.part} {problem}. Correct that and try again.")
