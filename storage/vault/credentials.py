"""The keys of the connections, and what else is kept under the data key (SECURITY-SPEC §6)."""

from __future__ import annotations

import hmac
from collections.abc import Mapping

from connectors.errors import SecretRefused, VaultTampered
from connectors.model.secret import SecretBytes
from storage.vault.binding import Bound, check_new, item_binding
from storage.vault.contents import MAX_ITEMS, MAX_ROWS, Contents, Item, Row
from storage.vault.datakey import DataKey
from storage.vault.field import FIELD_NAMES, is_item_name, item_field, open_field, seal_field
from storage.vault.session import Session

API_KEY = "api_key"


class CredentialBook:
    """Fields by connection, items by name. Everything here needs the vault open.

    Every method that writes raises what `Session.commit` raises.
    """

    def __init__(self, session: Session) -> None:
        self._session = session

    def all(self) -> tuple[Bound, ...]:
        """The verified facts of every connection that holds a key: what the signers are made for."""
        return tuple(row.bound for row in self._session.contents().rows)

    def names(self, connection_id: bytes) -> tuple[str, ...]:
        """Which fields a connection has, sorted; none when it has no key."""
        row = self._session.contents().row(connection_id)
        return tuple(sorted(row.fields)) if row is not None else ()

    def put(self, bound: Bound, fields: Mapping[str, SecretBytes]) -> None:
        """Keep a connection's secrets in place of what it had, tied to these facts.

        Raises:
            SecretRefused: A fact or a field is not one that can be kept, or the API key stands under another mode.
        """
        check_new(bound)
        if not fields or not set(fields) <= set(FIELD_NAMES):
            raise SecretRefused(f"A connection's secrets are {', '.join(FIELD_NAMES)}. Name one of these.")
        self.require_one_mode(bound, fields)
        key = self._session.key()

        def build(contents: Contents, generation: int) -> Contents:
            return contents.with_row(_sealed(contents, key, bound, fields, generation), bound.connection_id)

        replaced = self._session.contents().row(bound.connection_id) is not None
        if not replaced and len(self._session.contents().rows) >= MAX_ROWS:
            raise SecretRefused(f"The vault holds the keys of {MAX_ROWS} connections, the most it can. Delete one.")
        self._session.commit(build, forget=replaced)

    def require_one_mode(self, bound: Bound, fields: Mapping[str, SecretBytes]) -> str:
        """See that one API key stands in one (venue, mode): under two, a test would trade with real money.

        Returns:
            The label of another connection of the same venue and mode that has this key; empty where none has.

        Raises:
            SecretRefused: It is kept under another.
        """
        given = fields.get(API_KEY)
        twin = ""
        for row in self._session.contents().rows if given is not None else ():
            other = row.bound
            if other.connection_id == bound.connection_id or API_KEY not in row.fields or given is None:
                continue
            with self.field(other.connection_id, API_KEY) as held:
                same = hmac.compare_digest(held.buffer, given.buffer)
            if same and (other.venue, other.mode) != (bound.venue, bound.mode):
                raise SecretRefused(
                    f"This API key is already kept for {other.part}; one key belongs to one venue and one mode."
                    " Make a key of its own there."
                )
            twin = twin or (other.label if same else "")
        return twin

    def rebind(self, bound: Bound) -> None:
        """Tie a connection's secrets to other facts: a new label, host, mode or acceptance.

        Raises:
            SecretRefused: The connection has no key, or a fact cannot be kept.
        """
        secrets = {name: self.field(bound.connection_id, name) for name in self.names(bound.connection_id)}
        try:
            if not secrets:
                raise SecretRefused(f"There is no key for {bound.part}. Add one: tradedesk venues add")
            self.put(bound, secrets)
        finally:
            for secret in secrets.values():
                secret.close()

    def forget(self, connection_id: bytes) -> None:
        """Drop a connection's secrets; nothing happens when it has none."""
        if self._session.contents().row(connection_id) is None:
            self._session.require_current()
            return
        self._session.commit(lambda contents, _generation: contents.with_row(None, connection_id), forget=True)

    def field(self, connection_id: bytes, name: str) -> SecretBytes:
        """One secret, to be closed by the caller.

        Raises:
            SecretRefused: There is none.
            VaultTampered: It does not open, which the seal should have told before.
        """
        contents = self._session.contents()
        row = contents.row(connection_id)
        if row is None or name not in row.fields:
            raise SecretRefused(f"There is no {name} for this connection. Add it: tradedesk venues edit")
        found = open_field(self._session.key(), row.binding(contents.header), name, row.fields[name])
        if found is None:
            raise VaultTampered(f"{name} of {row.bound.part} does not open as it was bound")
        return found

    def put_item(self, name: str, secret: SecretBytes) -> None:
        """Keep a secret of the desk's own, such as the key of the audit anchors.

        Raises:
            SecretRefused: The name or the length is not one that can be kept, or there are too many.
        """
        contents = self._session.contents()
        replaced = contents.item(name) is not None
        if not is_item_name(name) or (not replaced and len(contents.items) >= MAX_ITEMS):
            raise SecretRefused(f"{name[:64]!r} cannot be kept: a name has small letters, and {MAX_ITEMS} items fit.")
        key = self._session.key()

        def build(now: Contents, generation: int) -> Contents:
            binding = item_binding(now.header.vault_id, now.header.epoch, generation)
            return now.with_item(Item(name, generation, seal_field(key, binding, item_field(name), secret)))

        self._session.commit(build, forget=replaced)

    def item(self, name: str) -> SecretBytes | None:
        """A secret of the desk's own, to be closed by the caller; None when there is none.

        Raises:
            VaultTampered: It does not open, which the seal should have told before.
        """
        contents = self._session.contents()
        item = contents.item(name)
        if item is None:
            return None
        binding = item_binding(contents.header.vault_id, contents.header.epoch, item.generation)
        found = open_field(self._session.key(), binding, item_field(name), item.envelope)
        if found is None:
            raise VaultTampered(f"item {name} does not open")
        return found


def _sealed(contents: Contents, key: DataKey, bound: Bound, fields: Mapping[str, SecretBytes], generation: int) -> Row:
    empty = Row(bound, generation, {})
    binding = empty.binding(contents.header)
    return Row(bound, generation, {name: seal_field(key, binding, name, fields[name]) for name in sorted(fields)})
