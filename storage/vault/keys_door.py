"""The venues' keys, as the worker asks for them: `connectors.ports.vault.Keys`; what binds a key, in both its forms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from connectors.model.connection import KeyKind
from connectors.model.ids import AccountId, Mode
from connectors.model.rights import Acceptance
from connectors.model.secret import SecretBytes
from connectors.ports.vault import API_KEY, KeyBinding
from storage.vault.binding import Accepted, Bound, canonical_origin
from storage.vault.vault import Vault

_FLAGS = {
    Acceptance.WITHDRAWAL: Accepted.WITHDRAWAL,
    Acceptance.TRANSFER: Accepted.TRANSFER,
    Acceptance.UNKNOWN_RIGHTS: Accepted.UNKNOWN_PERMISSION,
}


class KeysDoor:
    """`connectors.ports.vault.Keys`."""

    def __init__(self, vault: Vault) -> None:
        self._book = vault.credentials

    def all(self) -> Sequence[KeyBinding]:
        """See `connectors.ports.vault.Keys.all`."""
        return [binding_of(bound) for bound in self._book.all()]

    def fields(self, account: AccountId) -> Mapping[str, SecretBytes]:
        """See `connectors.ports.vault.Keys.fields`."""
        return {name: self._book.field(account.bytes, name) for name in self._book.names(account.bytes)}

    def put(self, binding: KeyBinding, fields: Mapping[str, SecretBytes]) -> None:
        """See `connectors.ports.vault.Keys.put`."""
        self._book.put(bound_of(binding), fields)

    def require_one_mode(self, binding: KeyBinding, api_key: SecretBytes) -> str:
        """See `connectors.ports.vault.Keys.require_one_mode`."""
        return self._book.require_one_mode(bound_of(binding), {API_KEY: api_key})

    def rebind(self, binding: KeyBinding) -> None:
        """See `connectors.ports.vault.Keys.rebind`."""
        self._book.rebind(bound_of(binding))

    def forget(self, account: AccountId) -> None:
        """See `connectors.ports.vault.Keys.forget`."""
        self._book.forget(account.bytes)


def bound_of(binding: KeyBinding) -> Bound:
    """The facts of a binding in the form that is encrypted.

    Raises:
        SecretRefused: An origin is none that a key can be bound to.
    """
    flags = Accepted.NOTHING
    for accepted in binding.accepted:
        flags |= _FLAGS[accepted]
    return Bound(
        connection_id=binding.account.bytes,
        venue=binding.venue,
        mode=binding.mode.value,
        auth_kind=binding.kind.value,
        label=binding.label,
        flags=flags,
        origins=tuple(sorted((role, canonical_origin(origin)) for role, origin in binding.origins)),
    )


def binding_of(bound: Bound) -> KeyBinding:
    """The facts a key was sealed with."""
    return KeyBinding(
        account=AccountId(UUID(bytes=bound.connection_id)),
        venue=bound.venue,
        mode=Mode(bound.mode),
        kind=KeyKind(bound.auth_kind),
        label=bound.label,
        accepted=tuple(acceptance for acceptance, flag in _FLAGS.items() if flag in bound.flags),
        origins=bound.origins,
    )
