"""The signers in use: the only objects that know a secret. Made and kept in the worker process alone."""

from __future__ import annotations

from connectors.model.ids import AccountId
from connectors.ports.credentials import Signer


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
