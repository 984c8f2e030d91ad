"""What ``backup`` and ``export`` do and write."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO

from connectors.worker import api
from tui.cli import words
from tui.cli.client import Client
from tui.cli.exits import CommandFailed, Exit
from tui.cli.market_answers import Body
from tui.cli.output import Json, complain, say, say_json
from tui.cli.shapes import iso
from tui.format.clean import clean
from tui.format.times import count

_KIB = 1024


class Form(StrEnum):
    """How an export is written."""

    CSV = "csv"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class Asked:
    """An export as it was typed."""

    what: str
    form: str
    since: str | None
    until: str | None
    account: str | None
    out: Path | None


def backup(file: Path, *, keys: bool, overwrite: bool, as_json: bool) -> Body:
    """Copy the archive through the worker: what it still holds in memory is written first."""
    asked = api.BackUp(os.path.abspath(file), keys=keys, overwrite=overwrite)  # noqa: PTH100  # follows no link

    async def body(client: Client) -> None:
        done = await client.ask(asked, api.BackedUp)
        if as_json:
            told: dict[str, Json] = {
                "path": done.path,
                "bytes": done.size_bytes,
                "schema": done.schema,
                "time": iso(done.time_ns),
                "with_keys": done.with_keys,
                "connections": done.connections,
                "keys": done.keys,
                "orders": done.orders,
                "fills": done.fills,
            }
            say_json(told)
            return
        say(
            f"Backed up to {clean(done.path)}: {count(done.orders, 'order')}, {count(done.fills, 'fill')},"
            f" {count(done.connections, 'connection')}, {-(-done.size_bytes // _KIB):,} KiB, mode 0600."
        )
        if not done.with_keys:
            say("No key is in it. Restored, every key has to be added again.")
        elif done.keys:
            say(
                f"The keys of {count(done.keys, 'connection')} are in it, encrypted: it is as strong as the passphrase."
            )

    return body


def export(asked: Asked) -> Body:
    """Write rows of the archive.

    The rows are read by this process through a connection of its own, page by page: the worker's thread is not held,
    nothing large crosses the link, and no page keeps the archive's log from being emptied. The worker is asked first:
    it brings the file up to date, and refuses while the desk is covered.
    """
    from storage.export.tables import Kind

    kind = words.word(asked.what, Kind, "Export")
    form = words.word(asked.form, Form, "Format")
    since_ns = words.instant(asked.since, "--since")
    until_ns = words.instant(asked.until, "--until")
    if since_ns is not None and until_ns is not None and since_ns >= until_ns:
        raise CommandFailed("--since is not before --until: nothing would be written.", Exit.USAGE)

    async def body(client: Client) -> None:
        from storage.export.pages import Wanted
        from storage.export.writing import export as write

        facts = await client.ask(api.GetArchive(), api.ArchiveFacts)
        account = None if asked.account is None else await _account(client, asked.account)
        wanted = Wanted(kind, since_ns, until_ns, account)
        with _output(asked.out) as out:
            count = write(Path(facts.path), wanted, form.value, out)
        if asked.out is not None:
            complain(f"Wrote {count:,} {'row' if count == 1 else 'rows'} to {clean(str(asked.out))}, mode 0600.")

    return body


async def _account(client: Client, label: str) -> str:
    return str((await client.registered(label)).account)


@contextmanager
def _output(out: Path | None) -> Iterator[BinaryIO]:
    if out is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    from storage.new_file import new_file

    with new_file(out.absolute(), "archive.export") as part, part.open("wb") as file:
        yield file
        file.flush()
