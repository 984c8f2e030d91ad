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
    """One connection's key of an open vault."""

    binding: KeyBinding | None
    """What it was sealed with; None where the vault holds none."""
    tail: str
    signer: Signer | None = field(repr=False)
    """None where it was not wanted, or could not be made."""
    problem: str = ""
    """Why it could not be made."""


def make_all(keys: Keys, rows: Collection[Connection]) -> tuple[Made, ...]:
    """Go through every key of an open vault.

    Args:
        keys: The vault's.
        rows: The registrations; of one that is not among them, or is switched off, only the tail is read.

    Raises:
        VaultTampered: A key does not open.
    """
    known = {row.account: row for row in rows}
    made = tuple(_one(keys, known.get(sealed.account), sealed) for sealed in keys.all())
    for key in made:
        if key.signer is not None and key.binding is not None:
            # What a first connection needs is loaded here: on the loop it would hold up the others for a while.
            registry.load(key.binding.venue)
            client_context()
    return made


def make_for(keys: Keys, row: Connection, *, sign: bool) -> Made:
    """The key of one registration, from an open vault. Raises as `make_all`."""
    return make(keys, row, sealed_of(keys, row.account), sign=sign)


def sealed_of(keys: Keys, account: AccountId) -> KeyBinding | None:
    """What the key of an account was sealed with; None where the vault holds none."""
    return next((binding for binding in keys.all() if binding.account == account), None)


def make(keys: Keys, row: Connection, sealed: KeyBinding | None, *, sign: bool) -> Made:
    """One key of an open vault, for a registration that is what it was sealed with: for no other is a signer made."""
    if sentence := fault(row, sealed):
        return Made(sealed, "", None, sentence)
    return _read(keys, sealed, sign=sign) if sealed is not None else Made(None, "", None)


def _one(keys: Keys, row: Connection | None, sealed: KeyBinding) -> Made:
    return _read(keys, sealed, sign=False) if row is None else make(keys, row, sealed, sign=row.active)


def _read(keys: Keys, sealed: KeyBinding, *, sign: bool) -> Made:
    fields = keys.fields(sealed.account)
    try:
        if API_KEY not in fields or SECRET not in fields:
            return Made(sealed, "", None, f"The key of {sealed.label} is not whole. Give it again.")
        api_key = fields[API_KEY].buffer.decode("utf-8")
        if not sign:
            return Made(sealed, api_key[-TAIL:], None)
        try:
            signer = registry.signer(sealed.venue, sealed.mode, sealed.kind, api_key, bytes(fields[SECRET].buffer))
        except TradedeskError as problem:
            return Made(sealed, api_key[-TAIL:], None, problem.sentence)
        return Made(sealed, api_key[-TAIL:], signer)
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


def fault(row: Connection, sealed: KeyBinding | None) -> str:
    """Why a registration and its key do not go together, and what mends it; empty where they do."""
    label = row.label
    if sealed is None:
        return (
            f"{label} is registered with a key and has none: adding it was interrupted. Give it one"
            f" (tradedesk venues key {label}), or remove it (tradedesk venues remove {label})."
        )
    if not (wrong := difference(row, sealed)):
        return ""
    said = f"{label} is not what its key was sealed with: {wrong}. Its key is not used."
    if row.embedded or not row.keyed:
        return f"{said} Remove it (tradedesk venues remove {label}), and add it anew."
    return (
        f"{said} Say again where it is to connect (tradedesk venues edit {label}, with its addresses or --own-hosts),"
        f" or remove it (tradedesk venues remove {label})."
    )


def _plain(value: object) -> object:
    return tuple(sorted(value)) if isinstance(value, tuple) else value
