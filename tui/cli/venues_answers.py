"""What the venues commands do and write."""

from __future__ import annotations

import re
from dataclasses import dataclass

import uuid6

from connectors import registry
from connectors.clock import SystemClock
from connectors.model.connection import Connection, Hosts
from connectors.model.ids import AccountId, Mode
from connectors.worker import api
from tui.cli import shapes, words
from tui.cli.client import Client
from tui.cli.exits import CommandFailed, Exit
from tui.cli.market_answers import Body
from tui.cli.output import Json, say, say_json, table
from tui.exchange import LABEL
from tui.format.clean import clean

_LABEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,31}")
_LATER = {
    Mode.PAPER: "Paper trading comes with a later release. Use the demo connection: tradedesk demo",
    Mode.SIM: f"The simulated market is the connection {LABEL}, which is always there: tradedesk demo",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What was typed."""

    venue: str
    label: str
    mode: str
    rest_url: str
    stream_url: str
    ws_api_url: str


def add(asked: Asked, *, as_json: bool) -> Body:
    """Register a keyless connection."""
    connection = _read(asked)

    async def body(client: Client) -> None:
        await client.ask(api.AddConnection(connection), api.Done)
        if as_json:
            say_json(shapes.connection(connection, None))
            return
        say(
            f"{connection.label} is registered: {connection.venue} {connection.mode.value}, market data only."
            f" Keys come with a later release. Try: tradedesk venues test {connection.label}"
        )

    return body


def list_all(*, as_json: bool) -> Body:
    """All connections."""

    async def body(client: Client) -> None:
        found = await client.connections()
        if as_json:
            say_json([shapes.connection(connection, status) for connection, status in found])
            return
        rows = [
            (
                connection.label,
                connection.venue,
                connection.mode.value,
                "key" if connection.keyed else "no key",
                "OFF" if status is None else status.state.value,
                "" if status is None else clean(status.reason),
            )
            for connection, status in found
        ]
        say(
            table(["label", "venue", "mode", "", "state", ""], rows)
            if rows
            else "No connection yet. Open the simulated market with: tradedesk demo"
        )

    return body


def test(label: str, *, as_json: bool) -> Body:
    """Connect, step by step."""

    async def body(client: Client) -> None:
        connection = await client.use(label) if label == LABEL else await client.registered(label)
        tested = await client.ask(api.TestConnection(connection.account), api.ConnectionTested)
        if as_json:
            steps: list[Json] = [
                {"step": step, "passed": passed, "sentence": sentence} for step, passed, sentence in tested.steps
            ]
            say_json({"label": label, "passed": all(step[1] for step in tested.steps), "steps": steps})
        else:
            rows = [("✓" if passed else "✗", step, clean(sentence)) for step, passed, sentence in tested.steps]
            say(table(["", "step", ""], rows))
        failed = [sentence for _step, passed, sentence in tested.steps if not passed]
        if failed:
            raise CommandFailed(f"{label} did not connect. {clean(failed[0])}", Exit.UNREACHABLE)

    return body


def remove(label: str, *, as_json: bool) -> Body:
    """Forget a connection."""

    async def body(client: Client) -> None:
        connection = await client.registered(label)
        if connection.embedded:
            raise CommandFailed(f"{label} is the simulated market and stays. Nothing was removed.", Exit.USAGE)
        await client.ask(api.RemoveConnection(connection.account), api.Done)
        if as_json:
            say_json({"label": label, "removed": True})
        else:
            say(f"{label} is removed. Its orders and fills stay in the archive.")

    return body


def _read(asked: Asked) -> Connection:
    if asked.venue not in registry.venues():
        raise CommandFailed(
            f"There is no venue {clean(asked.venue)!r} in this release. It has: {', '.join(registry.venues())}.",
            Exit.USAGE,
        )
    if not _LABEL.fullmatch(asked.label):
        raise CommandFailed(
            f"Label {clean(asked.label)!r} does not fit: up to 32 letters, digits, dots, dashes. Such as: main",
            Exit.USAGE,
        )
    mode = words.word(asked.mode, Mode, "Mode")
    if mode in _LATER:
        raise CommandFailed(_LATER[mode], Exit.USAGE)
    if asked.label == LABEL:
        raise CommandFailed(f"The label {LABEL} belongs to the simulated market. Choose another.", Exit.USAGE)
    hosts = Hosts(
        rest=(_origin(asked.rest_url, "--rest-url", ("https", "http")),) if asked.rest_url else (),
        stream=_origin(asked.stream_url, "--stream-url", ("wss", "ws")),
        ws_api=_origin(asked.ws_api_url, "--ws-api-url", ("wss", "ws")),
    )
    clock = SystemClock()
    return Connection(
        AccountId(uuid6.uuid7()), asked.venue, asked.label, mode, hosts=hosts, keyed=False, created_ns=clock.time_ns()
    )


def _origin(text: str, option: str, schemes: tuple[str, str]) -> str:
    """A URL without its last slash. Whether it fits the mode, the venue's own room decides."""
    secure, plain = schemes
    fits = re.fullmatch(rf"(?:{secure}|{plain})://[^\s/@?#]+(?:/[^\s?#@]*)?", text)
    if text and not fits:
        raise CommandFailed(
            f"{option} {clean(text)!r} is no address. Write it like {secure}://host:443 ({plain} only on loopback).",
            Exit.USAGE,
        )
    return text.rstrip("/")
