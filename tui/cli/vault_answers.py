"""What ``vault status``, ``unlock``, ``lock`` and ``slots`` do and write."""

from __future__ import annotations

from collections.abc import Sequence

from connectors.model.secret import SecretBytes
from connectors.model.vault import OpenedBy, SlotFacts, VaultFacts, VaultState
from connectors.worker import api
from tui.cli import given, vault_making, vault_opening, vault_shapes
from tui.cli.client import Client
from tui.cli.descriptors import read_descriptor
from tui.cli.exits import CommandFailed, Exit
from tui.cli.market_answers import Body
from tui.cli.output import say, say_json, table
from tui.cli.vault_opening import Authority
from tui.format.clean import clean
from tui.format.times import date, moment

SHORT_ID = 8
"""Digits of a slot's id that are shown; enough to name one."""

_MS_NS = 1_000_000
_SAID = {
    VaultState.NONE: "There is no vault. It is made with the first key: tradedesk venues add",
    VaultState.LOCKED: "The vault is locked. Open it: tradedesk vault unlock",
    VaultState.OPEN: "The vault is open. Lock it: tradedesk vault lock",
    VaultState.COVERED: "The vault is covered: orders are followed, nothing is shown. Open it: tradedesk vault unlock",
}


def read_recovery(number: int | None) -> SecretBytes | None:
    """The recovery key of ``--recovery-fd``. Raises as `read_descriptor`."""
    return None if number is None else read_descriptor(number, "--recovery-fd")


def status(*, as_json: bool) -> Body:
    """How far it is open."""

    async def body(client: Client) -> None:
        found = await vault_opening.facts(client)
        if as_json:
            say_json(vault_shapes.vault(found))
            return
        say(_SAID[found.state])
        if found.slots:
            say(slot_table(found.slots))
        if found.state is not VaultState.NONE:
            say(_keyring(found))

    return body


def create(*, as_json: bool) -> Body:
    """Make it."""

    async def body(client: Client) -> None:
        if (await vault_opening.facts(client)).state is not VaultState.NONE:
            raise CommandFailed("There is a vault already, and one is the most. Nothing was changed.")
        authority = await vault_making.open_or_make(client)
        if authority is not None:
            try:
                await vault_making.offer_recovery_key(client, authority)
            finally:
                authority.close()
        if as_json:
            say_json(vault_shapes.vault(await vault_opening.facts(client)))

    return body


def unlock(recovery_fd: int | None, *, keyring: bool, accept_older: bool, as_json: bool) -> Body:
    """Open it."""
    recovery = read_recovery(recovery_fd)
    if keyring and recovery is not None:
        raise CommandFailed("--keyring and --recovery-fd are two ways to open it. Say one of them.", Exit.USAGE)

    async def body(client: Client) -> None:
        if (await vault_opening.facts(client)).state is VaultState.NONE:
            raise CommandFailed(_SAID[VaultState.NONE], Exit.LOCKED)

        async def ask() -> Authority:
            if keyring:
                return Authority(OpenedBy.KEYRING, SecretBytes(bytearray()))
            if recovery is not None:
                return Authority(OpenedBy.RECOVERY, recovery)
            return await vault_opening.passphrase(client)

        asks = not keyring and recovery is None and given.passphrase() is None
        authority, opened = await vault_opening.open_asking(
            client, ask, accept_older=accept_older, tries=vault_opening.TRIES if asks else 1
        )
        authority.close()
        if as_json:
            say_json(
                {"state": VaultState.OPEN.value, "slot": vault_shapes.slot(opened.slot), "anchored": opened.anchored}
            )
            return
        say(f"The vault is open, by {_named(opened.slot)}.")
        if not any(one.keyed and one.active and not one.embedded for one, _status in await client.connections()):
            say("No connection with a key is switched on: the vault is locked again when the last client has left.")
        if opened.slot.weak:
            say("This passphrase is kept by an older measure. Change it to mend that: tradedesk vault passphrase")

    return body


def lock(*, hard: bool, as_json: bool) -> Body:
    """Cover it, or let go of the signers too."""

    async def body(client: Client) -> None:
        before = (await vault_opening.facts(client)).state
        if before is not VaultState.NONE:
            command = api.LockVault() if hard else api.CoverVault("Locked by tradedesk vault lock.")
            await client.ask(command, api.Done)
        after = (await vault_opening.facts(client)).state
        if as_json:
            say_json({"state": after.value})
            return
        said = {
            VaultState.NONE: _SAID[VaultState.NONE],
            VaultState.LOCKED: "The vault is locked: no key is held, and connections with keys are closed.",
            VaultState.COVERED: "The vault is covered: its key is dropped; connections stay, and orders are followed.",
        }
        say(said.get(after, _SAID[after]))

    return body


def slots(*, as_json: bool) -> Body:
    """What opens it."""

    async def body(client: Client) -> None:
        found = await vault_opening.facts(client)
        if as_json:
            say_json([vault_shapes.slot(one) for one in found.slots])
            return
        say(slot_table(found.slots) if found.slots else _SAID[found.state])
        if found.state is VaultState.LOCKED:
            say("Not verified while the vault is locked.")

    return body


def slot_table(found: Sequence[SlotFacts]) -> str:
    """Slots, by age."""
    return table(
        ["slot", "opens by", "label", "since", ""],
        [
            (
                one.slot_id[:SHORT_ID],
                "recovery key" if one.by is OpenedBy.RECOVERY else one.by.value,
                clean(one.label),
                _day(one.created_ms),
                "change it: older measure" if one.weak else "",
            )
            for one in found
        ],
    )


def _named(slot: SlotFacts) -> str:
    kind = {OpenedBy.RECOVERY: "the recovery key", OpenedBy.KEYRING: "the system's keyring"}.get(
        slot.by, "the passphrase"
    )
    return f"{kind} {clean(slot.label)} ({slot.slot_id[:SHORT_ID]})"


def _day(created_ms: int) -> str:
    return date(created_ms * _MS_NS) if moment(created_ms * _MS_NS) else ""


def _keyring(found: VaultFacts) -> str:
    if found.keyring:
        return f"Keyring of the system: {clean(found.keyring)}."
    return f"No keyring of the system is used. {clean(found.keyring_sentence)}".rstrip()
