"""The first key makes the vault: what is said, what is asked, and the recovery key that is offered."""

from __future__ import annotations

from connectors.model.secret import SecretBytes
from connectors.model.vault import OpenedBy, VaultState
from connectors.worker import api
from connectors.worker.secrets import CreateVault, MakeRecovery, RecoveryMade
from tui.cli import given
from tui.cli.client import Client
from tui.cli.exits import CommandFailed, Exit
from tui.cli.failures import WorkerRefused
from tui.cli.output import complain
from tui.cli.secret_screen import new_passphrase, require_screen, show_recovery_key
from tui.cli.vault_opening import Authority, facts, open_if_locked

_EXPLAINED = (
    "Keys are kept in a vault on this disk, which only your passphrase opens. There is none yet, so it is made now.",
    "Nobody can reset a passphrase: without it, and without a recovery key, the keys must be made anew at the venues.",
)
_LATER = "There is no recovery key yet. Make one at a terminal: tradedesk vault recovery"


async def open_or_make(client: Client) -> Authority | None:
    """Have the vault open; made where there is none.

    Returns:
        What opens the vault that was made, for the offer of a recovery key, the caller's to close; None for one that
        was there.

    Raises:
        CommandFailed: It was neither opened nor made.
    """
    if (await facts(client)).state is not VaultState.NONE:
        await open_if_locked(client)
        return None
    authority = await _made(client)
    complain("The vault is made and open.")
    return authority


async def offer_recovery_key(client: Client, authority: Authority) -> None:
    """Offer a recovery key for a vault that was just made, where it can be shown."""
    if not client.prompt.can_show:
        complain(_LATER)
        return
    said = await client.prompt.line("A recovery key opens the vault when the passphrase is lost. Make one now? [Y/n] ")
    if said.lower() not in {"", "y", "yes"}:
        complain(_LATER)
        return
    await make_recovery_key(client, authority)


async def make_recovery_key(client: Client, authority: Authority) -> None:
    """Make a recovery key, show it, and keep it once it was typed back.

    Raises:
        CommandFailed: It cannot be shown here, or the worker refused.
    """
    require_screen(client, "A recovery key")
    made = await client.hand(MakeRecovery(authority.typed()), RecoveryMade)
    await show_recovery_key(client, made, api.SlotKept)
    complain("The recovery key opens the vault from now on.")


async def _made(client: Client) -> Authority:
    found = given.passphrase()
    if found is not None:
        return await _create(client, found)
    if not client.prompt.able:
        raise CommandFailed(
            "There is no vault yet, and making it needs a passphrase. Run this at a terminal, or give one through a"
            " descriptor: --passphrase-fd 3 3<FILE. Nothing was stored.",
            Exit.LOCKED,
        )
    for line in _EXPLAINED:
        complain(line)
    while True:
        try:
            return await _create(client, await new_passphrase(client, "New passphrase"))
        except WorkerRefused as refused:
            if refused.kind is not api.FailureKind.SECRET_REFUSED:
                raise
            complain(refused.sentence)


async def _create(client: Client, passphrase: SecretBytes) -> Authority:
    try:
        await client.hand(CreateVault(bytearray(passphrase.buffer)), api.VaultOpened)
    except BaseException:
        passphrase.close()
        raise
    return Authority(OpenedBy.PASSPHRASE, passphrase)
