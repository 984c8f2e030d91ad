"""What changes who can open the vault; each asks for a secret of the vault again, even while it is open."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from connectors.model.secret import SecretBytes
from connectors.model.vault import OpenedBy, SlotFacts
from connectors.worker import api
from connectors.worker.secrets import AddKeyring, AddPassphrase, ChangePassphrase, RemoveSlot
from tui.cli import vault_making, vault_opening, vault_shapes
from tui.cli.client import Client
from tui.cli.descriptors import read_descriptor
from tui.cli.exits import CommandFailed, Exit
from tui.cli.failures import WorkerRefused
from tui.cli.market_answers import Body
from tui.cli.output import complain, say, say_json
from tui.cli.secret_screen import new_passphrase, require_screen
from tui.cli.vault_answers import SHORT_ID, read_recovery

_OLD_COPIES = "A copy of the archive made before still opens with the old one."
_NEW_OPTION = "--new-passphrase-fd"


def change(new_fd: int | None, slot: str, *, as_json: bool) -> Body:
    """Another passphrase in place of the old one."""
    new = _read_new(new_fd)

    async def body(client: Client) -> None:
        authority = await vault_opening.passphrase(client)
        try:
            await vault_opening.require_open(client, authority)
            kept = await _with_new(
                client,
                new,
                lambda secret: client.hand(ChangePassphrase(authority.typed(), secret, slot), api.SlotKept),
            )
        finally:
            authority.close()
        _say_kept(kept.slot, f"The passphrase is changed. {_OLD_COPIES}", as_json=as_json)

    return body


def recover(recovery_fd: int | None, new_fd: int | None, slot: str, *, accept_older: bool, as_json: bool) -> Body:
    """Open by the recovery key, then set a passphrase."""
    read, new = read_recovery(recovery_fd), _read_new(new_fd)

    async def body(client: Client) -> None:
        authority, _opened = await vault_opening.open_asking(
            client,
            lambda: vault_opening.recovery(client, read),
            accept_older=accept_older,
            tries=vault_opening.TRIES if read is None else 1,
        )
        try:
            there = [one for one in (await vault_opening.facts(client)).slots if one.by is OpenedBy.PASSPHRASE]

            async def keep(secret: bytearray) -> api.SlotKept:
                if not there:
                    return await client.hand(AddPassphrase(authority.typed(), secret, "main"), api.SlotKept)
                return await client.hand(ChangePassphrase(authority.typed(), secret, slot), api.SlotKept)

            kept = await _with_new(client, new, keep)
        finally:
            authority.close()
        _say_kept(kept.slot, f"The vault is open, and the new passphrase opens it. {_OLD_COPIES}", as_json=as_json)

    return body


def recovery() -> Body:
    """A recovery key, shown once."""

    async def body(client: Client) -> None:
        require_screen(client, "A recovery key")
        there = [one for one in (await vault_opening.facts(client)).slots if one.by is OpenedBy.RECOVERY]
        if there:
            raise CommandFailed(
                f"There is a recovery key already, and one is the most. Nothing was made. Remove it first: tradedesk"
                f" vault slot remove {there[0].slot_id[:SHORT_ID]}"
            )
        authority = await vault_opening.passphrase(client)
        try:
            await vault_opening.require_open(client, authority)
            await vault_making.make_recovery_key(client, authority)
        finally:
            authority.close()

    return body


def add(label: str, new_fd: int | None, *, as_json: bool) -> Body:
    """A second passphrase."""
    new = _read_new(new_fd)

    async def body(client: Client) -> None:
        authority = await vault_opening.passphrase(client)
        try:
            await vault_opening.require_open(client, authority)
            kept = await _with_new(
                client, new, lambda secret: client.hand(AddPassphrase(authority.typed(), secret, label), api.SlotKept)
            )
        finally:
            authority.close()
        _say_kept(kept.slot, "A second passphrase opens the vault.", as_json=as_json)

    return body


def remove(slot: str, recovery_fd: int | None, *, as_json: bool) -> Body:
    """One secret less."""
    read = read_recovery(recovery_fd)

    async def body(client: Client) -> None:
        authority = await (vault_opening.passphrase(client) if read is None else vault_opening.recovery(client, read))
        try:
            await vault_opening.require_open(client, authority)
            await client.hand(RemoveSlot(authority.typed(), slot), api.Done)
        finally:
            authority.close()
        if as_json:
            say_json({"slot_id": slot, "removed": True})
        else:
            say(f"Slot {slot} opens the vault no more. A copy of the archive made before still opens with it.")

    return body


def add_keyring(label: str, *, as_json: bool) -> Body:
    """The system's keyring."""

    async def body(client: Client) -> None:
        found = await vault_opening.facts(client)
        if not found.keyring:
            raise CommandFailed(
                f"No keyring of the system can be used. {found.keyring_sentence} Nothing was changed.".replace(
                    "  ", " "
                )
            )
        complain(
            "It protects a stolen disk as well as your login does, and nothing against programs of the same login."
        )
        authority = await vault_opening.passphrase(client)
        try:
            await vault_opening.require_open(client, authority)
            kept = await client.hand(AddKeyring(authority.typed(), label), api.SlotKept)
        finally:
            authority.close()
        _say_kept(kept.slot, f"{found.keyring} opens the vault at start.", as_json=as_json)

    return body


def _read_new(number: int | None) -> SecretBytes | None:
    return None if number is None else read_descriptor(number, _NEW_OPTION)


async def _with_new(
    client: Client, new: SecretBytes | None, keep: Callable[[bytearray], Awaitable[api.SlotKept]]
) -> api.SlotKept:
    """Hand over a new passphrase; at a terminal a refused one is asked for again.

    Raises:
        CommandFailed: It was refused, or there is nobody to ask.
    """
    if new is not None:
        with new:
            return await keep(bytearray(new.buffer))
    if not client.prompt.able:
        raise CommandFailed(
            "This needs the new passphrase. Run it at a terminal, or give it through a descriptor:"
            f" {_NEW_OPTION} 4 4<FILE. Nothing was changed.",
            Exit.USAGE,
        )
    while True:
        with await new_passphrase(client, "New passphrase") as typed:
            try:
                return await keep(bytearray(typed.buffer))
            except WorkerRefused as refused:
                if refused.kind is not api.FailureKind.SECRET_REFUSED:
                    raise
                complain(refused.sentence)


def _say_kept(slot: SlotFacts, sentence: str, *, as_json: bool) -> None:
    if as_json:
        say_json(vault_shapes.slot(slot))
    else:
        say(f"{sentence} Slot {slot.slot_id[:SHORT_ID]}.")
