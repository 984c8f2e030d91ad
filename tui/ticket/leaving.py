"""What stays behind where the desk is left: said of each connection by itself, with its mode. Pure."""

from __future__ import annotations

from connectors.model.connection import Connection
from tui.format import times
from tui.format.clean import clean
from tui.format.orders import protective
from tui.store import Store


def left_behind(store: Store) -> list[str]:
    """Orders, stops and positions of each connection that has some, by label.

    The embedded exchange ends with the desk: what is there stands still in its ledger until it is started again.

    Returns:
        Parts such as ``1 order, 1 position stay at main (LIVE)``; empty where nothing is left behind.
    """
    by_label = sorted(store.connections.values(), key=lambda connection: connection.label)
    return [words for connection in by_label if (words := _at(store, connection))]


def stay_words(store: Store) -> str:
    """What stays and what pauses, no connection named: ``2 orders stay at the venues, 1 pauses with the desk.``."""
    embedded = {account for account, connection in store.connections.items() if connection.embedded}
    working = store.working()
    paused = sum(1 for order in working if order.account in embedded)
    stay, parts = len(working) - paused, []
    if stay:
        parts.append(f"{times.count(stay, 'order')} {'stays' if stay == 1 else 'stay'} at the venues")
    if paused:
        name = str(paused) if stay else times.count(paused, "order")
        parts.append(f"{name} {'pauses' if paused == 1 else 'pause'} with the desk")
    return f"{', '.join(parts)}."


def _at(store: Store, connection: Connection) -> str:
    working = store.working(connection.account)
    stops = sum(1 for order in working if protective(order))
    held = sum(1 for position in store.open_positions() if position.account == connection.account)
    counts = ((len(working) - stops, "order"), (stops, "stop"), (held, "position"))
    there = [times.count(number, name) for number, name in counts if number]
    if not there:
        return ""
    one = sum(number for number, _ in counts) == 1
    verb = ("pauses" if one else "pause") if connection.embedded else ("stays" if one else "stay")
    return f"{', '.join(there)} {verb} at {clean(connection.label)} ({connection.mode.name})"
