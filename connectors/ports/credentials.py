"""Credentials: who may sign for an account. Held by the worker process alone."""

from __future__ import annotations

from typing import Protocol

from connectors.model.connection import KeyKind
from connectors.model.ids import AccountId


class Signer(Protocol):
    """Signs texts for one account without ever giving its secret away; its repr shows nothing."""

    @property
    def api_key(self) -> str:
        """The public half, as the venue wants it in header or parameters."""
        ...

    def sign(self, text: bytes) -> str:
        """Signature of ``text`` in the venue's encoding (hex or base64)."""
        ...


class KindedSigner(Signer, Protocol):
    """A signer that says what it signs with; one that does not is an HMAC key (`kind_of`)."""

    @property
    def kind(self) -> KeyKind:
        """What it signs with: some venues open a session only to some kinds."""
        ...


def kind_of(signer: Signer) -> KeyKind:
    """What a signer signs with."""
    kind = getattr(signer, "kind", KeyKind.HMAC)
    return kind if isinstance(kind, KeyKind) else KeyKind.HMAC


class Credentials(Protocol):
    """Account → signer."""

    def signer(self, account: AccountId) -> Signer | None:
        """The signer of an account; None for a keyless connection."""
        ...
