from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

from connectors.worker.lock import OneWorker, is_held

HOLDER = """
import sys
from pathlib import Path
from connectors.worker.lock import OneWorker, is_held
assert OneWorker(Path(sys.argv[1])).take() or sys.exit(3)
print("held", flush=True)
sys.stdin.read()
"""


def holder(path: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={"PATH": os.defpath},
    )


def test_only_one_process_holds_the_lock_and_its_death_by_kill_frees_it(tmp_path: Path) -> None:
    path = tmp_path / "worker.lock"
    with holder(path) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        mine = OneWorker(path)
        assert not mine.take()
        other.kill()
        other.wait(10)
        assert mine.take()
        mine.release()
        mine.release()


def test_the_lock_is_private_and_follows_no_link(tmp_path: Path) -> None:
    path = tmp_path / "worker.lock"
    lock = OneWorker(path)
    assert lock.take()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_text() == f"{os.getpid()}\n"
    lock.release()
    link = tmp_path / "link.lock"
    link.symlink_to(path)
    try:
        OneWorker(link).take()
    except OSError as problem:
        assert problem.errno is not None
    else:
        raise AssertionError("it followed a link")


def test_whether_it_is_held_can_be_told_without_taking_it(tmp_path: Path) -> None:
    path = tmp_path / "worker.lock"
    assert not is_held(path)
    lock = OneWorker(path)
    assert lock.take()
    assert is_held(path)
    assert is_held(path)
    lock.release()
    assert not is_held(path)
