"""``venues add`` and ``venues key``: a connection gets its key, tried before it is kept."""

from __future__ import annotations

from dataclasses import replace

from connectors import registry
from connectors.model.connection import Connection, Hosts
from connectors.model.ids import Mode
from connectors.model.rights import Acceptance
from connectors.model.vault import VaultState
from connectors.worker import api
from connectors.worker.secrets import KeepKey, TryKey
from tui.cli import key_parts, shapes, vault_making, vault_opening, venues_words
from tui.cli.client import Client
from tui.cli.exits import CommandFailed, Exit
from tui.cli.failures import WorkerRefused
from tui.cli.key_parts import Doors, KeyParts
from tui.cli.market_answers import Body
from tui.cli.output import complain, say, say_json
from tui.cli.venues_answers import register
from tui.cli.venues_asked import Asked, new_connection
from tui.cli.venues_consent import Consent, accept, confirm_hosts, confirm_live, refuse_unconfirmed
from tui.format.clean import clean


def add(asked: Asked, doors: Doors, consent: Consent, *, as_json: bool) -> Body:
    """Register a connection, with a key where one is given or typed."""
    connection = new_connection(asked)
    parts = key_parts.read(doors, connection.venue, connection.mode)
    if connection.hosts == Hosts():
        connection = replace(connection, hosts=parts.hosts)

    async def body(client: Client) -> None:
        try:
            wants_key = not doors.no_key and (doors.any or doors.signs_with is not None or client.prompt.able)
            if not wants_key or not await key_parts.complete(parts, client.prompt):
                await register(client, connection, as_json=as_json)
                return
            await _refuse_taken(client, connection)
            await _keep(client, connection, parts, consent, as_json=as_json)
        finally:
            parts.close()

    return body


def key(label: str, doors: Doors, consent: Consent, *, as_json: bool) -> Body:
    """Give a registered connection another key."""
    if doors.no_key:
        raise CommandFailed("A connection without a key is another one: tradedesk venues add --no-key", Exit.USAGE)
    # The environment's key needs the connection's venue and mode, and is read already; descriptors are read now.
    early = None if doors.from_env else key_parts.read(doors, "", Mode.LIVE)

    async def body(client: Client) -> None:
        connection = await client.registered(label)
        if connection.embedded:
            raise CommandFailed(f"{label} is the simulated market and takes no key. Nothing was stored.", Exit.USAGE)
        parts = early or key_parts.read(doors, connection.venue, connection.mode)
        try:
            if not await key_parts.complete(parts, client.prompt):
                raise CommandFailed("No key was typed. Nothing was changed.", Exit.USAGE)
            await _keep(client, replace(connection, active=True), parts, consent, as_json=as_json)
        finally:
            parts.close()

    return body


async def _refuse_taken(client: Client, connection: Connection) -> None:
    """Before a passphrase is asked for: the label may be taken."""
    if any(other.label == connection.label for other, _status in await client.connections()):
        raise CommandFailed(
            f"There is a connection {connection.label} already. Choose another label, or give it another key: tradedesk"
            f" venues key {connection.label}",
        )


async def _keep(client: Client, connection: Connection, parts: KeyParts, consent: Consent, *, as_json: bool) -> None:
    """Try the key, have what must be accepted accepted, make the vault where there is none, and keep the key."""
    refuse_unconfirmed(client, connection, consent)
    await confirm_hosts(client, connection, consent)
    if (await vault_opening.facts(client)).state is not VaultState.NONE:
        await vault_opening.open_if_locked(client)
    wanted = replace(connection, active=not consent.off, keyed=True, key_kind=parts.kind)
    if not consent.off:
        await _try(client, wanted, parts, quiet=as_json)
    await confirm_live(client, connection, consent)
    await _make_vault(client)
    kept = await _kept(client, wanted, parts, consent)
    if as_json:
        shown = shapes.connection(kept.connection, None)
        rights = None if kept.rights is None else shapes.rights(kept.rights)
        steps = venues_words.steps_json(kept.steps)
        say_json({**shown, "rights": rights, "steps": steps, "warnings": list(kept.warnings)})
    else:
        if consent.off:
            venues_words.say_steps(kept.steps, kept.warnings)
        say(_sentence(kept))
    if parts.file is not None:
        complain(f"The vault has its own copy: {parts.file} may be deleted now.")
    if parts.names:
        complain(f"The vault has its own copy: {', '.join(parts.names)} may be unset now.")


async def _try(client: Client, connection: Connection, parts: KeyParts, *, quiet: bool) -> None:
    """See that the key works before anything is asked for or made.

    Raises:
        CommandFailed: It does not.
    """
    tried = await client.hand(TryKey(connection, parts.text(), registry.strange_hosts(connection)), api.KeyTried)
    if not quiet:
        venues_words.say_steps(tried.steps, tried.warnings)
    failed = next((sentence for _step, passed, sentence in tried.steps if not passed), "")
    if failed:
        raise CommandFailed(
            f"{connection.label} did not connect. {clean(failed)} Nothing was stored. To keep the key all the same,"
            " switched off: --off",
            Exit.UNREACHABLE,
        )


async def _make_vault(client: Client) -> None:
    authority = await vault_making.open_or_make(client)
    if authority is None:
        return
    try:
        await vault_making.offer_recovery_key(client, authority)
    finally:
        authority.close()


async def _kept(client: Client, connection: Connection, parts: KeyParts, consent: Consent) -> api.KeyKept:
    """Have the key kept; what it may do beyond trading is accepted one by one, by typing the label.

    What was accepted about the connection's key before is not accepted about this one.
    """
    accepted: tuple[Acceptance, ...] = ()
    while True:
        try:
            wanted = replace(connection, accepted=accepted)
            return await client.hand(KeepKey(wanted, parts.text(), registry.strange_hosts(wanted)), api.KeyKept)
        except WorkerRefused as refused:
            if refused.kind is not api.FailureKind.ACCEPTANCE_NEEDED:
                raise
            needed = Acceptance(refused.code)
            if needed in accepted:
                raise
            await accept(client, connection.label, needed, consent, refused.sentence)
            accepted = (*accepted, needed)


def _sentence(kept: api.KeyKept) -> str:
    connection = kept.connection
    facts = [f"{connection.venue} {connection.mode.value}", venues_words.key_words(connection)]
    facts += [part for part in (venues_words.rights_words(connection, kept.rights),) if part]
    tail = "" if connection.active else f" It is switched off: tradedesk venues enable {connection.label}"
    return f"{connection.label} is registered: {', '.join(facts)}.{tail}"
