"""Signers: the only objects that know a secret, and never give it away. Made and kept in the worker process alone."""

from __future__ import annotations

import hashlib
import hmac

from connectors.model.ids import AccountId
from connectors.ports.credentials import Signer


class HmacSigner:
    """Signs with HMAC-SHA256, in lower-case hex (the scheme of Binance's HMAC keys)."""

    __slots__ = ("_api_key", "_secret")

    def __init__(self, api_key: str, secret: bytes) -> None:
        self._api_key = api_key
        self._secret = secret

    def __repr__(self) -> str:
        return "HmacSigner()"

    def __reduce__(self) -> str:
        raise TypeError("a signer is never copied to another process or file")

    @property
    def api_key(self) -> str:
        """The public half."""
        return self._api_key

    def sign(self, text: bytes) -> str:
        """Hex digest of ``text``."""
        return hmac.new(self._secret, text, hashlib.sha256).hexdigest()


class Signers:
    """Account → signer, for the life of the worker (`connectors.ports.credentials.Credentials`)."""

    def __init__(self) -> None:
        self._signers: dict[AccountId, Signer] = {}

    def __repr__(self) -> str:
        return f"Signers({len(self._signers)})"

    def keep(self, account: AccountId, signer: Signer) -> None:
        """Use this signer for the account from now on."""
        self._signers[account] = signer

    def drop(self, account: AccountId) -> None:
        """Forget an account's signer."""
        self._signers.pop(account, None)

    def signer(self, account: AccountId) -> Signer | None:
        """The signer of an account; None for a keyless connection."""
        return self._signers.get(account)
