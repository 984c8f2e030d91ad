"""What is typed about a connection, read strictly."""

from __future__ import annotations

import re
from dataclasses import dataclass

import uuid6

from connectors import registry
from connectors.clock import SystemClock
from connectors.model.connection import Connection, Hosts
from connectors.model.ids import AccountId, Mode
from tui.cli import words
from tui.cli.exits import CommandFailed, Exit
from tui.embedded import LABEL
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


def new_connection(asked: Asked) -> Connection:
    """What was typed, as a connection without a key.

    Raises:
        CommandFailed: A word does not fit.
    """
    if asked.venue not in registry.venues():
        raise CommandFailed(
            f"There is no venue {clean(asked.venue)!r} in this release. It has: {', '.join(registry.venues())}.",
            Exit.USAGE,
        )
    check_label(asked.label)
    mode = words.word(asked.mode, Mode, "Mode")
    if mode in _LATER:
        raise CommandFailed(_LATER[mode], Exit.USAGE)
    hosts = read_hosts(asked.rest_url, asked.stream_url, asked.ws_api_url)
    created_ns = SystemClock().time_ns()
    return Connection(
        AccountId(uuid6.uuid7()), asked.venue, asked.label, mode, hosts=hosts, keyed=False, created_ns=created_ns
    )


def check_label(label: str) -> None:
    """See that a label can be one.

    Raises:
        CommandFailed: It cannot, or it is taken for good.
    """
    if not _LABEL.fullmatch(label):
        raise CommandFailed(
            f"Label {clean(label)!r} does not fit: up to 32 letters, digits, dots, dashes. Such as: main", Exit.USAGE
        )
    if label == LABEL:
        raise CommandFailed(f"The label {LABEL} belongs to the simulated market. Choose another.", Exit.USAGE)


def read_hosts(rest_url: str, stream_url: str, ws_api_url: str) -> Hosts:
    """Addresses as they were typed; empty ones stay empty.

    Raises:
        CommandFailed: One is no address.
    """
    return Hosts(
        rest=(_origin(rest_url, "--rest-url", ("https", "http")),) if rest_url else (),
        stream=_origin(stream_url, "--stream-url", ("wss", "ws")),
        ws_api=_origin(ws_api_url, "--ws-api-url", ("wss", "ws")),
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
