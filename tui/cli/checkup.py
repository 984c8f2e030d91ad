"""What ``doctor`` looks at, and what it says."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from connectors.errors import TradedeskError
from connectors.model.connection import ConnectionStatus, LinkState
from connectors.worker import api
from storage.paths import Home, check_private_file
from storage.settings import load_settings
from tui.cli import terminal
from tui.cli.client import Client
from tui.cli.exits import CommandFailed
from tui.cli.output import Json, say, say_json, table
from tui.exchange import LABEL
from tui.format.clean import clean

_MEGABYTE = 1 << 20
_ROOM_NEEDED = 100 * _MEGABYTE
_ROOM_WANTED = 1024 * _MEGABYTE
_OFFSET_WANTED_MS = 250
_OFFSET_ALLOWED_MS = 2_000
"""Below the recvWindow of creates (2–3 s): beyond it a venue refuses orders."""


class Level(StrEnum):
    """How a check ended."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


_MARKS = {Level.OK: "✓", Level.WARN: "!", Level.FAIL: "✗"}


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found: a sentence, and a remedy where one is needed."""

    check: str
    level: Level
    sentence: str
    remedy: str = ""


def run(*, as_json: bool) -> None:
    """Make every check, say what each found.

    Raises:
        CommandFailed: One failed.
    """
    home = Home.find(os.environ)
    findings = [
        _tried("folders", lambda: _folders(home)),
        _tried("settings", lambda: _settings(home)),
        _tried("archive", lambda: _archive(home)),
        _tried("disk", lambda: _disk(home)),
        *asyncio.run(_processes(home)),
        *(_finding(seen) for seen in terminal.look(os.environ)),
    ]
    failed = [finding for finding in findings if finding.level is Level.FAIL]
    if as_json:
        told: list[Json] = [
            {"check": one.check, "level": one.level.value, "sentence": one.sentence, "remedy": one.remedy}
            for one in findings
        ]
        say_json({"passed": not failed, "home": str(home.data.parent), "checks": told})
    else:
        rows = [(_MARKS[one.level], one.check, f"{one.sentence} {one.remedy}".rstrip()) for one in findings]
        say(table(["", "check", ""], rows))
    if failed:
        raise CommandFailed(
            f"{len(failed)} of {len(findings)} checks failed: {', '.join(one.check for one in failed)}."
        )


def _tried(check: str, look: Callable[[], Finding]) -> Finding:
    try:
        return look()
    except TradedeskError as problem:
        return Finding(check, Level.FAIL, clean(str(problem)))


def _finding(seen: terminal.Seen) -> Finding:
    return Finding(f"terminal {seen.what}", Level.OK if seen.fits else Level.WARN, seen.sentence, seen.remedy)


def _folders(home: Home) -> Finding:
    home.prepare()
    return Finding("folders", Level.OK, f"{home.data.parent}: all five are yours alone (0700).")


def _settings(home: Home) -> Finding:
    load_settings(home.settings_file, os.environ)
    where = str(home.settings_file) if home.settings_file.exists() else "no settings file, defaults"
    return Finding("settings", Level.OK, f"All are known ({where}).")


def _archive(home: Home) -> Finding:
    from storage.archive import open_archive

    archive = open_archive(home.database)
    try:
        archive.check()
        number = archive.journal.last_number()
    finally:
        archive.close()
    check_private_file(home.database)
    return Finding("archive", Level.OK, f"{home.database} is whole: {number:,} entries, mode 0600.")


def _disk(home: Home) -> Finding:
    free = shutil.disk_usage(home.data).free
    told = f"{free // _MEGABYTE:,} MB are free at {home.data}."
    if free < _ROOM_NEEDED:
        return Finding("disk", Level.FAIL, told, "Free at least 100 MB: without room new orders are refused.")
    if free < _ROOM_WANTED:
        return Finding("disk", Level.WARN, told, "Free some: without room new orders are refused.")
    return Finding("disk", Level.OK, told)


async def _processes(home: Home) -> list[Finding]:
    client = Client(home, "doctor")
    findings: list[Finding] = []
    check = "worker"
    try:
        await client.join()
        findings.append(Finding(check, Level.OK, f"It answers at {home.worker_socket}."))
        check = "simulated market"
        market = await client.use(LABEL)
        await client.ask(api.GetInstruments(market.account), api.Instruments)
        statuses = {connection.label: status for connection, status in await client.connections()}
        findings.append(_market(statuses.get(LABEL)))
        findings += [_clock(label, status) for label, status in statuses.items() if status is not None]
    except TradedeskError as problem:
        findings.append(Finding(check, Level.FAIL, clean(str(problem))))
    finally:
        await client.close()
    return findings


def _market(status: ConnectionStatus | None) -> Finding:
    if status is not None and status.state in {LinkState.LIVE, LinkState.SLOW}:
        return Finding("simulated market", Level.OK, "It starts and the worker is connected to it.")
    reason = "" if status is None else clean(status.reason)
    return Finding(
        "simulated market", Level.FAIL, f"It started, but the worker is not connected to it. {reason}".rstrip()
    )


def _clock(label: str, status: ConnectionStatus) -> Finding:
    check = f"clock {label}"
    offset_ms = status.clock_offset_ms
    if offset_ms is None:
        return Finding(check, Level.WARN, f"{label} has not told its time ({status.state.value}).")
    told = f"{label} is {abs(offset_ms)} ms {'ahead of' if offset_ms > 0 else 'behind'} this machine."
    if abs(offset_ms) > _OFFSET_ALLOWED_MS:
        return Finding(check, Level.FAIL, told, "Set this machine's clock (NTP): orders would be refused.")
    if abs(offset_ms) > _OFFSET_WANTED_MS:
        return Finding(check, Level.WARN, told, "Set this machine's clock (NTP).")
    return Finding(check, Level.OK, told)
