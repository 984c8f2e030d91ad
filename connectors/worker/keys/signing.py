"""From what the vault holds to signers: made in the vault's thread, each secret closed as soon as its signer stands."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from connectors import registry
from connectors.errors import CredentialRefused, Refused, TradedeskError
from connectors.model.connection import Connection, KeyKind
from connectors.model.ids import AccountId
from connectors.model.secret import SecretBytes
from connectors.ports.credentials import Signer
from connectors.ports.vault import API_KEY, PASSPHRASE, SECRET, KeyBinding, Keys
from connectors.wire.signers import decrypted
from connectors.wire.tls import client_context
from connectors.worker.secrets import KeyText

TAIL = 4
"""Characters of an API key that a list shows while the vault is open."""


@dataclass(frozen=True, slots=True)
class Made:
    """One connection's key after an unlock."""

    binding: KeyBinding
    tail: str
    signer: Signer | None = field(repr=False)
    """None where it was not wanted, or could not be made."""
    problem: str = ""
    """Why it could not be made."""


def make_all(keys: Keys, wanted: Collection[AccountId]) -> tuple[Made, ...]:
    """Go through every key of an open vault.

    Args:
        keys: The vault's.
        wanted: Accounts for which a signer is made; of the others only the tail is read.

    Raises:
        VaultTampered: A key does not open.
    """
    made = tuple(make(keys, binding, sign=binding.account in wanted) for binding in keys.all())
    for key in made:
        if key.signer is not None:
            # What a first connection needs is loaded here: on the loop it would hold up the others for a while.
            registry.load(key.binding.venue)
            client_context()
    return made


def make(keys: Keys, binding: KeyBinding, *, sign: bool) -> Made:
    """One key of an open vault."""
    fields = keys.fields(binding.account)
    try:
        if API_KEY not in fields or SECRET not in fields:
            return Made(binding, "", None, f"The key of {binding.label} is not whole. Give it again.")
        api_key = fields[API_KEY].buffer.decode("utf-8")
        if not sign:
            return Made(binding, api_key[-TAIL:], None)
        try:
            signer = registry.signer(binding.venue, binding.mode, binding.kind, api_key, bytes(fields[SECRET].buffer))
        except TradedeskError as problem:
            return Made(binding, api_key[-TAIL:], None, problem.sentence)
        return Made(binding, api_key[-TAIL:], signer)
    finally:
        for secret in fields.values():
            secret.close()


def plain(connection: Connection, key: KeyText) -> KeyText:
    """A key as it was given, or, where that was an encrypted private key, with what is inside; to be wiped in any case.

    Raises:
        CredentialRefused: It has a passphrase, and no private key that this opens.
    """
    if key.passphrase is None:
        return replace(key, secret=bytearray(key.secret))
    if key.kind is KeyKind.HMAC:
        raise CredentialRefused(
            f"A shared secret of {connection.venue} has no passphrase. Leave that field out.",
            field=PASSPHRASE,
            venue=connection.venue,
        )
    return replace(key, secret=decrypted(key.secret, key.passphrase), passphrase=None)


def given_signer(connection: Connection, key: KeyText) -> Signer:
    """A signer from a key as it was given, decrypted.

    Raises:
        CredentialRefused: A field is missing or has the wrong form.
        Refused: There is no such venue.
    """
    return registry.signer(connection.venue, connection.mode, key.kind, key.api_key, bytes(key.secret))


def given_fields(key: KeyText) -> Mapping[str, SecretBytes]:
    """What the vault keeps of a key, in buffers to be closed by the caller."""
    return {API_KEY: SecretBytes(bytearray(key.api_key, "utf-8")), SECRET: SecretBytes(bytearray(key.secret))}


def binding_for(connection: Connection) -> KeyBinding:
    """What the key of a registration is tied to.

    Raises:
        Refused: Its hosts do not fit its venue and mode, or it has no kind of key.
    """
    if connection.key_kind is None:
        raise Refused(f"{connection.label} has no key.")
    return KeyBinding(
        connection.account,
        connection.venue,
        connection.mode,
        connection.key_kind,
        connection.label,
        tuple(sorted(set(connection.accepted))),
        registry.bound_origins(connection),
    )


def difference(row: Connection, binding: KeyBinding) -> str:
    """In what a registration is not what its key was sealed with; empty where it is.

    The hosts that are used are not sealed themselves; the origins they stand for are.
    """
    if row.embedded:
        return "it is marked as the embedded exchange"
    if not row.keyed:
        return "it is marked as having no key"
    try:
        now = binding_for(row)
    except Refused as problem:
        return problem.sentence
    facts = ("venue", "mode", "kind", "label", "accepted", "origins")
    other = [name for name in facts if _plain(getattr(now, name)) != _plain(getattr(binding, name))]
    return f"its {' and '.join(other)} differ" if other else ""


def _plain(value: object) -> object:
    return tuple(sorted(value)) if isinstance(value, tuple) else value
