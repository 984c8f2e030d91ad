"""CSV and JSON, a page at a time: a million rows take the memory of one page."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import BinaryIO

import msgspec

from storage.export.pages import Wanted, pages
from storage.export.tables import TABLES, Cell

_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?", re.ASCII)


def export(archive: Path, wanted: Wanted, form: str, out: BinaryIO) -> int:
    """Write rows of the archive, oldest first.

    Args:
        archive: The file; it may be in use.
        wanted: Which rows.
        form: ``csv`` (a line of names, then a line a row) or ``json`` (one array, a row a line).
        out: Where to, as UTF-8.

    Returns:
        How many rows.

    Raises:
        ArchiveFailed: The archive cannot be read.
        OSError: ``out`` did not take it.
    """
    columns = TABLES[wanted.kind].columns
    count = 0
    out.write(_line(columns) if form == "csv" else b"[")
    for page in pages(archive, wanted):
        if form == "csv":
            out.write(b"".join(_line([_text(cell) for cell in row]) for row in page))
        else:
            lines = (msgspec.json.encode(dict(zip(columns, row, strict=True))) for row in page)
            out.write((b",\n" if count else b"\n") + b",\n".join(lines))
        count += len(page)
    if form != "csv":
        out.write(b"\n]\n" if count else b"]\n")
    return count


def guarded(text: str) -> str:
    """A cell that no spreadsheet takes for a formula: numbers as they are, others with ``'`` (SECURITY-SPEC §9)."""
    if text.startswith(_STARTS_A_FORMULA) and not _NUMBER.fullmatch(text):
        return f"'{text}"
    return text


def _text(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, list):
        cell = " + ".join(f"{fee['amount']} {fee['asset']}" for fee in cell)
    return guarded(str(cell))


def _line(cells: list[str] | tuple[str, ...]) -> bytes:
    """As RFC 4180 ends its lines; with another end the writer would leave a lone CR in a cell unquoted."""
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow(cells)
    return line.getvalue().encode()
