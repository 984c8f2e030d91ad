"""The command line loads neither textual nor sqlmodel unless a command needs it.

A linter of imports cannot see an import inside a function, so each command runs in a process of its own, as the
installed command would, and says what it has loaded.
"""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from architecture.checkers.source import ROOT
from storage.paths import Home, private_file

HEAVY = {"textual", "sqlmodel", "sqlalchemy", "alembic"}
OLDER = ROOT / "tests" / "storage" / "schemas" / "0004.sql"
"""What an archive of an earlier release held."""
DRAWING = {"textual", "rich", "pygments", "click"}
"""Loaded by other libraries where they can, for a terminal that the worker does not have: a tenth of its memory."""

# Runs the command as its script would, then prints what the process has loaded, whatever the command's exit code.
PROBE = """
import json, sys
sys.argv = ["tradedesk", *json.loads(sys.argv[1])]
try:
    from tui.__main__ import main
    main()
except SystemExit as end:
    code = end.code
else:
    code = 0
finally:
    print()
    print(json.dumps(sorted({name.partition(".")[0] for name, module in sys.modules.items() if module is not None})))
sys.exit(code)
"""


def run(*words: str, home: Path) -> tuple[int, str, set[str]]:
    """Run one command; return its exit code, what it wrote, and the top-level modules it loaded."""
    done = subprocess.run(
        [sys.executable, "-c", PROBE, json.dumps(words)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={"PATH": "/usr/bin:/bin", "HOME": str(home), "TRADEDESK_HOME": str(home / "desk"), "LC_ALL": "C.UTF-8"},
    )
    said, _, modules = done.stdout.rstrip().rpartition("\n")
    return done.returncode, said + done.stderr, set(json.loads(modules))


@pytest.mark.parametrize(
    "words",
    [("--help",), ("ticker", "--help"), ("order", "--help"), ("venues", "--help"), ("watch", "--help")],
    ids=" ".join,
)
def test_help_loads_neither_the_screen_nor_the_archive(words: tuple[str, ...], short_tmp: Path) -> None:
    code, said, modules = run(*words, home=short_tmp)
    assert code == 0, said
    assert "Usage" in said
    assert not modules & HEAVY


def test_a_ticker_for_an_unknown_venue_ends_in_a_sentence_and_loads_neither(short_tmp: Path) -> None:
    code, said, modules = run("ticker", "BTCUSDT", "--venue", "nowhere", home=short_tmp)
    assert code not in (0, None), said
    assert "nowhere" in said
    assert "Traceback" not in said
    assert not modules & HEAVY


def test_the_probe_sees_an_import_made_late(short_tmp: Path) -> None:
    probe = PROBE.replace("from tui.__main__ import main\n    main()", "import sqlmodel")
    done = subprocess.run(
        [sys.executable, "-c", probe, "[]"], cwd=short_tmp, capture_output=True, text=True, timeout=60, check=True
    )
    assert {"sqlmodel", "sqlalchemy"} <= set(json.loads(done.stdout.splitlines()[-1]))


NOT_TO_SERVE = DRAWING | {"alembic", "sqlmodel", "pydantic", "typer", "uvicorn"}


def test_the_worker_loads_neither_what_draws_nor_what_migrates_nor_the_commands(short_tmp: Path) -> None:
    for _archive in ("new", "used"):
        code, said, modules = run("worker", home=short_tmp)
        assert code == 0, said
        assert "sqlalchemy" in modules
        assert {"httpx", "websockets"} <= modules, "what the first connection needs, before anybody waits for it"
        assert not modules & NOT_TO_SERVE


def test_a_worker_whose_archive_is_behind_loads_what_migrates_it(short_tmp: Path) -> None:
    home = Home.below(short_tmp / "desk")
    home.prepare()
    private_file(home.database)
    with sqlite3.connect(home.database) as connection:
        connection.executescript(OLDER.read_text(encoding="utf-8"))
    connection.close()
    code, said, modules = run("worker", home=short_tmp)
    assert code == 0, said
    assert {"sqlmodel", "alembic"} <= modules
    assert not modules & DRAWING
