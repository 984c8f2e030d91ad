"""What a human types, and a script says beforehand, before a key is sent somewhere or kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from connectors import registry
from connectors.model.connection import Connection
from connectors.model.ids import Mode
from connectors.model.rights import Acceptance
from tui.cli import words
from tui.cli.client import Client
from tui.cli.exits import CommandFailed, Exit
from tui.cli.output import complain
from tui.format.clean import clean

_LIVE = "LIVE"
"""What is typed before a key that trades real money is kept."""


@dataclass(frozen=True, slots=True)
class Consent:
    """What was said beforehand, for scripts; a human types it."""

    live: bool = False
    accept: tuple[Acceptance, ...] = ()
    accept_label: str = ""
    off: bool = False
    hosts: tuple[str, ...] = ()

    @classmethod
    def read(
        cls,
        *,
        live: bool = False,
        accept: Sequence[str] = (),
        accept_label: str = "",
        off: bool = False,
        hosts: Sequence[str] = (),
    ) -> Consent:
        """Read the words.

        Raises:
            CommandFailed: There is nothing of that name to accept.
        """
        return cls(
            live, tuple(words.word(one, Acceptance, "Acceptance") for one in accept), accept_label, off, tuple(hosts)
        )


def refuse_unconfirmed(client: Client, connection: Connection, consent: Consent) -> None:
    """Before anything is sent: a script says beforehand that real money is meant.

    Raises:
        CommandFailed: It did not.
    """
    if connection.mode is Mode.LIVE and not consent.live and not client.prompt.able:
        raise CommandFailed(
            f"{connection.label} would trade real money. Nothing was stored. Say that it is meant: --confirm-live",
            Exit.USAGE,
        )


async def confirm_live(client: Client, connection: Connection, consent: Consent) -> None:
    """Real money takes one typed word.

    Raises:
        CommandFailed: It was not given.
    """
    if connection.mode is not Mode.LIVE or consent.live:
        return
    typed = await client.prompt.line(f"{connection.label} trades real money. Type {_LIVE} to keep its key: ")
    if typed != _LIVE:
        raise CommandFailed(f"That is not {_LIVE}. Nothing was stored.", Exit.USAGE)


async def accept(client: Client, label: str, needed: Acceptance, consent: Consent, why: str) -> None:
    """Have one thing accepted about a key.

    Raises:
        CommandFailed: It was not.
    """
    if needed in consent.accept and consent.accept_label == label:
        return
    if not client.prompt.able:
        raise CommandFailed(f"{why} To keep it all the same: --accept {needed.value} --accept-label {label}")
    complain(why)
    if await client.prompt.line(f"To keep it all the same, type its label, {label}: ") != label:
        raise CommandFailed("That is not its label. Nothing was stored.")


async def confirm_hosts(client: Client, connection: Connection, consent: Consent) -> None:
    """A live key goes to a host that the venue's room does not name only where that was typed out in full.

    Raises:
        CommandFailed: It was not; nothing was sent.
    """
    for host in registry.strange_hosts(connection):
        if host in consent.hosts:
            continue
        told = f"{clean(host)} is none of the hosts this release knows for {connection.venue}"
        if not client.prompt.able:
            raise CommandFailed(
                f"{told}, and {connection.label}'s key would go there. Nothing was sent. Say that it is meant:"
                f" --accept-host {clean(host)}",
                Exit.USAGE,
            )
        complain(f"{told}. Whoever answers there can use what the key signs.")
        if await client.prompt.line("Type the host out in full to send the key there: ") != host:
            raise CommandFailed("That is another host. Nothing was sent.", Exit.USAGE)
