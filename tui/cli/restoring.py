"""What ``restore`` does: it has the archive alone, and no worker comes up meanwhile."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

from connectors.clock import SystemClock
from connectors.errors import WorkerGone
from connectors.worker import api
from connectors.worker.link import connect_socket
from connectors.worker.lock import OneWorker
from storage.paths import Home
from tui.cli.exits import CommandFailed
from tui.cli.output import Json, say, say_json
from tui.cli.shapes import iso
from tui.format.clean import clean
from tui.format.times import clock_ms, count, date

_CLOCK = SystemClock()
_NANOS = 1_000_000_000
_LINGERS_S = 5
"""A worker without clients, and without a real account, ends by itself after 3 s."""
_ENDS_S = 20
"""How long one that was asked to end may take: requests under way first come to their end."""
_PAUSE_S = 0.05


def run(file: Path, *, without_keys: bool, stop_worker: bool, as_json: bool) -> None:
    """Put a backup in the place of the archive.

    Raises:
        CommandFailed: A worker uses the archive.
        TradedeskError: The backup was refused; nothing was changed.
    """
    from storage.backup.restoring import restore

    home = Home.find(os.environ)
    home.prepare()
    held = asyncio.run(_alone(home, stop_worker=stop_worker))
    try:
        done = restore(file.absolute(), home.database, home.vault_anchor, _CLOCK.time_ns(), give_up_keys=without_keys)
    finally:
        held.release()
    if as_json:
        told: dict[str, Json] = {
            "restored": done.source,
            "made": None if done.made_ns is None else iso(done.made_ns),
            "schema_before": done.schema_before,
            "schema": done.schema,
            "orders": done.orders,
            "fills": done.fills,
            "keys": done.keys,
            "kept": done.kept,
            "kept_anchor": done.kept_anchor,
            "kept_rescue": done.kept_rescue,
            "waiting": done.waiting,
        }
        say_json(told)
        return
    made = "" if done.made_ns is None else f", made {date(done.made_ns)} {clock_ms(done.made_ns)[:8]} UTC"
    counted = f"{count(done.orders, 'order')}, {count(done.fills, 'fill')}, {count(done.keys, 'key')}"
    say(f"Restored {clean(done.source)}{made}: {counted}.")
    if done.kept is not None:
        say(f"The archive before it is kept as {clean(done.kept)}.")
    if done.kept_rescue is not None:
        say(
            f"What it could not take is kept as {clean(done.kept_rescue)} and is not written into this one: the venue"
            " gives those fills again."
        )
    if done.kept_anchor is not None:
        say("It has no keys: the vault of this desk ends here. Add keys again: tradedesk venues add")
    elif done.keys:
        say("If keys or passphrases were changed since it was made, the next unlock says that this is an older copy.")
    if done.waiting:
        say(f"At the next start {done.waiting} accounts are compared with their venues, before the desk is believed.")


async def _alone(home: Home, *, stop_worker: bool) -> OneWorker:
    held = OneWorker(home.worker_lock)
    deadline_ns = _CLOCK.monotonic_ns() + (_ENDS_S if stop_worker else _LINGERS_S) * _NANOS
    asked = False
    while not held.take():
        if stop_worker and not asked:
            asked = await _asked_to_stop(home)
        if _CLOCK.monotonic_ns() > deadline_ns:
            raise CommandFailed(
                "A connector worker uses the archive. Close every desk and command; one that serves a real account"
                " lives on and is ended with: tradedesk restore FILE --stop-worker. Nothing was changed."
            )
        await _CLOCK.sleep(_PAUSE_S)
    return held


async def _asked_to_stop(home: Home) -> bool:
    try:
        link = await connect_socket(home.worker_socket)
    except WorkerGone:
        return False
    try:
        await link.request(api.Hello("restore"))
        await link.request(api.Shutdown())
    except WorkerGone:
        return False
    finally:
        await link.close()
    return True
