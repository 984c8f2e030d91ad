"""The chain read beside whoever writes it: a connection of one's own, one moment of the file, rows as they come."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from storage.audit.chain import Head, genesis
from storage.audit.head import KeptHead
from storage.audit.strict import ANCHOR_COLUMNS, ROW_COLUMNS
from storage.audit.verify import Kept
from storage.backup.reading import reader_of, sqlite_errors

_ROWS = f"SELECT {', '.join(ROW_COLUMNS)} FROM audit ORDER BY seq"  # noqa: S608  # names of ours
_ANCHORS = f"SELECT {', '.join(ANCHOR_COLUMNS)} FROM audit_anchor ORDER BY seq, id"  # noqa: S608


@contextmanager
def kept_chain(archive: Path) -> Iterator[Kept]:
    """The chain of an archive for as long as the block lasts; its rows are read while they are gone over.

    Raises:
        ArchiveFailed: The file could not be read.
    """
    with sqlite_errors(archive, "audit.verify"), closing(reader_of(archive)) as reader:
        # What is no UTF-8 must be found by us, with the number of its row, not end the reading.
        reader.text_factory = lambda text: text.decode("utf-8", "surrogateescape")
        reader.execute("BEGIN")
        named = reader.execute("SELECT archive_id FROM audit_archive").fetchone()
        anchors = reader.execute(_ANCHORS).fetchall()
        vault = reader.execute("SELECT count(*) FROM vault_header").fetchone()[0]
        yield Kept(None if named is None else named[0], reader.execute(_ROWS), anchors, bool(vault))


def newest_head(archive: Path) -> KeptHead | None:
    """The head of an archive's chain; None while nothing was ever recorded.

    Raises:
        ArchiveFailed: The file could not be read.
    """
    with sqlite_errors(archive, "audit.head"), closing(reader_of(archive)) as reader:
        reader.execute("BEGIN")
        named = reader.execute("SELECT archive_id FROM audit_archive").fetchone()
        newest = reader.execute("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1").fetchone()
    if named is None:
        return None
    return KeptHead(named[0], Head(0, genesis(named[0])) if newest is None else Head(*newest))
