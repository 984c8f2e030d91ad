"""Secrets that are shown: once, at a terminal, on its alternate screen, cleared when they were typed back."""

from __future__ import annotations

import contextlib
import hmac
from collections.abc import AsyncIterator

from connectors.model.secret import SecretBytes, overwrite
from connectors.worker import api
from connectors.worker.secrets import ConfirmRecovery, RecoveryMade
from tui.cli.client import Client
from tui.cli.exits import CommandFailed, Exit
from tui.cli.failures import WorkerRefused

_AGAIN = frozenset(
    {
        api.FailureKind.RECOVERY_KEY_MISTYPED,
        api.FailureKind.SECRET_REFUSED,
        api.FailureKind.WRONG_PASSPHRASE,
    }
)
"""How the worker says that what was typed back is not what was shown."""


def require_screen(client: Client, what: str) -> None:
    """See that a secret can be shown, before anything is made.

    Raises:
        CommandFailed: Our input or our output is not a terminal.
    """
    if not client.prompt.can_show:
        raise CommandFailed(
            f"{what} is shown at a terminal only, never written anywhere else. Nothing was made. Run this at one,"
            " without a pipe.",
            Exit.USAGE,
        )


async def show_recovery_key(client: Client, made: RecoveryMade, kind: type[api.SlotKept] | type[api.Done]) -> None:
    """Show a recovery key until two of its groups were typed back; only then it is kept.

    Args:
        client: The command.
        made: What the worker made; its text is overwritten.
        kind: What the worker answers once it is kept.

    Raises:
        CommandFailed: The worker refused otherwise than for a slip.
    """
    first, second = made.groups
    note = b""
    try:
        async with client.prompt.aside():
            while True:
                client.prompt.paint(
                    b"Recovery key of your tradedesk vault. It opens the vault when the passphrase is lost.",
                    b"Write it on paper. It is shown this once, and kept nowhere.",
                    b"",
                    made.text,
                    b"",
                    note,
                )
                await client.prompt.line("enter, once it is on paper: ")
                client.prompt.paint(
                    b"Type two of its groups of four from your paper, counted after TDR1.",
                    b"enter alone shows the key again.",
                    b"",
                )
                typed = [bytearray(), bytearray()]
                try:
                    for at, number in enumerate((first, second)):
                        typed[at] = await client.prompt.hidden(f"group {number}: ")
                    if not all(typed):
                        note = b""
                        continue
                    await client.hand(ConfirmRecovery((typed[0], typed[1])), kind)
                except WorkerRefused as refused:
                    if refused.kind not in _AGAIN:
                        raise
                    note = b"What was typed differs from the key. Look again."
                else:
                    return
                finally:
                    for group in typed:
                        overwrite(group)
    finally:
        overwrite(made.text)


async def new_passphrase(client: Client, question: str) -> SecretBytes:
    """A new passphrase, typed twice; or a made one, which is typed back once.

    Args:
        client: The command.
        question: Such as ``New passphrase``.
    """
    offers = client.prompt.can_show
    asked = f"{question} (12 characters or more{'; enter alone makes one for you' if offers else ''}): "
    while True:
        typed = await client.prompt.hidden(asked)
        if not typed and offers:
            return await _generated(client)
        async with _overwritten(typed):
            again = await client.prompt.hidden("The same again: ")
            async with _overwritten(again):
                if typed and hmac.compare_digest(typed, again):
                    return SecretBytes(bytearray(typed))
        asked = f"These differ. {question}: " if typed or again else asked


async def _generated(client: Client) -> SecretBytes:
    from storage.vault import passphrase

    made = passphrase.generate()
    note = b""
    try:
        async with client.prompt.aside():
            while True:
                client.prompt.paint(
                    b"A passphrase made for you, 125 bits of chance. Put it where you keep passwords, or on paper.",
                    b"It is shown this once, and kept nowhere.",
                    b"",
                    made.buffer,
                    b"",
                    note,
                )
                await client.prompt.line("enter, once you have it: ")
                client.prompt.paint(b"enter alone shows it again.", b"")
                typed = await client.prompt.hidden("Type it: ")
                async with _overwritten(typed):
                    if hmac.compare_digest(typed, made.buffer):
                        return made
                    note = b"That differs from it. Look again." if typed else b""
    except BaseException:
        made.close()
        raise


@contextlib.asynccontextmanager
async def _overwritten(typed: bytearray) -> AsyncIterator[None]:
    try:
        yield
    finally:
        overwrite(typed)
