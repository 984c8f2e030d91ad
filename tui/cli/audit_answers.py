"""What the audit commands do. The file is read here, in this process; only the worker holds the key of the anchors."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Coroutine
from contextlib import closing
from pathlib import Path
from typing import Any

from connectors.clock import SystemClock
from connectors.errors import ArchiveFailed, VaultDamaged
from connectors.model.vault import VaultState
from connectors.worker import api
from storage.audit.chain import Head
from storage.audit.head import KeptHead, write_head
from storage.audit.reading import kept_chain, newest_head
from storage.audit.retention import Prefix, exported_lines, prefix
from storage.audit.verify import Proof, Verdict
from storage.audit.verify import verify as prove
from storage.backup.reading import reader_of, sqlite_errors
from storage.new_file import new_file
from storage.vault.anchor import AnchorFile
from tui.cli import given, vault_opening
from tui.cli.audit_heads import head_file, head_of, kept_up, newest_of
from tui.cli.client import Client
from tui.cli.exits import CommandFailed, Exit
from tui.cli.failures import WorkerRefused
from tui.cli.output import Json, complain, say, say_json

Body = Callable[[Client], Coroutine[Any, Any, None]]

_NS_IN_US = 1_000
_WORDS = {
    Proof.CHAIN: "the chain itself: a careless change would show",
    Proof.ANCHORS: "anchors: a change before the last of them would show, made by someone without the vault's key",
    Proof.HEAD: "the head you kept: what was cut off since would show",
}


def verify(head: str, *, as_json: bool) -> Body:
    """Prove what can be proved."""

    async def body(client: Client) -> None:
        kept = None if not head else head_of(head)
        await _open_if_given(client)
        await client.ask(api.SettleAudit(), api.Done)
        file = head_file(client.home)
        written = None if file is None else await asyncio.to_thread(newest_of, file)
        verdict = await _proved(client, kept or written)
        if file is not None:
            verdict = kept_up(verdict, written, file)
        if as_json:
            say_json(_shape(verdict))
        else:
            _tell(verdict)
        _end(verdict)

    return body


def head(*, as_json: bool) -> Body:
    """Print the newest row's mark."""

    async def body(client: Client) -> None:
        await client.ask(api.SettleAudit(), api.Done)
        found = await asyncio.to_thread(newest_head, client.home.database)
        if found is None:
            raise CommandFailed("Nothing was recorded yet, so there is no head.")
        if as_json:
            say_json(
                {
                    "head": write_head(found),
                    "archive_id": found.archive_id.hex(),
                    "seq": found.head.seq,
                    "hash": found.head.digest.hex(),
                }
            )
        else:
            say(write_head(found))

    return body


def retain(days: int, export: Path, *, as_json: bool) -> Body:
    """Move the oldest rows to a file and sign what is left."""

    async def body(client: Client) -> None:
        await _open_if_given(client)
        await client.ask(api.SettleAudit(), api.Done)
        now_us = SystemClock().time_ns() // _NS_IN_US
        what = await asyncio.to_thread(_removable, client.home.database, days, now_us)
        if what is None:
            if as_json:
                say_json({"rows": 0, "export": None, "first_kept_seq": None})
            else:
                say(f"Nothing may go: no signed row is older than {days} days and than every order that still works.")
            return
        verdict = await _proved(client, None)
        if verdict.broken is not None or Proof.ANCHORS not in verdict.proofs:
            _end(verdict)
        digest = await asyncio.to_thread(_export, client.home.database, what, export)
        try:
            done = await client.ask(api.RetainAudit(what.to, what.digest, digest, days), api.AuditRetained)
        except WorkerRefused:
            await asyncio.to_thread(export.unlink, missing_ok=True)
            raise
        if as_json:
            say_json({"rows": done.rows, "export": str(export), "sha256": digest.hex(), "first_kept_seq": what.to + 1})
        else:
            say(f"{done.rows:,} rows are in {export} and no longer in the archive; it begins at row {what.to + 1:,}.")

    return body


async def _proved(client: Client, kept_head: KeptHead | None) -> Verdict:
    """Go over the file in a thread; the anchors are held against the worker's key, some hundred at a time."""
    loop = asyncio.get_running_loop()

    def check(macs: tuple[tuple[bytes, bytes], ...]) -> tuple[bool, ...] | None:
        asked = asyncio.run_coroutine_threadsafe(client.ask(api.CheckAnchors(macs), api.AnchorsChecked), loop)
        return asked.result().genuine

    def read() -> Verdict:
        with kept_chain(client.home.database) as kept:
            return prove(kept, check, kept_head, _remembered(client.home.vault_anchor))

    return await asyncio.to_thread(read)


def _remembered(anchor: Path) -> Head | None:
    """The head as the vault's anchor has it; one that cannot be read is the vault's to complain of."""
    try:
        found = AnchorFile(anchor).read()
    except VaultDamaged:
        return None
    return None if found is None else Head(found.audit.seq, found.audit.digest)


async def _open_if_given(client: Client) -> None:
    """Open the vault where its passphrase was handed over; nobody is asked for it: less is proved then, and said."""
    if given.passphrase() is None:
        return
    if (await vault_opening.facts(client)).state not in {VaultState.NONE, VaultState.OPEN}:
        await client.open_vault()


def _removable(archive: Path, days: int, now_us: int) -> Prefix | None:
    with sqlite_errors(archive, "audit.retain"), closing(reader_of(archive)) as reader:
        reader.execute("BEGIN")
        return prefix(reader, days, now_us)


def _export(archive: Path, what: Prefix, target: Path) -> bytes:
    digest = hashlib.sha256()
    rows = 0
    with new_file(target, "audit.retain") as part, closing(reader_of(archive)) as reader, part.open("wb") as file:
        reader.execute("BEGIN")
        for line in exported_lines(reader, what):
            digest.update(line)
            file.write(line)
            rows += 1
    if rows != what.count:
        raise ArchiveFailed(f"{rows} rows were read where {what.count} belong. Run: tradedesk audit verify")
    return digest.digest()


def _end(verdict: Verdict) -> None:
    """Leave with the code that says how it went.

    Raises:
        CommandFailed: A row is broken, or less was proved than was asked.
    """
    if verdict.broken is not None:
        raise CommandFailed(
            f"The chain is broken at row {verdict.broken.seq}: {verdict.broken.what}. Nothing was changed;"
            " compare with a backup and with the venue's own history."
        )
    if verdict.weaker:
        raise CommandFailed(" ".join(verdict.weaker), Exit.USAGE)


def _tell(verdict: Verdict) -> None:
    if verdict.broken is None:
        kept = f"rows {verdict.first_seq:,} to {verdict.last_seq:,}" if verdict.rows else "no row yet"
        say(f"{kept}: nothing broken was found.")
        for proof in verdict.proofs:
            say(f"  proved by {_WORDS[proof]}")
        say(f"  {verdict.unanchored:,} of {verdict.rows:,} rows stand after the last anchor that was checked")
    if verdict.gap:
        complain(verdict.gap)


def _shape(verdict: Verdict) -> dict[str, Json]:
    broken = verdict.broken
    return {
        "whole": broken is None,
        "proofs": [proof.value for proof in verdict.proofs],
        "first_seq": verdict.first_seq,
        "last_seq": verdict.last_seq,
        "rows": verdict.rows,
        "anchored_seq": verdict.anchored_seq,
        "unanchored": verdict.unanchored,
        "broken": None if broken is None else {"seq": broken.seq, "what": broken.what},
        "weaker": list(verdict.weaker),
        "gap": verdict.gap or None,
    }
