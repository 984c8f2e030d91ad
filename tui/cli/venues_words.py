"""What is said about a connection and its key, the same in every command."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from connectors.model.connection import Connection, ConnectionStatus, LinkState
from connectors.model.ids import Mode
from connectors.model.rights import Acceptance, KeyRights
from tui.cli.output import Json, say, table
from tui.format.clean import clean

Steps = Sequence[tuple[str, bool, str]]
"""(step, passed, sentence)."""


_RUNNING = frozenset({LinkState.CONNECTING, LinkState.LIVE, LinkState.SLOW})
NOT_RUNNING = "It runs only while a desk or a command holds it, and does not run now."
"""Of the embedded exchange where none is connected: nothing there is broken."""


def as_it_is(connection: Connection, status: ConnectionStatus | None) -> ConnectionStatus | None:
    """A connection's status; that of an embedded exchange that ended with its holder is no trouble but its rest."""
    if not connection.embedded or status is None or status.state in _RUNNING:
        return status
    return replace(status, state=LinkState.OFF, reason=NOT_RUNNING, next_try_ns=None)


def key_words(connection: Connection) -> str:
    """``…f3a9`` while the vault is open, else ``key`` or ``no key``."""
    if not connection.keyed:
        return "no key"
    return f"…{clean(connection.key_tail)}" if connection.key_tail else "key"


def rights_words(connection: Connection, rights: KeyRights | None) -> str:
    """What the key may do, and what is to be worried about."""
    if not connection.keyed or connection.embedded:
        return ""
    return ", ".join([*_can(rights), *badges(connection, rights)])


def badges(connection: Connection, rights: KeyRights | None) -> tuple[str, ...]:
    """What stays visible about a key; what was accepted stands in where the venue has not been asked yet.

    What is not known of a key matters where there is real money: no other mode tells it.
    """
    if not connection.keyed or connection.embedded:
        return ()
    found = []
    if rights is None:
        found += ["can withdraw"] if Acceptance.WITHDRAWAL in connection.accepted else []
        found += ["withdrawal right unknown"] if Acceptance.UNKNOWN_RIGHTS in connection.accepted else []
        found += ["can transfer"] if Acceptance.TRANSFER in connection.accepted else []
        return tuple(found)
    if rights.withdraw is None and connection.mode is Mode.LIVE:
        found.append("withdrawal right unknown")
    elif rights.withdraw:
        found.append("can withdraw")
    if rights.transfer:
        found.append("can transfer")
    if rights.ip_restricted is False and connection.mode is Mode.LIVE:
        found.append("no IP list")
    return tuple(found)


def state_words(connection: Connection, status: ConnectionStatus | None) -> str:
    """Its state; ``OFF`` for one that is not connected."""
    return "OFF" if status is None or not connection.active else status.state.value


def reason_words(connection: Connection, status: ConnectionStatus | None) -> str:
    """Why, where there is a reason."""
    if not connection.active:
        return f"Switched off. Switch it on: tradedesk venues enable {connection.label}"
    return "" if status is None else clean(status.reason)


def steps_json(steps: Steps) -> list[Json]:
    """Steps of a test."""
    return [{"step": step, "passed": passed, "sentence": sentence} for step, passed, sentence in steps]


def say_steps(steps: Steps, warnings: Sequence[str]) -> None:
    """Steps of a test, and what stays to be worried about."""
    rows = [("✓" if passed else "✗", step, clean(sentence)) for step, passed, sentence in steps]
    rows += [("!", "", clean(warning)) for warning in warnings]
    if rows:
        say(table(["", "step", ""], rows))


def _can(rights: KeyRights | None) -> list[str]:
    return [] if rights is None or rights.trade is None else ["read, trade" if rights.trade else "read only"]
