"""What ``doctor`` looks at, and what it says; and what is looked at before the desk opens (REQUIREMENTS M1)."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping

from connectors.clock import SystemClock
from connectors.errors import Refused
from storage.paths import FilesTooOpen, Home
from storage.settings import SettingsRefused
from tui.cli import terminal
from tui.cli.checks import machine, places
from tui.cli.checks.finding import Finding, Level, ok, tried, warn
from tui.cli.exits import CommandFailed
from tui.cli.output import Json, say, say_json, table
from tui.hardening import readable_by_others

_STOPPING: dict[str, type[Refused]] = {"folders": FilesTooOpen, "files": FilesTooOpen, "settings": SettingsRefused}
"""Checks that stop the desk when they fail, and as what."""
_MARKS = {Level.OK: "✓", Level.WARN: "!", Level.FAIL: "✗"}


def run(*, as_json: bool, fix: bool = False) -> None:
    """Make every check, say what each found.

    Args:
        as_json: Say it as one JSON document.
        fix: First close what is ours and open to others.

    Raises:
        CommandFailed: One failed.
    """
    home = Home.find(os.environ)
    fixed = places.repair(home) if fix else ()
    if fixed:
        _write_down(fixed)
    findings = [*(ok("repaired", line) for line in fixed), *_all(home, os.environ)]
    failed = [finding for finding in findings if finding.level is Level.FAIL]
    if as_json:
        told: list[Json] = [
            {"check": one.check, "level": one.level.value, "sentence": one.sentence, "remedy": one.remedy}
            for one in findings
        ]
        say_json({"passed": not failed, "home": str(home.data.parent), "checks": told})
    else:
        say(table(["", "check", ""], [(_MARKS[one.level], one.check, one.whole) for one in findings]))
    if failed:
        raise CommandFailed(
            f"{len(failed)} of {len(findings)} checks failed: {', '.join(one.check for one in failed)}."
        )


def before_the_desk(home: Home, environ: Mapping[str, str]) -> list[Finding]:
    """The checks that cost nothing, made before the desk paints; the worker makes the others beside it.

    Args:
        home: The desk's folders.
        environ: The environment.
    """
    return [
        tried("folders", lambda: places.folders(home)),
        tried("files", lambda: places.files(home)),
        tried("settings", lambda: places.settings(home, environ)),
        places.disk(home),
        places.file_system(home),
        machine.process(environ, readable_by_others()),
    ]


def warnings_before_the_desk(home: Home, environ: Mapping[str, str]) -> tuple[str, ...]:
    """What the desk says when it opens, worst last.

    A full disk is said, and stops nothing: cancels and closes need no room.

    Raises:
        FilesTooOpen: A file of the desk can be read by others.
        SettingsRefused: A setting is unknown or out of its bounds.
    """
    findings = before_the_desk(home, environ)
    for finding in findings:
        if finding.level is Level.FAIL and finding.check in _STOPPING:
            raise _STOPPING[finding.check](finding.whole)
    worst_last = sorted(findings, key=lambda finding: finding.level is Level.FAIL)
    return tuple(finding.whole for finding in worst_last if finding.level is not Level.OK)


def _all(home: Home, environ: Mapping[str, str]) -> list[Finding]:
    from tui.cli.checks import worker

    watch = machine.Watch(SystemClock())
    before = before_the_desk(home, environ)
    archive = tried("archive", lambda: places.archive(home))
    return [
        *before,
        tried("environment", lambda: machine.names(environ)),
        archive,
        *(places.archive_upkeep(home, SystemClock().time_ns()) if archive.level is Level.OK else ()),
        machine.ciphers(),
        *asyncio.run(worker.look(home)),
        watch.look(machine.synchronised()),
        *(_of_terminal(seen) for seen in terminal.look(environ)),
    ]


def _of_terminal(seen: terminal.Seen) -> Finding:
    check = f"terminal {seen.what}"
    return ok(check, seen.sentence) if seen.fits else warn(check, seen.sentence, seen.remedy)


def _write_down(lines: tuple[str, ...]) -> None:
    """That files were open must be known later too."""
    import logging

    for line in lines:
        logging.getLogger("tradedesk.doctor").warning("permissions repaired: %s", line)
