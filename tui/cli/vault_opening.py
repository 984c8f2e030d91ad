"""How a command opens the vault: with what it was given, else with what is typed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from connectors.model.secret import SecretBytes
from connectors.model.vault import OpenedBy, VaultFacts, VaultState
from connectors.worker import api
from connectors.worker.secrets import OpenVault, Typed
from tui.cli import given
from tui.cli.client import Client
from tui.cli.exits import CommandFailed, Exit
from tui.cli.failures import WorkerRefused
from tui.cli.output import complain

PASSPHRASE = "Passphrase of the vault: "  # noqa: S105  # a question
RECOVERY = "Recovery key: "

_OLDER = "older"
"""What is typed to take an older copy for the newest."""
TRIES = 3
"""How often a human may try."""
_SLIPS = frozenset({api.FailureKind.WRONG_PASSPHRASE, api.FailureKind.RECOVERY_KEY_MISTYPED})

_UNLOCK = "Run: tradedesk vault unlock"
_HOW = "Run it at a terminal, or give the passphrase through a descriptor: --passphrase-fd 3 3<FILE"


@dataclass(frozen=True, slots=True)
class Authority:
    """A secret that opens the vault, kept for as long as a command needs it again."""

    by: OpenedBy
    secret: SecretBytes

    def typed(self) -> Typed:
        """A copy of it for one frame, which overwrites it."""
        return Typed(self.by, bytearray(self.secret.buffer))

    def close(self) -> None:
        """Overwrite it."""
        self.secret.close()


async def facts(client: Client) -> VaultFacts:
    """How far the vault is open and who can open it."""
    return await client.ask(api.GetVault(), VaultFacts)


async def passphrase(client: Client, question: str = PASSPHRASE) -> Authority:
    """The vault's passphrase, as it was given or typed.

    Raises:
        CommandFailed: Nothing was given, and there is nobody to ask.
    """
    found = given.passphrase()
    if found is None:
        if not client.prompt.able:
            raise CommandFailed(f"This needs the vault's passphrase. {_HOW}", Exit.LOCKED)
        found = SecretBytes(await client.prompt.hidden(question))
    return Authority(OpenedBy.PASSPHRASE, found)


async def recovery(client: Client, read: SecretBytes | None) -> Authority:
    """The recovery key, as it was given or typed.

    Args:
        client: The command.
        read: What came through a descriptor.

    Raises:
        CommandFailed: Nothing was given, and there is nobody to ask.
    """
    if read is None:
        if not client.prompt.able:
            raise CommandFailed(
                "This needs the recovery key. Run it at a terminal, or give the key through a descriptor:"
                " --recovery-fd 3 3<FILE",
                Exit.LOCKED,
            )
        read = SecretBytes(await client.prompt.hidden(RECOVERY))
    return Authority(OpenedBy.RECOVERY, read)


async def open_if_locked(client: Client) -> None:
    """Open a locked vault for a command that needs it open; asks once.

    A covered one stays so: whoever covered the desk did not mean the next script, which has the passphrase at hand, to
    open it in front of whoever passes.

    Raises:
        CommandFailed: There is no vault, it is covered, nobody to ask, or it was not opened.
    """
    found = await facts(client)
    if found.state is VaultState.OPEN:
        return
    if found.state is VaultState.NONE:
        raise CommandFailed("There is no vault yet. It is made with the first key: tradedesk venues add", Exit.LOCKED)
    if found.state is VaultState.COVERED:
        raise CommandFailed("The desk is covered. Uncover it there, or run: tradedesk vault unlock", Exit.LOCKED)
    if given.passphrase() is None and not client.prompt.able:
        raise CommandFailed(f"The vault is locked, and this needs it open. {_UNLOCK}", Exit.LOCKED)
    authority = await passphrase(client)
    try:
        await open_with(client, authority)
    finally:
        authority.close()


async def require_open(client: Client, authority: Authority) -> None:
    """Open the vault with a secret that is asked for anyway, if it is not open."""
    if (await facts(client)).state is not VaultState.OPEN:
        await open_with(client, authority)


async def open_with(client: Client, authority: Authority, *, accept_older: bool = False) -> api.VaultOpened:
    """Open the vault; an older copy only where that is accepted.

    Args:
        client: The command.
        authority: What opens it; stays the caller's to close.
        accept_older: Said beforehand that an older copy is to be the newest from now on.

    Raises:
        CommandFailed: As the worker says.
    """
    try:
        opened = await client.hand(OpenVault(authority.typed(), accept_older), api.VaultOpened)
    except WorkerRefused as refused:
        if refused.kind is not api.FailureKind.VAULT_ROLLED_BACK or not client.prompt.able:
            raise _with_option(refused) from None
        complain(str(refused))
        if await client.prompt.line(f"Type {_OLDER} to take this copy for the newest from now on: ") != _OLDER:
            raise _with_option(refused) from None
        opened = await client.hand(OpenVault(authority.typed(), accept_older=True), api.VaultOpened)
    if not opened.anchored:
        complain("Whether this is the newest copy of the vault cannot be told: nothing here remembers another.")
    return opened


async def open_asking(
    client: Client, ask: Callable[[], Awaitable[Authority]], *, accept_older: bool, tries: int
) -> tuple[Authority, api.VaultOpened]:
    """Open the vault for a command that is about that: a slip of the fingers may be mended.

    Args:
        client: The command.
        ask: Where the secret comes from, each time anew.
        accept_older: As `open_with`.
        tries: How often; 1 where nobody is asked.

    Returns:
        What opened it, the caller's to close, and what the worker said.

    Raises:
        CommandFailed: As `open_with`.
    """
    while True:
        tries -= 1
        authority = await ask()
        try:
            return authority, await open_with(client, authority, accept_older=accept_older)
        except WorkerRefused as refused:
            authority.close()
            if refused.kind not in _SLIPS or tries <= 0:
                raise
            complain(refused.sentence)
        except BaseException:
            authority.close()
            raise


def _with_option(refused: WorkerRefused) -> WorkerRefused:
    """What a script would have to say."""
    if refused.kind is not api.FailureKind.VAULT_ROLLED_BACK:
        return refused
    return WorkerRefused(
        api.Failure(
            refused.kind,
            f"{refused.sentence} Accept it: tradedesk vault unlock --accept-older",
            refused.code,
            refused.text,
        )
    )
