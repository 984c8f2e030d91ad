"""What the venues commands do and write."""

from __future__ import annotations

from dataclasses import dataclass, replace

from connectors import registry
from connectors.model.connection import Connection, Hosts
from connectors.model.rights import Acceptance
from connectors.worker import api
from connectors.worker.secrets import TryKey
from tui.cli import shapes, venues_words
from tui.cli.client import Client
from tui.cli.exits import CommandFailed, Exit
from tui.cli.market_answers import Body
from tui.cli.output import pairs, say, say_json, table
from tui.cli.venues_asked import check_label, read_hosts
from tui.cli.venues_consent import Consent, confirm_hosts
from tui.embedded import LABEL
from tui.format.clean import clean
from tui.format.times import clock, date


@dataclass(frozen=True, slots=True)
class Edited:
    """What is to be another; empty: as it is."""

    label: str = ""
    rest_url: str = ""
    stream_url: str = ""
    ws_api_url: str = ""
    own_hosts: bool = False
    accept: tuple[Acceptance, ...] = ()
    accept_label: str = ""
    accept_hosts: tuple[str, ...] = ()


async def register(client: Client, connection: Connection, *, as_json: bool) -> None:
    """Register a connection without a key."""
    await client.ask(api.AddConnection(connection), api.Done)
    if as_json:
        say_json(shapes.connection(connection, None))
        return
    say(
        f"{connection.label} is registered: {connection.venue} {connection.mode.value}, market data only."
        f" Try: tradedesk venues test {connection.label}"
    )


def list_all(*, as_json: bool) -> Body:
    """All connections."""

    async def body(client: Client) -> None:
        found = [(one, venues_words.as_it_is(one, status)) for one, status in await client.connections()]
        if as_json:
            say_json([shapes.connection(connection, status) for connection, status in found])
            return
        rows = [
            (
                connection.label,
                connection.venue,
                connection.mode.value,
                venues_words.key_words(connection),
                venues_words.rights_words(connection, None if status is None else status.rights),
                venues_words.state_words(connection, status),
                venues_words.reason_words(connection, status),
            )
            for connection, status in found
        ]
        say(
            table(["label", "venue", "mode", "key", "rights", "state", ""], rows)
            if rows
            else "No connection yet. Open the simulated market with: tradedesk demo"
        )

    return body


def show(label: str, *, as_json: bool) -> Body:
    """Everything about one connection."""

    async def body(client: Client) -> None:
        connection = await client.registered(label)
        known = {one.account: state for one, state in await client.connections()}
        status = venues_words.as_it_is(connection, known.get(connection.account))
        if as_json:
            say_json(shapes.connection(connection, status))
            return
        hosts = connection.hosts if not connection.embedded else Hosts()
        rights = None if status is None else status.rights
        named = [
            ("label", connection.label),
            ("venue", f"{connection.venue} {connection.mode.value}"),
            ("key", venues_words.key_words(connection)),
            ("signs with", "" if connection.key_kind is None else connection.key_kind.value),
            ("rights", venues_words.rights_words(connection, rights)),
            ("accepted", ", ".join(one.value for one in connection.accepted)),
            ("rest", " ".join(hosts.rest)),
            ("stream", hosts.stream),
            ("ws api", hosts.ws_api),
            ("state", venues_words.state_words(connection, status)),
            ("", venues_words.reason_words(connection, status)),
            ("last connected", date_time(connection.last_connected_ns)),
        ]
        say(pairs([(name, text) for name, text in named if text]))

    return body


def test(label: str, *, as_json: bool) -> Body:
    """Connect, step by step."""

    async def body(client: Client) -> None:
        connection = await client.use(label) if label == LABEL else await client.registered(label)
        tried = await _tried(client, connection)
        passed = all(step[1] for step in tried.steps)
        if as_json:
            rights = None if tried.rights is None else shapes.rights(tried.rights)
            steps = venues_words.steps_json(tried.steps)
            say_json(
                {"label": label, "passed": passed, "steps": steps, "rights": rights, "warnings": list(tried.warnings)}
            )
        else:
            venues_words.say_steps(tried.steps, tried.warnings)
        failed = [sentence for _step, passed, sentence in tried.steps if not passed]
        if failed:
            raise CommandFailed(f"{label} did not connect. {clean(failed[0])}", Exit.UNREACHABLE)

    return body


async def _tried(client: Client, connection: Connection) -> api.KeyTried:
    if not connection.keyed or connection.embedded:
        tested = await client.ask(api.TestConnection(connection.account), api.ConnectionTested)
        return api.KeyTried(tested.steps, None)
    await client.open_vault()
    return await client.hand(TryKey(connection, None), api.KeyTried)


def edit(label: str, edited: Edited, *, as_json: bool) -> Body:
    """Change what a connection is."""
    if edited == Edited():
        raise CommandFailed("Nothing is to be changed. Say what: --label, --rest-url, --accept …", Exit.USAGE)
    if edited.label:
        check_label(edited.label)
    named = (edited.rest_url, edited.stream_url, edited.ws_api_url)
    if edited.own_hosts and any(named):
        raise CommandFailed("--own-hosts and an address are two things. Say one of them.", Exit.USAGE)
    given = read_hosts(*named)

    async def body(client: Client) -> None:
        connection = await client.registered(label)
        _refuse_embedded(connection, "stays as it is. Nothing was changed")
        for one in edited.accept:
            if edited.accept_label != label:
                await _accept(client, label, one)
        accepted = tuple(dict.fromkeys((*connection.accepted, *edited.accept))) if edited.accept else None
        before = connection.hosts
        hosts = None
        if edited.own_hosts:
            hosts = Hosts()
        elif any(named):
            hosts = Hosts(given.rest or before.rest, given.stream or before.stream, given.ws_api or before.ws_api)
        typed: tuple[str, ...] = ()
        if hosts is not None and connection.keyed:
            moved = replace(connection, hosts=hosts)
            await confirm_hosts(client, moved, Consent(hosts=edited.accept_hosts))
            typed = registry.strange_hosts(moved)
        change = api.EditConnection(connection.account, edited.label or None, hosts, None, accepted, typed)
        await client.ask(change, api.Done)
        await _say_changed(client, edited.label or label, "is changed", as_json=as_json)

    return body


def switch(label: str, *, on: bool, as_json: bool) -> Body:
    """Switch a connection on or off; its key stays where it is."""

    async def body(client: Client) -> None:
        connection = await client.registered(label)
        _refuse_embedded(connection, "is always on. Nothing was changed")
        await client.ask(api.EditConnection(connection.account, active=on), api.Done)
        await _say_changed(client, label, "is switched on" if on else "is switched off", as_json=as_json)

    return body


def remove(label: str, *, yes: bool, as_json: bool) -> Body:
    """Forget a connection."""

    async def body(client: Client) -> None:
        connection = await client.registered(label)
        _refuse_embedded(connection, "stays. Nothing was removed")
        if connection.keyed and not yes:
            await _confirm_removal(client, label)
        await client.ask(api.RemoveConnection(connection.account), api.Done)
        if as_json:
            say_json({"label": label, "removed": True})
        else:
            key = " and its key forgotten" if connection.keyed else ""
            say(f"{label} is removed{key}. Its orders and fills stay in the archive.")

    return body


async def _confirm_removal(client: Client, label: str) -> None:
    if not client.prompt.able:
        raise CommandFailed(f"{label} has a key, which would be forgotten. Say that it is meant: --yes", Exit.USAGE)
    if await client.prompt.line(f"Its key is forgotten here. Type its label, {label}, to remove it: ") != label:
        raise CommandFailed("That is not its label. Nothing was removed.", Exit.USAGE)


async def _accept(client: Client, label: str, needed: Acceptance) -> None:
    if not client.prompt.able:
        raise CommandFailed(f"Accepting {needed.value} takes the label as well: --accept-label {label}", Exit.USAGE)
    if await client.prompt.line(f"To accept {needed.value}, type its label, {label}: ") != label:
        raise CommandFailed("That is not its label. Nothing was changed.", Exit.USAGE)


async def _say_changed(client: Client, label: str, what: str, *, as_json: bool) -> None:
    if not as_json:
        say(f"{label} {what}.")
        return
    for connection, status in await client.connections():
        if connection.label == label:
            say_json(shapes.connection(connection, status))


def _refuse_embedded(connection: Connection, what: str) -> None:
    if connection.embedded:
        raise CommandFailed(f"{connection.label} is the simulated market and {what}.", Exit.USAGE)


def date_time(time_ns: int | None) -> str:
    """``2030-01-02 03:04:05``, or nothing."""
    return "" if time_ns is None else f"{date(time_ns)} {clock(time_ns)}"
