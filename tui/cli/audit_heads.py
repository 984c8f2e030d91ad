"""Heads of the audit chain that were kept elsewhere: typed, in a file, or in the file of the settings."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from connectors.errors import Refused
from storage.audit.head import KeptHead, read_head
from storage.audit.head_file import HeadFile
from storage.audit.verify import Verdict
from storage.paths import Home
from storage.settings import load_settings
from tui.cli.exits import CommandFailed, Exit

_MOST_HEAD = 64 * 1024


def head_of(text: str) -> KeptHead:
    """A head from the command line, or from the file it names.

    Raises:
        CommandFailed: It is none.
    """
    path = Path(text)
    try:
        if path.is_file():
            with path.open(encoding="ascii", errors="replace") as file:
                text = file.read(_MOST_HEAD)
        return read_head(text)
    except (OSError, Refused) as problem:
        said = problem.sentence if isinstance(problem, Refused) else f"{path} cannot be read ({problem.strerror})."
    raise CommandFailed(said, Exit.USAGE)


def head_file(home: Home) -> HeadFile | None:
    """The file of the setting ``audit_anchor_file``; None where it is unset."""
    named = load_settings(home.settings_file, os.environ).audit_anchor_file
    return None if named is None else HeadFile(Path(named).expanduser())


def newest_of(file: HeadFile) -> KeptHead | None:
    """What that file ends with; None while nothing was written there.

    Raises:
        CommandFailed: It cannot be read, or holds no heads.
    """
    try:
        return file.furthest()
    except Refused as problem:
        said = problem.sentence
    raise CommandFailed(said, Exit.USAGE)


def kept_up(verdict: Verdict, written: KeptHead | None, file: HeadFile) -> Verdict:
    """See that the file has the head of the newest anchor: a disk that is away writes none, and proves less."""
    newest = 0 if written is None else written.head.seq
    if verdict.anchored_seq is None or newest >= verdict.anchored_seq:
        return verdict
    why = (
        f"{file.path} ends at row {newest:,}, and row {verdict.anchored_seq:,} is signed: it was not reached when"
        " that was written, or it is not the file it was."
    )
    return replace(verdict, weaker=(*verdict.weaker, why))
