"""However a process of ours fails: one sentence, a private file with frames, and no value anywhere."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from support.command import Command
from tui.faults import FaultLog, frames_of

BREAK = """
import asyncio, gc, logging, sys, threading
canary = bytes.fromhex("63616e617279").decode()
class Falls:
    def __del__(self):
        raise OSError(canary)
def thread():
    def body():
        raise LookupError(canary)
    started = threading.Thread(target=body, name=canary)
    started.start()
    started.join()
def unraisable():
    Falls()
    gc.collect()
def hook():
    try:
        raise KeyError(canary)
    except KeyError as cause:
        raise RuntimeError(canary) from cause
async def lost(value):
    raise ValueError(value)
def loop():
    async def main():
        asyncio.get_running_loop().call_soon(int, canary)
        task = asyncio.create_task(lost(canary), name=canary)
        await asyncio.wait([task])
        del task
        gc.collect()
    asyncio.run(main())
def library():
    logging.getLogger("sqlalchemy").setLevel(logging.DEBUG)
    logging.getLogger("sqlalchemy").debug("parameters %s", canary)
    logging.getLogger("sqlalchemy").warning("parameters %s", canary)
def group():
    raise ExceptionGroup(canary, [ValueError(canary), OSError(canary)])
from tui.cli.app import app
from tui import __main__
app.command(name="broken")({way})
sys.argv = ["tradedesk", "broken"]
__main__.main()
"""


def broken(home: Path, way: str) -> tuple[int, str, str]:
    """Exit code, all that was written to the terminal, all that stands in the home's files."""
    command = Command(home)
    done = subprocess.run(
        [sys.executable, "-c", BREAK.replace("{way}", way)],
        capture_output=True,
        text=True,
        check=False,
        env=command.environ,
    )
    files = [path for path in home.rglob("*") if path.is_file()]
    assert all(path.stat().st_mode & 0o077 == 0 for path in files)
    return done.returncode, done.stdout + done.stderr, "\n".join(path.read_text() for path in files)


@pytest.mark.parametrize(
    ("way", "kind", "code"),
    [
        ("hook", "RuntimeError", 1),
        ("thread", "LookupError", 0),
        ("unraisable", "OSError", 0),
        ("group", "ExceptionGroup", 1),
    ],
)
def test_each_hook_tells_one_sentence_and_keeps_the_frames_without_values(
    home: Path, way: str, kind: str, code: int
) -> None:
    exit_code, said, kept = broken(home, way)
    assert exit_code == code
    assert said.startswith(f"Something in tradedesk failed ({kind}). Orders at the venues are untouched.")
    assert said.count("\n") == 1
    assert str(home / "state" / "log" / "crash-") in said
    assert kind in kept
    assert "line " in kept
    assert "canary" not in (said + kept).replace("canary)", "")


def test_what_came_before_is_in_the_file_too(home: Path) -> None:
    assert "which came from" in broken(home, "hook")[2]
    assert "KeyError" in broken(home, "hook")[2]
    kept = broken(home, "group")[2]
    assert "ValueError" in kept
    assert "OSError" in kept


@pytest.mark.parametrize(("way", "told"), [("loop", "Exception in callback"), ("library", "parameters")])
def test_what_libraries_say_goes_to_the_log_without_values(home: Path, way: str, told: str) -> None:
    code, said, kept = broken(home, way)
    assert code == 0
    assert told in kept
    assert "canary" not in said + kept
    assert "Traceback" not in said


def test_the_loop_says_where_the_user_finds_it(home: Path) -> None:
    _, said, kept = broken(home, "loop")
    log = home / "state" / "log" / "clients.log"
    assert said == f"Something in tradedesk failed in the background. {log} has the details.\n"
    assert "Task exception was never retrieved" in kept
    assert kept.count("ValueError") == 2, "both faults, by their classes"


def test_old_crash_files_make_room(home: Path) -> None:
    folder = home / "state" / "log"
    folder.mkdir(parents=True, mode=0o700)
    for place in (home, home / "state", folder):
        place.chmod(0o700)
    for number in range(30):
        path = folder / f"crash-1{number:03}.txt"
        path.touch(0o600)
        os.utime(path, (number, number))
    broken(home, "thread")
    left = sorted(path.name for path in folder.iterdir())
    assert len(left) == 20
    assert "crash-1010.txt" not in left
    assert "crash-1029.txt" in left


def test_a_fault_of_the_desk_is_kept_without_its_words(tmp_path: Path) -> None:
    try:
        raise ValueError("can" + "ary")
    except ValueError as fault:
        FaultLog(tmp_path / "desk.log").keep(fault)
        assert "can" + "ary" not in frames_of(fault)
    text = (tmp_path / "desk.log").read_text()
    assert "ValueError" in text
    assert "can" + "ary" not in text
